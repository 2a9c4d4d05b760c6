"""Do groups leave at different rates, and do the ratios of their rates stay the same?

lifelines has neither a log-rank test nor residuals for stays that came late into view; these are exact sums over the
days on which someone left.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from churnlab.stats.survival import Stays


@dataclass(frozen=True, kw_only=True)
class Test:
    """A test statistic and its probability under no difference.

    Attributes
    ----------
    chi2 : float
        The statistic.
    degrees : int
        Degrees of freedom of its distribution; 0 where there was nothing to test.
    p_value : float
        In 0–1.
    """

    chi2: float
    degrees: int
    p_value: float


def log_rank(stays: Stays, group: np.ndarray) -> Test:
    """Test whether groups leave at the same rate; late entries are at risk from their entry on.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end.
    group : numpy.ndarray of int, shape (n,)
        Code of each stay's group, from 0.

    Returns
    -------
    Test
        Chi-squared with (groups - 1) degrees; not to be trusted where curves cross.

    References
    ----------
    Mantel 1966; variance of the hypergeometric distribution under ties, as R's `survdiff`.
    """
    ends, expected, variance = _compared(stays, group)
    return _chi2((ends - expected)[1:], variance[1:, 1:])


def observed_over_expected(stays: Stays, group: np.ndarray) -> np.ndarray:
    """Return how many left of each group, over how many would have if all groups left at the same rate.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end.
    group : numpy.ndarray of int, shape (n,)
        Code of each stay's group, from 0.

    Returns
    -------
    numpy.ndarray, shape (groups,)
        Above 1 for a group that leaves sooner; NaN where nobody was at risk when anybody left.

    References
    ----------
    The sums of the log-rank test; Peto & Peto 1972.
    """
    ends, expected, _ = _compared(stays, group)
    return np.divide(ends, expected, out=np.full(len(ends), np.nan), where=expected > 0)


def _compared(stays: Stays, group: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each group's ends, those expected of it under no difference, and the covariance of what is between."""
    groups = int(group.max()) + 1
    days = int(stays.exit.max()) + 1
    at_risk = np.zeros((groups, days))
    ends = np.zeros((groups, days))
    for code in range(groups):
        part = stays.of(group == code)
        own = part.at_risk()[:days]
        at_risk[code, : len(own)] = own
        ends[code, : len(part.ends())] = part.ends()
    risk, end = at_risk.sum(axis=0), ends.sum(axis=0)
    seen = (end > 0) & (risk > 1)
    risk, end, share = risk[seen], end[seen], at_risk[:, seen] / risk[seen]
    weight = end * (risk - end) / (risk - 1)
    variance = np.diag((weight * share).sum(axis=1)) - (weight * share) @ share.T
    return ends[:, seen].sum(axis=1), (end * share).sum(axis=1), variance


def proportionality(stays: Stays, X: np.ndarray, coefficients: np.ndarray) -> list[Test]:
    """Test for each covariate, then for all, whether its hazard ratio stays the same over time.

    The score test of an added term x · g(t), with g one minus the Kaplan–Meier estimate just before t.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end.
    X : numpy.ndarray, shape (n, p)
        Covariates.
    coefficients : numpy.ndarray, shape (p,)
        Log hazard ratios at the maximum of Breslow's partial likelihood (close to Efron's, but for heavy ties).

    Returns
    -------
    list of Test
        One a covariate, one degree each; last the test of all of them.

    References
    ----------
    Grambsch & Therneau 1994; the exact score test of R's `cox.zph` since survival 3.0.
    """
    ends = stays.ends()
    days = np.flatnonzero(ends)
    mean, spread = _risk_set_moments(stays, X - X.mean(axis=0), coefficients, days)
    centred = X - X.mean(axis=0)
    ended = stays.cause != 0
    summed = np.zeros((len(days), X.shape[1]))
    np.add.at(summed, np.searchsorted(days, stays.exit[ended]), centred[ended])
    residual = summed - ends[days, None] * mean
    surviving = np.cumprod(1 - ends[days] / stays.at_risk()[days])
    time = 1 - np.concatenate([[1.0], surviving[:-1]])
    time = time - np.average(time, weights=ends[days])
    plain = np.einsum("d,dij->ij", ends[days], spread)
    once = np.einsum("d,dij->ij", ends[days] * time, spread)
    twice = np.einsum("d,dij->ij", ends[days] * time**2, spread)
    score = (time[:, None] * residual).sum(axis=0)
    alone = [
        _chi2(score[[j]], twice[[j]][:, [j]] - once[[j]] @ np.linalg.solve(plain, once[:, [j]]))
        for j in range(X.shape[1])
    ]
    return [*alone, _chi2(score, twice - once @ np.linalg.solve(plain, once))]


def _risk_set_moments(stays: Stays, X: np.ndarray, coefficients: np.ndarray, days: np.ndarray):
    """Return the weighted mean and covariance of the covariates among those at risk on each day."""
    weight = np.exp(X @ coefficients)
    outer = (X[:, :, None] * X[:, None, :]).reshape(len(X), -1)
    sums = np.column_stack([weight, weight[:, None] * X, weight[:, None] * outer])
    last = int(stays.exit.max()) + 1
    change = np.zeros((last + 1, sums.shape[1]))
    np.add.at(change, stays.entry + 1, sums)
    np.add.at(change, stays.exit + 1, -sums)
    at_risk = np.cumsum(change, axis=0)[days]
    p = X.shape[1]
    mean = at_risk[:, 1 : p + 1] / at_risk[:, [0]]
    second = (at_risk[:, p + 1 :] / at_risk[:, [0]]).reshape(-1, p, p)
    return mean, second - mean[:, :, None] * mean[:, None, :]


def _chi2(score: np.ndarray, variance: np.ndarray) -> Test:
    chi2 = float(score @ np.linalg.lstsq(variance, score, rcond=None)[0])
    degrees = int(np.linalg.matrix_rank(variance))
    return Test(chi2=chi2, degrees=degrees, p_value=float(stats.chi2.sf(chi2, degrees)) if degrees else 1.0)


def distinct(X: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that vary and are no linear sum of those before them, so that a fit has one answer.

    Parameters
    ----------
    X : pandas.DataFrame of float, shape (n, k)
        One row per stay; without missing values.
    """
    kept: list[str] = []
    for name in map(str, X):
        tried = np.column_stack([np.ones(len(X)), X[[*kept, name]].to_numpy(dtype=float)])
        if np.linalg.matrix_rank(tried) == len(kept) + 2:
            kept.append(name)
    return X[kept]
