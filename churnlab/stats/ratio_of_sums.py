"""How sure is the ratio of two sums over the same people?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t


@dataclass(frozen=True, kw_only=True)
class RatioOfSums:
    """A ratio, and where it would lie of other people like these; NaN where it is not known.

    Attributes
    ----------
    ratio, low, high : float
        Upper sum over lower sum.
    """

    ratio: float
    low: float
    high: float


def ratio_of_sums(upper: ArrayLike, lower: ArrayLike, *, level: float) -> RatioOfSums:
    """Divide the sum of what each had by the sum of what the same people had on another occasion.

    People are the sample: who has much weighs much. The error is that of the linearised logarithm, with Student's t;
    with fewer than ten people, or one who has most of it, it is rough.

    Parameters
    ----------
    upper, lower : array_like, shape (n,)
        One of each person, none below 0.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    RatioOfSums
        Without bounds of fewer than two people, or where the upper sum is 0; all NaN where the lower is.

    References
    ----------
    Cochran W G, Sampling Techniques, 3rd ed., 1977, sections 6.4 and 6.5.
    """
    above, below = np.asarray(upper, dtype=float), np.asarray(lower, dtype=float)
    assert above.shape == below.shape, (above.shape, below.shape)
    assert 0 < level < 1, level
    n, total = len(above), float(above.sum())
    if below.sum() <= 0:
        return RatioOfSums(ratio=np.nan, low=np.nan, high=np.nan)
    ratio = total / float(below.sum())
    if n < 2 or total <= 0:
        return RatioOfSums(ratio=ratio, low=np.nan, high=np.nan)
    error = float(np.sqrt(n / (n - 1) * ((above - ratio * below) ** 2).sum())) / total
    times = float(np.exp(t.ppf((1 + level) / 2, n - 1) * error))
    return RatioOfSums(ratio=ratio, low=ratio / times, high=ratio * times)
