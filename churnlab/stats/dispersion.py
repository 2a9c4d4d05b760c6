"""How much more do counts vary than chance alone would have them vary?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

_NODES = np.arange(0.05, 1.0, 0.1)
_POISSON = 1 + 1e-9
_LEAST = 0.1  # an estimate near nought has no logarithm


def dispersion(counts: ArrayLike, expected: ArrayLike, *, fitted: int, scale: ArrayLike = 1.0) -> float:
    """Return Pearson's estimate of variance over mean: sum((y − e)² / e) over the degrees of freedom.

    Parameters
    ----------
    counts, expected : array_like
        Of the same shape; cells with nothing expected are passed over.
    fitted : int
        How many rates were estimated from the counts.
    scale : array_like
        A variance over mean, above 0, that is known already: the answer is over it.

    Returns
    -------
    float
        1 for Poisson counts; NaN without degrees of freedom.

    References
    ----------
    McCullagh P, Nelder J A, Generalized Linear Models, 2nd ed., 1989, §6.2.
    """
    seen, mean = np.asarray(counts, dtype=float), np.asarray(expected, dtype=float)
    told = mean > 0
    free = int(told.sum()) - fitted
    variance = mean * np.asarray(scale, dtype=float)
    return float(((seen - mean)[told] ** 2 / variance[told]).sum() / free) if free > 0 else float("nan")


def freedom(ratio: ArrayLike, free: ArrayLike, mean: ArrayLike) -> Floats:
    """Return the degrees of freedom of the chi-square that Pearson's estimate is like.

    Its variance is that of φ χ² / d; of counts of so small a mean, d is less than the degrees of freedom, by the fourth
    cumulant of a negative binomial.

    Parameters
    ----------
    ratio, free, mean
        As for `likely_dispersions`; arrays of one shape, or numbers.

    References
    ----------
    McCullagh P, Nelder J A, Generalized Linear Models, 2nd ed., 1989, §4.5.2 and §6.2 (the cumulants of X²).
    """
    phi = np.maximum(np.asarray(ratio, dtype=float), 1.0)
    return np.asarray(2 * np.asarray(free) / (2 + (6 * phi**2 - 6 * phi + 1) / (phi * np.asarray(mean))))


def likely_dispersions(ratio: float, told: float) -> Floats:
    """Return ten equally likely values of the variance over the mean, none below that of Poisson counts.

    Pearson's estimate is about φ χ² / d. Limits that took it for the truth would raise twice as many alarms as they
    say, where a single chart tells it.

    Parameters
    ----------
    ratio : float
        From `dispersion`, or drawn to that of others (`drawn_together`).
    told : float
        The degrees of freedom d, above 0: `freedom`.
    """
    return np.maximum(ratio * told / stats.chi2.ppf(_NODES, told), _POISSON)


def drawn_together(ratio: ArrayLike, told: ArrayLike) -> tuple[Floats, Floats]:
    """Draw the dispersions of several series to their common one, the more the more alike they are.

    On the scale of logarithms, where an estimate with d degrees of freedom has a variance of 2 / d: what the estimates
    differ by more than that is how far the series truly differ (the method of moments). One that varies more than the
    others keeps wider limits of its own, and does not widen theirs.

    Parameters
    ----------
    ratio, told : array_like, shape (k,)
        An estimate for each series and its degrees of freedom, above 0.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray), shape (k,)
        The estimates drawn together, and the degrees of freedom that they rest on: between a series' own and all.

    References
    ----------
    Morris C N, J Am Stat Assoc 1983;78:47–55 (parametric empirical Bayes).
    """
    own, free = np.asarray(ratio, dtype=float), np.asarray(told, dtype=float)
    weight = free / free.sum()
    common = float(weight @ own)
    away = np.log(np.maximum(own, _LEAST) / max(common, _LEAST))
    noise = 2 / free
    between = max(float(away @ away - noise.sum()) / max(len(own) - 1, 1), 0.0) if len(own) > 1 else 0.0
    kept = between / (between + noise)
    return common * np.exp(kept * away), free + (1 - kept) * (free.sum() - free)
