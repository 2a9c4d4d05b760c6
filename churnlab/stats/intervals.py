"""How far may a number lie from the truth?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]


def normal_quantile(level: float) -> float:
    """Return how many standard errors to each side make a two-sided normal interval of this level.

    Parameters
    ----------
    level : float
        Coverage, between 0 and 1; 0.95 gives 1.96.
    """
    assert 0 < level < 1, level
    return float(norm.ppf((1 + level) / 2))


def wilson(successes: ArrayLike, n: ArrayLike, level: float) -> tuple[Floats, Floats]:
    """Return the score interval of a proportion.

    Stays within 0–1 and keeps its level with few data or rates near 0, where the textbook interval ± 1.96 standard
    errors does not. It takes the `n` as independent: where students are counted several times, use
    `clustered_wilson`.

    Parameters
    ----------
    successes, n : array_like
        How many did, of how many; scalars or arrays that broadcast.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        Rates, 0–1; NaN where `n` is 0: of nobody nothing is known.

    References
    ----------
    Wilson E B, J Am Stat Assoc 1927;22:209–212.
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    z = normal_quantile(level)
    n = np.where(n > 0, n, np.nan)
    rate = k / n
    centre = (rate + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    # Rounding must not leave 0 of n a hair above 0, or n of n a hair below 1.
    low = np.where(k == 0, 0.0 * n, centre - half)
    high = np.where(k == n, 1.0 + 0.0 * n, centre + half)
    return low, high


def clustered_wilson(did: ArrayLike, clusters: ArrayLike, level: float) -> tuple[float, float]:
    """Return the score interval of a proportion of rows of which several may be one student's.

    Wilson's, with the rate as it is and the `effective_size` in place of the number of rows; where every student has
    one row it is Wilson's to the last digit. With fewer than some 30 students it is too short.

    Parameters
    ----------
    did : array_like of bool, shape (n,)
        Of which rows it holds.
    clusters : array_like, shape (n,)
        Whose row it is, as a student's id.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    low, high : float
        Rates, 0–1; NaN of nobody.

    References
    ----------
    Korn E L, Graubard B I, Survey Methodology 1998;24:193–201; Wilson's interval in place of the exact one, as in
    Dean N, Pagano M, J Surv Stat Methodol 2015;3:484–503.
    """
    count, n, size = float(np.sum(did)), np.size(did), effective_size(did, clusters)
    low, high = wilson(count * (size / n) if n else 0.0, size, level)
    return float(low), float(high)


def effective_size(did: ArrayLike, clusters: ArrayLike) -> float:
    """Return how many students with one row each would tell as much of a rate as these rows do.

    The number of rows over the design effect: the variance of the rate by sums over students, over the one that it
    would have if all rows were independent, and never below 1. Where it held of no row or of all, the rows of a student
    cannot be seen to differ and are taken to be all alike.

    Parameters
    ----------
    did : array_like of bool, shape (n,)
        Of which rows it holds.
    clusters : array_like, shape (n,)
        Whose row it is, as a student's id.

    Returns
    -------
    float
        Above 0 and at most n; 0 of nobody.

    References
    ----------
    Kish L, Survey Sampling, 1965, sections 5.4 and 8.2; the ratio estimator's variance as in Cochran W G, Sampling
    Techniques, 1977, section 3.12.
    """
    value = np.asarray(did, dtype=float)
    codes, names = pd.factorize(np.asarray(clusters))
    n, students = len(codes), len(names)
    if n == students:
        return float(n)
    rate, rows = value.mean(), np.bincount(codes)
    if students == 1 or rate in (0, 1):
        return float(n**2 / (rows**2).sum())
    between = np.bincount(codes, weights=value - rate)
    by_students = students / (students - 1) * (between**2).sum()
    by_rows = n / (n - 1) * n * rate * (1 - rate)
    return float(n / max(by_students / by_rows, 1.0))


def weighted_wilson(did: ArrayLike, weights: ArrayLike, clusters: ArrayLike, level: float) -> tuple[float, float]:
    """Return the score interval of a share of something that rows have unlike much of, as of what each has paid.

    Wilson's, with the share as it is and as many rows of equal weight as would tell as much: by the variance of the
    ratio estimator with sums over students, but no more than the weights alone allow (Kish), and no less than one. The
    variance of a rare kind rests on few rows and is seldom large enough without that. With equal weights and a row a
    student it is Wilson's interval. Do not trust it where one student has most of the weight.

    Parameters
    ----------
    did : array_like of bool, shape (n,)
        Of which rows it holds.
    weights : array_like, shape (n,)
        How much each row has, at least 0.
    clusters : array_like, shape (n,)
        Whose row it is, as a student's id.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    low, high : float
        Shares of the sum of the weights, 0–1; NaN where that is 0.

    References
    ----------
    Korn E L, Graubard B I, Survey Methodology 1998;24:193–201; Kish L, Survey Sampling, 1965, section 11.7; the ratio
    estimator's variance as in Cochran W G, Sampling Techniques, 1977, section 6.4.
    """
    value, weight = np.asarray(did, dtype=float), np.asarray(weights, dtype=float)
    codes, names = pd.factorize(np.asarray(clusters))
    total, students = weight.sum(), len(names)
    if not total > 0:
        return np.nan, np.nan
    share, each = float((weight * value).sum() / total), np.bincount(codes, weights=weight)
    size = float(total**2 / (each**2).sum())
    if students > 1 and 0 < share < 1:
        between = np.bincount(codes, weights=weight * (value - share))
        variance = (between**2).sum() / total**2
        size = min(size, max(1.0, share * (1 - share) / variance)) if variance > 0 else size
    low, high = wilson(share * size, size, level)
    return float(low), float(high)


def cluster_bootstrap(
    statistic: Callable[[NDArray[np.intp]], Any],
    clusters: ArrayLike,
    *,
    level: float,
    resamples: int,
    seed: int,
) -> tuple[Floats, Floats]:
    """Return the percentile interval of any statistic, drawing whole clusters with replacement.

    With fewer than some 30 clusters the interval is too short; take it as a lower bound of what is not known.

    Parameters
    ----------
    statistic : callable
        Takes row numbers (with repeats) and returns a number or an array; NaN where a resample has no answer, as an AUC
        without leavers: such resamples are left out.
    clusters : array_like, shape (n_rows,)
        Whose row it is, as a student's id. The order of the rows changes no draw.
    level : float
        Coverage, between 0 and 1.
    resamples : int
        How many draws; at least some hundreds for a 95 % interval.
    seed : int
        Same seed, same interval.

    Returns
    -------
    low, high : numpy.ndarray
        Of the statistic's shape; NaN where fewer than half of the resamples had an answer.

    References
    ----------
    Davison A C, Hinkley D V, Bootstrap Methods and their Application, 1997, sections 3.8 and 5.3.
    """
    names, codes = np.unique(np.asarray(clusters), return_inverse=True)
    assert len(names), "no rows"
    rng = np.random.default_rng(seed)
    rows = np.arange(len(codes))
    drawn = np.array(
        [statistic(np.repeat(rows, _times(rng, len(names))[codes])) for _ in range(resamples)], dtype=float
    )
    return _quantiles(drawn, level)


def _times(rng: np.random.Generator, n: int) -> NDArray[np.intp]:
    """Return how often each of n clusters is drawn."""
    return np.bincount(rng.integers(n, size=n), minlength=n)


def _quantiles(drawn: Floats, level: float) -> tuple[Floats, Floats]:
    enough = np.isfinite(drawn).mean(axis=0) >= 0.5
    filled = np.where(enough, np.where(np.isfinite(drawn), drawn, np.nan), 0.0)
    low, high = np.nanquantile(filled, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)
