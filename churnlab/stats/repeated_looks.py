"""How far must a trial be from chance, if it is looked at again and again before it is over?"""

import numpy as np
from scipy.stats import chi2

from churnlab.stats.intervals import normal_quantile

_NOTHING = 1e-9


def looks_quantile(level: float, information: float) -> float:
    """Return how many standard errors to each side make intervals of which all together keep the level.

    A trial that is tested with every month's data finds something sooner or later. These intervals hold the truth at
    all looks together with at least this probability, however many looks there are and whenever: they are very wide
    while little is in, and at the planned end they are 2.24 standard errors wide instead of 1.96.

    Parameters
    ----------
    level : float
        Coverage of all looks together, between 0 and 1.
    information : float
        Share of the planned trial that is in, above 0; more than 1 counts as 1.

    References
    ----------
    O'Brien P C, Fleming T R, Biometrics 1979;35:549–556, the boundary c / √t; Jennison C, Turnbull B W, J R Stat Soc B
    1989;51:305–361, intervals from it. The constant is the one for looking all the time: by the reflection principle a
    Brownian motion leaves ± c before t = 1 with at most twice the probability of being outside at t = 1.
    """
    return normal_quantile(final_level(level)) / float(np.sqrt(np.clip(information, _NOTHING, 1.0)))


def final_level(level: float) -> float:
    """Return the level of a single interval that is as wide as the last of those that keep this level together.

    Parameters
    ----------
    level : float
        Coverage of all looks together, between 0 and 1.
    """
    return 1 - (1 - level) / 2


def looks_p_value(distance: float, freedom: int, information: float) -> float:
    """Return a p-value that may be looked at with every month's data: it falls below 0.05 at any look in 5 % at most.

    Parameters
    ----------
    distance : float
        What a chi-squared test compares, at this look.
    freedom : int
        Its degrees of freedom.
    information : float
        As of `looks_quantile`.

    References
    ----------
    As of `looks_quantile`. The reflection principle holds in any dimension as a bound: from where it has left the ball,
    a Brownian motion is outside at t = 1 with a probability of a half at least.
    """
    return min(2 * float(chi2.sf(distance * min(information, 1.0), freedom)), 1.0)
