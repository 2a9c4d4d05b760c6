"""How long do those who ask take to enrol?

Who has not enrolled yet may still, so a mean of those who did would be too short. The curve is the cumulative
incidence of enrolling: it takes those still deciding for what they are, and levels off at the share who come at all.
That somebody is lost would compete with it, but on which day is not on record, so nobody is taken for lost.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from churnlab.churn.caveats import set_aside
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.funnel.groups import ALL, grouped
from churnlab.churn.funnel.journeys import journeys
from churnlab.churn.funnel.ripeness import came_by, waiting
from churnlab.churn.groups import POOLED_NAME, UNKNOWN_NAME, refuse_ungrouped, spoken
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import cluster_bootstrap
from churnlab.stats.survival import Stays, aalen_johansen, window
from churnlab.tables.door import Data

_POINTS = 25
_WEEK = 7


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
        (Aalen–Johansen, by person), `still_deciding` (asked so long ago at least, and had not enrolled before). It is
        told while at least `retention.min_at_risk` are deciding. The fact `median_days` is the day by which half of
        those who come at all have come.

    Raises
    ------
    NotEnoughData
        If too few asked, or nobody enrolled.
    """
    rows, rules = _asked(data, campus), data.settings
    stays = waiting(data, rows, "enrolled")
    last = _last_day(stays, rules)
    curve = aalen_johansen(stays, 1, last_day=last)
    low, high = curve.interval(rules.uncertainty.level)
    step = _WEEK * -(-(last + 1) // (_WEEK * _POINTS))
    days = np.arange(0, last + 1, step)
    table = pd.DataFrame(
        {
            "days_since_asking": days,
            "enrolled_share": curve.value[days],
            "enrolled_share_low": low[days],
            "enrolled_share_high": high[days],
            "still_deciding": curve.at_risk[days],
        }
    )
    median = _median(stays, last, rules)
    facts = {"days": last, "share": curve.value[last], "share_low": low[last], "share_high": high[last]}
    facts |= dict(zip(("median_days", "median_days_low", "median_days_high"), median, strict=True))
    facts |= {"from_on": rows["asked_on"].min().date(), "to_on": rows["asked_on"].max().date()}
    facts |= {"asked": len(rows), "enrolled": int((stays.cause == 1).sum())} | _told(data)
    return Finding(key="churn.time_to_enrol", table=table, facts=facts, caveats=_caveats(data))


def time_to_enrol_by(data: Data, *, by: Literal["channel", "campus"] = "channel", campus: Campus = None) -> Finding:
    """Compare how long those who ask take to enrol, and how many come at all, by group.

    Parameters
    ----------
    data
        As for `time_to_enrol`.
    by : {"channel", "campus"}
        What tells groups apart; small ones are pooled.
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
    NotEnoughData
        As for `time_to_enrol`; or if nobody's group is recorded, or all are of one.
    """
    rows, rules = _asked(data, campus), data.settings
    refuse_ungrouped(rows, by, "student")
    stays = waiting(data, rows, "enrolled")
    parts = dict(_parts(rows[by], stays, rules))
    last = min(_last_day(part, rules) for part in parts.values())
    table = pd.DataFrame([_summary(part, last, rules) for part in parts.values()])
    table.insert(0, by, pd.Series([ALL, *(spoken(name) for name in [*parts][1:])], dtype=object))
    median = table["median_days"].iloc[1:]
    facts: dict[str, Any] = {"days": last, "groups": len(parts) - 1, "shortest": median.min(), "longest": median.max()}
    return Finding(key=f"churn.time_to_enrol_by_{by}", table=table, facts=facts | _told(data), caveats=_caveats(data))


def _asked(data: Data, campus: Campus) -> pd.DataFrame:
    rows = chosen(journeys(data), campus)
    # The experience of the latest period, and of those before it who were still deciding when it began.
    rules = data.settings.funnel
    since = pd.Timestamp(data.as_of) - pd.Timedelta(days=rules.period_days + rules.longest_days)
    rows = rows[~rows["was_student"] & (rows["asked_on"] >= since)].reset_index(drop=True)
    if len(rows) < data.settings.uncertainty.min_group:
        raise NotEnoughData("funnel.too_few", asked=len(rows), needed=data.settings.uncertainty.min_group, days=0)
    return rows


def _last_day(stays: Stays, rules: Settings) -> int:
    told = window(stays, rules.retention.min_at_risk)
    if told is None:
        raise NotEnoughData("funnel.too_few", asked=len(stays.exit), needed=rules.retention.min_at_risk, days=0)
    if not (stays.cause == 1).any():
        raise NotEnoughData("funnel.nobody_came", asked=len(stays.exit))
    return told[1]


def _parts(group: pd.Series, stays: Stays, rules: Settings) -> Iterator[tuple[str, Stays]]:
    """Take apart the groups that have enough at risk for a curve and somebody who came, all together first."""
    yield "", stays
    names = grouped(group, max(rules.uncertainty.min_group, rules.retention.min_at_risk))
    named = sorted(set(names) - {POOLED_NAME, UNKNOWN_NAME})
    for name in [*named, *(ours for ours in (POOLED_NAME, UNKNOWN_NAME) if (names == ours).any())]:
        part = stays.of(np.flatnonzero(names == name))
        told = window(part, rules.retention.min_at_risk)
        if told and came_by(part)[told[1]] > 0:
            yield name, part


def _summary(stays: Stays, last: int, rules: Settings) -> dict[str, float]:
    curve = aalen_johansen(stays, 1, last_day=last)
    low, high = curve.interval(rules.uncertainty.level)
    row = {"requests": len(stays.exit), "requests_enrolled": int(((stays.cause == 1) & (stays.exit <= last)).sum())}
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


def _told(data: Data) -> dict[str, Any]:
    _, short = set_aside(data)
    return {"level": data.settings.uncertainty.level, "known_to": data.as_of - timedelta(days=1), **short}


def _caveats(data: Data) -> tuple[str, ...]:
    short, _ = set_aside(data)
    return (*short, "funnel_undated_loss")
