"""How likely would as many be, had nothing changed since the baseline?

The rate of the baseline is itself uncertain: with its events Poisson and Jeffreys' prior it is a gamma, and what comes
next a negative binomial. Limits that took the rate for known would raise too many alarms, the more the shorter the
baseline. Overdispersion multiplies all variances, and is known no better: a probability is the mean over the values
that it may well have. What a season makes of the rate is uncertain in the same way.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]

_JEFFREYS = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Baseline:
    """What was counted while nothing was changing.

    Attributes
    ----------
    events : float
        How many, at least 0.
    exposure : float
        Over which they were counted, above 0.
    dispersion : float or numpy.ndarray, shape (k,)
        Variance over mean of a count of given rate, at least 1; several: equally likely ones.
    """

    events: float
    exposure: float
    dispersion: float | Floats = 1.0

    @property
    def rate(self) -> float:
        """The mean of the rate's gamma: (events + 1/2) / exposure."""
        return (self.events + _JEFFREYS) / self.exposure

    @property
    def doubt(self) -> Floats:
        """The relative variance of the rate, for each dispersion."""
        return np.atleast_1d(self.dispersion) / (self.events + _JEFFREYS)

    def coming(self, exposure: float, *, season: float = 0.0) -> tuple[Floats, Floats]:
        """Return shape and success probability of the negative binomial of a count that comes next.

        With dispersion 1 and no season it is the exact predictive distribution (Gelman et al., Bayesian Data Analysis,
        3rd ed., 2013, §2.6), else a negative binomial of the same mean and of the variance that all doubts add up to.

        Parameters
        ----------
        exposure : float
            Over which it is counted, above 0, already times what the season makes of it.
        season : float
            Relative standard error of that factor, at least 0.

        Returns
        -------
        (numpy.ndarray, numpy.ndarray), shape (k,)
            One for each dispersion.
        """
        mean = self.rate * exposure
        variance = np.atleast_1d(self.dispersion) * mean + (self.doubt + season**2) * mean**2
        return mean**2 / (variance - mean), mean / variance

    def usual(self, exposure: float, level: float, *, season: float = 0.0) -> float:
        """Return the lowest count that as many or fewer have a chance of at least `level` to be.

        Parameters
        ----------
        exposure, season : float
            As for `coming`.
        level : float
            Between 0 and 1.
        """
        shape, chance = self.coming(exposure, season=season)
        low, high = 0, 1
        while _at_most(high, shape, chance) < level:
            low, high = high + 1, 2 * high
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if _at_most(middle, shape, chance) >= level else (middle + 1, high)
        return float(low)


def _at_most(count: int, shape: Floats, chance: Floats) -> float:
    return float(special.betainc(shape, count + 1, chance).sum()) / len(shape)


def as_many(count: float, exposure: float, baseline: Baseline, *, season: float = 0.0) -> float:
    """Return how likely a count as high or higher is, if nothing has changed.

    Parameters
    ----------
    count : float
        A whole number, at least 0.
    exposure : float
        Over which it was counted; 0: nothing can be said, and the probability is 1.
    baseline : Baseline
        What was counted before.
    season : float
        Relative standard error of the factor that the season put into the exposure.
    """
    if exposure <= 0 or count <= 0:
        return 1.0
    shape, chance = baseline.coming(exposure, season=season)
    return float(special.betainc(count, shape, 1 - chance).mean())


def as_many_of_late(
    counts: ArrayLike, exposure: ArrayLike, baseline: Baseline, *, smoothing: float, season: ArrayLike = 0.0
) -> float:
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
    season : array_like, shape (n,)
        Relative standard errors of the factors in the exposures; taken to err together.

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
    phi = np.atleast_1d(baseline.dispersion)
    erring = weight * np.asarray(season, dtype=float)
    doubt = baseline.doubt + (float(erring @ mean) / expected) ** 2
    own = phi * (weight**2 @ mean)
    # A negative binomial of mean m and variance φ m has the third cumulant φ m (2 φ − 1).
    third = phi * (2 * phi - 1) * (weight**3 @ mean) + 3 * own * expected * doubt + 2 * expected**3 * doubt**2
    variance = own + expected**2 * doubt
    # Type III is a gamma moved along: shape 4 / skewness², scale and place by the variance and the mean.
    shape = 4 * variance**3 / third**2
    beyond = shape + (weight @ seen - expected) * np.sqrt(shape / variance)
    return float(special.gammaincc(shape, np.maximum(beyond, 0.0)).mean())
