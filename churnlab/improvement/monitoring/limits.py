"""Which of the figures are more than chance makes of the usual?

Each period of each chart is looked at twice: alone, for jumps, and with those just before it, for lasting changes (an
EWMA). What is usual comes from a baseline that ends before these. The false alerts of all looks together are held below
the share of months that the settings allow: by Bonferroni's inequality, whatever the looks have to do with each other.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from churnlab.improvement.monitoring.series import DAILY
from churnlab.settings import Settings
from churnlab.stats.control_charts import laney_spread
from churnlab.stats.exceedance import Baseline, as_many, as_many_of_late, dispersion

Floats = NDArray[np.float64]

WEEKS_A_MONTH = 365.25 / 12 / 7
_TEACHING_DAYS = 5  # at least, in a week of a baseline of days
_SURE = 0.8  # how surely slow swings are at least as large as they are taken for
# An average hardly moves in a week: four and a third looks at it raise no more alerts than so many separate ones.
_LATE_LOOKS = 2.5
_BLOCK = 4  # weeks, or days, whose sums tell of slow swings
_COLUMNS = (
    "watch_measure", "campus", "period_on", "counted", "expected", "high", "p_value", "late_p_value", "since_on",
    "since_counted", "since_expected", "since_expected_low", "since_expected_high",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How unlikely a look must be to raise an alert.

    Attributes
    ----------
    weekly, daily : float
        The probability below which a look at a weekly or daily chart raises one.
    features, calibration : float
        The same for one look at all features, and for one month of the model's calibration.
    charts : int
        How many charts there are.
    """

    weekly: float
    daily: float
    features: float
    calibration: float
    charts: int


def budget(rows: pd.DataFrame, settings: Settings) -> Budget:
    """Share out the false alerts that a month may have over all looks of a month.

    Parameters
    ----------
    rows : pandas.DataFrame
        The series of all campuses, as `watched` gathers them.
    settings : Settings
        `watching`.
    """
    rules = settings.watching
    charts = rows.drop_duplicates(["watch_measure", "campus"])["watch_measure"]
    days, weeks = int((charts == DAILY).sum()), int((charts != DAILY).sum())
    whole = rules.false_alarm_share
    left = whole * (1 - rules.daily_share - rules.model_share)
    return Budget(
        weekly=left / max(weeks * (WEEKS_A_MONTH + _LATE_LOOKS), 1),
        daily=whole * rules.daily_share / max(7 * days * WEEKS_A_MONTH, 1),
        features=whole * rules.model_share / 2 / WEEKS_A_MONTH,
        calibration=whole * rules.model_share / 2,
        charts=weeks + days,
    )


def judged(rows: pd.DataFrame, *, limits: Budget, settings: Settings, periods: int) -> pd.DataFrame:
    """Judge the last periods of the charts of one measure, each by the baseline before it.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of one measure, as `watched` gathers them.
    limits : Budget
        From `budget`.
    settings : Settings
        `watching`, and `uncertainty.level` for the ranges.
    periods : int
        How many of the last periods.

    Returns
    -------
    pandas.DataFrame
        One row per campus and judged period, in order of time: `counted`, `expected`, `high` (the count above which a
        period alone raises an alert), `p_value` of the period alone, `late_p_value` with those before it (1 by day),
        `since_on` (where a change most likely began, within the last `recent_weeks`), and from then on
        `since_counted` beside `since_expected` with its range.
    """
    name = str(rows["watch_measure"].iloc[0])
    grid = _grid(rows)
    found = []
    for place in range(max(len(grid.periods) - periods, 0), len(grid.periods)):
        found += _at(place, grid, limits, settings, is_daily=name == DAILY)
    return pd.DataFrame(found, columns=list(_COLUMNS[1:])).assign(watch_measure=name)[list(_COLUMNS)]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grid:
    """The charts of one measure side by side: a row per period, a column per campus, 0 where not usual."""

    periods: pd.Index
    campuses: pd.Index
    counts: Floats
    exposure: Floats
    usual: NDArray[np.bool_]


def _grid(rows: pd.DataFrame) -> _Grid:
    usual = rows[rows["is_usual"] & (rows["exposure"] > 0)]
    periods = pd.Index(np.sort(rows["period_on"].unique()))
    campuses = pd.Index(sorted(rows["campus"].unique()))
    wide = [
        usual.pivot(index="period_on", columns="campus", values=name)
        .reindex(index=periods, columns=campuses)
        .fillna(0.0)
        for name in ("counted", "exposure")
    ]
    counts, exposure = (part.to_numpy(dtype=float) for part in wide)
    return _Grid(periods=periods, campuses=campuses, counts=counts, exposure=exposure, usual=exposure > 0)


def _at(place: int, grid: _Grid, limits: Budget, settings: Settings, *, is_daily: bool) -> list[dict[str, object]]:
    """Judge one period at all campuses where it is usual."""
    rules, length = settings.watching, 7 if is_daily else 1
    stop = max(place - length * rules.recent_weeks + 1, 0)
    before = slice(max(stop - length * rules.baseline_weeks, 0), stop)
    enough = grid.usual[before].sum(axis=0) >= rules.least_baseline_weeks * (_TEACHING_DAYS if is_daily else 1)
    if not enough.any():
        return []
    spread = _spread(grid.counts[before][:, enough], grid.exposure[before][:, enough])
    found: list[dict[str, object]] = []
    for column in map(int, np.flatnonzero(grid.usual[place] & enough)):
        events, exposure = grid.counts[before, column].sum(), grid.exposure[before, column].sum()
        base = Baseline(events=events, exposure=exposure, dispersion=spread)
        # A day is judged alone.
        late = np.arange(place if is_daily else stop, place + 1)
        late = late[grid.usual[late, column]]
        told = _judge(grid.counts[late, column], grid.exposure[late, column], base, limits, settings, is_daily=is_daily)
        since = grid.periods[int(late[told.pop("since")])]
        found.append({"campus": grid.campuses[column], "period_on": grid.periods[place], "since_on": since, **told})
    return found


def _spread(counts: Floats, exposure: Floats) -> float:
    """Return the dispersion of the baseline: from week to week after Laney, or of sums over four if surely larger."""
    seen, under = counts.sum(axis=0), exposure.sum(axis=0)
    expected = exposure * (seen + 0.5) / np.maximum(under, 1e-12)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = np.where(expected > 0, (counts - expected) / np.sqrt(expected), np.nan)
    short = [laney_spread(scores[:, column]) ** 2 for column in range(scores.shape[1])]
    from_week_to_week = max([1.0 + 1e-9, *([float(np.mean(short))] if len(scores) > 1 and short else [])])
    blocks = len(counts) // _BLOCK * _BLOCK
    sums = [part[:blocks].reshape(-1, _BLOCK, part.shape[1]).sum(axis=1) for part in (counts, expected)]
    slow, free = dispersion(*sums, fitted=counts.shape[1]), int((sums[1] > 0).sum()) - counts.shape[1]
    # Few sums are known, and the larger of two uncertain figures would be too large by chance alone: the lower limit.
    chance = stats.chi2.ppf(_SURE, max(free, 1)) / max(free, 1)
    return max(from_week_to_week, slow / chance) if free > 0 else from_week_to_week


def _judge(
    counts: Floats, exposure: Floats, base: Baseline, limits: Budget, settings: Settings, *, is_daily: bool
) -> dict[str, Any]:
    level = settings.uncertainty.level
    coming = base.coming(exposure[-1])
    p_late = as_many_of_late(counts, exposure, base, smoothing=settings.watching.smoothing_share)
    since = _began(counts, exposure * base.rate)
    after = base.coming(exposure[since:].sum())
    return {
        "counted": counts[-1],
        "expected": base.rate * exposure[-1],
        "high": float(coming.isf(limits.daily if is_daily else limits.weekly)),
        "p_value": as_many(counts[-1], exposure[-1], base),
        "late_p_value": 1.0 if is_daily else p_late,
        "since": since,
        "since_counted": counts[since:].sum(),
        "since_expected": base.rate * exposure[since:].sum(),
        "since_expected_low": float(after.ppf((1 - level) / 2)),
        "since_expected_high": float(after.ppf((1 + level) / 2)),
    }


def _began(counts: Floats, expected: Floats) -> int:
    """Return where a rise most likely began: where the Poisson likelihood of a higher rate from there on is largest."""
    seen, mean = counts[::-1].cumsum()[::-1], expected[::-1].cumsum()[::-1]
    ratio = np.maximum(seen / np.maximum(mean, 1e-12), 1.0)
    gain = seen * np.log(ratio) - mean * (ratio - 1)
    return int(np.argmax(gain))
