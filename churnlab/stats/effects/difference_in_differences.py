"""Did those who were trained change more than those who were not?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.effects.regression import least_squares

Floats = NDArray[np.float64]

# What is left of a unit's rows without its mean, below this share of their size, is rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class DifferenceInDifferences:
    """How much more the treated changed.

    Attributes
    ----------
    effect : float
        In units of the outcome.
    error : float
        Its standard error, by clusters.
    low, high : float
        Ends of its interval.
    p_value : float
        Two-sided, of no effect.
    degrees_of_freedom : float
        Of Student's t; below 4, too few clusters tell of the effect.
    treated_clusters, control_clusters : int
        How many have treated units, and how many have others.
    means : pandas.DataFrame
        A row for each of the four cells: `treated`, `after`, `rows`, `units`, `mean`.
    """

    effect: float
    error: float
    low: float
    high: float
    p_value: float
    degrees_of_freedom: float
    treated_clusters: int
    control_clusters: int
    means: pd.DataFrame


@dataclass(frozen=True, kw_only=True, eq=False)
class Within:
    """A panel without what its units have of their own.

    Attributes
    ----------
    outcome : numpy.ndarray, shape (n,)
        Each row less its unit's mean.
    design : pandas.DataFrame, shape (n, p)
        "effect", which is 1 for a treated unit's rows after the start, then the periods but the first; each less its
        unit's mean.
    clusters : numpy.ndarray, shape (n,)
        Whose row it is.
    treated : numpy.ndarray of bool, shape (n,)
        Whether it is a treated unit's.
    after : numpy.ndarray of bool, shape (n,)
        Whether it is of a period after the start.
    weights : numpy.ndarray, shape (n,), optional
        How much each row counts; None: all alike.
    """

    outcome: Floats
    design: pd.DataFrame
    clusters: NDArray[np.object_]
    treated: NDArray[np.bool_]
    after: NDArray[np.bool_]
    weights: Floats | None = None


def difference_in_differences(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    treated: str,
    after: str,
    level: float,
    clusters: str | None = None,
    weights: str | None = None,
) -> DifferenceInDifferences:
    """Compare the change of the treated with the change of the others, each unit and each period with its own level.

    Errors are by clusters, CR2 with Satterthwaite's degrees of freedom: right with few, wider than need be with two or
    three treated. Read the effect as caused only
    if both kinds would have gone alike without it, which no number here can prove: see `event_study` for what the
    periods before tell. All treated units must start together; where they do not, this average has wrong weights, even
    wrong signs, and `group_time_effects` is to be asked.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per unit and period; units may lack periods.
    unit, period, outcome : str
        Columns: whose row, of when, how much (finite).
    treated : str
        Column of bool: whether the unit is of those treated, in all its rows.
    after : str
        Column of bool: whether the period is after the start, for all units.
    level : float
        Coverage of the interval, between 0 and 1.
    clusters : str, optional
        Column of what units belong to, as a campus, where units of one are treated or measured together; default: each
        unit by itself.
    weights : str, optional
        Column of how much a row counts, above 0, as the denominator of a share; default: all alike.

    Raises
    ------
    ValueError
        Where one of the four cells is empty; where fewer than two clusters have treated units, or others; where a unit
        has two rows of a period, changes sides or belongs to two clusters; where the outcome is not finite. Where the
        outcome leaves nothing unexplained the error and all that hangs on it are NaN.

    References
    ----------
    Angrist J D, Pischke J-S, Mostly Harmless Econometrics, 2009, section 5.2. Errors: Pustejovsky J E, Tipton E, J Bus
    Econ Stat 2018;36:672–683, whose theorem 2 lets a unit's mean be taken out before.
    """
    parts = within(
        panel, unit=unit, period=period, outcome=outcome, treated=treated, after=after, clusters=clusters,
        weights=weights,
    )  # fmt: skip
    sides = counted(parts)
    if min(sides) < 2:
        raise ValueError(f"clusters treated: {sides[0]}, others: {sides[1]}; at least two of each are needed")
    fit = least_squares(parts.outcome, parts.design, variance="cr2", clusters=parts.clusters, weights=parts.weights)
    low, high = fit.interval(level)
    return DifferenceInDifferences(
        effect=float(fit.coefficients[0]),
        error=float(fit.standard_errors[0]),
        low=float(low[0]),
        high=float(high[0]),
        p_value=float(fit.p_values[0]),
        degrees_of_freedom=float(fit.degrees_of_freedom[0]),
        treated_clusters=sides[0],
        control_clusters=sides[1],
        means=_means(panel, unit, outcome, treated, after, weights),
    )


def within(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    treated: str,
    after: str,
    clusters: str | None = None,
    weights: str | None = None,
) -> Within:
    """Return what a comparison of changes is a regression on; refuse what cannot be compared.

    Parameters
    ----------
    panel, unit, period, outcome, treated, after, clusters, weights
        As of `difference_in_differences`.

    Raises
    ------
    ValueError
        As there, but for the number of clusters.
    """
    _check(panel, unit, period, treated, after, clusters)
    values = panel[outcome].to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise ValueError("the outcome must be finite")
    is_treated, is_after = panel[treated].to_numpy(dtype=bool), panel[after].to_numpy(dtype=bool)
    columns = pd.DataFrame({"effect": (is_treated & is_after).astype(float)}, index=panel.index)
    dummies = pd.get_dummies(panel[period], dtype=float, drop_first=True).add_prefix("period ")
    weight = panel[weights].to_numpy(dtype=float) if weights else None
    return Within(
        outcome=less_mean(values, panel[unit], weight),
        design=pd.concat([columns, dummies], axis=1).apply(lambda column: less_mean(column, panel[unit], weight)),
        weights=weight,
        clusters=panel[clusters or unit].to_numpy(dtype=object),
        treated=is_treated,
        after=is_after,
    )


def less_mean(values: ArrayLike, units: pd.Series, weights: Floats | None = None) -> Floats:
    """Return each value less the mean of its unit.

    Parameters
    ----------
    values : array_like, shape (n,)
        Finite.
    units : pandas.Series, length n
        Whose value it is.
    weights : ndarray, shape (n,), optional
        How much each counts in the mean, above 0; default: all alike.
    """
    value = np.asarray(values, dtype=float)
    weight = np.ones(len(value)) if weights is None else weights
    codes = pd.factorize(units)[0]
    rest = value - (np.bincount(codes, weights=weight * value) / np.bincount(codes, weights=weight))[codes]
    return np.where(np.abs(rest) <= _ROUNDING * np.abs(value).max(initial=0.0), 0.0, rest)


def counted(parts: Within) -> tuple[int, int]:
    """Return how many clusters have treated units, and how many have others.

    Parameters
    ----------
    parts : Within
        As `within` returns it.
    """
    return len(pd.unique(parts.clusters[parts.treated])), len(pd.unique(parts.clusters[~parts.treated]))


def _check(panel: pd.DataFrame, unit: str, period: str, treated: str, after: str, clusters: str | None) -> None:
    if panel.duplicated([unit, period]).any():
        raise ValueError("a unit has two rows of one period")
    for column, by, said in ((treated, unit, "unit"), (after, period, "period"), (clusters, unit, "unit")):
        if column is not None and panel.groupby(by, observed=True)[column].nunique(dropna=False).gt(1).any():
            raise ValueError(f"{column} is not the same in all rows of one {said}")
    cells = panel.groupby([treated, after], observed=True).ngroups
    if cells < 4:
        raise ValueError(f"treated and others, before and after, are four cells; {4 - cells} of them empty")


def _means(panel: pd.DataFrame, unit: str, outcome: str, treated: str, after: str, weights: str | None) -> pd.DataFrame:
    weight = panel[weights].astype(float) if weights else 1.0
    rows = pd.DataFrame({
        "treated": panel[treated].astype(bool), "after": panel[after].astype(bool), "unit": panel[unit],
        "weight": weight, "weighted": panel[outcome] * weight,
    })  # fmt: skip
    cells = rows.groupby(["treated", "after"], as_index=False).agg(
        rows=("unit", "size"), units=("unit", "nunique"), weight=("weight", "sum"), weighted=("weighted", "sum")
    )
    return cells.assign(mean=cells["weighted"] / cells["weight"])[["treated", "after", "rows", "units", "mean"]]
