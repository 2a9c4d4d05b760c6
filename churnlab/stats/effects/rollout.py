"""What did a treatment do in the mean unit and period that had it, wherever and whenever it came?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from churnlab.stats.effects.regression import least_squares

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
_NOTHING = (float("nan"),) * 6
_EVENTS = ["event_time", "effect", "low", "high", "units"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rollout:
    """An effect over all treated units and periods that could be compared.

    Attributes
    ----------
    effect, error, degrees_of_freedom, low, high, p_value : float
        Mean over treated units and periods, each as heavy as its weight; errors by clusters, CR2, with Satterthwaite's
        degrees of freedom. All but the effect are NaN where one side has a single cluster, or nothing varies.
    by_event_time : pandas.DataFrame
        A row for each distance from the start, in periods that the panel has (0: the first treated; −1: the last
        before): `event_time`, `effect` (against the unit's own mean before), `low`, `high`, `units` (treated).
    slope, slope_p, detectable_slope : float
        How much further the treated went each period before the start than those beside them; that this is 0; and the
        least slope that the test finds with the power asked for. NaN where it could not be tested.
    told : numpy.ndarray of bool, shape (rows of the panel,)
        The treated rows that the effect is a mean of.
    treated_clusters, other_clusters : int
        Clusters that had the treatment in these rows, and that stood beside them untreated.
    """

    effect: float
    error: float
    degrees_of_freedom: float
    low: float
    high: float
    p_value: float
    by_event_time: pd.DataFrame
    slope: float
    slope_p: float
    detectable_slope: float
    told: NDArray[np.bool_]
    treated_clusters: int
    other_clusters: int


def rollout_effect(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    start: str,
    level: float,
    leads: int,
    power: float,
    weights: str | None = None,
    clusters: str | None = None,
) -> Rollout:
    """Estimate the mean effect over treated units and periods: stacked differences in differences.

    Each unit is held against its own mean before. All that start together are set beside the units that have not
    started by the period looked at, which count together as much as the treated beside them; so groups stand one above
    the other and no treated unit ever serves as a comparison. Rows may be missing: a unit counts in the periods that it
    has, if it has one before. With one start and all rows there, it is the difference in differences. It takes all as
    changing alike without treatment, and nobody as changing before the start.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per unit and period.
    unit, period, outcome : str
        Columns: whose row, of when (any that sort), how much (finite).
    start : str
        Column: from which period on the unit is treated, in all its rows; NaN if never.
    level : float
        Coverage of the intervals, between 0 and 1; 1 − level is that of the test of the slope, too.
    leads : int
        How many periods before the start the slope is looked for in, at least 2.
    power : float
        Of finding `detectable_slope`.
    weights : str, optional
        Column: how heavy a row is, above 0; default: all alike.
    clusters : str, optional
        Column of what units belong to; default: each unit by itself.

    Raises
    ------
    ValueError
        Where a unit has two rows of a period, or starts twice; where no treated row has one beside it.

    References
    ----------
    Cengiz D, Dube A, Lindner A, Zipperer B, Q J Econ 2019;134:1405–1454, appendix D, with the weights of Wing C,
    Freedman S M, Hollingsworth A, NBER working paper 32054 (2024), section 4, here by row, so that the mean is over
    treated rows. Errors: see `least_squares`. Least slope: Bloom H S, Evaluation Review 1995;19:547–556.
    """
    assert leads >= 2, leads
    wide = _wide(panel, unit, period, outcome, start, weights, clusters)
    stack = _stacked(wide)
    after, before = stack[stack["event_time"] >= 0], stack[stack["event_time"].between(-leads, -1)]
    if after.empty:
        raise ValueError("no treated row has untreated ones beside it")
    sides = after.groupby("treated")["cluster"].nunique()
    events = [_event(rows, level) for _, rows in stack.groupby("event_time", sort=True)]
    told = after[after["treated"] == 1.0]
    keys = pd.MultiIndex.from_arrays([wide.units[told["unit"]], wide.periods[told["at"]]])
    found, trend = _estimate(after, ["treated"], level), _slope(before, level, power)
    return Rollout(
        effect=found[0], error=found[1], degrees_of_freedom=found[2], low=found[3], high=found[4], p_value=found[5],
        by_event_time=pd.DataFrame(events, columns=_EVENTS),
        slope=trend[0], slope_p=trend[1], detectable_slope=trend[2],
        told=np.asarray(pd.MultiIndex.from_frame(panel[[unit, period]]).isin(keys)),
        treated_clusters=int(sides[1.0]), other_clusters=int(sides[0.0]),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class _Wide:
    """Units by periods; weights are 0 where there is no row, starts the number of the first treated period."""

    outcome: Floats
    weight: Floats
    start: Codes
    cluster: Codes
    units: pd.Index
    periods: pd.Index


def _wide(
    panel: pd.DataFrame, unit: str, period: str, outcome: str, start: str, weights: str | None, clusters: str | None
) -> _Wide:
    if panel.duplicated([unit, period]).any():
        raise ValueError("a unit has two rows of one period")
    for column in filter(None, (start, clusters)):
        if panel.groupby(unit, observed=True)[column].nunique(dropna=False).gt(1).any():
            raise ValueError(f"{column} is not the same in all rows of one unit")
    rows = panel.assign(_weight=panel[weights].astype(float) if weights else 1.0)
    values = rows.pivot(index=unit, columns=period, values=outcome)
    heavy = rows.pivot(index=unit, columns=period, values="_weight").fillna(0.0).to_numpy(dtype=float)
    own = panel.drop_duplicates(unit).set_index(unit).loc[values.index]
    begins = np.full(len(values), len(values.columns), dtype=np.intp)
    known = own[start].notna().to_numpy()
    begins[known] = values.columns.searchsorted(own.loc[known, start])
    return _Wide(
        outcome=values.fillna(0.0).to_numpy(dtype=float), weight=heavy, start=begins,
        cluster=pd.factorize(own[clusters] if clusters else values.index)[0], units=values.index,
        periods=values.columns,
    )  # fmt: skip


def _stacked(wide: _Wide) -> pd.DataFrame:
    """Return a row for each unit, group that starts together and period: `moved` from its own mean before."""
    many = len(wide.periods)
    total = np.cumsum(wide.weight * wide.outcome, axis=1)
    heavy = np.cumsum(wide.weight, axis=1)
    parts = []
    for first in np.unique(wide.start[(wide.start > 0) & (wide.start < many)]):
        has_base = heavy[:, first - 1] > 0
        base = np.divide(total[:, first - 1], heavy[:, first - 1], out=np.zeros(len(heavy)), where=has_base)
        treated = wide.start == first
        unit, at = np.nonzero(
            (wide.weight > 0) & has_base[:, None] & (treated[:, None] | (wide.start[:, None] > np.arange(many)))
        )
        # A unit that starts later is a comparison up to its start; one that started earlier never.
        kept = treated[unit] | (wide.start[unit] > first)
        unit, at = unit[kept], at[kept]
        parts.append(pd.DataFrame({
            "unit": unit, "at": at, "cluster": wide.cluster[unit], "group": first, "event_time": at - first,
            "treated": treated[unit].astype(float), "weight": wide.weight[unit, at],
            "moved": wide.outcome[unit, at] - base[unit],
        }))  # fmt: skip
    if not parts:
        raise ValueError("no treated row has untreated ones beside it")
    return _balanced(pd.concat(parts, ignore_index=True))


def _balanced(stack: pd.DataFrame) -> pd.DataFrame:
    """Let the untreated beside the treated of a group and period count as much as these; leave out who is alone."""
    cell = [stack["group"], stack["at"]]
    treated = (stack["weight"] * stack["treated"]).groupby(cell).transform("sum")
    others = (stack["weight"] * (1 - stack["treated"])).groupby(cell).transform("sum")
    share = np.where(stack["treated"] == 1.0, 1.0, treated / others.where(others > 0, 1.0))
    return stack.assign(heavy=stack["weight"] * share)[(treated > 0) & (others > 0)]


def _event(rows: pd.DataFrame, level: float) -> tuple[float, ...]:
    effect, _, _, low, high, _ = _estimate(rows, ["treated"], level)
    units = rows.loc[rows["treated"] == 1.0, "unit"].nunique()
    return float(rows["event_time"].iloc[0]), effect, low, high, float(units)


def _estimate(rows: pd.DataFrame, columns: list[str], level: float) -> tuple[float, ...]:
    """Return the last column's effect, error, degrees of freedom, interval and p-value, within group and period."""
    sides = rows.groupby("treated")["cluster"].nunique()
    # What is alike in all its regressors is one row, as heavy as all of them: that changes neither effect nor error.
    keys = ["cluster", "group", "at", *columns]
    summed = rows.assign(moved=rows["moved"] * rows["heavy"]).groupby(keys, as_index=False)[["moved", "heavy"]].sum()
    outcome = summed["moved"] / summed["heavy"]
    cells = pd.get_dummies(summed["group"] * rows["at"].max() * 2 + summed["at"], dtype=float)
    design = pd.concat([cells.add_prefix("cell "), summed[columns]], axis=1)
    if len(sides) < 2 or sides.min() < 2 or len(design) <= design.shape[1]:
        only = np.average(rows["moved"], weights=rows["heavy"] * rows["treated"]) if len(sides) > 1 else np.nan
        beside = np.average(rows["moved"], weights=rows["heavy"] * (1 - rows["treated"])) if len(sides) > 1 else np.nan
        return (float(only - beside), *_NOTHING[1:])
    fit = least_squares(outcome, design, variance="cr2", clusters=summed["cluster"], weights=summed["heavy"])
    effect, error, freedom = (float(one[-1]) for one in (fit.coefficients, fit.standard_errors, fit.degrees_of_freedom))
    if rows["group"].nunique() > 1:
        # One cluster stands in several cells, on both sides at times, which Satterthwaite's formula takes for more.
        freedom = min(freedom, float(sides.min()) - 1)
    half = float(t.ppf((1 + level) / 2, freedom)) * error
    return effect, error, freedom, effect - half, effect + half, float(2 * t.sf(abs(effect) / error, freedom))


def _slope(before: pd.DataFrame, level: float, power: float) -> tuple[float, float, float]:
    """Return the slope of the treated beside the others before the start, its p-value, and the least slope found."""
    if before.groupby("treated")["event_time"].nunique().reindex([0.0, 1.0]).fillna(0).min() < 2:
        return (np.nan,) * 3
    rows = before.assign(slope=before["treated"] * before["event_time"])
    if min(rows.groupby("treated")["cluster"].nunique()) < 2:
        return (np.nan,) * 3
    slope, error, freedom, _, _, p = _estimate(rows, ["treated", "slope"], level)
    least = error * (t.ppf((1 + level) / 2, freedom) + t.ppf(power, freedom))
    return slope, p, float(least)
