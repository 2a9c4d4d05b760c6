"""How do the odds change with a feature, all others held?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_matrix
from scipy.special import expit

from churnlab.stats.collinearity import independent
from churnlab.stats.separation import separating_direction

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Newton needs some eight steps; a fit that needs this many runs off to infinity.
_STEPS = 40
_TOLERANCE = 1e-10
# Where along some direction of the columns no more than this share of the curvature at even odds is left, the climb
# ended on the plain that leads to infinity, not on a top. A linear program then looks closer.
_FLAT = 1e-8


@dataclass(frozen=True, kw_only=True, eq=False)
class Logistic:
    """A logistic regression by maximum likelihood.

    Attributes
    ----------
    intercept : float
        Log odds where every column is 0.
    coefficients : numpy.ndarray, shape (p,)
        Log odds ratios per unit of each column; NaN where there is no finite one.
    covariance : numpy.ndarray, shape (p + 1, p + 1)
        Of intercept and coefficients: by the information, or by clusters where they were given.
    separated : numpy.ndarray of bool, shape (p,)
        Columns that part leavers from those who stay: their estimate runs off to infinity.
    """

    intercept: float
    coefficients: Floats
    covariance: Floats
    separated: Flags

    @property
    def intercept_error(self) -> float:
        """Standard error of the intercept."""
        return float(np.sqrt(self.covariance[0, 0]))

    @property
    def standard_errors(self) -> Floats:
        """Standard error of each coefficient, NaN where the coefficient is."""
        return np.sqrt(np.diag(self.covariance)[1:])


def fit_logistic(
    X: ArrayLike, left: ArrayLike, *, offset: ArrayLike | None = None, clusters: ArrayLike | None = None
) -> Logistic:
    """Fit a logistic regression by Newton's method, without penalty; the constant is added.

    Where columns part leavers from those who stay, their estimates are infinite; they are named, and the others are
    fitted on the rows that the separation does not decide, which is the limit of the likelihood.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Columns of like scale, linearly independent of each other and of a constant; p may be 0.
    left : array_like of bool, shape (n,)
        Who left; both kinds must be there.
    offset : array_like, shape (n,), optional
        Log odds that are taken as given.
    clusters : array_like, shape (n,), optional
        Whose row it is: errors then allow for likeness within a cluster, with the factor g / (g − 1) for g clusters;
        with fewer than some 30 they are too small.

    References
    ----------
    Newton: McCullagh P, Nelder J A, Generalized Linear Models, 1989, section 2.5. Clusters: Liang K-Y, Zeger S L,
    Biometrika 1986;73:13–22. The limit under separation: Geyer C J, Electron J Stat 2009;3:259–289.
    """
    y = np.asarray(left, dtype=float)
    X = np.column_stack([np.ones(len(y)), np.asarray(X, dtype=float).reshape(len(y), -1)])
    given = np.zeros(len(y)) if offset is None else np.asarray(offset, dtype=float)
    codes = None if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    rows, columns, separated = np.ones(len(y), bool), np.ones(X.shape[1], bool), np.zeros(X.shape[1], bool)
    while 0 < y[rows].sum() < rows.sum():
        inner = X[np.ix_(rows, columns)]
        beta, direction = _fit_or_direction(inner, y[rows], given[rows])
        if not direction.any():
            covariance = _covariance(inner, y[rows], given[rows], beta, None if codes is None else codes[rows])
            return _spread(beta, covariance, columns, separated)
        separated[columns] |= direction != 0
        rows[rows] = np.abs(inner @ direction) < 1e-9
        columns &= ~separated
        columns[0] = True
        columns[columns] = independent(X[np.ix_(rows, columns)])
    return _spread(np.empty(0), np.empty((0, 0)), np.zeros_like(columns), separated)


def _fit_or_direction(X: Floats, y: Floats, given: Floats) -> tuple[Floats, Floats]:
    beta, ended = _newton(X, y, given)
    if ended and _curvature_left(X, expit(given + X @ beta)) > _FLAT:
        return beta, np.zeros(X.shape[1])
    return beta, separating_direction(X, y > 0)


def _newton(X: Floats, y: Floats, given: Floats) -> tuple[Floats, bool]:
    """Climb the likelihood; tell also whether the top was reached."""
    beta = np.zeros(X.shape[1])
    height = _log_likelihood(X, y, given, beta)
    for _ in range(_STEPS):
        p = expit(given + X @ beta)
        step = np.linalg.lstsq(_information(X, p), X.T @ (y - p), rcond=None)[0]
        while _log_likelihood(X, y, given, beta + step) < height - 1e-9 * abs(height):
            step = step / 2
        beta = beta + step
        height = _log_likelihood(X, y, given, beta)
        if np.abs(step).max() < _TOLERANCE * (1 + np.abs(beta).max()):
            return beta, True
    return beta, False


def _log_likelihood(X: Floats, y: Floats, given: Floats, beta: Floats) -> float:
    eta = given + X @ beta
    return float(-np.logaddexp(0, np.where(y > 0, -eta, eta)).sum())


def _information(X: Floats, p: Floats) -> Floats:
    information: Floats = (X * (p * (1 - p))[:, None]).T @ X
    return information


def _curvature_left(X: Floats, p: Floats) -> float:
    return float(eigh(4 * _information(X, p), X.T @ X, eigvals_only=True, subset_by_index=[0, 0])[0])


def _covariance(X: Floats, y: Floats, given: Floats, beta: Floats, codes: NDArray[np.intp] | None) -> Floats:
    p = expit(given + X @ beta)
    bread = np.asarray(np.linalg.inv(_information(X, p)), dtype=np.float64)
    if codes is None:
        return bread
    scores = csr_matrix((y - p, (codes, np.arange(len(codes))))) @ X
    n_clusters = len(np.unique(codes))
    sandwich: Floats = bread @ (scores.T @ scores) @ bread * (n_clusters / max(n_clusters - 1, 1))
    return sandwich


def _spread(beta: Floats, covariance: Floats, columns: Flags, separated: Flags) -> Logistic:
    """Put what was found in its place; what has no finite estimate is NaN."""
    known = columns & ~separated
    inner = known[columns]
    found = np.full(len(columns), np.nan)
    wide = np.full((len(columns), len(columns)), np.nan)
    found[known] = beta[inner]
    wide[np.ix_(known, known)] = covariance[np.ix_(inner, inner)]
    return Logistic(intercept=float(found[0]), coefficients=found[1:], covariance=wide, separated=separated[1:])
