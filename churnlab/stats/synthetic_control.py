"""What would the one region have done without the training, judged by a mixture of those that had none?"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class SyntheticControl:
    """A region beside its mixture of others.

    Attributes
    ----------
    weights : numpy.ndarray, shape (regions,)
        Share of each comparison region in the mixture; at least 0, together 1.
    synthetic : numpy.ndarray, shape (periods,)
        What the mixture did.
    effect_by_period : numpy.ndarray, shape (periods after,)
        The region less the mixture.
    effect : float
        Their mean.
    rmspe_before, rmspe_after : float
        Root of the mean squared difference between region and mixture, in the unit of the outcome. Where the one before
        is not small beside the effect, the mixture is no picture of the region, and the effect not to be trusted.
    """

    weights: Floats
    synthetic: Floats
    effect_by_period: Floats
    effect: float
    rmspe_before: float
    rmspe_after: float


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceboInSpace:
    """How the region stands among those where nothing happened.

    Attributes
    ----------
    ratio : float
        RMSPE after over RMSPE before, of the region.
    ratios : numpy.ndarray, shape (regions,)
        The same of each comparison region, had it been the one.
    effects : numpy.ndarray, shape (regions, periods after)
        Of each comparison region.
    p_value : float
        Share of all regions, itself among them, whose ratio is as large.
    low, high : float
        Interval of an effect that is the same in all periods after: every number that the same test does not reject.
        Infinite where the mixture fits so ill that nothing is rejected; NaN where every constant
        effect is rejected, or a region is matched without any error.
    """

    ratio: float
    ratios: Floats
    effects: Floats
    p_value: float
    low: float
    high: float


def simplex_weights(columns: ArrayLike, target: ArrayLike, *, ridge: float = 0.0) -> Floats:
    """Return the weights, at least 0 and together 1, whose mixture of columns comes closest to the target.

    They minimise ‖columns · w − target‖² + ridge · ‖w‖². Since the weights sum to 1, this is the point nearest to 0 in
    the hull of (column − target), which non-negative least squares with one more row find exactly. Without a ridge,
    several mixtures may be as close, as where there are more columns than rows; one of them is returned.

    Parameters
    ----------
    columns : array_like, shape (n, k)
        What is mixed; k at least 1.
    target : array_like, shape (n,)
        What the mixture is to resemble.
    ridge : float
        At least 0; the larger, the more equal the weights.

    Returns
    -------
    numpy.ndarray, shape (k,)
        The weight of each column.

    References
    ----------
    Wolfe P, Math Program 1976;11:128–149 (nearest point in a polytope); Lawson C L, Hanson R J, Solving Least Squares
    Problems, 1974, ch. 23.
    """
    away = np.asarray(columns, dtype=float) - np.asarray(target, dtype=float)[:, None]
    many = away.shape[1]
    rows = np.vstack([away, np.sqrt(ridge) * np.eye(many)]) if ridge > 0 else away
    size = float(np.sqrt((rows**2).sum() / many))
    # To the scale of the row of ones, lest rounding decide which of the two is heard.
    scaled = rows / size if size > 0 else rows
    found, _ = nnls(np.vstack([scaled, np.ones(many)]), np.append(np.zeros(len(scaled)), 1.0))
    return np.asarray(found / found.sum())


def synthetic_control(treated: ArrayLike, comparisons: ArrayLike, *, before: int) -> SyntheticControl:
    """Mix comparison regions into one that did as the region did before, and compare the two after.

    Read it as an effect where the fit is good over a long time before, and nothing else befell the region or those in
    its mixture. With fewer periods before than comparison regions a good fit may be luck. Where the region lies above
    or below all others no mixture reaches it: `synthetic_did` allows for a constant difference.

    Parameters
    ----------
    treated : array_like, shape (periods,)
        Outcome of the region, in order of time.
    comparisons : array_like, shape (regions, periods)
        Of regions that had no training, nor its effects from next door.
    before : int
        How many of the periods lie before the training; at least 1, and at least 1 follows.

    Raises
    ------
    ValueError
        Where a value is missing, or no period or region to compare with.

    References
    ----------
    Abadie A, Diamond A, Hainmueller J, J Am Stat Assoc 2010;105:493–505, section 2.3, with all outcomes before as the
    only predictors, of equal weight.
    """
    own, others = _checked(treated, comparisons, before)
    weights = simplex_weights(others[:, :before].T, own[:before])
    synthetic = weights @ others
    gap = own - synthetic
    return SyntheticControl(
        weights=weights,
        synthetic=synthetic,
        effect_by_period=gap[before:],
        effect=float(gap[before:].mean()),
        rmspe_before=_rms(gap[:before]),
        rmspe_after=_rms(gap[before:]),
    )


def fewest_comparisons(*, level: float) -> int:
    """Return how many comparison regions it takes for a placebo in space to be able to say anything at this level.

    Parameters
    ----------
    level : float
        Coverage, between 0 and 1; 0.95 takes 19, for 1 / (19 + 1) is 0.05.
    """
    assert 0 < level < 1, level
    return int(np.ceil(1 / (1 - level) - _ROUNDING)) - 1


def placebo_in_space(treated: ArrayLike, comparisons: ArrayLike, *, before: int, level: float) -> PlaceboInSpace:
    """Do the same for every comparison region, with the trained one among those it is mixed of, and rank the regions.

    Had the training been given to a region drawn by lot and done nothing, the p-value would fall to 0.05 or below in 5
    of 100 cases at most. Regions are seldom drawn by lot: read it as how unusual the region is among the others.

    Parameters
    ----------
    treated, comparisons, before
        As of `synthetic_control`.
    level : float
        Coverage of the interval, between 0 and 1.

    Raises
    ------
    ValueError
        As of `synthetic_control`, and with fewer comparison regions than `fewest_comparisons`.

    References
    ----------
    Abadie A, Diamond A, Hainmueller J, J Am Stat Assoc 2010;105:493–505, section 3.4. Firpo S, Possebom V, J Causal
    Inference 2018;6:20160026, section 4 (intervals from the test).
    """
    own, others = _checked(treated, comparisons, before)
    many, needed = len(others), fewest_comparisons(level=level)
    if many < needed:
        raise ValueError(
            f"With {many} comparison regions no p-value lies below 1 / {many + 1}; a level of {level:g} needs at least "
            f"{needed}. Choose a lower level, or an estimator that does not rank."
        )
    fitted = synthetic_control(own, others, before=before)
    placebos = [
        synthetic_control(others[one], np.vstack([own, np.delete(others, one, axis=0)]), before=before)
        for one in range(many)
    ]
    ratio, ratios = _ratio(fitted), np.array([_ratio(one) for one in placebos])
    low, high = _not_rejected(fitted, placebos, 1 - level)
    return PlaceboInSpace(
        ratio=ratio,
        ratios=ratios,
        effects=np.array([one.effect_by_period for one in placebos]),
        p_value=_p_value(ratio, ratios),
        low=low,
        high=high,
    )


def _checked(treated: ArrayLike, comparisons: ArrayLike, before: int) -> tuple[Floats, Floats]:
    own, others = np.asarray(treated, dtype=float), np.atleast_2d(np.asarray(comparisons, dtype=float))
    if not (np.isfinite(own).all() and np.isfinite(others).all()):
        raise ValueError("A value is missing: leave out the region, or the period of all.")
    if not (0 < before < len(own)) or others.shape[1] != len(own) or not len(others):
        raise ValueError("There must be a period before and one after, and a region to compare with over the same.")
    return own, others


def _rms(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))


def _ratio(fitted: SyntheticControl) -> float:
    if fitted.rmspe_before > 0:
        return fitted.rmspe_after / fitted.rmspe_before
    return float("inf") if fitted.rmspe_after > 0 else 0.0


def _p_value(ratio: float, ratios: Floats) -> float:
    return float((1 + (ratios >= ratio * (1 - _ROUNDING)).sum()) / (1 + len(ratios)))


def _not_rejected(fitted: SyntheticControl, placebos: list[SyntheticControl], alpha: float) -> tuple[float, float]:
    """Return the least and the greatest constant effect that the ranks allow.

    Taking an effect c out of the region takes c times its weight out of the mixtures that it is part of. So each
    squared ratio is a quadratic in c, and ranks only change where two of them meet.
    """
    own = _squared_ratio(fitted, -1.0)
    others = np.array([_squared_ratio(one, one.weights[0]) for one in placebos])
    if not np.isfinite(np.vstack([own, others])).all():
        return float("nan"), float("nan")
    meet = np.concatenate([_real_roots(other - own) for other in others])
    ends = np.concatenate([[-np.inf], np.unique(meet), [np.inf]])
    inside = [_between(*pair) for pair in pairwise(ends)]
    shares = [_p_value(float(np.polyval(own, c)), np.polyval(others.T, c)) for c in inside]
    allowed = [at for at, share in enumerate(shares) if share > alpha + _ROUNDING]
    return (float(ends[allowed[0]]), float(ends[allowed[-1] + 1])) if allowed else (float("nan"), float("nan"))


def _squared_ratio(fitted: SyntheticControl, step: float) -> Floats:
    """Return the coefficients of mean((gap + step · c)²) / RMSPE before², highest power first."""
    gap = fitted.effect_by_period
    before = fitted.rmspe_before**2
    top = np.array([step**2, 2 * step * gap.mean(), (gap**2).mean()])
    return np.divide(top, before, out=np.full(3, np.nan), where=before > 0)


def _real_roots(quadratic: Floats) -> Floats:
    roots = np.roots(quadratic)
    return np.asarray(roots[np.isreal(roots)].real)


def _between(low: float, high: float) -> float:
    if np.isfinite(low) and np.isfinite(high):
        return (low + high) / 2
    if np.isfinite(low):
        return low + 1 + abs(low)
    return high - 1 - abs(high) if np.isfinite(high) else 0.0
