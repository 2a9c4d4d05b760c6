"""Given that she is here now, how likely is she still here in three, six, twelve months?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from churnlab.churn.outcome import CHURN_KINDS, settled_before
from churnlab.churn.stays import CHURNED, of_old, stays, watched
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.conditional import Chance, at_steady_rate, can_be_told, left_by, still_here, together
from churnlab.stats.survival import Stays
from churnlab.tables.door import Data
from churnlab.wording import Said

EVERYBODY, OLD = Said("competing.tenure.all"), Said("competing.tenure.before")
_SHARES = ("still_here_share", "churned_share")
_MEASURED = [f"{name}{end}" for name in _SHARES for end in ("", "_low", "_high")]


def conditional_retention(data: Data, *, campus: str | None = None) -> Finding:
    """Tell how many of those here now will still be here some days on, by how long they have been.

    Here now means on the last day of which all ends are known. Each student's chance is that of those who had been here
    for as long as she has, in the last `retention.period_days`; the group's is the mean. Since when those are here who
    came before the records begin nobody knows: they are taken to leave at the rate at which they did in that time. It
    says what will come if at each tenure as many go on to leave as did in that time.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.

    Returns
    -------
    Finding
        `competing.conditional`, one row a tenure (bounds: `competing.tenure_days`; last, those here before the records)
        and a number of days ahead (`competing.ahead_days`), first all together: `tenure`, `students_now`, `days_ahead`,
        `still_here_share`, `churned_share`, the average chances, with their intervals by student; the rest will have
        completed or left for personal reasons. `under_observation` is the number at risk on the day on which fewest
        were. Without figures where for less than `competing.least_told_share` of the group (of all together
        `competing.least_all_share`) at least `retention.min_at_risk` went before. The sentence tells of how many it
        speaks, and the interval in which the share of just these students will lie if all goes on as before.

    Raises
    ------
    NotEnoughData
        If no row has figures.

    References
    ----------
    See `churnlab.stats.conditional`.
    """
    rules = data.settings
    rows = stays(data, campus=campus, period_days=rules.retention.period_days)
    now, old = rows[rows["cause"] == 0], _old(data, campus)
    if len(now) + old.now < rules.uncertainty.min_group:
        raise NotEnoughData(
            "competing.few_now", unit=rules.outcome.unit, n=len(now) + old.now, needed=rules.uncertainty.min_group
        )
    table, foretold = _told_of_all(rows, rules, old)
    if table["still_here_share"].isna().all():
        raise NotEnoughData("competing.none_before", unit=rules.outcome.unit, needed=rules.retention.min_at_risk)
    facts: dict[str, Any] = {
        "unit": rules.outcome.unit, "n": len(now) + old.now, "old": old.now, "period": rules.retention.period_days,
        "level": rules.uncertainty.level,
        "on": (settled_before(data) - pd.Timedelta(days=1)).date(), "needed": rules.retention.min_at_risk,
    }  # fmt: skip
    holds = {
        "as_before": True,
        "tenure_not_told": bool(table["still_here_share"].isna().any()),
        "now_here_before": old.now > 0,
    }
    sentence, more = _said(table, foretold, 1 - rules.uncertainty.level)
    return Finding(
        key="competing.conditional",
        table=table,
        facts=facts | more,
        sentences=sentence,
        caveats=tuple(name for name, is_so in holds.items() if is_so),
    )


def chances(rows: pd.DataFrame, rules: Settings) -> pd.DataFrame:
    """Tell of these stays how those not ended will fare; see `conditional_retention`.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `churnlab.churn.stays.stays` returns it.
    rules : Settings
        The institution's.
    """
    return _told_of_all(rows, rules, _Old())[0]


@dataclass(frozen=True, kw_only=True)
class _Old:
    """Those here before the records begin: how many are here now; how many were at the start of the watch, and left."""

    now: int = 0
    at_risk: int = 0
    left: int = 0
    churned: int = 0
    watched_days: int = 0


def _old(data: Data, campus: str | None) -> _Old:
    rows, settled = of_old(data, campus=campus), settled_before(data)
    if rows.empty:
        return _Old()
    since = max(rows.attrs["since"], settled - pd.Timedelta(days=data.settings.retention.period_days + 1))
    there = rows[rows["left_on"].isna() | (rows["left_on"] > since)]
    left = there["left_on"].notna()
    return _Old(
        now=int((~left).sum()),
        at_risk=len(there),
        left=int(left.sum()),
        churned=int((left & there["end_kind"].isin(CHURN_KINDS)).sum()),
        watched_days=int((settled - since).days) - 1,
    )


Foretold = dict[int, dict[str, float]]


def _told_of_all(rows: pd.DataFrame, rules: Settings, old: _Old) -> tuple[pd.DataFrame, Foretold]:
    """Return the table, and for all together by days ahead of how many it speaks and what will come."""
    watched_stays = watched(rows)
    now = rows.loc[rows["cause"] == 0, "exit"].to_numpy(dtype=int)
    bounds = [0, *sorted(set(rules.competing.tenure_days))]
    tenures = [
        (_tenure(low, high), now[(now >= low) & (now < (high or np.inf))])
        for low, high in zip(bounds, [*bounds[1:], None], strict=True)
    ]
    nobody, known = _Old(), rules.competing.least_told_share
    groups = [(EVERYBODY, now, old, rules.competing.least_all_share)]
    groups += [(name, group, nobody, known) for name, group in tenures] + [(OLD, now[:0], old, known)]
    table, foretold = [], {}
    for name, group, of_old_, least in groups:
        for days in sorted(set(rules.competing.ahead_days)):
            here = len(group) + of_old_.now
            told = _chance(watched_stays, group, of_old_, days, least, rules) if here else None
            row = {"tenure": name, "students_now": here, "days_ahead": days}
            if here:
                table.append(row | _measured(told, rules.uncertainty.level))
            if told and name == EVERYBODY:
                low, high = told.here.foretold(rules.uncertainty.level, told.people)
                foretold[days] = {"told": told.people, "low": low, "high": high}
    return pd.DataFrame(table).astype(dict.fromkeys(_MEASURED, float)), foretold


@dataclass(frozen=True, kw_only=True)
class _Told:
    """The chances of a group, and of how many of it they are."""

    people: int
    here: Chance
    churned: Chance


def _tenure(low: int, high: int | None) -> Said:
    facts = {"low": low} if high is None else {"low": low, "high": high - 1}
    return Said(f"competing.tenure.{'longer' if high is None else 'between'}", facts)


def _chance(stays_: Stays, group: np.ndarray, old: _Old, days: int, least: float, rules: Settings) -> _Told | None:
    """Return what can be told of a group, if it is of enough of it."""
    parts: list[tuple[int, Chance, Chance]] = []
    told = can_be_told(stays_, group, days=days, min_at_risk=rules.retention.min_at_risk)
    if told.any():
        own = group[told]
        parts += [(len(own), still_here(stays_, own, days=days), left_by(stays_, own, days=days, cause=CHURNED))]
    if old.now and old.at_risk >= rules.retention.min_at_risk and days <= old.watched_days:
        steady = at_steady_rate(old.at_risk, old.left, old.churned, watched_days=old.watched_days, days=days)
        # Who has been here for longer than anybody was watched is like those who came before the records.
        parts += [(old.now + int((~told & (group > _longest(stays_, group[told], rules))).sum()), *steady)]
    people = sum(many for many, _, _ in parts)
    if not people or people < least * (len(group) + old.now):
        return None
    many, here, churned = zip(*parts, strict=True)
    return _Told(people=people, here=together(here, many), churned=together(churned, many))


def _longest(stays_: Stays, told: np.ndarray, rules: Settings) -> int:
    """Return the longest tenure told of; if none is, the longest for which enough were watched."""
    enough = np.flatnonzero(stays_.at_risk() >= rules.retention.min_at_risk)
    return int(told.max() if len(told) else enough.max(initial=-1))


def _measured(told: _Told | None, level: float) -> dict[str, Any]:
    if told is None:
        return dict.fromkeys(_MEASURED, np.nan) | {"under_observation": 0}
    values = [told.here.value, *told.here.interval(level), told.churned.value, *told.churned.interval(level)]
    return dict(zip(_MEASURED, values, strict=True)) | {"under_observation": told.here.at_risk}


def _said(table: pd.DataFrame, foretold: Foretold, alpha: float) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return what is said of everybody over the longest time told, and which two groups are furthest apart."""
    told = table.dropna(subset=["still_here_share"])
    everybody = told[told["tenure"] == EVERYBODY]
    groups = told[told["tenure"] != EVERYBODY]
    facts: dict[str, Any] = {}
    sentences: tuple[str, ...] = ()
    if len(everybody):
        row = everybody.iloc[-1]
        days = int(row["days_ahead"])
        facts |= {"days": days, "share": float(row["still_here_share"]), "churned": float(row["churned_share"])}
        facts |= foretold[days]
        sentences += ("sentence",)
    nearest = groups[groups["days_ahead"] == groups["days_ahead"].min()]
    if len(nearest) > 1:
        by_share = nearest.sort_values("still_here_share", kind="stable")
        least, most = by_share.iloc[0], by_share.iloc[-1]
        facts |= {"ahead": int(least["days_ahead"])}
        facts |= {"least": least["tenure"], "least_share": float(least["still_here_share"])}
        facts |= {"best": most["tenure"], "best_share": float(most["still_here_share"])}
        pairs = len(nearest) * (len(nearest) - 1) / 2
        sentences += ("apart",) if _p_value(least, most, 1 - alpha) * pairs < alpha else ()
    return sentences if "sentence" in sentences else ("some", *sentences), facts


def _p_value(one: pd.Series, other: pd.Series, level: float) -> float:
    """Compare two shares on the scale on which their intervals are symmetric; shares of 0 or 1 are not compared."""
    ends = np.array([[row[f"still_here_share{end}"] for end in ("", "_low", "_high")] for row in (one, other)])
    if not ((ends > 0) & (ends < 1)).all():
        return 1.0
    scale = np.log(-np.log(ends))
    errors = (scale[:, 1] - scale[:, 2]) / (2 * stats.norm.ppf(0.5 + level / 2))
    return float(2 * stats.norm.sf(abs(scale[0, 0] - scale[1, 0]) / np.hypot(*errors)))
