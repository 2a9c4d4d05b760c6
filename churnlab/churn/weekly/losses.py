"""Whom did we lose this week, and is that more than usual?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.causes.leavers import STATING
from churnlab.churn.causes.stated import churned, stated
from churnlab.churn.causes.taxonomy import DEPARTMENTS, UNSTATED
from churnlab.churn.counts import Campus
from churnlab.churn.weekly.counts import EVENTS, monday, weekly_counts
from churnlab.finding import Finding
from churnlab.stats.poisson import usual_range
from churnlab.tables.door import Data
from churnlab.tables.there import called, has
from churnlab.wording import Said

_COUNTED_IN = {
    "refunds_requested": ("refunds",), "complaints_opened": ("complaints",), "saving_calls": ("contacts", "calls"),
}  # fmt: skip


def week_cards(data: Data, campus: Campus = None) -> Finding:
    """Put the week's counts beside those of the week before and the usual week's.

    Parameters
    ----------
    data : Data
        What had happened before the Monday after the week.
    campus : str, sequence of str, optional
        Default: all.

    Returns
    -------
    Finding
        `week.cards`: this week, the week before, and the usual week, the mean of the `weekly.usual_weeks` before this
        one; `at_start`, `lost`, `refunds_requested`, `complaints_opened`, `saving_calls`: see `weekly_counts`; NaN
        where the store holds no table of them. In the row of the usual week stands of each count the range in which a
        usual week lies (`x_low`, `x_high`): a count within it may be chance.
    """
    usual_weeks, level = data.settings.weekly.usual_weeks, data.settings.uncertainty.level
    counts = weekly_counts(data, weeks=usual_weeks + 1, campus=campus).drop(columns="week_on")
    unknown = [name for name, tables in _COUNTED_IN.items() if not has(data, *tables)]
    counts = counts.astype(float).assign(**dict.fromkeys(unknown, np.nan))
    before = counts.iloc[1:]
    table = pd.DataFrame({"compared_week": ["this_week", "week_before", "usual_week"]})
    table["at_start"] = [*counts["at_start"].iloc[:2], round(before["at_start"].mean())]
    for name in EVENTS:
        table[name] = [*counts[name].iloc[:2], before[name].mean()]
        usual = (np.nan, np.nan) if name in unknown else usual_range(int(before[name].sum()), usual_weeks, level)
        table[f"{name}_low"], table[f"{name}_high"] = ([np.nan, np.nan, end] for end in usual)
    missing = [each for name in unknown for each in _COUNTED_IN[name]]
    facts: dict[str, Any] = {"unit": data.settings.outcome.unit, "usual_weeks": usual_weeks, "level": level}
    facts |= {"first_on": monday(data), "tables": called(*missing)}
    caveats = ("week_usual", "week_known", *(("week_not_loaded",) if missing else ()))
    return Finding(key="week.cards", table=table, facts=facts, caveats=caveats)


def week_losses(data: Data, campus: Campus = None) -> Finding:
    """Count by department those of whom it became known this week that they have churned.

    Parameters
    ----------
    data, campus
        As for `week_cards`.

    Returns
    -------
    Finding
        `week.losses`, one row per department, most first, last those without a reason: `department`, `lost`, `earlier`
        (in the `weekly.usual_weeks` before together) and `usual_week`, the range of one usual week in words.
        Departments have rows only where the store holds a table that could tell a reason.
    """
    usual_weeks, level = data.settings.weekly.usual_weeks, data.settings.uncertainty.level
    first = pd.Timestamp(monday(data))
    rows = churned(stated(data, start=(first - pd.Timedelta(weeks=usual_weeks)).date(), campus=campus, by="known_on"))
    is_now = rows["known_on"] >= first
    others = sorted(set(rows["department"]) - {*DEPARTMENTS, UNSTATED})
    names = [*DEPARTMENTS, *others, UNSTATED] if has(data, *STATING) else [UNSTATED]
    now = rows[is_now]["department"].value_counts().reindex(names, fill_value=0)
    earlier = rows[~is_now]["department"].value_counts().reindex(names, fill_value=0)
    ranges = [usual_range(int(many), usual_weeks, level) for many in earlier]
    table = pd.DataFrame({
        "department": names,
        "usual_week": [Said("week.losses.range", {"low": low, "high": high}) for low, high in ranges],
        "lost": now.to_numpy(dtype="int64"),
        "earlier": earlier.to_numpy(dtype="int64"),
    })  # fmt: skip
    table = table.assign(last=table["department"] == UNSTATED)
    table = table.sort_values(["last", "lost"], ascending=[True, False], kind="stable", ignore_index=True)
    return Finding(
        key="week.losses",
        table=table.drop(columns="last"),
        facts=_told(data, rows, is_now),
        sentences=_sentences(data, rows, is_now),
        caveats=("week_known", "week_reasons_come_late"),
    )


def _told(data: Data, rows: pd.DataFrame, is_now: pd.Series) -> dict[str, Any]:
    usual_weeks, level = data.settings.weekly.usual_weeks, data.settings.uncertainty.level
    low, high = usual_range(int((~is_now).sum()), usual_weeks, level)
    return {
        "unit": data.settings.outcome.unit, "lost": int(is_now.sum()), "usual_weeks": usual_weeks, "level": level,
        "usual": float((~is_now).sum() / usual_weeks), "usual_low": low, "usual_high": high,
        "first_on": monday(data), "untold": int((rows[is_now]["department"] == UNSTATED).sum()),
    }  # fmt: skip


def _sentences(data: Data, rows: pd.DataFrame, is_now: pd.Series) -> tuple[str, ...]:
    told = _told(data, rows, is_now)
    if told["lost"] > told["usual_high"]:
        return ("more", "untold") if told["untold"] else ("more",)
    if told["lost"] < told["usual_low"]:
        return ("fewer",)
    return ("usual", "untold") if told["untold"] else ("usual",)


def week_lost(data: Data, campus: Campus = None) -> Finding:
    """List those of whom it became known this week that they have churned, as the meeting goes through them.

    Parameters
    ----------
    data, campus
        As for `week_cards`.

    Returns
    -------
    Finding
        `week.lost`, one row a student, longest with us first, at most `weekly.listed`: `student_id`, `campus`,
        `course_id`, `end_kind`, `left_on`, `stayed_days` (from entry to the last day), `department`, `reason`.
    """
    rows = churned(stated(data, start=monday(data), campus=campus, by="known_on"))
    rows = rows.assign(stayed_days=(rows["left_on"] - rows["entered_on"]).dt.days)
    rows = rows.sort_values(["stayed_days", "unit_id"], ascending=[False, True], ignore_index=True)
    shown = rows.head(data.settings.weekly.listed)
    places = ["campus", "course_id"] if not isinstance(campus, str) else ["course_id"]
    table = shown[["student_id", *places, "end_kind", "left_on", "stayed_days", "department", "reason"]]
    facts = {"unit": data.settings.outcome.unit, "lost": len(rows), "listed": len(table)}
    sentences = ("none",) if rows.empty else ("sentence", "more") if len(rows) > len(table) else ("sentence",)
    return Finding(key="week.lost", table=table.reset_index(drop=True), facts=facts, sentences=sentences)
