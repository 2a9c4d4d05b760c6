"""By how much do the odds differ where a feature tells leavers from stayers without error?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.encoding import OUTCOME
from churnlab.stats.firth import design_effect, fit_firth, profile

Floats = NDArray[np.float64]

# A profile takes as long as twenty fits; where more features part leavers than this, something else is amiss.
_MOST = 5
_COLUMNS = ["odds_ratio", "odds_ratio_low", "odds_ratio_high", "p_value"]


def parted(X: Floats, panel: pd.DataFrame, weights: Floats, *, level: float) -> pd.DataFrame:
    """Return odds ratios by Firth's penalised likelihood, with profile limits that count a student's months as one.

    A student stands in several months. Elsewhere errors by student allow for that; here there are no errors to see it
    by, since all rows on one side ended alike. If four students carried a flag for three months each, and all stayed,
    that may be twelve witnesses or four. Four is what cannot mislead: every row counts as much less than a row as makes
    a student's rows on that side one together (`design_effect`). One row a student, drawn by chance, would be as honest
    but throw away most of the leavings, and her last row would compare leavers of all months with stayers of one.

    Parameters
    ----------
    X : numpy.ndarray, shape (n, p)
        Columns of like scale, independent of each other and of a constant.
    panel : pandas.DataFrame
        The rows they were made of: `student_id`, `churned`.
    weights : numpy.ndarray, shape (m, p)
        By how much the columns of two students differ, for each comparison.
    level : float
        Coverage of the limits, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row per comparison: odds_ratio with _low (0 where the data leave that side open) and _high (likewise
        infinity), p_value; NaN beyond the first five comparisons.

    References
    ----------
    Heinze G, Schemper M, Stat Med 2002;21:2409–2419; Kish L, Survey Sampling, 1965, section 5.4.
    """
    left, whose = panel[OUTCOME].to_numpy(dtype=bool), panel["student_id"].to_numpy()
    if not len(weights):
        return pd.DataFrame(columns=_COLUMNS, dtype=float)
    as_rows = fit_firth(X, left)
    found = []
    for one in weights[:_MOST]:
        weight = 1 / design_effect(X, as_rows, one, whose)
        fit = fit_firth(X, left, weight=weight)
        found.append(profile(X, left, fit, one, level=level, weight=weight))
    told = [[np.exp(one.estimate), np.exp(one.low), np.exp(one.high), one.p_value] for one in found]
    return pd.DataFrame(told + [[np.nan] * 4] * (len(weights) - len(told)), columns=_COLUMNS)
