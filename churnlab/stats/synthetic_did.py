"""By how much did trained regions change more than regions and months that are like them?"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from churnlab.stats.synthetic_control import simplex_weights

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Estimator = Callable[[Floats, Mask, int], float]

# Just enough for the weights of the months to be unique: a share of the noise, as in the article.
_MONTH_RIDGE = 1e-6
_TIE = 1e-9  # effects that differ by less than this share are the same


@dataclass(frozen=True, kw_only=True, eq=False)
class SyntheticDid:
    """Synthetic difference in differences.

    Attributes
    ----------
    effect : float
        Mean over the trained regions and the periods after.
    effect_by_period : numpy.ndarray, shape (periods after,)
        Of each period; their mean is the effect.
    region_weights : numpy.ndarray, shape (comparison regions,)
        At least 0, together 1; in the order of the rows that are not trained.
    period_weights : numpy.ndarray, shape (periods before,)
        At least 0, together 1.
    zeta : float
        How strongly the weights of regions are drawn towards equal ones, in the unit of the outcome.
    """

    effect: float
    effect_by_period: Floats
    region_weights: Floats
    period_weights: Floats
    zeta: float


def synthetic_did(outcomes: ArrayLike, *, treated: ArrayLike, before: int) -> SyntheticDid:
    """Compare the change in trained regions with that of others, weighing those and the months that are most like them.

    Difference in differences, with weights that make the comparison regions run parallel to the trained ones before
    (at any constant distance, unlike `synthetic_control`), and the months before resemble those after. All trained
    regions begin at the same time. Read it as an effect where, but for the training, trained regions would have gone on
    in parallel with that mixture; look at `effect_by_period` and at pretended earlier starts. Do not trust it with two
    or three periods before.

    Parameters
    ----------
    outcomes : array_like, shape (regions, periods)
        Every region in every period, in order of time.
    treated : array_like of bool, shape (regions,)
        Which were trained; at least one, and at least two not.
    before : int
        How many of the periods lie before the training; at least 2, and at least 1 follows.

    Raises
    ------
    ValueError
        Where a value is missing, or there are too few regions or periods.

    References
    ----------
    Arkhangelsky D, Athey S, Hirshberg D A, Imbens G W, Wager S, Am Econ Rev 2021;111:4088–4118, algorithm 1, formulas
    4 to 6.
    """
    values, mask = _checked(outcomes, treated, before)
    others, own = values[~mask], values[mask].mean(axis=0)
    noise = float(np.diff(others[:, :before], axis=1).std())
    zeta = (int(mask.sum()) * (values.shape[1] - before)) ** 0.25 * noise
    regions = _parallel(others[:, :before].T, own[:before], zeta)
    periods = _parallel(others[:, :before], others[:, before:].mean(axis=1), _MONTH_RIDGE * noise)
    by_period = _differences(values, mask, before, regions, periods)
    return SyntheticDid(
        effect=float(by_period.mean()),
        effect_by_period=by_period,
        region_weights=regions,
        period_weights=periods,
        zeta=zeta,
    )


def effect_of_did(outcomes: Floats, treated: Mask, before: int) -> float:
    """Return the effect alone, as `placebo_error` asks for it.

    Parameters
    ----------
    outcomes, treated, before
        As of `synthetic_did`.
    """
    return synthetic_did(outcomes, treated=treated, before=before).effect


def placebo_error(
    outcomes: ArrayLike,
    *,
    treated: ArrayLike,
    before: int,
    draws: int,
    rng: np.random.Generator,
    estimator: Estimator = effect_of_did,
) -> float:
    """Return the standard error of an effect as its spread among regions that were not trained.

    As many comparison regions as were trained are taken for trained, and the trained ones left out. Where there are no
    more ways to choose them than draws, each is taken once and chance has no part. It rests on trained and comparison
    regions being equally noisy, and is itself known to about 1 in √(2 · regions).

    Parameters
    ----------
    outcomes, treated, before
        As of `synthetic_did`.
    draws : int
        How many choices at most; 200 or more.
    rng : numpy.random.Generator
        Chooses.
    estimator : callable
        Takes outcomes, treated and before, gives the effect; `synthetic_did`'s by default.

    Returns
    -------
    float
        In the unit of the outcome.

    Raises
    ------
    ValueError
        As of `synthetic_did`, or where not at least two regions more are without training than with.

    References
    ----------
    Arkhangelsky et al., as of `synthetic_did`, algorithm 4.
    """
    values, mask = _checked(outcomes, treated, before)
    others, many = values[~mask], int(mask.sum())
    if len(others) < many + 2:
        raise ValueError(
            f"{len(others)} comparison regions for {many} trained: a placebo needs at least two more than were trained."
        )
    if comb(len(others), many) <= draws:
        chosen = list(combinations(range(len(others)), many))
    else:
        chosen = [tuple(rng.choice(len(others), many, replace=False)) for _ in range(draws)]
    found = []
    for one in chosen:
        pretended = np.zeros(len(others), dtype=bool)
        pretended[list(one)] = True
        found.append(estimator(others, pretended, before))
    return float(np.std(found))


def placebo_p(
    outcomes: ArrayLike,
    *,
    treated: ArrayLike,
    before: int,
    draws: int,
    rng: np.random.Generator,
    estimator: Estimator = effect_of_did,
) -> tuple[float, float]:
    """Return how unusual the effect is among those of all other choices of as many regions, and how unusual it can be.

    Every choice of as many regions as were trained is taken for the trained, the truly trained ones among those they
    are compared with. Had the training been given to regions drawn by lot and done nothing, the p-value would fall to
    0.05 or below in 5 of 100 cases at most. Regions are seldom drawn by lot: read it as how unusual these are.

    Parameters
    ----------
    outcomes, treated, before
        As of `synthetic_did`.
    draws : int
        Where there are more choices than this, so many are drawn.
    rng : numpy.random.Generator
        Chooses.
    estimator : callable
        As of `placebo_error`.

    Returns
    -------
    p, smallest : float
        Share of choices, the true one among them, whose effect is as far from 0; and the smallest that this could be.
        With smallest above 0.05 there are too few regions for any effect to be told at that level.

    Raises
    ------
    ValueError
        As of `synthetic_did`.

    References
    ----------
    Abadie A, Diamond A, Hainmueller J, J Am Stat Assoc 2010;105:493–505, section 3.4. Phipson B, Smyth G K, Stat Appl
    Genet Mol Biol 2010;9:39 (why the true choice counts among the drawn).
    """
    values, mask = _checked(outcomes, treated, before)
    many, regions = int(mask.sum()), len(values)
    true = tuple(np.flatnonzero(mask))
    if comb(regions, many) <= draws:
        others = [one for one in combinations(range(regions), many) if one != true]
    else:
        others = [tuple(rng.choice(regions, many, replace=False)) for _ in range(draws)]
    own = abs(estimator(values, mask, before))
    found = []
    for one in others:
        pretended = np.zeros(regions, dtype=bool)
        pretended[list(one)] = True
        found.append(abs(estimator(values, pretended, before)))
    as_far = int((np.array(found) >= own * (1 - _TIE)).sum())
    return (1 + as_far) / (1 + len(others)), 1 / (1 + len(others))


def jackknife_error(outcomes: ArrayLike, *, treated: ArrayLike, before: int) -> float:
    """Return the standard error of the effect by leaving out each region in turn, with the weights as they are.

    For several trained regions.

    Parameters
    ----------
    outcomes, treated, before
        As of `synthetic_did`.

    Returns
    -------
    float
        NaN with one trained region, or where one comparison region has all the weight: without it there is no effect.

    References
    ----------
    Arkhangelsky et al., as of `synthetic_did`, algorithm 3.
    """
    values, mask = _checked(outcomes, treated, before)
    whole = synthetic_did(values, treated=mask, before=before)
    if mask.sum() == 1 or (whole.region_weights >= 1).any():
        return float("nan")
    weights = np.zeros(len(values))
    weights[~mask] = whole.region_weights
    left = []
    for one in range(len(values)):
        stays = np.arange(len(values)) != one
        kept = weights[stays & ~mask]
        by_period = _differences(values[stays], mask[stays], before, kept / kept.sum(), whole.period_weights)
        left.append(by_period.mean() - whole.effect)
    return float(np.sqrt((len(left) - 1) / len(left) * (np.array(left) ** 2).sum()))


def interval_of_did(effect: float, error: float, *, freedom: int, level: float) -> tuple[float, float]:
    """Return the effect with so many standard errors to each side, by t.

    Of 25 regions with two common ups and downs, 95 % intervals from placebos held the effect of one trained region in
    97 of 100 draws, of five in 94; those of the jackknife of three trained regions in 99, of five in 98, of ten in 94.
    With the normal quantile of the article the jackknife's held it in 90, 92 and 92.

    Parameters
    ----------
    effect, error : float
        With its standard error, as of `placebo_error` or `jackknife_error`.
    freedom : int
        Comparison regions less 1 with placebos, trained regions less 1 with the jackknife.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    low, high : float
        NaN where the error is.
    """
    assert 0 < level < 1, level
    half = float(t.ppf((1 + level) / 2, freedom)) * error
    return effect - half, effect + half


def _parallel(columns: Floats, target: Floats, zeta: float) -> Floats:
    """Return weights whose mixture runs parallel to the target: rows are freed of their mean, the constant distance."""
    ridge = len(columns) * zeta**2
    return simplex_weights(columns - columns.mean(axis=0), target - target.mean(), ridge=ridge)


def _differences(values: Floats, mask: Mask, before: int, regions: Floats, periods: Floats) -> Floats:
    gap = values[mask].mean(axis=0) - regions @ values[~mask]
    return np.asarray(gap[before:] - periods @ gap[:before])


def _checked(outcomes: ArrayLike, treated: ArrayLike, before: int) -> tuple[Floats, Mask]:
    values, mask = np.asarray(outcomes, dtype=float), np.asarray(treated, dtype=bool)
    if not np.isfinite(values).all():
        raise ValueError("A value is missing: leave out the region, or the period of all.")
    if len(mask) != len(values) or not mask.any() or (~mask).sum() < 2:
        raise ValueError("There must be a trained region, and two to compare with.")
    if not 2 <= before < values.shape[1]:
        raise ValueError("There must be two periods before the training, and one after.")
    return values, mask
