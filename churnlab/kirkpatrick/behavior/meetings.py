"""Is what meetings decide carried out, more so after a training?"""

import re
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.proportions import rates_differ
from churnlab.tables.door import fetch
from churnlab.tables.there import need

_BETWEEN = re.compile(r"\s*[、,，;；/&+]\s*")
_KINDS = ("decisions", "items")


def meetings_held(evaluated: Evaluation) -> Finding:
    """Tell what share of decisions and items of meetings were done, before the training and after it.

    Only meetings count of which was told what was done: they are closed. Where some departments have no trained people,
    the meetings of those that have are told; where all have, or none, all meetings.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.meetings`, one row per `counted_kind` (decisions, items) and `before_or_after`: `meetings_held`, `n`,
        `carried_out_share` with its interval (by meeting), and `p_value` of the two being alike, in the row after.

    Raises
    ------
    NotEnoughData
        If of fewer than `uncertainty.min_group` meetings after the training, or before it, was told what was done.
    """
    rows = told_of(evaluated, ("meeting",))
    level, least = evaluated.data.settings.uncertainty.level, evaluated.data.settings.uncertainty.min_group
    table = pd.DataFrame([
        row for kind in _KINDS for row in _rows(rows.dropna(subset=[kind, f"{kind}_done"]), kind, level)
    ])  # fmt: skip
    if table.empty or table["meetings_held"].min() < least:
        many = 0 if table.empty else int(table["meetings_held"].min())
        raise NotEnoughData("behavior.few_meetings", meetings=many, least=least)
    first, second = table.iloc[0], table.iloc[1]
    facts: dict[str, Any] = {
        "before": first["carried_out_share"], "after": second["carried_out_share"],
        "low": second["carried_out_share_low"], "high": second["carried_out_share_high"],
        "meetings": int(second["meetings_held"]), "n": int(second["n"]), "level": level,
    }  # fmt: skip
    sure = second["p_value"] < 1 - level
    way = "alike" if not sure else "more" if second["carried_out_share"] > first["carried_out_share"] else "less"
    return Finding(
        key="behavior.meetings", table=table, facts=facts, sentences=("sentence", way),
        design=Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip


def told_of(evaluated: Evaluation, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return meetings, requests or disputes opened within the window before a training and after it.

    Parameters
    ----------
    evaluated : Evaluation
        Which training; with several beginnings, before is before the first, after is after the last end.
    kinds : tuple of str
        As in the table `meetings`.

    Returns
    -------
    pandas.DataFrame
        The rows of the table with `opened` (timestamp), `is_after`, and `concerns` (bool): whether a department with
        trained people takes part; true of all where every matter does, or none.

    Raises
    ------
    NotEnoughData
        If there is no such row.
    """
    data, trained = evaluated.data, evaluated.trained
    need(data, "meetings")
    table = data.table("meetings")
    rows = fetch(table.filter(table.kind.isin(list(kinds))))
    opened = pd.to_datetime(rows["opened_at"]).fillna(pd.to_datetime(rows["at"]))
    ended, began = trained["ended_on"].max(), trained["began_on"].min()
    if rows.empty or pd.isna(ended):
        raise NotEnoughData("behavior.no_matters", training_id=evaluated.course.training_id)
    window = pd.DateOffset(months=data.settings.behavior.window_months)
    before = (opened >= began - window) & (opened < began)
    after = (opened >= ended + pd.Timedelta(days=1)) & (opened < ended + window)
    rows = rows.assign(opened=opened, is_after=after)[before | after]
    ours = set(trained["department"].dropna())
    concerns = rows["departments"].fillna("").map(lambda said: bool(ours & set(_BETWEEN.split(said)))).astype(bool)
    return rows.assign(concerns=concerns if concerns.any() else True).reset_index(drop=True)


def _rows(rows: pd.DataFrame, kind: str, level: float) -> list[dict[str, Any]]:
    rows = rows[rows["concerns"] & (rows[kind] > 0)].reset_index(drop=True)
    many = rows[kind].astype(int).to_numpy()
    place = np.repeat(np.arange(len(rows)), many)
    number = np.arange(len(place)) - np.repeat(np.cumsum(many) - many, many)
    did = number < rows[f"{kind}_done"].astype(int).to_numpy()[place]
    is_after = rows["is_after"].to_numpy()[place]
    found = []
    for after in (False, True):
        inside = is_after == after
        if not inside.any():
            return []
        low, high = clustered_wilson(did[inside], place[inside], level)
        found.append({
            "counted_kind": kind, "before_or_after": "after" if after else "before",
            "meetings_held": int((rows["is_after"] == after).sum()), "n": int(inside.sum()),
            "carried_out_share": float(did[inside].mean()), "carried_out_share_low": low,
            "carried_out_share_high": high, "p_value": rates_differ(did, is_after, place) if after else np.nan,
        })  # fmt: skip
    return found
