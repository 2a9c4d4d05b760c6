"""What did a treatment do that came to some early, to others late?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, t

from churnlab.stats.intervals import normal_quantile

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Comparison = Literal["never", "not_yet"]

# An error below this share of the outcome is rounding: nothing varies.
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Staggered:
    """Effects of a treatment with several starts.

    Attributes
    ----------
    overall : pandas.Series
        Mean over all treated units and periods: `effect`, `error`, `degrees_of_freedom`, `low`, `high`.
    by_event_time : pandas.DataFrame
        A row for each distance from the start, in periods of the panel (0 is the first treated): `event_time`, as of
        `overall`, and `band_low`, `band_high`, which hold all distances at once. At −1, the base, the effect is 0
        without error.
    by_start : pandas.DataFrame
        A row for each start: `start`, `units`, and as of `overall`; the mean over the group's periods.
    cells : pandas.DataFrame
        A row for each start and period but the base: `start`, `period`, `event_time`, and as of `overall`.
    never_units : int
        Units without a start within the panel.
    left_out : int
        Units left out: without a row in every period, treated from the first period on, or of a start that fewer than
        two clusters share.
    """

    overall: pd.Series
    by_event_time: pd.DataFrame
    by_start: pd.DataFrame
    cells: pd.DataFrame
    never_units: int
    left_out: int


@dataclass(frozen=True, kw_only=True, eq=False)
class _Panel:
    """Units by periods, with the number of the period in which each starts; as many as there are periods if never."""

    outcome: Floats
    start: Codes
    clusters: Codes
    periods: pd.Index


@dataclass(frozen=True, kw_only=True, eq=False)
class _Effects:
    """Effects, what each unit adds to them (units by effects), and degrees of freedom, of either side."""

    effect: Floats
    influence: Floats
    treated: Floats
    others: Floats


def group_time_effects(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    start: str,
    comparison: Comparison,
    level: float,
    draws: int,
    rng: np.random.Generator,
    clusters: str | None = None,
) -> Staggered:
    """Estimate the effect of each start in each period against units not treated by then, and average.

    Each group that starts together is compared, from the last period before its start, with units that never start or
    have not started yet; no unit already treated ever serves as a comparison, which is what gives two-way fixed effects
    wrong weights and even wrong signs. Read the band, not the single intervals, to say when an effect began, and the
    event times before −1 as a check: they should be 0. It takes all as changing alike without treatment, and nobody as
    changing before the start. Errors are by clusters and rest on their number: with fewer than some ten treated, or ten
    to compare with, they are rough. `not_yet` uses more data; `never` does not lean on the late starters.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per unit and period.
    unit, period, outcome : str
        Columns: whose row, of when (any that sort), how much (finite).
    start : str
        Column: from when on the unit is treated, in all its rows; NaN if never. Between two periods counts as the
        second, after the last as never.
    comparison : {"never", "not_yet"}
        With whom.
    level : float
        Coverage of the intervals, and of the band, between 0 and 1.
    draws : int
        Of the multiplier bootstrap, for the band.
    rng : numpy.random.Generator
        Draws.
    clusters : str, optional
        Column of what units belong to; default: each unit by itself.

    Raises
    ------
    ValueError
        Where a unit has two rows of a period, or starts twice; where the outcome is not finite; where no two clusters
        start together, or fewer than two are there to compare them with. Where nothing varies errors are NaN.

    References
    ----------
    Callaway B, Sant'Anna P H C, J Econometrics 2021;225:200–230: formulas 2.8 and 2.9 without covariates, section 3
    for the averages, theorems 2 and 3 and algorithm 1 for the errors and the band. Wrong weights: Goodman-Bacon A,
    J Econometrics 2021;225:254–277. Variances within a group have one less for a divisor, and t the degrees of freedom
    of the smaller side, so that small groups are not taken for sure.
    """
    wide = _wide(panel, unit, period, outcome, start, clusters)
    pairs, units = _pairs(wide, comparison), np.bincount(wide.start, minlength=len(wide.periods) + 1)
    first, at = (np.array(numbers, dtype=np.intp) for numbers in zip(*pairs, strict=True))
    cells = _cells(wide, pairs, comparison)
    times, groups, after = np.unique(at - first), np.unique(first), at >= first
    by_time = _averages(wide, cells, first, [at - first == time for time in times])
    by_start = _averages(wide, cells, first, [after & (first == group) for group in groups])
    overall = _averages(wide, cells, first, [after])
    moments = pd.concat([_table(wide, by_time, level), _band(wide, by_time, level, draws, rng)], axis=1)
    moments.insert(0, "event_time", times)
    base = pd.DataFrame({"event_time": [-1], "effect": [0.0]})
    begun = pd.DataFrame({"start": wide.periods[groups], "units": units[groups]})
    shown = pd.DataFrame({"start": wide.periods[first], "period": wide.periods[at], "event_time": at - first})
    return Staggered(
        overall=_table(wide, overall, level).iloc[0].rename("overall"),
        by_event_time=pd.concat([moments, base]).sort_values("event_time", ignore_index=True),
        by_start=pd.concat([begun, _table(wide, by_start, level)], axis=1),
        cells=pd.concat([shown, _table(wide, cells, level)], axis=1),
        never_units=int(units[-1]),
        left_out=int(panel[unit].nunique() - len(wide.start)),
    )


def _wide(panel: pd.DataFrame, unit: str, period: str, outcome: str, start: str, clusters: str | None) -> _Panel:
    if panel.duplicated([unit, period]).any():
        raise ValueError("a unit has two rows of one period")
    for column in filter(None, (start, clusters)):
        if panel.groupby(unit, observed=True)[column].nunique(dropna=False).gt(1).any():
            raise ValueError(f"{column} is not the same in all rows of one unit")
    if not np.isfinite(panel[outcome].to_numpy(dtype=float)).all():
        raise ValueError("the outcome must be finite")
    values = panel.pivot(index=unit, columns=period, values=outcome).dropna()
    own = panel.drop_duplicates(unit).set_index(unit).loc[values.index]
    begins = np.full(len(values), len(values.columns), dtype=np.intp)
    known = own[start].notna().to_numpy()
    begins[known] = values.columns.searchsorted(own[start][known])
    codes = pd.factorize(own[clusters] if clusters else values.index)[0]
    together = pd.Series(codes).groupby(begins).transform("nunique").to_numpy()
    # A group that is alone in its cluster shows no spread; those there from the first period on show no change.
    kept = (begins == len(values.columns)) | ((begins > 0) & (together > 1))
    return _Panel(
        outcome=values.to_numpy(dtype=float)[kept],
        start=begins[kept],
        clusters=pd.factorize(codes[kept])[0],
        periods=values.columns,
    )


def _comparison(wide: _Panel, first: int, at: int, comparison: Comparison) -> NDArray[np.bool_]:
    """Return which units serve as a comparison: none that is treated by then, or at the base."""
    if comparison == "never":
        return wide.start == len(wide.periods)
    return (wide.start > max(at, first - 1)) & (wide.start != first)


def _pairs(wide: _Panel, comparison: Comparison) -> list[tuple[int, int]]:
    """Return the starts and periods that have an effect to be told."""
    starts = [int(first) for first in np.unique(wide.start) if first < len(wide.periods)]
    pairs = [
        (first, at)
        for first in starts
        for at in range(len(wide.periods))
        if at != first - 1 and _many(wide, _comparison(wide, first, at, comparison)) > 1
    ]
    if not any(at >= first for first, at in pairs):
        raise ValueError("no two clusters start together, or fewer than two are there to compare them with")
    return pairs


def _many(wide: _Panel, rows: NDArray[np.bool_]) -> int:
    """Return to how many clusters these units belong."""
    return len(np.unique(wide.clusters[rows]))


def _cells(wide: _Panel, pairs: list[tuple[int, int]], comparison: Comparison) -> _Effects:
    n = len(wide.start)
    effect, clusters, influence = np.empty(len(pairs)), np.empty((2, len(pairs))), np.zeros((n, len(pairs)))
    for cell, (first, at) in enumerate(pairs):
        change = wide.outcome[:, at] - wide.outcome[:, first - 1]
        treated, others = wide.start == first, _comparison(wide, first, at, comparison)
        effect[cell] = change[treated].mean() - change[others].mean()
        for side, (rows, sign) in enumerate(((treated, 1.0), (others, -1.0))):
            clusters[side, cell] = many = _many(wide, rows)
            weight = sign * n / rows.sum() * np.sqrt(many / (many - 1))
            influence[rows, cell] = weight * (change[rows] - change[rows].mean())
    return _Effects(effect=effect, influence=influence, treated=clusters[0] - 1, others=clusters[1] - 1)


def _averages(wide: _Panel, cells: _Effects, first: Codes, chosen: list[NDArray[np.bool_]]) -> _Effects:
    """Average the cells chosen, each group as heavy as it is large; that sizes are drawn too is in the influence."""
    effect, freedom, influence = (
        np.empty(len(chosen)),
        np.empty((2, len(chosen))),
        np.empty((len(wide.start), len(chosen))),
    )
    for column, rows in enumerate(chosen):
        own = (wide.start[:, None] == first[rows]).astype(float)
        share = own.mean(axis=0)
        weight = share / share.sum()
        effect[column] = weight @ cells.effect[rows]
        drawn = (own - share) @ (cells.effect[rows] - effect[column]) / share.sum()
        influence[:, column] = cells.influence[:, rows] @ weight + drawn
        once = np.unique(first[rows], return_index=True)[1]
        freedom[:, column] = cells.treated[rows][once].sum(), cells.others[rows].min()
    return _Effects(effect=effect, influence=influence, treated=freedom[0], others=freedom[1])


def _spread(wide: _Panel, effects: _Effects) -> tuple[Floats, Floats]:
    """Return what each cluster adds to each effect, and the standard errors."""
    sums = np.zeros((wide.clusters.max() + 1, len(effects.effect)))
    np.add.at(sums, wide.clusters, effects.influence / len(wide.start))
    error = np.sqrt((sums**2).sum(axis=0))
    return sums, np.where(error > _ROUNDING * np.abs(wide.outcome).max(), error, np.nan)


def _table(wide: _Panel, effects: _Effects, level: float) -> pd.DataFrame:
    error, freedom = _spread(wide, effects)[1], np.minimum(effects.treated, effects.others)
    half = t.ppf((1 + level) / 2, freedom) * error
    return pd.DataFrame({
        "effect": effects.effect,
        "error": error,
        "degrees_of_freedom": freedom,
        "low": effects.effect - half,
        "high": effects.effect + half,
    })  # fmt: skip


def _band(wide: _Panel, effects: _Effects, level: float, draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the band that holds all effects at once: as many errors wide as the largest of them needs.

    Where few clusters tell, an effect gets as many of Student's t as cover what these many errors would of a normal.
    """
    sums, error = _spread(wide, effects)
    drawn = np.abs(rng.choice([-1.0, 1.0], (draws, len(sums))) @ sums)
    known = np.isfinite(error)
    largest = (drawn[:, known] / error[known]).max(axis=1, initial=0.0)
    wide_enough = max(float(np.quantile(largest, level)), normal_quantile(level))
    half = t.isf(norm.sf(wide_enough), np.minimum(effects.treated, effects.others)) * error
    return pd.DataFrame({"band_low": effects.effect - half, "band_high": effects.effect + half})
