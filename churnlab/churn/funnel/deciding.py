"""How long do those who ask take to enrol?

Who has not enrolled yet may still, so a mean of those who did would be too short. The curve is the cumulative
incidence of enrolling: it takes those still deciding for what they are, and levels off at the share who come at all.
Who is marked as lost with a day (`leads.lost_on`) has decided on it: that end competes with enrolling. Where no such
day is on record, nobody is taken for lost.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from churnlab.churn.caveats import set_aside
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.funnel.journeys import journeys
from churnlab.churn.funnel.ripeness import came_by, ripe_days, waiting
from churnlab.churn.group_rates import ALL, COLUMNS, column_of, grouped
from churnlab.churn.groups import POOLED_NAME, UNKNOWN_NAME, refuse_ungrouped, spoken
from churnlab.errors import NotEnoughData, OrderError
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import cluster_bootstrap
from churnlab.stats.survival import Stays, aalen_johansen, window
from churnlab.tables.door import Data
from churnlab.tables.there import need
from churnlab.wording import Said

_ENROLLED, _LOST = 1, 2
_POINTS = 25
_WEEK = 7
Waited = Literal["channel", "campaign", "campus", "course"]


def time_to_enrol(data: Data, *, campus: Campus = None) -> Finding:
    """Return by how many days after asking which share had enrolled.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Where they asked; None: everywhere.

    Returns
    -------
    Finding
        `churn.time_to_enrol`: a row per week (or some): `days_since_asking`, `enrolled_share` with its interval
        (Aalen–Johansen, by person), `still_deciding` (asked so long ago at least, and had neither enrolled nor been
        marked as lost before). Where anybody was, `given_up_share`, likewise, is the share that had been by then and
        has not enrolled since. It is told while at least `retention.min_at_risk` are deciding. The fact `median_days`
        is the day by which half of those who come in that time have come.

    References
    ----------
    Aalen & Johansen 1978, with two causes.

    Raises
    ------
    NotEnoughData
        If too few asked, or nobody enrolled.
    """
    rows, rules = _asked(data, campus), data.settings
    stays = _waits(data, rows)
    last = _last_day(stays, rules)
    step = _WEEK * -(-(last + 1) // (_WEEK * _POINTS))
    days, facts = np.arange(0, last + 1, step), _told(data, rows, stays)
    shares = {"enrolled_share": _ENROLLED} | ({"given_up_share": _LOST} if facts["lost"] else {})
    table, at_end = _curves(stays, shares, days, last, rules)
    median = _median(stays, last, rules)
    facts |= dict(zip(("median_days", "median_days_low", "median_days_high"), median, strict=True))
    facts |= {"days": last, "asked": len(rows), "enrolled": int((stays.cause == _ENROLLED).sum()), **at_end}
    facts |= {"from_on": rows["asked_on"].min().date(), "to_on": rows["asked_on"].max().date()}
    sentences = ("sentence", "given_up") if facts["lost"] else ("sentence",)
    known = _caveats(data, stays)
    return Finding(key="churn.time_to_enrol", table=table, facts=facts, sentences=sentences, caveats=known)


def time_to_enrol_by(data: Data, *, by: Waited = "channel", campus: Campus = None) -> Finding:
    """Compare how long those who ask take to enrol, and how many come at all, by group.

    Parameters
    ----------
    data
        As for `time_to_enrol`.
    by : {"channel", "campaign", "campus", "course"}
        What tells groups apart, of the first lead; small ones are pooled, and those of whom too few are followed until
        `funnel.ripe_share` of all who come have come: else all would be cut off with the shortest. Not the adviser:
        nobody has one before the first contact, so that the days until then would be without anybody who came.
    campus
        As for `time_to_enrol`.

    Returns
    -------
    Finding
        `churn.time_to_enrol_by_<by>`: all, then one row per group: `requests`, `requests_enrolled`, `enrolled_share`
        within as many days for all, `median_days` of those who come, each with its interval (of the median by
        resampling persons).

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        As for `time_to_enrol`; or if fewer than two groups have a curve.
    """
    column = _column(by)
    rows, rules = _asked(data, campus), data.settings
    refuse_ungrouped(rows, column, "student")
    stays = _waits(data, rows)
    parts = dict(_parts(rows[column], stays, rules))
    named = [name for name in parts if name not in ("", POOLED_NAME, UNKNOWN_NAME)]
    if len(named) < 2:
        raise NotEnoughData("funnel.few_groups", by=Said(f"column.{column}"))
    last = min(_last_day(part, rules) for part in parts.values())
    table = pd.DataFrame([_summary(part, last, rules) for part in parts.values()])
    table.insert(0, column, pd.Series([ALL, *(spoken(name) for name in [*parts][1:])], dtype=object))
    median = table["median_days"].iloc[1 : 1 + len(named)]  # what is pooled or not recorded is no group of its kind
    facts: dict[str, Any] = {"days": last, "groups": len(named), "shortest": median.min(), "longest": median.max()}
    facts |= _told(data, rows, stays)
    return Finding(key=f"churn.time_to_enrol_by_{by}", table=table, facts=facts, caveats=_caveats(data, stays))


def _column(by: str) -> str:
    known = {name: column for name, column in COLUMNS.items() if name != "adviser"}
    if by == "adviser":
        raise OrderError("funnel.waits_by_adviser", known=", ".join(known))
    return column_of(by, known)


def _asked(data: Data, campus: Campus) -> pd.DataFrame:
    need(data, "leads")
    rows = chosen(journeys(data), campus)
    # The experience of the latest period, and of those before it who were still deciding when it began.
    rules = data.settings.funnel
    since = pd.Timestamp(data.as_of) - pd.Timedelta(days=rules.period_days + rules.longest_days)
    rows = rows[~rows["was_student"] & (rows["asked_on"] >= since)].reset_index(drop=True)
    if len(rows) < data.settings.uncertainty.min_group:
        raise NotEnoughData("funnel.too_few", asked=len(rows), needed=data.settings.uncertainty.min_group, days=0)
    return rows


def _waits(data: Data, rows: pd.DataFrame) -> Stays:
    """Return how long each waited until enrolling or being marked as lost; else she is deciding still."""
    stays = waiting(data, rows, "enrolled")
    lost = _days_until_lost(rows)
    # Who enrolled in the end was not lost, whatever was marked before.
    gone = (stays.cause != _ENROLLED) & (lost <= stays.exit)
    return replace(
        stays, exit=np.where(gone, lost, stays.exit).astype(np.int64), cause=np.where(gone, _LOST, stays.cause)
    )


def _days_until_lost(rows: pd.DataFrame) -> np.ndarray:
    return (rows["lost_on"] - rows["asked_on"]).dt.days.clip(lower=0).to_numpy(dtype=float)


def _curves(
    stays: Stays, shares: dict[str, int], days: np.ndarray, last: int, rules: Settings
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the cumulative incidence of each end on these days, and on the last one."""
    table, at_end = pd.DataFrame({"days_since_asking": days}), {}
    for name, cause in shares.items():
        curve = aalen_johansen(stays, cause, last_day=last)
        for ending, values in zip(
            ("", "_low", "_high"), (curve.value, *curve.interval(rules.uncertainty.level)), strict=True
        ):
            table[name + ending] = values[days]
            at_end[name + ending] = float(values[last])
    return table.assign(still_deciding=stays.at_risk()[days]), at_end


def _last_day(stays: Stays, rules: Settings) -> int:
    told = window(stays, rules.retention.min_at_risk)
    if told is None:
        raise NotEnoughData("funnel.too_few", asked=len(stays.exit), needed=rules.retention.min_at_risk, days=0)
    if not (stays.cause == _ENROLLED).any():
        raise NotEnoughData("funnel.nobody_came", asked=len(stays.exit))
    return told[1]


def _parts(group: pd.Series, stays: Stays, rules: Settings) -> Iterator[tuple[str, Stays]]:
    """Take apart the groups that have enough at risk for a curve and somebody who came, all together first."""
    yield "", stays
    names = grouped(group, max(rules.uncertainty.min_group, rules.retention.min_at_risk))
    needed = ripe_days(stays, rules)
    reached = {name: _reached(stays.of(np.flatnonzero(names == name)), rules) for name in sorted(set(names))}
    names = names.where((names == UNKNOWN_NAME) | (names.map(reached) >= needed), POOLED_NAME)
    named = sorted(set(names) - {POOLED_NAME, UNKNOWN_NAME})
    for name in [*named, *(ours for ours in (POOLED_NAME, UNKNOWN_NAME) if (names == ours).any())]:
        part = stays.of(np.flatnonzero(names == name))
        if _reached(part, rules) >= needed and came_by(part)[_reached(part, rules)] > 0:
            yield name, part


def _reached(stays: Stays, rules: Settings) -> int:
    """Return the last day of a group's curve, -1 where it has none."""
    told = window(stays, rules.retention.min_at_risk)
    return told[1] if told else -1


def _summary(stays: Stays, last: int, rules: Settings) -> dict[str, float]:
    curve = aalen_johansen(stays, _ENROLLED, last_day=last)
    low, high = curve.interval(rules.uncertainty.level)
    row = {
        "requests": len(stays.exit),
        "requests_enrolled": int(((stays.cause == _ENROLLED) & (stays.exit <= last)).sum()),
    }
    row |= {"enrolled_share": curve.value[-1], "enrolled_share_low": low[-1], "enrolled_share_high": high[-1]}
    median = _median(stays, last, rules)
    return row | dict(zip(("median_days", "median_days_low", "median_days_high"), median, strict=True))


def _median(stays: Stays, last: int, rules: Settings) -> tuple[float, float, float]:
    """Return the day by which half of those who come within the days have come, with its interval."""

    def half(rows: np.ndarray) -> float:
        share = came_by(stays.of(rows))[: last + 1]
        return float(np.argmax(share >= share[-1] / 2)) if share[-1] > 0 else np.nan

    sure = rules.uncertainty
    low, high = cluster_bootstrap(
        half, stays.cluster, level=sure.level, resamples=sure.bootstrap, seed=sure.seed
    )  # fmt: skip
    return half(np.arange(len(stays.exit))), float(low), float(high)


def _told(data: Data, rows: pd.DataFrame, stays: Stays) -> dict[str, Any]:
    _, short = set_aside(data)
    came_back = (stays.cause == _ENROLLED) & (_days_until_lost(rows) < stays.exit)
    told = {"lost": int((stays.cause == _LOST).sum()), "came_back": int(came_back.sum())}
    return {"level": data.settings.uncertainty.level, "known_to": data.as_of - timedelta(days=1), **told, **short}


def _caveats(data: Data, stays: Stays) -> tuple[str, ...]:
    short, _ = set_aside(data)
    return (*short, "funnel_dated_loss" if (stays.cause == _LOST).any() else "funnel_undated_loss")
