"""How well do scores tell those who left from those who stayed?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from churnlab.stats.intervals import normal_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Area:
    """An area under the ROC curve with its interval.

    Attributes
    ----------
    auc : float
        Share of pairs of a leaver and a stayer in which the leaver has the higher score, ties counted half.
    standard_error, low, high : float
        By DeLong; NaN where the data cannot tell: fewer than two students who left or two who stayed, or scores that
        part them wholly.
    """

    auc: float
    standard_error: float
    low: float
    high: float


def auc(left: ArrayLike, score: ArrayLike) -> float:
    """Return the area under the ROC curve, in O(n log n).

    Read it as a share of pairs: 0.5 is a coin, 1 parts all. It says nothing of whether probabilities are right; see
    `churnlab.stats.calibration`.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who left.
    score : array_like, shape (n,)
        Higher for a higher risk.

    Returns
    -------
    float
        0–1; NaN without a leaver or without a stayer.

    References
    ----------
    Hanley J A, McNeil B J, Radiology 1982;143:29–36.
    """
    return float(np.mean(_placements(left, score)[0])) if _both(left) else float("nan")


def delong(left: ArrayLike, score: ArrayLike, level: float, *, clusters: ArrayLike | None = None) -> Area:
    """Return the area under the ROC curve with DeLong's interval, in O(n log n).

    Where a student has several rows, as one a contract, what they add is summed by student before it is squared: her
    leaving and her staying rows may be alike, and are then no several witnesses. With one row each it is DeLong's to
    the last digit; there is no other correction for few students. With fewer than ten leavers, or ten students among
    them, or an area near 1 the interval is too short.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who left.
    score : array_like, shape (n,)
        Higher for a higher risk.
    level : float
        Coverage, between 0 and 1.
    clusters : array_like, shape (n,), optional
        Whose row it is, as a student's id; default: the rows are independent.

    References
    ----------
    DeLong E R, DeLong D M, Clarke-Pearson D L, Biometrics 1988;44:837–845; computed by ranks as in Sun X, Xu W, IEEE
    Signal Process Lett 2014;21:1389–1393. By student: Obuchowski N A, Biometrics 1997;53:567–578.
    """
    area = auc(left, score)
    gone = np.asarray(left, dtype=bool)
    whose = np.arange(gone.size) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    variance = _variance(gone, score, whose, area) if _both(gone) else float("nan")
    if not variance > 0:
        return Area(auc=area, standard_error=float("nan"), low=float("nan"), high=float("nan"))
    error = float(np.sqrt(variance))
    half = normal_quantile(level) * error
    return Area(auc=area, standard_error=error, low=max(area - half, 0.0), high=min(area + half, 1.0))


def _variance(gone: NDArray[np.bool_], score: ArrayLike, whose: NDArray[np.intp], area: float) -> float:
    """Return Obuchowski's variance of the area; NaN with fewer than two students who left or two who stayed."""
    sums, students = [], []
    for rows, placement in zip((gone, ~gone), _placements(gone, score), strict=True):
        sums.append(np.bincount(whose[rows], weights=placement - area, minlength=whose.max() + 1) / rows.sum())
        students.append(len(np.unique(whose[rows])))
    if min(students) < 2:
        return float("nan")
    within = sum((part**2).sum() * many / (many - 1) for part, many in zip(sums, students, strict=True))
    there = len(np.unique(whose))
    return float(within + 2 * (sums[0] * sums[1]).sum() * there / (there - 1))


def _both(left: ArrayLike) -> bool:
    return 0 < np.sum(left) < np.size(left)


def _placements(left: ArrayLike, score: ArrayLike) -> tuple[Floats, Floats]:
    """Return for each leaver the share of stayers below, and for each stayer the share of leavers above."""
    gone = np.asarray(left, dtype=bool)
    score = np.asarray(score, dtype=float)
    leavers, stayers = score[gone], score[~gone]
    ranks = rankdata(score)
    below = (ranks[gone] - rankdata(leavers)) / max(len(stayers), 1)
    above = 1 - (ranks[~gone] - rankdata(stayers)) / max(len(leavers), 1)
    return below, above


def brier(left: ArrayLike, probability: ArrayLike) -> float:
    """Return the mean squared distance between probability and what came; 0 is perfect.

    Only in comparison does it say something: set it beside the score of one rate for everybody.

    Parameters
    ----------
    left : array_like of bool, shape (n,)
        Who left.
    probability : array_like, shape (n,)
        0–1.

    References
    ----------
    Brier G W, Mon Weather Rev 1950;78:1–3.
    """
    return float(np.mean((np.asarray(probability, dtype=float) - np.asarray(left, dtype=float)) ** 2))
