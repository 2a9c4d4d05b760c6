"""How much sooner do some end than others, whatever the hazard they share?

Cox's model, fitted by Newton's method. A row is at risk on an unbroken run of the days on which anybody ended; so a sum
over those at risk is a difference of two running sums, and the information is one product of matrices. No risk set is
ever written out: beside the columns themselves a fit holds a few of their length.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigh

from churnlab.stats.risk_sets import Lingering, RiskSets, risk_sets, sums

Floats = NDArray[np.float64]
Reason = Literal["no_ends", "constant", "dependent", "unbounded"]

# Newton needs some six steps; a fit that needs this many climbs for ever.
_STEPS = 50
_TOLERANCE = 1e-12
# Where no more than this share of the curvature at ratios of 1 is left along some direction, the climb ended on the
# plain that leads to infinity, not on a top.
_FLAT = 1e-8
# The part of a column in a direction that is more than rounding.
_TAKES_PART = 1e-3


class NoFitError(ValueError):
    """There are no coefficients, or not one set of them.

    Attributes
    ----------
    reason : {"no_ends", "constant", "dependent", "unbounded"}
        Nobody ended; a column does not vary; columns say the same among those at risk beside each other; the likelihood
        rises for ever along columns, as where nobody of a group ended (monotone likelihood).
    columns : tuple of int
        Which columns.
    """

    def __init__(self, reason: Reason, columns: ArrayLike = ()) -> None:
        self.reason = reason
        self.columns = tuple(int(column) for column in np.asarray(columns, dtype=int))
        super().__init__(f"{reason}: columns {self.columns}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Cox:
    """Cox's model at the maximum of its partial likelihood.

    Attributes
    ----------
    coefficients : numpy.ndarray, shape (p,)
        Log hazard ratios per unit of each column.
    covariance : numpy.ndarray, shape (p, p)
        Theirs if all rows are independent: the inverse of the information.
    robust_covariance : numpy.ndarray, shape (p, p)
        The sandwich by clusters; by rows where no clusters were given. With fewer than some 30 it is too small.
    log_likelihood, log_likelihood_of_none : float
        At the maximum, and with all ratios 1.
    stratum, time : numpy.ndarray, shape (d,)
        When somebody ended, in the order of strata and time.
    cumulative_hazard : numpy.ndarray, shape (d,)
        By then, of a row whose columns are all 0; of a stratum each from 0.
    """

    coefficients: Floats
    covariance: Floats
    robust_covariance: Floats
    log_likelihood: float
    log_likelihood_of_none: float
    stratum: NDArray[np.int64]
    time: Floats
    cumulative_hazard: Floats

    @property
    def standard_errors(self) -> Floats:
        """Standard errors if all rows are independent."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def robust_errors(self) -> Floats:
        """Standard errors by clusters."""
        return np.sqrt(np.diag(self.robust_covariance))


def fit_cox(
    entry: ArrayLike,
    exit: ArrayLike,
    ended: ArrayLike,
    X: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    ties: Literal["efron", "breslow"] = "efron",
    lingering: Lingering | None = None,
) -> Cox:
    """Fit Cox's model; who came late into view is at risk from then on.

    For one cause among several, tell `ended` of that cause alone: the ratios are then of its cause-specific hazard.

    Parameters
    ----------
    entry, exit : array_like, shape (n,)
        At risk after `entry` up to and with `exit`, in any unit of time; −inf for those watched from the start.
    ended : array_like of bool, shape (n,)
        Whether the exit was an end, not the last time seen.
    X : array_like, shape (n, p)
        Columns without missing values.
    weights : array_like, shape (n,), optional
        How much each row counts, above 0; default 1.
    strata : array_like of int, shape (n,), optional
        Rows of different strata are never compared; their hazards may run differently.
    clusters : array_like, shape (n,), optional
        Whose row it is; default each its own.
    ties : {"efron", "breslow"}
        How rows are treated that ended at the same time.
    lingering : Lingering, optional
        Who stays in the risk sets after the exit, as Fine and Gray's model needs.

    Raises
    ------
    NoFitError
        If nobody ended, columns are constant or say the same, or the likelihood has no maximum.

    References
    ----------
    Cox 1972; ties: Breslow 1974, Efron 1977; robust errors: Lin D Y, Wei L J, J Am Stat Assoc 1989;84:1074–1078, as R's
    `coxph`; monotone likelihood: Bryson M C, Johnson M E, Technometrics 1981;23:381–383.
    """
    X = np.asarray(X, dtype=float).reshape(len(np.asarray(exit)), -1)
    weight = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    sets = risk_sets(entry, exit, ended, weight, strata=strata, lingering=lingering, efron=ties == "efron")
    if not len(sets.time):
        raise NoFitError("no_ends")
    constant = np.flatnonzero(X.min(axis=0) == X.max(axis=0))
    if len(constant):
        raise NoFitError("constant", constant)
    centre, scale = X.mean(axis=0), X.std(axis=0)
    partial = _Partial(sets, (X - centre) / scale, weight)
    beta, top, none = _climb(partial)
    covariance = np.linalg.inv(top.information)
    residuals = partial.residuals(beta, top) @ covariance
    hazard = sets.cumulated(top.hazard) * np.exp(-beta @ (centre / scale))
    unscaled = np.outer(scale, scale)
    return Cox(
        coefficients=beta / scale, covariance=covariance / unscaled,
        robust_covariance=_between(residuals, clusters) / unscaled, log_likelihood=top.log_likelihood,
        log_likelihood_of_none=none, stratum=sets.stratum, time=sets.time, cumulative_hazard=hazard,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _At:
    """The partial likelihood at some coefficients; `hazard` and `mean` are of each step of its product."""

    log_likelihood: float
    gradient: Floats
    information: Floats
    risk: Floats
    watched: Floats
    hazard: Floats
    mean: Floats


@dataclass(frozen=True, eq=False)
class _Partial:
    sets: RiskSets
    X: Floats
    weight: Floats

    def at(self, beta: Floats) -> _At:
        """Return log-likelihood, gradient and information; infinite or undefined where a step went too far."""
        sets, X = self.sets, self.X
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            score = X @ beta
            risk = self.weight * np.exp(score)
            there = sets.there(risk)
            mean = np.column_stack([sets.there(risk * column) for column in X.T]) / there[:, None]
            hazard = sets.heft / there
            own = (self.weight * sets.ended) @ score
            watched = sets.watched(hazard) - sets.spared(hazard)
            information = X.T @ (X * (risk * watched)[:, None]) - mean.T @ (mean * sets.heft[:, None])
            return _At(
                float(own - sets.heft @ np.log(there)), (self.weight * sets.ended) @ X - sets.heft @ mean, information,
                risk, watched, hazard, mean,
            )  # fmt: skip

    def residuals(self, beta: Floats, at: _At) -> Floats:
        """Return what each row adds to the gradient, less what it was expected to add."""
        sets = self.sets
        found = -self.X * (at.risk * at.watched)[:, None]
        for column in range(self.X.shape[1]):
            moved = at.hazard * at.mean[:, column]
            found[:, column] += at.risk * (sets.watched(moved) - sets.spared(moved))
            average = sets.average(at.mean[:, column])
            found[sets.ended, column] += (self.weight * self.X[:, column])[sets.ended]
            found[sets.ended, column] -= self.weight[sets.ended] * average
        return found


def _climb(partial: _Partial) -> tuple[Floats, _At, float]:
    """Return the coefficients at the top, the likelihood there, and its logarithm at the start."""
    beta = np.zeros(partial.X.shape[1])
    here = start = partial.at(beta)
    size = np.diag(start.information).max(initial=0)
    curved = eigh(start.information)
    if len(beta) and (size <= 0 or curved[0][0] < _FLAT * size):
        raise NoFitError("dependent", _taking_part(curved[1][:, 0]))
    for _ in range(_STEPS):
        step = np.asarray(np.linalg.solve(here.information, here.gradient), dtype=float)
        arrived = here.gradient @ step < _TOLERANCE * (1 + abs(here.log_likelihood))
        beta, here = _uphill(partial, beta, step, here)
        if arrived:  # with the last step taken: it squares what is left of the way, and costs one look
            return beta, here, start.log_likelihood
        left = eigh(here.information, start.information)
        if left[0][0] < _FLAT:
            raise NoFitError("unbounded", _taking_part(left[1][:, 0]))
    raise NoFitError("unbounded", _taking_part(step))


def _uphill(partial: _Partial, beta: Floats, step: Floats, here: _At) -> tuple[Floats, _At]:
    """Take the step, or half of it, or a quarter, until the likelihood does not fall."""
    slack = 1e-10 * (1 + abs(here.log_likelihood))
    for _ in range(_STEPS):
        there = partial.at(beta + step)
        if np.isfinite(there.information).all() and there.log_likelihood >= here.log_likelihood - slack:
            break
        step = step / 2
    return beta + step, there


def _taking_part(direction: Floats) -> NDArray[np.int64]:
    return np.flatnonzero(np.abs(direction) > _TAKES_PART * np.abs(direction).max())


def _between(influence: Floats, clusters: ArrayLike | None) -> Floats:
    """Return the sum over clusters of the squares of their summed influence."""
    if clusters is None:
        return influence.T @ influence
    whose = np.unique(np.asarray(clusters), return_inverse=True)[1]
    each = np.column_stack([sums(whose, column, int(whose.max()) + 1) for column in influence.T])
    return each.T @ each
