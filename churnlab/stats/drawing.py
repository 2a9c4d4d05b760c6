"""What may numbers be, of which an estimate or a range is known?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]


def estimates(
    values: ArrayLike,
    errors: ArrayLike,
    freedom: ArrayLike,
    correlation: ArrayLike,
    *,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw true values around estimates: t-shaped, and together where the estimates go together.

    Each comes as its own t interval has it, whatever the others do (a normal copula joins them).

    Parameters
    ----------
    values, errors : array_like, shape (k,)
        Estimates and standard errors, 0 or above.
    freedom : array_like, shape (k,)
        Degrees of freedom of each error, above 0; NaN or infinite: normal.
    correlation : array_like, shape (k, k)
        Of the chance in the estimates.
    draws : int
        How many.
    rng : numpy.random.Generator
        Chance.

    Returns
    -------
    numpy.ndarray, shape (draws, k)
        One row a draw.

    References
    ----------
    Nelsen R B, An Introduction to Copulas, 2nd ed. 2006, section 2.9.
    """
    value, error = (np.asarray(part, dtype=float) for part in (values, errors))
    degrees = np.nan_to_num(np.asarray(freedom, dtype=float), nan=np.inf)
    held, directions = np.linalg.eigh(np.asarray(correlation, dtype=float))
    root = directions * np.sqrt(np.clip(held, 0, None))
    joined = rng.normal(size=(draws, len(value))) @ root.T
    shaped = np.column_stack([
        joined[:, place] if np.isinf(one) else stats.t.ppf(stats.norm.cdf(joined[:, place]), one)
        for place, one in enumerate(degrees)
    ])  # fmt: skip
    return np.asarray(value + error * shaped, dtype=float)


def between(low: float, likely: float, high: float, *, draws: int, rng: np.random.Generator) -> Floats:
    """Draw a number of which only the least, the likeliest and the most are known: a triangle.

    Parameters
    ----------
    low, likely, high : float
        In this order; where all are alike it is known.
    draws : int
        How many.
    rng : numpy.random.Generator
        Chance.
    """
    if low == high:
        return np.full(draws, float(likely))
    return rng.triangular(low, likely, high, size=draws)
