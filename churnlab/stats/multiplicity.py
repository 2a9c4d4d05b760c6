"""How sure is one finding among many?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def holm(p_values: ArrayLike) -> Floats:
    """Return p-values raised so that the chance of any false finding among them stays below each.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        NaN for what was not tested: it stays NaN and does not count.

    References
    ----------
    Holm S, Scand J Stat 1979;6:65–70.
    """
    p, order, tested = _ordered(p_values)
    steps = np.maximum.accumulate(p * np.arange(len(p), 0, -1))
    return _back(np.minimum(steps, 1), order, tested)


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Return p-values raised so that, of the findings up to each, at most that share is expected to be false.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        NaN for what was not tested: it stays NaN and does not count. Independent, or positively dependent.

    References
    ----------
    Benjamini Y, Hochberg Y, J R Stat Soc B 1995;57:289–300.
    """
    p, order, tested = _ordered(p_values)
    steps = np.minimum.accumulate((p * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    return _back(np.minimum(steps, 1), order, tested)


def _ordered(p_values: ArrayLike) -> tuple[Floats, NDArray[np.intp], NDArray[np.bool_]]:
    p = np.asarray(p_values, dtype=float)
    tested = ~np.isnan(p)
    order = np.argsort(p[tested], kind="stable")
    return p[tested][order], order, tested


def _back(steps: Floats, order: NDArray[np.intp], tested: NDArray[np.bool_]) -> Floats:
    inner = np.empty_like(steps)
    inner[order] = steps
    raised = np.full(len(tested), np.nan)
    raised[tested] = inner
    return raised
