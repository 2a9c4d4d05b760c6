"""Could so few clusters have differed as much by chance?"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.effects.difference_in_differences import Within, counted, within
from churnlab.stats.effects.regression import least_squares

Floats = NDArray[np.float64]
Distribution = Literal["rademacher", "webb"]

# Up to here all ways to turn the signs of clusters are gone through: 4,096.
_ENUMERATED = 12
_WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
_TIE = 1e-9
# An end of an interval is sought in steps that double, this often; then it is halved in upon, this often.
_STEPS, _HALVINGS = 30, 50


@dataclass(frozen=True, kw_only=True, eq=False)
class FewClusters:
    """An effect with what a test by clusters says of it, made for few.

    Attributes
    ----------
    effect : float
        In units of the outcome.
    p_value : float
        Two-sided, of no effect.
    low, high : float
        The effects that the test does not refuse; infinite where it can refuse none on that side.
    method : str
        "wild", or "randomisation" where one cluster stands alone on its side.
    smallest_p : float
        No p-value could be below; where that is above 1 − level, nothing could have been found.
    """

    effect: float
    p_value: float
    low: float
    high: float
    method: Literal["wild", "randomisation"]
    smallest_p: float


def few_clusters(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    treated: str,
    after: str,
    level: float,
    distribution: Distribution,
    draws: int,
    rng: np.random.Generator,
    clusters: str | None = None,
) -> FewClusters:
    """Test a difference in differences by resampling clusters: for some five to thirty of them.

    The wild bootstrap, or, where only one cluster is treated or only one is not, randomisation over clusters: which of
    them was treated is dealt out anew. Of one treated cluster the wild bootstrap cannot tell: it hardly ever refuses
    (the one residual that matters is fitted away), and without the null it refuses far too often. Randomisation then
    can at best say that no other cluster changed as much: with 10 clusters, p = 0.1. It takes clusters as alike in all
    but the treatment, in size too: do not trust it where the treated one is much smaller or larger than the others.

    Parameters
    ----------
    panel, unit, period, outcome, treated, after, clusters
        As of `difference_in_differences`. Under randomisation each cluster counts once, with its mean after less its
        mean before, and the effect is the difference of these.
    level : float
        Coverage of the interval, between 0 and 1.
    distribution : {"rademacher", "webb"}
        As of `wild_cluster`.
    draws : int
        How many samples, or deals.
    rng : numpy.random.Generator
        Draws.

    Raises
    ------
    ValueError
        As of `difference_in_differences`, but that one cluster of a kind is enough. Under randomisation, where a
        cluster is on both sides, or lacks all rows before or after.

    References
    ----------
    MacKinnon J G, Webb M D, Econometrics Journal 2018;21:114–135 (few treated clusters); J Econometrics 2020;218:
    435–450 (randomisation, by coefficients).
    """
    parts = within(panel, unit=unit, period=period, outcome=outcome, treated=treated, after=after, clusters=clusters)
    if min(counted(parts)) > 1:
        return wild_cluster(
            parts.outcome, parts.design, column=0, clusters=parts.clusters,
            level=level, distribution=distribution, draws=draws, rng=rng,
        )  # fmt: skip
    changes, is_treated = _changes(parts, panel[outcome].to_numpy(dtype=float))
    return randomisation_test(changes, is_treated, level=level, draws=draws, rng=rng)


def wild_cluster(
    outcome: ArrayLike,
    design: ArrayLike | pd.DataFrame,
    *,
    column: int,
    clusters: ArrayLike,
    level: float,
    distribution: Distribution,
    draws: int,
    rng: np.random.Generator,
) -> FewClusters:
    """Test a coefficient by the wild cluster bootstrap-t with the null imposed, and invert the test.

    Residuals without the effect get a sign drawn by cluster; how often is t then as far from 0 as it was? Do not trust
    it where very few clusters are treated, or very few not: it refuses too seldom. Where clusters are very unlike in
    size it refuses a little too often: of ten, one of them four times as large as another, 12 % where 10 % are said.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Finite.
    design : array_like or pandas.DataFrame, shape (n, p)
        Columns, the constant among them if there is to be one.
    column : int
        Which coefficient, from 0.
    clusters : array_like, shape (n,)
        Whose row it is; at least two.
    level : float
        Coverage of the interval, between 0 and 1.
    distribution : {"rademacher", "webb"}
        Signs alone, all ways of turning them up to 12 clusters; or Webb's six points, which tell more of less than ten
        clusters: signs have only 2^(G − 1) different answers.
    draws : int
        How many samples, unless all are gone through.
    rng : numpy.random.Generator
        Draws.

    Returns
    -------
    FewClusters
        NaN but for the effect where the design leaves nothing unexplained.

    Raises
    ------
    ValueError
        As of `least_squares`.

    References
    ----------
    Cameron A C, Gelbach J B, Miller D L, Rev Econ Stat 2008;90:414–427. Six points: Webb M D, Canadian J Econ 2023;56:
    839–858. Sums by cluster and the interval: Roodman D et al., Stata Journal 2019;19:4–60, sections 3 and 5.
    """
    y, X = np.asarray(outcome, dtype=float), np.asarray(design, dtype=float)
    fit = least_squares(y, design, variance="cr1", clusters=clusters)
    effect, error = float(fit.coefficients[column]), float(fit.standard_errors[column])
    codes, names = pd.factorize(np.asarray(clusters))
    signs = _signs(len(names), distribution, draws, rng)
    basis = np.linalg.qr(np.delete(X, column, axis=1))[0]
    # Without the other columns all is linear in the null: residuals are bare − null · rest.
    bare, rest = (values - basis @ (basis.T @ values) for values in (y, X[:, column]))
    (top, under), (top_slope, under_slope) = (_resampled(signs, codes, X, rest, values) for values in (bare, rest))

    def p_value(null: float) -> float:
        above = np.abs(top - null * top_slope)
        below = np.sqrt(((under - null * under_slope) ** 2).sum(axis=1))
        ratio = np.divide(above, below, out=np.where(above > 0, np.inf, 0.0), where=below > 0)
        return _as_far(ratio)

    told = bool(np.isfinite(error))
    low, high = _inverted(p_value, effect, level=level, step=error) if told else (np.nan, np.nan)
    return FewClusters(
        effect=effect,
        p_value=p_value(0.0) if told else np.nan,
        low=low,
        high=high,
        method="wild",
        smallest_p=1 / len(signs),
    )


def randomisation_test(
    changes: ArrayLike, is_treated: ArrayLike, *, level: float, draws: int, rng: np.random.Generator
) -> FewClusters:
    """Test a difference of mean changes by dealing out anew which clusters were treated, and invert the test.

    Exact if any of the clusters could as well have been treated, or if without treatment they change alike but for
    chance. Read p = 1 / G of one treated cluster as: no other changed as much. It can never be less.

    Parameters
    ----------
    changes : array_like, shape (clusters,)
        How much each changed.
    is_treated : array_like of bool, shape (clusters,)
        At least one of each kind.
    level : float
        Coverage of the interval, between 0 and 1.
    draws : int
        How many deals; if there are no more in all, each is gone through once.
    rng : numpy.random.Generator
        Deals.

    References
    ----------
    Rosenbaum P R, Observational Studies, 2nd ed. 2002, sections 2.4 and 2.6; MacKinnon J G, Webb M D, J Econometrics
    2020;218:435–450, section 3.
    """
    change, own = np.asarray(changes, dtype=float), np.asarray(is_treated, dtype=bool)
    many, of = int(own.sum()), len(own)
    assert 0 < many < of, "clusters of both kinds"
    if comb(of, many) <= draws:
        picked = np.array([np.isin(np.arange(of), chosen) for chosen in combinations(range(of), many)])
        dealt = np.vstack([own, picked[(picked != own).any(axis=1)]])
    else:
        dealt = np.vstack([own, rng.permuted(np.tile(own, (draws, 1)), axis=1)])
    contrast = dealt / many - ~dealt / (of - many)
    top, slope = contrast @ change, contrast @ own
    step = float(np.abs(change - change.mean()).max()) or 1.0

    def p_value(null: float) -> float:
        return _as_far(np.abs(top - null * slope))

    low, high = _inverted(p_value, float(top[0]), level=level, step=step)
    return FewClusters(
        effect=float(top[0]),
        p_value=p_value(0.0),
        low=low,
        high=high,
        method="randomisation",
        smallest_p=_as_far(np.abs(slope)),
    )


def _signs(many: int, distribution: Distribution, draws: int, rng: np.random.Generator) -> Floats:
    """Return weights, samples by clusters, the first of them what was seen.

    Turning all signs changes no |t|, so that of all 2^G only those with the first cluster as it is are gone through.
    """
    if distribution == "webb":
        return np.vstack([np.ones(many), rng.choice(_WEBB, (draws, many))])
    if many > _ENUMERATED:
        return np.vstack([np.ones(many), rng.choice([-1.0, 1.0], (draws, many))])
    turned = (np.arange(2 ** (many - 1))[:, None] >> np.arange(many)) & 1
    return np.where(turned, -1.0, 1.0)


def _resampled(
    signs: Floats, codes: NDArray[np.intp], X: Floats, rest: Floats, values: Floats
) -> tuple[Floats, Floats]:
    """Return, sample by sample, the numerator of t and the clusters' scores of its standard error."""
    many, Q = signs.shape[1], np.linalg.qr(X)[0]
    own = np.bincount(codes, weights=rest * values, minlength=many)
    taken, given = (
        np.stack([np.bincount(codes, weights=column * each, minlength=many) for column in Q.T], axis=1)
        for each in (rest, values)
    )
    return signs @ own, signs * own - (signs @ given) @ taken.T


def _as_far(statistic: Floats) -> float:
    """Return the share of samples that are as far out as the first, itself among them."""
    return float((statistic >= statistic[0] * (1 - _TIE) - np.finfo(float).tiny).mean())


def _inverted(p_value: Callable[[float], float], centre: float, *, level: float, step: float) -> tuple[float, float]:
    """Return the ends of what is not refused; infinite where there is none."""
    ends = []
    for side in (-1.0, 1.0):
        inside, outside = 0.0, np.inf
        for power in range(_STEPS):
            if p_value(centre + side * step * 2.0**power) <= 1 - level + _TIE:
                outside = 2.0**power
                break
            inside = 2.0**power
        for _ in range(_HALVINGS if np.isfinite(outside) else 0):
            middle = (inside + outside) / 2
            is_out = p_value(centre + side * step * middle) <= 1 - level + _TIE
            inside, outside = (inside, middle) if is_out else (middle, outside)
        ends.append(centre + side * step * outside)
    return ends[0], ends[1]


def _changes(parts: Within, values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    rows = pd.DataFrame({"treated": parts.treated, "after": parts.after, "value": values})
    means = rows.groupby([parts.clusters, "treated", "after"])["value"].mean().unstack()
    if means.index.get_level_values(0).duplicated().any():
        raise ValueError("a cluster has treated units and others")
    if means.isna().to_numpy().any():
        raise ValueError("a cluster lacks all rows before or after")
    return (means[True] - means[False]).to_numpy(), means.index.get_level_values(1).to_numpy(dtype=bool)
