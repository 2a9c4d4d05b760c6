"""Which of the figures are more than chance makes of the usual?

Each period of each chart is looked at twice: alone, for jumps, and with those just before it, for lasting changes (an
EWMA). What is usual comes from a baseline that ends before these, of weeks in no holiday season. The false alerts of
all looks together are held below the share of months that the settings allow: by Bonferroni's inequality over charts,
whatever they have to do with each other, and by simulation over the looks at one chart.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from churnlab.improvement.monitoring.series import DAILY, WHOLE
from churnlab.settings import Settings
from churnlab.stats.detection import Chart
from churnlab.stats.dispersion import dispersion, drawn_together, freedom, likely_dispersions
from churnlab.stats.exceedance import Baseline, as_many, as_many_of_late

Floats = NDArray[np.float64]

WEEKS_A_MONTH = 365.25 / 12 / 7
_TEACHING_DAYS = 5  # at least, in a week of a baseline of days
_SURE = 0.8  # how surely slow swings are at least as large as they are taken for
# Two looks a week at one chart overlap: in a month they raise as many new alerts as so many separate looks. Simulated
# for 1 to 200 a week, one to eight campuses, variances of one to two and a half times the mean: 1 to 6.5.
_LOOKS_A_MONTH = 6.0
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
        The same for the look at all features on the first of a month, and for a month of the model's calibration.
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
        weekly=left / max(weeks * _LOOKS_A_MONTH, 1),
        daily=whole * rules.daily_share / max(7 * days * WEEKS_A_MONTH, 1),
        features=whole * rules.model_share / 2,
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


def standing(rows: pd.DataFrame, *, limits: Budget, settings: Settings) -> dict[str, Chart]:
    """Return by campus the weekly charts of one measure as they stand now, for ordinary weeks to come.

    Parameters
    ----------
    rows, limits, settings
        As for `judged`.

    Returns
    -------
    dict of str to Chart
        Campuses by name; those without a baseline yet, or without an ordinary week of late, are not here.
    """
    grid, rules = _grid(rows), settings.watching
    last = len(grid.periods) - 1
    stop, known = _baselines(last, grid, settings, is_daily=False)
    late = np.where(grid.usual[stop:], grid.exposure[stop:], np.nan)
    return {
        str(grid.campuses[column]): Chart(
            baseline=base, exposure=float(np.nanmean(late[:, column])), recent=last + 1 - stop, share=limits.weekly,
            smoothing=rules.smoothing_share,
        )
        for column, base in known.items() if not np.isnan(late[:, column]).all()
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grid:
    """The charts of one measure side by side: a row per period, a column per campus, 0 where not judged."""

    periods: pd.Index
    campuses: pd.Index
    counts: Floats
    exposure: Floats
    season: Floats
    usual: NDArray[np.bool_]
    judged: NDArray[np.bool_]


def _grid(rows: pd.DataFrame) -> _Grid:
    seen = rows[rows["is_judged"] & (rows["exposure"] > 0)]
    periods = pd.Index(np.sort(rows["period_on"].unique()))
    campuses = pd.Index(sorted(rows["campus"].unique()))
    wide = [
        seen.pivot(index="period_on", columns="campus", values=name)
        .reindex(index=periods, columns=campuses)
        .fillna(0.0)
        .to_numpy(dtype=float)
        for name in ("counted", "exposure", "season_error", "is_usual")
    ]
    counts, exposure, season, usual = wide
    judged = exposure > 0
    return _Grid(
        periods=periods, campuses=campuses, counts=counts, exposure=exposure, season=season,
        usual=judged & (usual > 0), judged=judged,
    )  # fmt: skip


def _at(place: int, grid: _Grid, limits: Budget, settings: Settings, *, is_daily: bool) -> list[dict[str, object]]:
    """Judge one period at all campuses where it is judged."""
    stop, known = _baselines(place, grid, settings, is_daily=is_daily)
    found: list[dict[str, object]] = []
    for column, base in known.items():
        if not grid.judged[place, column]:
            continue
        # A day is judged alone.
        late = np.arange(place if is_daily else stop, place + 1)
        late = late[grid.judged[late, column]]
        seen, over, season = (part[late, column] for part in (grid.counts, grid.exposure, grid.season))
        told = _judge(seen, over, season, base, limits, settings, is_daily=is_daily)
        since = grid.periods[int(late[told.pop("since")])]
        found.append({"campus": grid.campuses[column], "period_on": grid.periods[place], "since_on": since, **told})
    return found


def _baselines(place: int, grid: _Grid, settings: Settings, *, is_daily: bool) -> tuple[int, dict[int, Baseline]]:
    """Return where the recent periods begin, and by column what was usual before them, where that is known."""
    stop, before = _before(place, grid, settings, 7 if is_daily else 1)
    usual = grid.usual[before]
    enough = usual.sum(axis=0) >= settings.watching.least_baseline_weeks * (_TEACHING_DAYS if is_daily else 1)
    counts, under = (np.where(usual, part[before], 0.0) for part in (grid.counts, grid.exposure))
    spread = _spreads(counts, under, enough, np.asarray(grid.campuses == WHOLE))
    seen, over = counts.sum(axis=0), under.sum(axis=0)
    return stop, {
        column: Baseline(events=float(seen[column]), exposure=float(over[column]), dispersion=spread[column])
        for column in map(int, np.flatnonzero(enough))
    }


def _spreads(
    counts: Floats, exposure: Floats, enough: NDArray[np.bool_], whole: NDArray[np.bool_]
) -> dict[int, Floats]:
    """Return the likely dispersions of each column: campuses tell of each other's, their sum of its own."""
    found: dict[int, Floats] = {}
    for group in (enough & ~whole, enough & whole):
        columns = np.flatnonzero(group)
        if len(columns):
            spread = _spread(counts[:, columns], exposure[:, columns])
            found |= dict(zip(map(int, columns), spread, strict=True))
    return found


def _before(place: int, grid: _Grid, settings: Settings, length: int) -> tuple[int, slice]:
    """Return where the recent periods begin, and which periods before make the baseline.

    While less is held than a whole baseline before all the recent ones, half as many are recent: a chart starts sooner.
    """
    rules = settings.watching
    spare = (place + 1) // length - rules.baseline_weeks
    recent = min(rules.recent_weeks, max(spare, rules.recent_weeks // 2))
    stop = max(place - length * recent + 1, 0)
    told = np.flatnonzero(grid.usual[:stop].any(axis=1))[-length * rules.baseline_weeks :]
    return stop, slice(int(told[0]) if len(told) else stop, stop)


def _spread(counts: Floats, exposure: Floats) -> list[Floats]:
    """Return likely dispersions of each column: of single periods, or of sums over four where surely larger."""
    seen, under, columns = counts.sum(axis=0), exposure.sum(axis=0), range(counts.shape[1])
    expected = exposure * (seen + 0.5) / np.maximum(under, 1e-12)
    free = (expected > 0).sum(axis=0) - 1
    mean = expected.sum(axis=0) / (free + 1)
    own = np.array([dispersion(counts[:, column], expected[:, column], fitted=1) for column in columns])
    ratio, told = drawn_together(own, freedom(own, free, mean))
    likely = [likely_dispersions(ratio[column], told[column]) for column in columns]
    blocks = len(counts) // _BLOCK * _BLOCK
    sums = [part[:blocks].reshape(-1, _BLOCK, len(columns)).sum(axis=1) for part in (counts, expected)]
    slow, free_sums = (
        dispersion(sums[0], sums[1], fitted=len(columns), scale=ratio),
        int((sums[1] > 0).sum()) - len(columns),
    )
    if free_sums <= 0:
        return likely
    # Few sums are known, and the larger of two uncertain figures would be too large by chance alone: the lower limit.
    least = slow / (stats.chi2.ppf(_SURE, free_sums) / free_sums)
    return [np.maximum(values, scale * least) for values, scale in zip(likely, ratio, strict=True)]


def _judge(
    counts: Floats, exposure: Floats, season: Floats, base: Baseline, limits: Budget, settings: Settings, *,
    is_daily: bool,
) -> dict[str, Any]:  # fmt: skip
    level = settings.uncertainty.level
    p_late = as_many_of_late(counts, exposure, base, smoothing=settings.watching.smoothing_share, season=season)
    since = _began(counts, exposure * base.rate)
    after = exposure[since:].sum()
    erring = float(exposure[since:] @ season[since:]) / after
    low, high = (base.usual(after, side, season=erring) for side in ((1 - level) / 2, (1 + level) / 2))
    return {
        "counted": counts[-1],
        "expected": base.rate * exposure[-1],
        "high": base.usual(exposure[-1], 1 - (limits.daily if is_daily else limits.weekly), season=season[-1]),
        "p_value": as_many(counts[-1], exposure[-1], base, season=season[-1]),
        "late_p_value": 1.0 if is_daily else p_late,
        "since": since,
        "since_counted": counts[since:].sum(),
        "since_expected": base.rate * after,
        "since_expected_low": low,
        "since_expected_high": high,
    }


def _began(counts: Floats, expected: Floats) -> int:
    """Return where a rise most likely began: where the Poisson likelihood of a higher rate from there on is largest."""
    seen, mean = counts[::-1].cumsum()[::-1], expected[::-1].cumsum()[::-1]
    ratio = np.maximum(seen / np.maximum(mean, 1e-12), 1.0)
    gain = seen * np.log(ratio) - mean * (ratio - 1)
    return int(np.argmax(gain))
