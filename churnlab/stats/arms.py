"""By how much do two arms of a randomised trial differ, list by list?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.intervals import normal_quantile
from churnlab.stats.repeated_looks import looks_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Arms:
    """Counts of two arms in each stratum that has both.

    Attributes
    ----------
    treated, control : numpy.ndarray, shape (strata,)
        How many were drawn into each arm.
    treated_events, control_events : numpy.ndarray, shape (strata,)
        Of how many it then held.
    """

    treated: Floats
    control: Floats
    treated_events: Floats
    control_events: Floats


def arms(event: ArrayLike, is_treated: ArrayLike, stratum: ArrayLike) -> Arms:
    """Count by stratum; strata in which one arm is empty tell nothing and are left out.

    Parameters
    ----------
    event, is_treated : array_like of bool, shape (n,)
        One row per person drawn.
    stratum : array_like, shape (n,)
        Where she was drawn, as a list's id.
    """
    event, is_treated = np.asarray(event, dtype=float), np.asarray(is_treated, dtype=float)
    _, code = np.unique(np.asarray(stratum), return_inverse=True)
    sums = [
        np.bincount(code, weights=weight)
        for weight in (is_treated, 1 - is_treated, event * is_treated, event * (1 - is_treated))
    ]
    both = (sums[0] > 0) & (sums[1] > 0)
    treated, control, treated_events, control_events = (counts[both].astype(np.float64) for counts in sums)
    return Arms(treated=treated, control=control, treated_events=treated_events, control_events=control_events)


def information(counts: Arms) -> float:
    """Return how much the strata tell of a difference: Σ n₁n₀/N; 100 of whom 30 are held out tell 21.

    Parameters
    ----------
    counts : Arms
        As `arms` returns it.
    """
    return float((counts.treated * counts.control / (counts.treated + counts.control)).sum())


def weights(counts: Arms) -> Floats:
    """Return the share that each stratum has in the difference: Mantel and Haenszel's, n₁n₀/N, adding up to 1.

    Parameters
    ----------
    counts : Arms
        At least one stratum.
    """
    raw = counts.treated * counts.control / (counts.treated + counts.control)
    return raw / raw.sum()


def rates(counts: Arms) -> tuple[float, float]:
    """Return the rate of either arm, the strata weighed alike in both: their difference is `risk_difference`'s.

    Parameters
    ----------
    counts : Arms
        At least one stratum.

    Returns
    -------
    treated, control : float
        Between 0 and 1.
    """
    share = weights(counts)
    treated = share @ (counts.treated_events / counts.treated)
    control = share @ (counts.control_events / counts.control)
    return float(treated), float(control)


def risk_difference(counts: Arms, level: float, *, information: float | None = None) -> tuple[float, float, float]:
    """Return the difference of the rates, treated minus control, with its score interval.

    Within a stratum arms are compared as the lot made them; strata are averaged by their weights, so that lists with
    other shares held out, or other risks, do no harm. Many strata of a few persons are as good as few large ones.

    Parameters
    ----------
    counts : Arms
        At least one stratum.
    level : float
        Coverage, between 0 and 1.
    information : float, optional
        Share of the planned trial that is in, if it is looked at more than once: the intervals of all looks together
        then keep the level (`repeated_looks.looks_quantile`). Default: it is looked at this once.

    Returns
    -------
    difference, low, high : float
        Between −1 and 1. With fewer than some ten events in all the interval is only a rough one.

    References
    ----------
    Mantel N, Haenszel W, J Natl Cancer Inst 1959;22:719–748; Sato T, Biometrics 1989;45:1323–1324, the variance, which
    is linear in the difference; Klingenberg B, Stat Med 2014;33:2968–2983, the interval that inverts its score test.
    """
    difference, slope, constant = _sato(counts)
    z2 = (normal_quantile(level) if information is None else looks_quantile(level, information)) ** 2
    n, m = float(counts.treated.sum()), float(counts.control.sum())
    if (left := float(counts.treated_events.sum() + counts.control_events.sum())) in (0.0, n + m):
        # There is no score to invert where nobody or everybody left: Wilson's limits of 0 / n and 0 / m, as Newcombe's.
        below, above = z2 / (m + z2), z2 / (n + z2)
        return difference, *((-below, above) if left == 0 else (-above, below))
    middle = difference + z2 * slope / 2
    half = float(np.sqrt(max(middle**2 - difference**2 + z2 * constant, 0.0)))
    return difference, max(middle - half, -1.0), min(middle + half, 1.0)


def variance(counts: Arms, difference: float) -> float:
    """Return the variance of the difference if it truly were this one (Sato 1989): unbiased at the truth.

    Parameters
    ----------
    counts : Arms
        At least one stratum.
    difference : float
        Treated minus control.
    """
    _, slope, constant = _sato(counts)
    return slope * difference + constant


def _sato(counts: Arms) -> tuple[float, float, float]:
    """Return the difference, and the two terms of its variance: slope × difference + constant."""
    n, m, a, c = counts.treated, counts.control, counts.treated_events, counts.control_events
    total = n + m
    weight = (n * m / total).sum()
    slope = ((n**2 * c - m**2 * a + n * m * (m - n) / 2) / total**2).sum() / weight**2
    constant = ((a * (m - c) + c * (n - a)) / (2 * total)).sum() / weight**2
    return float(((a * m - c * n) / total).sum() / weight), float(slope), float(constant)


def risk_ratio(counts: Arms) -> tuple[float, float]:
    """Return the ratio of the rates, treated to control, and the standard error of its logarithm.

    Parameters
    ----------
    counts : Arms
        With events in both arms.

    Returns
    -------
    ratio, error : float
        Above 0 both.

    References
    ----------
    Greenland S, Robins J M, Biometrics 1985;41:55–68.
    """
    n, m, a, c = counts.treated, counts.control, counts.treated_events, counts.control_events
    total = n + m
    above, below = (a * m / total).sum(), (c * n / total).sum()
    spread = ((n * m * (a + c) - a * c * total) / total**2).sum()
    return float(above / below), float(np.sqrt(spread / (above * below)))


def drawn_for_power(rate: float, difference: float, control_share: float, *, level: float, power: float) -> float:
    """Return how many must be drawn until a difference is seen with this probability.

    Parameters
    ----------
    rate : float
        Of the control arm, 0–1.
    difference : float
        Treated minus control, not 0.
    control_share : float
        Of those drawn, in the control arm.
    level : float
        Of the interval that is to leave out 0.
    power : float
        With what probability it does.

    References
    ----------
    Fleiss J L, Levin B, Paik M C, Statistical Methods for Rates and Proportions, 3rd ed. 2003, section 4.3, without
    the correction for continuity.
    """
    other = rate + difference
    pooled = (1 - control_share) * other + control_share * rate
    null = pooled * (1 - pooled) * (1 / (1 - control_share) + 1 / control_share)
    truth = other * (1 - other) / (1 - control_share) + rate * (1 - rate) / control_share
    # `normal_quantile` is two-sided: of power 0.8 it is asked for 0.6.
    found = normal_quantile(level) * np.sqrt(null) + normal_quantile(2 * power - 1) * np.sqrt(truth)
    return float((found / difference) ** 2)
