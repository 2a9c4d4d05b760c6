"""Do as many leave as the probabilities say?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import logit

from churnlab.stats.intervals import clustered_wilson, normal_quantile
from churnlab.stats.logistic import fit_logistic

# A probability of 0 or 1 has no log odds; nothing that a penalised model says comes near these ends.
_EDGE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How log odds as predicted stand to log odds as they came.

    Attributes
    ----------
    intercept, intercept_low, intercept_high : float
        Log odds to be added to all predictions, the slope held at 1: above 0, too few were predicted to leave.
    slope, slope_low, slope_high : float
        1 is right; below 1 the predictions were too extreme, above 1 too timid. NaN where all predictions are equal.
    """

    intercept: float
    intercept_low: float
    intercept_high: float
    slope: float
    slope_low: float
    slope_high: float


def calibration(
    left: ArrayLike, probability: ArrayLike, *, level: float, clusters: ArrayLike | None = None
) -> Calibration:
    """Return calibration in the large (intercept) and the calibration slope with normal intervals.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who left; without a leaver, or without a stayer, everything is NaN.
    probability : array_like, shape (n,)
        As predicted, 0–1.
    level : float
        Coverage, between 0 and 1.
    clusters : array_like, shape (n,), optional
        Whose row it is, where students are counted several times.

    References
    ----------
    Cox D R, Biometrika 1958;45:562–565; Van Calster B et al, BMC Med 2019;17:230.
    """
    gone = np.asarray(left, dtype=bool)
    if gone.all() or not gone.any():
        return Calibration(**dict.fromkeys(Calibration.__dataclass_fields__, float("nan")))
    odds = logit(np.clip(np.asarray(probability, dtype=float), _EDGE, 1 - _EDGE))
    z = normal_quantile(level)
    large = fit_logistic(np.empty((len(gone), 0)), gone, offset=odds, clusters=clusters)
    slope, error = _slope(odds, gone, clusters)
    return Calibration(
        intercept=large.intercept,
        intercept_low=large.intercept - z * large.intercept_error,
        intercept_high=large.intercept + z * large.intercept_error,
        slope=slope,
        slope_low=slope - z * error,
        slope_high=slope + z * error,
    )


def _slope(odds: np.ndarray, gone: np.ndarray, clusters: ArrayLike | None) -> tuple[float, float]:
    if np.ptp(odds) < _EDGE:
        return float("nan"), float("nan")
    fit = fit_logistic(odds[:, None], gone, clusters=clusters)
    return float(fit.coefficients[0]), float(fit.standard_errors[0])


def calibration_curve(
    left: ArrayLike,
    probability: ArrayLike,
    *,
    bins: int,
    min_rows: int,
    level: float,
    clusters: ArrayLike | None = None,
) -> pd.DataFrame:
    """Set the rate that came beside the probability that was told, in groups of equal size.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who left.
    probability : array_like, shape (n,)
        As predicted, 0–1.
    bins : int
        Most groups; equal probabilities stay in one group.
    min_rows : int
        Fewest rows to a group; with few data there are fewer groups.
    level : float
        Coverage of the intervals, between 0 and 1: Wilson's, by student (`clustered_wilson`).
    clusters : array_like, shape (n,), optional
        Whose row it is, where students are counted several times.

    Returns
    -------
    pandas.DataFrame
        One row a group, lowest risk first: n, events, predicted_rate (mean), observed_rate with _low and _high.
    """
    frame = pd.DataFrame({"left": np.asarray(left, dtype=bool), "probability": np.asarray(probability, dtype=float)})
    groups = max(min(bins, len(frame) // max(min_rows, 1)), 1)
    # Ranks by "max" keep equal probabilities together.
    place = np.ceil(frame["probability"].rank(method="max") / len(frame) * groups)
    told = frame.groupby(place).agg(
        n=("left", "size"),
        events=("left", "sum"),
        predicted_rate=("probability", "mean"),
        observed_rate=("left", "mean"),
    )
    whose = pd.Series(np.arange(len(frame)) if clusters is None else np.asarray(clusters))
    limits = [clustered_wilson(rows["left"], whose[rows.index], level) for _, rows in frame.groupby(place)]
    low, high = np.array(limits).T
    return told.assign(observed_rate_low=low, observed_rate_high=high).reset_index(drop=True)
