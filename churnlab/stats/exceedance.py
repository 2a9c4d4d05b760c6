"""How likely would as many be, had nothing changed since the baseline?

The rate of the baseline is itself uncertain: with its events Poisson and Jeffreys' prior it is a gamma, and what comes
next a negative binomial. Limits that took the rate for known would raise too many alarms, the more the shorter the
baseline. Overdispersion multiplies all variances.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

_JEFFREYS = 0.5


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What was counted while nothing was changing.

    Attributes
    ----------
    events : float
        How many, at least 0.
    exposure : float
        Over which they were counted, above 0.
    dispersion : float
        Variance over mean of a count of given rate, at least 1.
    """

    events: float
    exposure: float
    dispersion: float = 1.0

    @property
    def rate(self) -> float:
        """The mean of the rate's gamma: (events + 1/2) / exposure."""
        return (self.events + _JEFFREYS) / self.exposure

    @property
    def doubt(self) -> float:
        """The relative variance of the rate."""
        return self.dispersion / (self.events + _JEFFREYS)

    def coming(self, exposure: float) -> stats.distributions.rv_frozen:
        """Return the distribution of a count that comes next over an exposure above 0: negative binomial.

        With dispersion 1 it is the exact predictive distribution (Gelman et al., Bayesian Data Analysis, 3rd ed., 2013,
        §2.6), else a negative binomial of the same mean and of `dispersion` times its variance.
        """
        mean = self.rate * exposure
        variance = self.dispersion * mean + self.doubt * mean**2
        return stats.nbinom(mean**2 / (variance - mean), mean / variance)


def as_many(count: float, exposure: float, baseline: Baseline) -> float:
    """Return how likely a count as high or higher is, if nothing has changed.

    Parameters
    ----------
    count : float
        A whole number, at least 0.
    exposure : float
        Over which it was counted; 0: nothing can be said, and the probability is 1.
    baseline : Baseline
        What was counted before.
    """
    return float(baseline.coming(exposure).sf(count - 1)) if exposure > 0 else 1.0


def as_many_of_late(counts: ArrayLike, exposure: ArrayLike, baseline: Baseline, *, smoothing: float) -> float:
    """Return how likely an exponentially weighted sum of the last counts as high or higher is, if nothing has changed.

    The sum weighs the last count by λ, the one before by λ (1 − λ) and so on: an EWMA of counts beside that of what was
    expected of them, which suits exposures that differ. Its first three moments are exact for negative binomial counts
    that share a gamma rate, its tail is that of Pearson's type III with these moments. A probability below 0.0001 is
    right within a factor of two or so, and for fewer than about 1 expected a period do not trust it.

    Parameters
    ----------
    counts, exposure : array_like, shape (n,)
        In order of time, the last at the end.
    baseline : Baseline
        What was counted before these.
    smoothing : float
        Weight λ, above 0 and at most 1.

    Returns
    -------
    float
        0–1; 1 without exposure.

    References
    ----------
    Lucas J M, Saccucci M S, Technometrics 1990;32:1–12; Dong Y, Hedayat A S, Sinha B K, Stat Med 2008;27:2269–2292
    (rates with changing denominators); Fay M P, Feuer E J, Stat Med 1997;16:791–801 (a gamma for weighted sums of
    Poisson counts).
    """
    seen = np.asarray(counts, dtype=float)
    mean = np.asarray(exposure, dtype=float) * baseline.rate
    weight = smoothing * (1 - smoothing) ** np.arange(len(seen))[::-1]
    expected = float(weight @ mean)
    if expected <= 0:
        return 1.0
    phi, doubt = baseline.dispersion, baseline.doubt
    own = float(phi * (weight**2 @ mean))
    # A negative binomial of mean m and variance φ m has the third cumulant φ m (2 φ − 1).
    third = float(phi * (2 * phi - 1) * (weight**3 @ mean)) + 3 * own * expected * doubt + 2 * expected**3 * doubt**2
    variance = own + expected**2 * doubt
    return float(stats.pearson3(third / variance**1.5, expected, np.sqrt(variance)).sf(weight @ seen))


def dispersion(counts: ArrayLike, expected: ArrayLike, *, fitted: int) -> float:
    """Return Pearson's estimate of variance over mean: sum((y − e)² / e) over the degrees of freedom.

    Parameters
    ----------
    counts, expected : array_like
        Of the same shape; cells with nothing expected are passed over.
    fitted : int
        How many rates were estimated from the counts.

    Returns
    -------
    float
        1 for Poisson counts; NaN without degrees of freedom.

    References
    ----------
    McCullagh P, Nelder J A, Generalized Linear Models, 2nd ed., 1989, §6.2.
    """
    seen, mean = np.asarray(counts, dtype=float), np.asarray(expected, dtype=float)
    told = mean > 0
    free = int(told.sum()) - fitted
    return float(((seen - mean)[told] ** 2 / mean[told]).sum() / free) if free > 0 else float("nan")
