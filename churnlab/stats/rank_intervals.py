"""Which place does each of several really have, if their numbers are only estimates?"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rank_intervals(
    estimates: ArrayLike, errors: ArrayLike, *, level: float, draws: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the place of each estimate, and the places that its true value may have.

    Place 1 is the highest. A place is ruled out where the differences to others say so: one that is surely below two
    others is third at best. `low` to `high` holds the true place of this one at the level, whoever she is; ask it of
    one instructor or campus named beforehand. `low_of_all` to `high_of_all` hold all places at once; ask these who is
    best, or for a table of all. Intervals from 1 to the last place are no fault: they say that the order is noise. Do
    not trust them with standard errors from fewer than some 30 people each, which are themselves too uncertain.

    Parameters
    ----------
    estimates : array_like, shape (n,)
        Independent of each other, roughly normal. NaN for one that is not known.
    errors : array_like, shape (n,)
        Standard errors of the estimates, 0 or above.
    level : float
        Coverage, between 0 and 1.
    draws : int
        How many sets of errors are drawn to find how far apart two must lie; at least some thousands.
    rng : numpy.random.Generator
        Draws.

    Returns
    -------
    pandas.DataFrame, shape (n, 5)
        `place`, equal for equals; `low`, `high`, `low_of_all`, `high_of_all`, from 1 to the number of known estimates.
        NaN for one that is not known.

    References
    ----------
    Mogstad M, Romano J P, Shaikh A M, Wilhelm D, Rev Econ Stud 2024;91:476–518: marginal and simultaneous
    confidence sets from two-sided simultaneous intervals of the differences, in one step; critical values from the
    normal limit in place of a bootstrap.
    """
    assert 0 < level < 1, level
    value, error = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float)
    known = ~np.isnan(value)
    assert (error[known] >= 0).all(), "a standard error is missing or below 0"
    found = np.full((len(value), 5), np.nan)
    if known.any():
        found[known] = _places(value[known], error[known], level, rng.normal(size=(draws, known.sum())))
    return pd.DataFrame(found, columns=["place", "low", "high", "low_of_all", "high_of_all"])


def _places(value: Floats, error: Floats, level: float, drawn: Floats) -> Floats:
    gap = value[None, :] - value[:, None]  # row i, column j: by how much j lies above i
    spread = np.hypot(error[None, :], error[:, None])
    farthest = _farthest(error, drawn)
    # How many errors apart two must lie, for one compared with all others, and for all with all.
    of_one, of_all = np.quantile(farthest, level, axis=0), np.quantile(farthest.max(axis=1), level)
    place = 1 + (gap > 0).sum(axis=1)
    limits = [
        count
        for bar in (of_one[:, None], of_all)
        for count in (1 + (gap > bar * spread).sum(axis=1), len(value) - (gap < -bar * spread).sum(axis=1))
    ]
    return np.column_stack([place, *limits]).astype(float)


def _farthest(error: Floats, drawn: Floats) -> Floats:
    """Return for each draw and each one how many standard errors the farthest other is off by chance alone."""
    noise = drawn * error
    farthest = np.zeros_like(noise)
    for one in range(len(error)):
        spread = np.hypot(error[one], error)
        spread[one] = 0
        # Two numbers without error differ by what they differ.
        off = np.divide(np.abs(noise - noise[:, [one]]), spread, out=np.zeros_like(noise), where=spread > 0)
        farthest[:, one] = off.max(axis=1)
    return farthest
