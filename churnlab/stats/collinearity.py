"""Do some columns say what others say already?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# A column of which the earlier ones leave less than this share unexplained is a copy: its own number would be noise.
_COPY = 1e-8


def independent(X: Floats) -> NDArray[np.bool_]:
    """Tell which columns add something to those before them.

    Parameters
    ----------
    X : numpy.ndarray, shape (n, p)
        The first column is the constant, and is always kept.

    Returns
    -------
    numpy.ndarray of bool, shape (p,)
        False for a constant column after the first and for a linear combination of earlier ones.
    """
    kept = [0]
    # Brought to like lengths, so that a share left over means the same for days and for rates.
    unit = X / np.where(np.abs(X).max(axis=0, initial=0) > 0, np.abs(X).max(axis=0, initial=0), 1.0)
    # Column by column in memory, so that those found so far are read as they lie.
    basis = np.empty_like(unit, order="F")
    basis[:, 0] = unit[:, 0] / np.linalg.norm(unit[:, 0]) if len(X) else 1.0
    for column in range(1, X.shape[1] if len(X) else 0):
        rest, found = unit[:, column], basis[:, : len(kept)]
        # Twice is enough: the second pass takes away the rounding errors of the first.
        for _ in range(2):
            rest = rest - found @ (found.T @ rest)
        spread = np.linalg.norm(unit[:, column] - unit[:, column].mean())
        if np.linalg.norm(rest) > _COPY**0.5 * spread and spread > 0:
            basis[:, len(kept)] = rest / np.linalg.norm(rest)
            kept.append(column)
    return np.isin(np.arange(X.shape[1]), kept)


def variance_inflation(X: Floats, *, features: Sequence[str] | None = None) -> Floats:
    """Return how many times each column's variance is blown up by the others, or by those of other features.

    Above some 10, nine tenths of a column are told by the others, and its coefficient is mostly theirs.

    Parameters
    ----------
    X : numpy.ndarray, shape (n, p)
        Independent columns without a constant.
    features : sequence of str, optional
        Whose column each is; default: each its own. Columns of one feature do not count against each other.

    Returns
    -------
    numpy.ndarray, shape (p,)
        1 or more; for several columns of a feature, the geometric mean over their directions.

    References
    ----------
    Belsley D A, Kuh E, Welsch R E, Regression Diagnostics, 1980, section 3.1. Several columns: Fox J, Monette G,
    J Am Stat Assoc 1992;87:178–183; to the power 1 / df, so that it reads as that of a single column.
    """
    together = np.atleast_2d(np.corrcoef(X, rowvar=False))
    inverse = np.linalg.inv(together)
    names = np.arange(X.shape[1]) if features is None else np.asarray(features)
    inflation = np.empty(X.shape[1])
    for name in np.unique(names):
        own = np.flatnonzero(names == name)
        both = np.linalg.slogdet(together[np.ix_(own, own)])[1] + np.linalg.slogdet(inverse[np.ix_(own, own)])[1]
        inflation[own] = np.exp(both / len(own))
    return inflation
