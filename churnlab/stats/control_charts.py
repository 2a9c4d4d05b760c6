"""Within which limits do rates of equal cause lie, period by period?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# The mean range of two normal values is this many standard deviations, 2 / √π.
_RANGE_OF_TWO = 2 / np.sqrt(np.pi)


@dataclass(frozen=True, kw_only=True, eq=False)
class ControlChart:
    """A rate in each period with the limits between which it lies while nothing changes.

    Attributes
    ----------
    rate : numpy.ndarray, shape (n,)
        As it came; NaN in periods without exposure.
    center : float
        The rate of the baseline: all its events over all its exposure.
    low, high : numpy.ndarray, shape (n,)
        Limits, the wider the smaller the exposure.
    spread : float
        Laney's sigma_z: by how much periods vary beyond what chance alone makes of them, 1 where no correction.
    """

    rate: Floats
    center: float
    low: Floats
    high: Floats
    spread: float


def u_chart(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    laney: bool = True,
) -> ControlChart:
    """Chart events per exposure where a unit may have several (complaints): Poisson limits, or Laney's u'.

    With `laney` the limits are stretched by the spread of the baseline's own week-to-week moves, so that periods that
    differ for many small reasons raise no alarm. Do not trust limits of a baseline with fewer than some 20 periods, nor
    for fewer than about 5 events a period: there the counts are too skew for limits on both sides alike.

    Parameters
    ----------
    counts : array_like, shape (n,)
        Events, at least 0.
    exposure : array_like, shape (n,)
        Over which they were counted, at least 0.
    baseline : array_like of bool, shape (n,), optional
        Periods from which the limits come; default: all.
    sigmas : float
        Limits lie so many standard deviations from the center.
    laney : bool
        Whether to correct for overdispersion.

    Raises
    ------
    ValueError
        If the baseline has no exposure or no event.

    References
    ----------
    Laney D B, Quality Engineering 2002;14:531–537; Montgomery D C, Introduction to Statistical Quality Control, 6th
    ed., 2009, §7.3.
    """
    center, rate, many, kept = _rates(counts, exposure, baseline)
    sigma = np.sqrt(center / np.where(many > 0, many, np.nan))
    return _chart(rate, center, sigma, kept, sigmas, laney, most=np.inf)


def p_chart(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    laney: bool = True,
) -> ControlChart:
    """Chart the share of units with an event (lessons missed): binomial limits, or Laney's p'.

    Parameters
    ----------
    counts, exposure, baseline, sigmas, laney
        As for `u_chart`; no count above its exposure.

    Raises
    ------
    ValueError
        If the baseline has no exposure, no event, or nothing else.

    References
    ----------
    As of `u_chart`; Montgomery §7.2.
    """
    center, rate, many, kept = _rates(counts, exposure, baseline)
    if center >= 1:
        raise ValueError("in the baseline every unit had an event")
    sigma = np.sqrt(center * (1 - center) / np.where(many > 0, many, np.nan))
    return _chart(rate, center, sigma, kept, sigmas, laney, most=1.0)


def _rates(counts: ArrayLike, exposure: ArrayLike, baseline: ArrayLike | None) -> tuple[float, Floats, Floats, Floats]:
    events, many = np.asarray(counts, dtype=float), np.asarray(exposure, dtype=float)
    kept = np.ones(len(events), dtype=bool) if baseline is None else np.asarray(baseline, dtype=bool)
    if not events[kept].sum() > 0 or not many[kept].sum() > 0:
        raise ValueError("the baseline has no event")
    rate = np.divide(events, many, out=np.full(len(events), np.nan), where=many > 0)
    return float(events[kept].sum() / many[kept].sum()), rate, many, kept


def _chart(
    rate: Floats, center: float, sigma: Floats, kept: Floats, sigmas: float, laney: bool, *, most: float
) -> ControlChart:
    spread = laney_spread(((rate - center) / sigma)[kept]) if laney else 1.0
    away = sigmas * sigma * spread
    return ControlChart(
        rate=rate,
        center=center,
        low=np.maximum(center - away, 0.0),
        high=np.minimum(center + away, most),
        spread=spread,
    )


def laney_spread(scores: ArrayLike) -> float:
    """Return sigma_z: the standard deviation of standardised rates, from the ranges between neighbours.

    1 means that periods vary as chance alone would have them vary. A slow drift or a season hardly moves it.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Rates less their center over their standard errors, in order of time; NaN (no exposure) are passed over.

    Returns
    -------
    float
        The mean absolute difference of neighbours over 2 / √π = 1.128; NaN with fewer than two scores.

    References
    ----------
    Laney D B, Quality Engineering 2002;14:531–537.
    """
    known = np.asarray(scores, dtype=float)
    known = known[~np.isnan(known)]
    return float(np.abs(np.diff(known)).mean() / _RANGE_OF_TWO) if len(known) > 1 else float("nan")


@dataclass(frozen=True, kw_only=True, eq=False)
class Smoothed:
    """An exponentially weighted moving average of a rate with its limits.

    Attributes
    ----------
    value : numpy.ndarray, shape (n,)
        The average after each period.
    low, high : numpy.ndarray, shape (n,)
        Its limits.
    """

    value: Floats
    low: Floats
    high: Floats


def ewma_chart(
    rate: ArrayLike, sigma: ArrayLike, *, center: float, smoothing: float = 0.2, sigmas: float = 3.0
) -> Smoothed:
    """Average a rate over the periods so far, each weighing less the longer it is ago: it shows small lasting changes.

    z_t = λ x_t + (1 − λ) z_{t−1} from z_0 = center; its variance is the sum of the squared weights times each period's
    own variance, so that exposures may differ. Read it beside the plain chart: that finds jumps, this finds drifts.

    Parameters
    ----------
    rate : array_like, shape (n,)
        In order of time; a NaN leaves the average where it was.
    sigma : array_like, shape (n,)
        The standard error of each.
    center : float
        Where it starts.
    smoothing : float
        Weight λ, above 0 and at most 1, where the average is the last rate alone.
    sigmas : float
        Width of the limits.

    References
    ----------
    Lucas J M, Saccucci M S, Technometrics 1990;32:1–12; Montgomery D C, Introduction to Statistical Quality Control,
    6th ed., 2009, §9.2.
    """
    values, errors = np.asarray(rate, dtype=float), np.asarray(sigma, dtype=float)
    average, variance = center, 0.0
    found = np.empty((len(values), 2))
    for place, (value, error) in enumerate(zip(values, errors, strict=True)):
        if value == value:
            average = smoothing * value + (1 - smoothing) * average
            variance = (smoothing * error) ** 2 + (1 - smoothing) ** 2 * variance
        found[place] = average, variance
    away = sigmas * np.sqrt(found[:, 1])
    return Smoothed(value=found[:, 0], low=center - away, high=center + away)
