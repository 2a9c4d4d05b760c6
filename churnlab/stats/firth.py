"""What can be said of odds where a column parts leavers from those who stay?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cho_factor, cho_solve, null_space, solve_triangular
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2

Floats = NDArray[np.float64]

_STEPS = 200
_CLIMBED = 1e-10  # of the height: a step that brings no more is the last
_LIMIT_TOLERANCE = 1e-6
# In how many strides a far value is come to, more where fewer end off the hill; deeper than any hill is the abyss.
_STRIDES = (1, 4, 16, 64)
_ABYSS = 1e9
# A limit of more than e to the 15th, three millions, is no news: the data leave that side open.
_FURTHEST = 15.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Firth:
    """A logistic regression by Firth's penalised likelihood.

    Attributes
    ----------
    intercept : float
        Log odds where every column is 0.
    coefficients : numpy.ndarray, shape (p,)
        Log odds ratios per unit of each column, finite whatever the data.
    covariance : numpy.ndarray, shape (p + 1, p + 1)
        Of intercept and coefficients, by the information; under separation take the profile's limits instead.
    log_likelihood : float
        At the top, with the penalty.
    """

    intercept: float
    coefficients: Floats
    covariance: Floats
    log_likelihood: float


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the data say of one log odds ratio, all else being fitted anew at each of its values.

    Attributes
    ----------
    estimate, low, high : float
        Log odds ratio and its limits; infinite where the data leave a side open.
    p_value : float
        Of the penalised likelihood ratio test against 0.
    """

    estimate: float
    low: float
    high: float
    p_value: float


def fit_firth(X: ArrayLike, left: ArrayLike, *, weight: float = 1.0) -> Firth:
    """Fit a logistic regression by Firth's penalised likelihood; the constant is added.

    The log-likelihood plus half the log determinant of the information (Jeffreys's prior) has its top at finite
    coefficients, even where columns part leavers from those who stay; elsewhere it takes away most of the bias that the
    likelihood has with few data. It pulls towards even odds, and the more the fewer the data.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Columns of like scale, linearly independent of each other and of a constant; p may be 0.
    left : array_like of bool, shape (n,)
        Who left.
    weight : float
        As how many independent rows each counts: 1 / `design_effect` where rows of a student are alike.

    References
    ----------
    Firth D, Biometrika 1993;80:27–38; Heinze G, Schemper M, Stat Med 2002;21:2409–2419.
    """
    hill = _Hill(X, left, weight)
    beta = hill.climb(np.zeros(hill.wide.shape[1]), np.eye(hill.wide.shape[1]))
    return Firth(
        intercept=float(beta[0]),
        coefficients=beta[1:],
        covariance=np.asarray(np.linalg.inv(hill.information(beta)), dtype=np.float64),
        log_likelihood=hill.height(beta),
    )


def profile(
    X: ArrayLike, left: ArrayLike, fit: Firth, weights: ArrayLike, *, level: float, weight: float = 1.0
) -> Profile:
    """Return the log odds ratio `weights @ coefficients` with the limits and the test of its profile.

    A value lies within the limits if, with the ratio held there, the penalised likelihood climbs to within half a
    quantile of chi-square of its top. So a limit may lie much further away on one side than on the other, as it does
    under separation, where estimate ± 1.96 standard errors misleads.

    Parameters
    ----------
    X, left
        As they were fitted.
    fit : Firth
        What `fit_firth` made of them.
    weights : array_like, shape (p,)
        By how much the columns of two students differ; not all 0.
    level : float
        Coverage, between 0 and 1.
    weight : float
        As it was fitted.

    References
    ----------
    Heinze G, Schemper M, Stat Med 2002;21:2409–2419; the penalty is of all columns also where one is held, as in R's
    `logistf`.
    """
    hill, slant = _Hill(X, left, weight), np.concatenate([[0.0], np.asarray(weights, dtype=float)])
    top = np.concatenate([[fit.intercept], fit.coefficients])
    # As the others follow the ratio near the top; straight along the ratio alone a far start would lie off the hill.
    moved = fit.covariance @ slant
    free, along = null_space(slant[None, :]), moved / (slant @ moved)
    estimate, error = float(slant @ top), float(np.sqrt(slant @ moved))

    def height(value: float) -> float:
        for strides in _STRIDES:
            beta = top
            for _ in range(strides):
                beta = hill.climb(beta + (value - estimate) / strides * along, free)
            if np.isfinite(found := hill.height(beta)):
                return found
        return -_ABYSS

    floor = fit.log_likelihood - chi2.ppf(level, 1) / 2
    low, high = (_crossing(lambda value: height(value) - floor, estimate, side * error) for side in (-1, 1))
    fall = 2 * (fit.log_likelihood - height(0.0))
    return Profile(estimate=estimate, low=low, high=high, p_value=float(chi2.sf(max(fall, 0.0), 1)))


def design_effect(X: ArrayLike, fit: Firth, weights: ArrayLike, clusters: ArrayLike) -> float:
    """Return as how many rows one independent row counts, for one log odds ratio, if a student's rows are all alike.

    Under separation the rows show no errors by which their likeness could be measured. So it is taken to be whole: the
    variance of the ratio with the errors of a student's rows all of one sign, over the one with independent errors. Of
    rows that carry a flag, m of each of k students, it is m; where each student has one, 1.

    Parameters
    ----------
    X : array_like, shape (n, p)
        As it was fitted.
    fit : Firth
        What `fit_firth` made of it, each row counting once.
    weights : array_like, shape (p,)
        As for `profile`.
    clusters : array_like, shape (n,)
        Whose row it is.

    References
    ----------
    Kish L, Survey Sampling, 1965, section 5.4, with an intraclass correlation of 1; a likelihood scaled down by it:
    Chandler R E, Bate S, Biometrika 2007;94:167–183.
    """
    wide = _with_constant(np.asarray(X, dtype=float))
    p = expit(wide @ np.concatenate([[fit.intercept], fit.coefficients]))
    moved = wide @ (fit.covariance @ np.concatenate([[0.0], np.asarray(weights, dtype=float)]))
    share = np.abs(moved) * np.sqrt(p * (1 - p))
    whose = np.unique(np.asarray(clusters), return_inverse=True)[1]
    return float((np.bincount(whose, weights=share) ** 2).sum() / (share**2).sum())


class _Hill:
    """The penalised likelihood over the coefficients, the constant's first."""

    def __init__(self, X: ArrayLike, left: ArrayLike, weight: float) -> None:
        self.y = np.asarray(left, dtype=float)
        self.wide = _with_constant(np.asarray(X, dtype=float).reshape(len(self.y), -1))
        self.weight = weight

    def information(self, beta: Floats) -> Floats:
        p = expit(self.wide @ beta)
        found: Floats = (self.wide * (self.weight * p * (1 - p))[:, None]).T @ self.wide
        return found

    def height(self, beta: Floats) -> float:
        odds = self.wide @ beta
        likelihood = -self.weight * np.logaddexp(0, np.where(self.y > 0, -odds, odds)).sum()
        try:
            root = np.linalg.cholesky(self.information(beta))
        except np.linalg.LinAlgError:  # so far out that no row tells anything any more
            return -np.inf
        return float(likelihood + np.log(np.diag(root)).sum())

    def climb(self, beta: Floats, free: Floats) -> Floats:
        """Return the top that can be reached from here along the free directions, shape (p + 1, how many)."""
        height = self.height(beta)
        if not np.isfinite(height):  # from out there no way up can be seen
            return beta
        for _ in range(_STEPS):
            step = self._step(beta, free)
            higher = self.height(beta + step)
            while higher < height - _CLIMBED * abs(height):
                step = step / 2
                higher = self.height(beta + step)
            beta, gained, height = beta + step, higher - height, higher
            if abs(gained) < _CLIMBED * (1 + abs(height)):
                break
        return beta

    def _step(self, beta: Floats, free: Floats) -> Floats:
        p = expit(self.wide @ beta)
        information = self.information(beta)
        root = solve_triangular(np.linalg.cholesky(information), self.wide.T, lower=True)
        leverage = self.weight * p * (1 - p) * (root**2).sum(axis=0)
        score = self.wide.T @ (self.weight * (self.y - p) + leverage * (0.5 - p))
        step: Floats = free @ cho_solve(cho_factor(free.T @ information @ free), free.T @ score)
        return step


def _with_constant(X: Floats) -> Floats:
    return np.column_stack([np.ones(len(X)), X])


def _crossing(over: Callable[[float], float], start: float, stride: float) -> float:
    """Return where a function that falls from above 0 at the start comes to 0, walking by longer and longer strides."""
    near, far = start, start + 2 * stride
    while over(far) > 0:
        if abs(far) > _FURTHEST:
            return float(np.copysign(np.inf, stride))
        near, far = far, far + 1.5 * (far - near)
    return float(brentq(over, near, far, xtol=_LIMIT_TOLERANCE))
