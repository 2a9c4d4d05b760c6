"""Do some columns tell leavers from those who stay without error?"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]

# What a linear program calls zero.
_ZERO = 1e-7


def separating_direction(X: Floats, left: NDArray[np.bool_]) -> Floats:
    """Return coefficients along which the likelihood of a logistic regression never falls; all 0 if there are none.

    A single column that separates is named alone; only when none does, combinations are looked for, by linear
    programming.

    Parameters
    ----------
    X : numpy.ndarray, shape (n, p)
        The first column is the constant.
    left : numpy.ndarray of bool, shape (n,)
        Who left.

    Returns
    -------
    numpy.ndarray, shape (p,)
        Not 0 for the columns that take part. Where `X @ direction` is 0, the row is not decided.

    References
    ----------
    Albert A, Anderson J A, Biometrika 1984;71:1–10; the linear program: Konis K, PhD thesis, Oxford 2007.
    """
    for column in range(1, X.shape[1]):
        direction = _alone(X[:, column], left, X.shape[1], column)
        if direction.any():
            return direction
    return _together(X, left)


def _alone(values: Floats, left: NDArray[np.bool_], width: int, column: int) -> Floats:
    direction = np.zeros(width)
    leavers, stayers = values[left], values[~left]
    for sign in (1.0, -1.0):
        floor, ceiling = (sign * leavers).min(), (sign * stayers).max()
        if floor >= ceiling and values.min() < values.max():
            direction[[0, column]] = -(floor + ceiling) / 2, sign
    return direction


def _together(X: Floats, left: NDArray[np.bool_]) -> Floats:
    signed = np.unique(np.where(left[:, None], X, -X), axis=0)
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1), method="highs")
    assert found.status == 0, found.message
    direction = np.where(np.abs(found.x) > _ZERO, found.x, 0.0)
    return direction if (signed @ direction).max() > _ZERO else np.zeros(X.shape[1])
