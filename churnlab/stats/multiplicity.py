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
    p = np.asarray(p_values, dtype=float)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    raised = np.full(len(p), np.nan)
    raised[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)), 1)
    return raised
