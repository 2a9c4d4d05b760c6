"""What does least squares say, and how sure is it where rows are unlike, or alike within a cluster, or in time?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Variance = Literal["hc2", "hc3", "cr1", "cr2", "hac"]

# Columns brought to length 1 that leave no more than this of a direction are copies of each other.
_COPY = 1e-10
# A row or cluster that leaves no more than this to the others decides a coefficient alone.
_ALONE = 1e-10
# Residuals no larger than this share of the outcome are rounding.
_EXACT = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Regression:
    """A fit by least squares.

    Attributes
    ----------
    coefficients : numpy.ndarray, shape (p,)
        In units of the outcome per unit of each column.
    covariance : numpy.ndarray, shape (p, p)
        Of the coefficients; NaN where the fit leaves nothing over, so that no spread is seen.
    degrees_of_freedom : numpy.ndarray, shape (p,)
        Of Student's t, for each coefficient by itself.
    """

    coefficients: Floats
    covariance: Floats
    degrees_of_freedom: Floats

    @property
    def standard_errors(self) -> Floats:
        """Standard error of each coefficient; NaN where rounding has left less than nothing of a variance of 0."""
        variance = np.diag(self.covariance)
        return np.sqrt(np.where(variance < 0, np.nan, variance))

    @property
    def p_values(self) -> Floats:
        """Two-sided, of each coefficient being 0."""
        return np.asarray(2 * t.sf(np.abs(self.coefficients) / self.standard_errors, self.degrees_of_freedom))

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Return the lower and upper limits of the coefficients, each with this coverage by itself."""
        half = t.ppf((1 + level) / 2, self.degrees_of_freedom) * self.standard_errors
        return self.coefficients - half, self.coefficients + half


def least_squares(
    outcome: ArrayLike,
    design: ArrayLike | pd.DataFrame,
    *,
    variance: Variance,
    clusters: ArrayLike | None = None,
    lags: int | None = None,
    weights: ArrayLike | None = None,
) -> Regression:
    """Fit least squares, with errors that allow for what is said of the rows.

    "hc2" and "hc3" take rows as independent and of any spread. "cr1" and "cr2" take clusters as independent: CR1 is the
    usual one, with t on one degree of freedom fewer than there are clusters, too sure with fewer than some 40, or where
    few are treated; CR2 corrects for what each cluster takes out of its own residuals, with Satterthwaite's degrees of
    freedom, and holds its level with ten or less. "hac" takes rows in order of time and lets those up to `lags` apart
    be alike. Read a degree of freedom below 4 as: too few clusters tell of this coefficient.

    Do not trust it where one cluster alone has all that a coefficient is about (the only treated one): it leaves no
    residual there, and no estimate of its variance holds.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Finite.
    design : array_like or pandas.DataFrame, shape (n, p)
        Columns, the constant among them if there is to be one; fewer than rows.
    variance : {"hc2", "hc3", "cr1", "cr2", "hac"}
        As said above.
    clusters : array_like, shape (n,), optional
        Whose row it is; at least two; for "cr1" and "cr2" only, which need it.
    lags : int, optional
        At least 0; for "hac" only, which needs it.
    weights : array_like, shape (n,), optional
        Above 0, one over the variance that a row is thought to have, up to a factor; default: all alike.

    Raises
    ------
    ValueError
        For columns that say what others say, which are named; for as many columns as rows; for fewer than two clusters;
        for what is not finite.

    References
    ----------
    HC2 and HC3: MacKinnon J G, White H, J Econometrics 1985;29:305–325. CR1: Cameron A C, Miller D L, J Human Resources
    2015;50:317–372, formula 11. CR2 and its degrees of freedom: Bell R M, McCaffrey D F, Survey Methodology 2002;28:
    169–181; Pustejovsky J E, Tipton E, J Bus Econ Stat 2018;36:672–683, section 2; Imbens G W, Kolesár M, Rev Econ Stat
    2016;98:701–712. Rows are thought independent and alike, after each was multiplied by the root of its weight; R's
    clubSandwich takes another root of a matrix where weights differ, and is a percent or so away from it then. HAC:
    Newey W K, West K D, Econometrica 1987;55:703–708, times n / (n − p).
    """
    y, X = np.asarray(outcome, dtype=float), np.asarray(design, dtype=float)
    assert (variance in ("cr1", "cr2")) == (clusters is not None), "clusters go with cr1 and cr2"
    assert (variance == "hac") == (lags is not None), "lags go with hac"
    names = [*design.columns] if isinstance(design, pd.DataFrame) else [*range(X.shape[1])]
    root = np.ones(len(y)) if weights is None else np.sqrt(np.asarray(weights, dtype=float))
    y, X = y * root, X * root[:, None]
    _check(y, X, root, names)
    Q, R = np.linalg.qr(X)
    residual = y - Q @ (Q.T @ y)
    n, p = X.shape
    inverse = np.linalg.inv(R)
    if clusters is not None:
        codes = pd.factorize(np.asarray(clusters))[0]
        meat, freedom = _cr1(Q, residual, codes) if variance == "cr1" else _cr2(Q, residual, codes, inverse.T)
    else:
        meat = _hac(Q * residual[:, None], int(lags)) if lags is not None else _hc(Q, residual, variance)
        freedom = np.full(p, float(n - p))
    if (residual**2).sum() <= _EXACT**2 * (y**2).sum():
        meat = np.full((p, p), np.nan)
    return Regression(
        coefficients=inverse @ (Q.T @ y), covariance=inverse @ meat @ inverse.T, degrees_of_freedom=freedom
    )


def _check(y: Floats, X: Floats, root: Floats, names: Sequence[object]) -> None:
    if not (np.isfinite(y).all() and np.isfinite(X).all() and (root > 0).all()):
        raise ValueError("the outcome, the design and the weights must be finite, the weights above 0")
    if len(X) <= X.shape[1]:
        raise ValueError(f"{X.shape[1]} columns need more than {len(X)} rows")
    length = np.linalg.norm(X, axis=0)
    unit = np.linalg.qr(X / np.where(length > 0, length, 1.0), mode="r")
    _, left, directions = np.linalg.svd(unit)
    if (empty := directions[left <= _COPY * left[0]]).size:
        alike = [str(name) for name, at in zip(names, np.abs(empty).max(axis=0) > _COPY**0.5, strict=True) if at]
        raise ValueError(f"these columns say what the others say: {', '.join(alike)}")


def _hc(Q: Floats, residual: Floats, variance: Variance) -> Floats:
    """Return the meat by rows; NaN where a row decides a coefficient alone."""
    left = 1 - (Q**2).sum(axis=1)
    left = np.where(left > _ALONE, left, np.nan)
    scores = Q * (residual / (np.sqrt(left) if variance == "hc2" else left))[:, None]
    meat: Floats = scores.T @ scores
    return meat


def _hac(scores: Floats, lags: int) -> Floats:
    assert lags >= 0, lags
    n, p = scores.shape
    meat: Floats = scores.T @ scores
    for lag in range(1, min(lags, n - 1) + 1):
        together = scores[lag:].T @ scores[:-lag]
        meat = meat + (1 - lag / (lags + 1)) * (together + together.T)
    return meat * n / (n - p)


def _cr1(Q: Floats, residual: Floats, codes: Codes) -> tuple[Floats, Floats]:
    n, p = Q.shape
    groups = _groups(codes)
    sums = np.array([Q[rows].T @ residual[rows] for rows in groups])
    many = len(groups)
    return sums.T @ sums * (many / (many - 1) * (n - 1) / (n - p)), np.full(p, many - 1.0)


def _cr2(Q: Floats, residual: Floats, codes: Codes, K: Floats) -> tuple[Floats, Floats]:
    """Return the meat by clusters, and Satterthwaite's degrees of freedom of each coefficient.

    In the basis Q of the columns, I − H of a cluster is I − ZZᵀ with Z its rows of Q. Its inverse square root, and all
    that the degrees of freedom need, come of the singular values of Z, never of a matrix of rows by rows. `K` has a
    column for each coefficient: its direction in that basis.
    """
    p = Q.shape[1]
    meat, outer = np.zeros((p, p)), np.zeros((p, p, p))
    trace, square = np.zeros(p), np.zeros(p)
    for rows in _groups(codes):
        left, s, right = np.linalg.svd(Q[rows], full_matrices=False)
        rest = 1 - s**2
        # The generalised inverse: a direction that only this cluster has adds nothing.
        factor = np.where(rest > _ALONE, s / np.sqrt(np.where(rest > _ALONE, rest, 1.0)), 0.0)
        score = right.T @ (factor * (left.T @ residual[rows]))
        meat += np.outer(score, score)
        seen = right @ K
        own = (factor[:, None] ** 2 * seen**2).sum(axis=0)
        shared = right.T @ ((s * factor)[:, None] * seen)
        both = (shared**2).sum(axis=0)
        trace, square = trace + own - both, square + own**2 - 2 * own * both
        outer += np.einsum("ic,jc->cij", shared, shared)
    square = square + (outer**2).sum(axis=(1, 2))
    told = (trace > _ALONE) & (square > _ALONE**2)
    return meat, np.divide(trace**2, square, out=np.full(p, np.nan), where=told)


def _groups(codes: Codes) -> list[Codes]:
    """Return the rows of each cluster."""
    order = np.argsort(codes, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    if len(groups) < 2:
        raise ValueError(f"errors by clusters need at least two clusters, not {len(groups)}")
    return groups
