"""How sure is a log hazard ratio where a student may have several stays?

lifelines has these errors, but neither for ties nor for stays that came late into view.
"""

import numpy as np
from numpy.typing import NDArray

from churnlab.stats.score_residuals import by_student, sums_at_risk
from churnlab.stats.survival import Stays

Floats = NDArray[np.float64]


def clustered_errors(stays: Stays, X: Floats, coefficients: Floats, covariance: Floats) -> Floats:
    """Return the standard errors of Cox's model by sums over students: the sandwich.

    With fewer than some 30 students they are too small.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end; `cluster` tells whose stay it is.
    X : numpy.ndarray, shape (n, p)
        Covariates.
    coefficients : numpy.ndarray, shape (p,)
        Log hazard ratios at the maximum of the partial likelihood, ties after Efron.
    covariance : numpy.ndarray, shape (p, p)
        Their covariance as if all stays were independent.

    Returns
    -------
    numpy.ndarray, shape (p,)
        Of the log hazard ratios.

    References
    ----------
    Lin D Y, Wei L J, J Am Stat Assoc 1989;84:1074–1078; R's `coxph` with `cluster`.
    """
    influence = _scores(stays, X - X.mean(axis=0), coefficients) @ covariance
    return np.sqrt((by_student(stays, influence) ** 2).sum(axis=0))


def _scores(stays: Stays, X: Floats, coefficients: Floats) -> Floats:
    """Return what each stay adds to the derivative of the partial likelihood, less what it was expected to add.

    Of several who end on one day Efron lets a part go with each: `gone` is the part of each that went before.
    """
    ended = stays.cause != 0
    weight = np.exp(X @ coefficients)[:, None]
    sums = np.column_stack([weight, weight * X])
    days, day, ends = np.unique(stays.exit[ended], return_inverse=True, return_counts=True)
    first = np.cumsum(ends) - ends
    gone = ((np.arange(ends.sum()) - np.repeat(first, ends)) / np.repeat(ends, ends))[:, None]
    ending = np.zeros((len(days), sums.shape[1]))
    np.add.at(ending, day, sums[ended])
    there = np.repeat(sums_at_risk(stays, sums, days), ends, axis=0) - gone * np.repeat(ending, ends, axis=0)
    hazard, mean = 1 / there[:, :1], there[:, 1:] / there[:, :1]
    steps = np.column_stack([hazard, hazard * mean])
    until = np.vstack([np.zeros(steps.shape[1]), np.cumsum(np.add.reduceat(steps, first), axis=0)])
    watched = until[np.searchsorted(days, stays.exit, "right")] - until[np.searchsorted(days, stays.entry, "right")]
    score = -weight * (X * watched[:, :1] - watched[:, 1:])
    spared = np.add.reduceat(gone * steps, first)[day]
    average = (np.add.reduceat(mean, first) / ends[:, None])[day]
    score[ended] += X[ended] - average + weight[ended] * (X[ended] * spared[:, :1] - spared[:, 1:])
    return score
