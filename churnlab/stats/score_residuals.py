"""What does each stay add to the evidence that covariates go with leaving?"""

import numpy as np
from numpy.typing import NDArray

from churnlab.stats.survival import Stays

Floats = NDArray[np.float64]


def score_residuals(stays: Stays, X: Floats, coefficients: Floats, *, time: Floats) -> Floats:
    """Return what each stay adds to the derivative of Breslow's partial likelihood, less what it was expected to add.

    Their sum is the score; summed by student and squared they are its variance where stays of a student are alike.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end.
    X : numpy.ndarray, shape (n, p)
        Covariates.
    coefficients : numpy.ndarray, shape (p,)
        Log hazard ratios at which the derivative is taken.
    time : numpy.ndarray, shape (days,)
        What the covariates are multiplied by on each day on which someone ended, in their order; 1 for themselves.

    Returns
    -------
    numpy.ndarray, shape (n, p)
        One row a stay.

    References
    ----------
    Lin D Y, Wei L J, J Am Stat Assoc 1989;84:1074–1078; R's `residuals.coxph(type="score")`.
    """
    ended = stays.cause != 0
    ends = stays.ends()
    days = np.flatnonzero(ends)
    weight = np.exp(X @ coefficients)[:, None]
    there = sums_at_risk(stays, np.column_stack([weight, weight * X]), days)
    mean = there[:, 1:] / there[:, :1]
    steps = (time * ends[days])[:, None] / there[:, :1]
    until = np.vstack([np.zeros(X.shape[1] + 1), np.cumsum(np.column_stack([steps, steps * mean]), axis=0)])
    watched = until[np.searchsorted(days, stays.exit, "right")] - until[np.searchsorted(days, stays.entry, "right")]
    score = -weight * (X * watched[:, :1] - watched[:, 1:])
    day = np.searchsorted(days, stays.exit[ended])
    score[ended] += time[day, None] * (X[ended] - mean[day])
    return score


def sums_at_risk(stays: Stays, values: Floats, days: NDArray[np.int64]) -> Floats:
    """Return the sums of values over those at risk on each day.

    Parameters
    ----------
    stays : Stays
        Entry and exit in days.
    values : numpy.ndarray, shape (n, k)
        One row a stay.
    days : numpy.ndarray of int, shape (d,)
        None after the last exit.

    Returns
    -------
    numpy.ndarray, shape (d, k)
        One row a day.
    """
    change = np.zeros((int(stays.exit.max()) + 2, values.shape[1]))
    np.add.at(change, stays.entry + 1, values)
    np.add.at(change, stays.exit + 1, -values)
    return np.cumsum(change, axis=0)[days]


def by_student(stays: Stays, values: Floats) -> Floats:
    """Return the sums of values over each student's stays.

    Parameters
    ----------
    stays : Stays
        `cluster` tells whose stay it is.
    values : numpy.ndarray, shape (n, k)
        One row a stay.

    Returns
    -------
    numpy.ndarray, shape (students, k)
        One row a student.
    """
    whose = np.unique(stays.cluster, return_inverse=True)[1]
    sums = np.zeros((int(whose.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(sums, whose, values)
    return sums
