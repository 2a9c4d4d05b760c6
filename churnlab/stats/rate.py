"""How often does something happen in a unit of time, and how surely is that known?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Independent events over a time in which they could happen.

    Attributes
    ----------
    events : int
        How many.
    exposure : float
        Time at risk, above 0.
    """

    events: int
    exposure: float

    def __post_init__(self) -> None:
        if not self.exposure > 0:
            raise ValueError("no time in which it could have happened")

    @property
    def value(self) -> float:
        """Events per unit of time."""
        return self.events / self.exposure

    def interval(self, level: float) -> tuple[float, float]:
        """Return the exact interval, that covers at least its level; do not trust it where events come in clusters.

        Parameters
        ----------
        level : float
            Coverage, between 0 and 1.

        References
        ----------
        Garwood F, Biometrika 1936;28:437–442.
        """
        tail = (1 - level) / 2
        low = stats.chi2.ppf(tail, 2 * self.events) / 2 if self.events else 0.0
        high = stats.chi2.ppf(1 - tail, 2 * self.events + 2) / 2
        return float(low) / self.exposure, float(high) / self.exposure

    def drawn(self, draws: int, rng: np.random.Generator) -> Floats:
        """Draw rates as they may be, given the events: with Jeffreys' prior.

        Parameters
        ----------
        draws : int
            How many.
        rng : numpy.random.Generator
            Chance.

        References
        ----------
        Gelman A et al., Bayesian Data Analysis, 3rd ed. 2013, section 2.6, and 2.8 for the prior.
        """
        return rng.gamma(self.events + 0.5, 1 / self.exposure, size=draws)


def rate_difference(first: Rate, second: Rate, *, level: float) -> tuple[float, float, float]:
    """Return how much higher the first of two rates is, with an interval made of their own exact ones.

    It covers at least its level or nearly so; do not trust it where events come in clusters.

    Parameters
    ----------
    first, second : Rate
        Of different people.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    tuple of float
        The difference, its low and its high end, in events per unit of time.

    References
    ----------
    Zou G Y, Donner A, Statistics in Medicine 2008;27:1693–1702, their method of variance estimates recovery, formula 4.
    """
    ends = [one.interval(level) for one in (first, second)]
    (one, other), middle = (first.value, second.value), first.value - second.value
    low = middle - np.hypot(one - ends[0][0], ends[1][1] - other)
    high = middle + np.hypot(ends[0][1] - one, other - ends[1][0])
    return middle, float(low), float(high)
