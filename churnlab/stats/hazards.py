"""Do groups leave at different rates, and do the ratios of their rates stay the same?

lifelines has neither a log-rank test nor residuals for stays that came late into view; these are exact sums over the
days on which someone left. Where a student has several stays each test is taken twice, of the stays and of the
students, and the one that is less sure is told: that stays of a student are alike makes less sure, and that they differ
makes nothing surer, for a variance from what was seen is too small where few left a group, and none where nobody did.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from churnlab.stats.score_residuals import by_student, score_residuals, sums_at_risk
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

    Where a student has several stays, of this test and `clustered_log_rank` the one with the larger p; else this test.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end; `cluster` tells whose stay it is.
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
    plain = chi2_test((ends - expected)[1:], variance[1:, 1:])
    return max(plain, clustered_log_rank(stays, group), key=_p_value) if is_repeated(stays) else plain


def clustered_log_rank(stays: Stays, group: np.ndarray) -> Test:
    """Test whether groups leave at the same rate, with the variance of sums over students.

    The robust score test of Cox's model at no difference, ties after Breslow. With few students, or few who left a
    group, it finds too much: `log_rank` guards against that.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end; `cluster` tells whose stay it is.
    group : numpy.ndarray of int, shape (n,)
        Code of each stay's group, from 0.

    References
    ----------
    Lin D Y, Wei L J, J Am Stat Assoc 1989;84:1074–1078; `robscore` of R's `summary.coxph`.
    """
    X = (group[:, None] == np.arange(1, int(group.max()) + 1)).astype(float)
    time = np.ones(int((stays.ends() > 0).sum()))
    return _of_sums(by_student(stays, score_residuals(stays, X, np.zeros(X.shape[1]), time=time)))


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

    The score test of an added term x · g(t), with g one minus the Kaplan–Meier estimate just before t. Where a student
    has several stays, of each test and that of `clustered_proportionality` the one with the larger p; else this test.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end; `cluster` tells whose stay it is.
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
    added, variance = _added_term(stays, X, coefficients)
    score = added.sum(axis=0)
    plain = [chi2_test(score[chosen], variance[np.ix_(chosen, chosen)]) for chosen in _each_then_all(X)]
    if not is_repeated(stays):
        return plain
    return [
        max(tests, key=_p_value) for tests in zip(plain, clustered_proportionality(stays, X, coefficients), strict=True)
    ]


def clustered_proportionality(stays: Stays, X: np.ndarray, coefficients: np.ndarray) -> list[Test]:
    """Test for each covariate, then for all, whether its hazard ratio stays the same, by sums over students.

    R has no such test: its `cox.zph` takes stays as independent even beside errors by student. With few students it
    finds too much: `proportionality` guards against that.

    Parameters
    ----------
    stays, X, coefficients
        As for `proportionality`.

    References
    ----------
    The generalised score test of Boos D D, Am Stat 1992;46:327–333, of the same term, with the score residuals of Lin
    D Y, Wei L J, J Am Stat Assoc 1989;84:1074–1078.
    """
    sums = by_student(stays, _added_term(stays, X, coefficients)[0])
    return [_of_sums(sums[:, chosen]) for chosen in _each_then_all(X)]


def _added_term(stays: Stays, X: np.ndarray, coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what each stay adds to the score of x · g(t), and its variance if stays are independent.

    What the coefficients of x would take up of it is no evidence, and is taken out.
    """
    ends, X = stays.ends(), X - X.mean(axis=0)
    days = np.flatnonzero(ends)
    spread = _spread(stays, X, coefficients, days)
    surviving = np.cumprod(1 - ends[days] / stays.at_risk()[days])
    time = 1 - np.concatenate([[1.0], surviving[:-1]])
    time = time - np.average(time, weights=ends[days])
    plain = np.einsum("d,dij->ij", ends[days], spread)
    once = np.einsum("d,dij->ij", ends[days] * time, spread)
    twice = np.einsum("d,dij->ij", ends[days] * time**2, spread)
    taken_up = np.linalg.solve(plain, once)
    itself = score_residuals(stays, X, coefficients, time=np.ones(len(days)))
    added = score_residuals(stays, X, coefficients, time=time) - itself @ taken_up
    return added, twice - once @ taken_up


def _each_then_all(X: np.ndarray) -> list[list[int]]:
    columns = list(range(X.shape[1]))
    return [*([column] for column in columns), columns]


def _spread(stays: Stays, X: np.ndarray, coefficients: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the weighted covariance of the covariates among those at risk on each day."""
    weight = np.exp(X @ coefficients)[:, None]
    outer = (X[:, :, None] * X[:, None, :]).reshape(len(X), -1)
    there = sums_at_risk(stays, np.column_stack([weight, weight * X, weight * outer]), days)
    p = X.shape[1]
    mean = there[:, 1 : p + 1] / there[:, :1]
    second = (there[:, p + 1 :] / there[:, :1]).reshape(-1, p, p)
    return second - mean[:, :, None] * mean[:, None, :]


def is_repeated(stays: Stays) -> bool:
    """Tell whether a student has several stays.

    Parameters
    ----------
    stays : Stays
        `cluster` tells whose stay it is.
    """
    return len(np.unique(stays.cluster)) < len(stays.cluster)


def _of_sums(sums: np.ndarray) -> Test:
    """Test whether sums, one row a student, are 0 but for chance."""
    return chi2_test(sums.sum(axis=0), sums.T @ sums)


def _p_value(test: Test) -> float:
    return test.p_value


def chi2_test(score: np.ndarray, variance: np.ndarray) -> Test:
    """Test whether a score is 0 but for chance.

    Parameters
    ----------
    score : numpy.ndarray, shape (k,)
        What was seen, less what was expected.
    variance : numpy.ndarray, shape (k, k)
        Its covariance; where it says nothing of a direction, that is not tested.
    """
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
