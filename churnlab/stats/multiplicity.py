"""How sure is one finding among many?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def holm(p_values: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return p-values raised so that the chance of any false finding among them stays below each.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        NaN for what was not tested: it stays NaN and does not count.
    weights : array_like, shape (m,), optional
        Positive; how much of the chance of a false finding each may use, beside the others. Default: all alike. They
        must have been chosen before the p-values were seen.

    References
    ----------
    Holm S, Scand J Stat 1979;6:65–70; weights: section 4.
    """
    p = np.asarray(p_values, dtype=float)
    weight = np.ones(len(p)) if weights is None else np.asarray(weights, dtype=float)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested] / weight[tested], kind="stable")]
    raised = np.full(len(p), np.nan)
    left = np.cumsum(weight[order][::-1])[::-1]
    raised[order] = np.minimum(np.maximum.accumulate(p[order] * left / weight[order]), 1)
    return raised
