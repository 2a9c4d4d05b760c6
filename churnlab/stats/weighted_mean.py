"""What is the mean of several estimates by given weights, and how sure is it?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, kw_only=True)
class WeightedMean:
    """A mean of estimates.

    Attributes
    ----------
    mean, low, high : float
        In the unit of the estimates.
    """

    mean: float
    low: float
    high: float


def weighted_mean(
    values: ArrayLike, lows: ArrayLike, highs: ArrayLike, weights: ArrayLike, *, independent: bool
) -> WeightedMean:
    """Return the mean of estimates that have intervals of one level, by weights that were given beforehand.

    Of independent estimates the distances to each side add up as squares, so that an interval which is longer to one
    side stays so. Of estimates from the same people, of which nobody knows how they go together, the distances
    themselves add up: the standard deviation of a sum is at most the sum of the standard deviations, so that the
    interval is long enough however they do, and longer than need be where they do not.

    Parameters
    ----------
    values, lows, highs : array_like, shape (n,)
        Estimates and the ends of their intervals.
    weights : array_like, shape (n,)
        At least 0, not all 0; only their ratios matter.
    independent : bool
        Whether the estimates are of different people.

    References
    ----------
    Zou G Y, Donner A, Stat Med 2008;27:1693–1702 (method of variance estimates recovery).
    """
    value, low, high, weight = (np.asarray(one, dtype=float) for one in (values, lows, highs, weights))
    assert (weight >= 0).all(), "a weight below 0"
    assert weight.sum() > 0, "no weight at all"
    share = weight / weight.sum()
    mean = float(share @ value)
    below, above = share * (value - low), share * (high - value)
    if independent:
        down, up = (float(np.sqrt((part**2).sum())) for part in (below, above))
    else:
        down, up = float(below.sum()), float(above.sum())
    return WeightedMean(mean=mean, low=mean - down, high=mean + up)
