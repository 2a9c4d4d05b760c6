"""Do two groups do something at different rates?"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats


def rates_differ(did: ArrayLike, inside: ArrayLike, clusters: ArrayLike) -> float:
    """Return the p-value of a group's rate being that of all others.

    Fisher's exact test. Where a student has several rows, the larger of it and a score test with sums over students: a
    student's rows may be alike, and then fewer are sure of anything; that they differ makes nothing surer.

    Parameters
    ----------
    did : array_like of bool, shape (n,)
        Which rows did.
    inside : array_like of bool, shape (n,)
        Which rows are the group's; some must be and some not.
    clusters : array_like, shape (n,)
        Whose row it is, as a student's id.

    Returns
    -------
    float
        In 0–1, two-sided. With fewer than some 30 students the score test finds too much.

    References
    ----------
    Fisher R A, Statistical Methods for Research Workers, 1934; Boos D D, Am Stat 1992;46:327–333, the generalised score
    test, its variance by clusters as in Liang K-Y, Zeger S L, Biometrika 1986;73:13–22.
    """
    value, within = np.asarray(did, dtype=bool), np.asarray(inside, dtype=bool)
    codes, names = pd.factorize(np.asarray(clusters))
    square = [[(value & part).sum(), (~value & part).sum()] for part in (within, ~within)]
    exact = min(float(stats.fisher_exact(square).pvalue), 1.0)
    if len(codes) == len(names) or value.all() or not value.any():
        return exact
    weight = within / within.sum() - ~within / (~within).sum()
    by_student = np.bincount(codes, weights=weight * (value - value.mean()))
    error = np.sqrt((by_student**2).sum() * len(names) / max(len(names) - 1, 1))
    by_score = 2 * stats.norm.sf(abs(by_student.sum()) / error) if error > 0 else 1.0
    return max(exact, float(by_score))
