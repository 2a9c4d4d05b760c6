"""How many people does it take to see what a training did, and what can so many see?"""

from collections.abc import Callable
from itertools import pairwise
from math import ceil

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import chdtr
from scipy.stats import t

from churnlab.stats.arms import drawn_for_power

_MOST = 10_000_000  # no institution has more people; an effect that needs them is none
# Where the effect that can be seen is looked for, in standard deviations.
_SMALLEST, _LARGEST = 1e-6, 100.0
_TAIL = 9.0  # further out a normal number never is


def power_of_difference(d: float, n_treated: float, n_control: float, *, level: float) -> float:
    """Return how likely a difference of two means is seen: that its interval leaves out 0.

    Parameters
    ----------
    d : float
        The true difference in standard deviations of one person.
    n_treated, n_control : float
        People in either group, three or more in all.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    float
        Between 1 − level and 1; NaN where fewer than three people leave no degree of freedom.

    References
    ----------
    Cohen J, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. 1988, section 2.5 and chapter 12; here by
    the noncentral t distribution, both sides counted.
    """
    return _power(d * np.sqrt(n_treated * n_control / (n_treated + n_control)), n_treated + n_control - 2, level)


def power_of_gain(dz: float, n: float, *, level: float) -> float:
    """Return how likely a mean gain from before to after is seen in people tested twice.

    Parameters
    ----------
    dz : float
        The true mean gain in standard deviations of the gain.
    n : float
        People tested both times.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    float
        Between 1 − level and 1; NaN of fewer than two people.

    References
    ----------
    Cohen J, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. 1988, section 2.3.5.
    """
    return _power(dz * np.sqrt(n), n - 1, level)


def power_with_clusters(d: float, clusters: float, *, size: float, icc: float, level: float) -> float:
    """Return how likely a difference is seen where whole classes or campuses were drawn, as many for each arm.

    Parameters
    ----------
    d : float
        The true difference in standard deviations of one person.
    clusters : float
        Clusters in each arm. The degrees of freedom are those of the clusters, however many people they have.
    size, icc : float
        As for `design_effect`.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    float
        Between 1 − level and 1; NaN of one cluster an arm.

    References
    ----------
    Donner A, Klar N, Design and Analysis of Cluster Randomization Trials in Health Research, 2000, section 5.2;
    Raudenbush S W, Psychol Methods 1997;2:173–185.
    """
    people = clusters * size / design_effect(size=size, icc=icc)
    return _power(d * np.sqrt(people / 2), 2 * clusters - 2, level)


def design_effect(*, size: float, icc: float) -> float:
    """Return how many times as many people it takes where whole clusters are drawn.

    Parameters
    ----------
    size : float
        People in a cluster, at least 1. If clusters differ in size, take the mean of the squares over the mean.
    icc : float
        Intraclass correlation, 0–1: the share of the variance that lies between clusters. Schools have 0.05 to 0.2.

    References
    ----------
    Kish L, Survey Sampling, 1965, section 5.4: 1 + (size − 1) · icc.
    """
    assert size >= 1, size
    assert 0 <= icc <= 1, icc
    return 1 + (size - 1) * icc


def people_for_difference(d: float, *, level: float, power: float) -> float:
    """Return how many people each of two equal groups needs for a difference of means to be seen.

    Parameters
    ----------
    d : float
        The difference to be seen, in standard deviations of one person. Of trainings 0.6 is usual on what they teach
        and 0.2 to 0.3 on results (Arthur and others 2003; Morrow and others 1997); take the least that would be worth
        its money, not the one that is hoped for.
    level : float
        Coverage of the interval, between 0 and 1.
    power : float
        With what probability it is to leave out 0, above 1 − level and below 1.

    Returns
    -------
    float
        A whole number; infinite where `d` is 0.

    References
    ----------
    Cohen J, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. 1988, section 2.4.
    """
    return _fewest(lambda n: power_of_difference(d, n, n, level=level), 2, power, level)


def people_for_gain(dz: float, *, level: float, power: float) -> float:
    """Return how many people must be tested before and after for their mean gain to be seen.

    Parameters
    ----------
    dz : float
        The mean gain in standard deviations of the gain; of one that is known in standard deviations of a score, see
        `gain_dz`.
    level, power : float
        As for `people_for_difference`.

    Returns
    -------
    float
        A whole number; infinite where `dz` is 0.
    """
    return _fewest(lambda n: power_of_gain(dz, n, level=level), 2, power, level)


def gain_dz(d: float, *, correlation: float) -> float:
    """Return a gain in standard deviations of the gain, from one in standard deviations of the score.

    Parameters
    ----------
    d : float
        Mean gain over the standard deviation of a score, taken to be the same before and after.
    correlation : float
        Between the scores before and after, below 1. The higher it is, the fewer people show the gain.

    References
    ----------
    Cohen J, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. 1988, formula 2.3.7: d / √(2 (1 − r)).
    """
    assert -1 <= correlation < 1, correlation
    return float(d / np.sqrt(2 * (1 - correlation)))


def people_for_shares(share: float, other: float, *, level: float, power: float) -> float:
    """Return how many people each of two equal groups needs for a difference of shares to be seen.

    Parameters
    ----------
    share, other : float
        Of either group, 0–1.
    level, power : float
        As for `people_for_difference`.

    Returns
    -------
    float
        A whole number; infinite where the shares are equal. Of fewer than some ten expected events a group it is
        only a rough number.

    References
    ----------
    As for `arms.drawn_for_power`: Fleiss J L, Levin B, Paik M C, Statistical Methods for Rates and Proportions, 3rd ed.
    2003, section 4.3, without the correction for continuity.
    """
    _check(power, level)
    if share == other:
        return np.inf
    return float(ceil(drawn_for_power(share, other - share, 0.5, level=level, power=power) / 2))


def clusters_for_difference(d: float, *, size: float, icc: float, level: float, power: float) -> float:
    """Return how many clusters each arm needs for a difference of means to be seen where whole clusters are drawn.

    Parameters
    ----------
    d : float
        The difference to be seen, in standard deviations of one person.
    size, icc : float
        As for `design_effect`. Twice the people in the same clusters helps little: it is clusters that count.
    level, power : float
        As for `people_for_difference`.

    Returns
    -------
    float
        A whole number of clusters, at least 2; infinite where `d` is 0.

    References
    ----------
    As for `power_with_clusters`.
    """
    return _fewest(lambda k: power_with_clusters(d, k, size=size, icc=icc, level=level), 2, power, level)


def smallest_difference(n_treated: float, n_control: float, *, level: float, power: float) -> float:
    """Return the smallest difference of two means that so many people can see, in standard deviations.

    Read it before the effect: where it is larger than anything a training could do, no result says that it did
    nothing.

    Parameters
    ----------
    n_treated, n_control : float
        People in either group.
    level, power : float
        As for `people_for_difference`.

    Returns
    -------
    float
        NaN where there are too few people for any.
    """
    return _smallest(lambda d: power_of_difference(d, n_treated, n_control, level=level), power, level)


def smallest_gain(n: float, *, level: float, power: float) -> float:
    """Return the smallest mean gain that so many people tested twice can show, in standard deviations of the gain.

    Parameters
    ----------
    n : float
        People tested both times.
    level, power : float
        As for `people_for_difference`.

    Returns
    -------
    float
        NaN of fewer than two people.
    """
    return _smallest(lambda dz: power_of_gain(dz, n, level=level), power, level)


def smallest_with_clusters(clusters: float, *, size: float, icc: float, level: float, power: float) -> float:
    """Return the smallest difference that so many clusters an arm can see, in standard deviations of one person.

    Parameters
    ----------
    clusters : float
        Clusters in each arm.
    size, icc : float
        As for `design_effect`.
    level, power : float
        As for `people_for_difference`.

    Returns
    -------
    float
        NaN of one cluster an arm.
    """
    return _smallest(lambda d: power_with_clusters(d, clusters, size=size, icc=icc, level=level), power, level)


def _power(noncentrality: float, degrees: float, level: float) -> float:
    assert 0 < level < 1, level
    if degrees <= 0:
        return np.nan
    bar, away = float(t.ppf((1 + level) / 2, degrees)), abs(noncentrality)
    return _above(bar, away, degrees) + _above(bar, -away, degrees)


def _above(bar: float, noncentrality: float, degrees: float) -> float:
    """Return how likely noncentral t lies above the bar.

    It is integrated over its normal part, given which its other part has a distribution of chi-square: SciPy's own is
    NaN far out where there are few degrees of freedom.
    """
    low = max(-_TAIL, -noncentrality)
    if low >= _TAIL:
        return 0.0

    def given(z: float) -> float:
        return float(np.exp(-(z**2) / 2) * chdtr(degrees, degrees * ((noncentrality + z) / bar) ** 2))

    # With many people the distribution is a steep step; told where it is, the integration does not miss it.
    width = _TAIL * bar / np.sqrt(2 * degrees)
    ends = np.clip([low, *(bar - noncentrality + width * np.array([-1, 0, 1])), _TAIL], low, _TAIL)
    parts = [quad(given, *pair, epsabs=1e-11, limit=200)[0] for pair in pairwise(ends)]
    return float(sum(parts) / np.sqrt(2 * np.pi))


def _fewest(power_of: Callable[[int], float], start: int, power: float, level: float) -> float:
    """Return the least whole number that has the power, by doubling and halving."""
    _check(power, level)
    high = start
    while not power_of(high) >= power:
        if high > _MOST:
            return np.inf
        high *= 2
    low = start - 1 if high == start else high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(middle) >= power else (middle, high)
    return float(high)


def _smallest(power_of: Callable[[float], float], power: float, level: float) -> float:
    _check(power, level)
    # More than this many standard deviations could not be seen either: there is hardly anybody.
    if not power_of(_LARGEST) >= power:
        return np.nan
    return float(brentq(lambda effect: power_of(effect) - power, _SMALLEST, _LARGEST, xtol=1e-10))


def _check(power: float, level: float) -> None:
    assert 1 - level < power < 1, (power, level)
