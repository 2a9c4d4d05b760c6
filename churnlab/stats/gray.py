"""Do groups end in one way equally often by each day, where other ends compete?

The log-rank test compares how fast those still here end; Gray's compares the cumulative incidences. A group that loses
many to other ends has fewer left for this one: the first test does not mind, the second does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from churnlab.stats.hazards import Test, chi2_test, is_repeated
from churnlab.stats.score_residuals import by_student
from churnlab.stats.survival import CENSORED, Stays

Floats = NDArray[np.float64]


def gray_test(stays: Stays, group: NDArray[np.int64], *, cause: int, first_day: int = 0) -> Test:
    """Test whether groups have the same cumulative incidence of a cause.

    Where a student has several stays, of this test and `clustered_gray_test` the one with the larger p.

    Parameters
    ----------
    stays : Stays
        All causes; those other than `cause` compete. Late entries count from their entry on.
    group : numpy.ndarray of int, shape (n,)
        Code of each stay's group, from 0.
    cause : int
        The cause told.
    first_day : int
        Compare from this day on, given still here then: before it too few may be at risk.

    Returns
    -------
    Test
        Chi-squared with (groups - 1) degrees; not to be trusted where the curves cross.

    References
    ----------
    Gray R J, Ann Stat 1988;16:1141–1154, with rho 0, as R's `cmprsk::cuminc`, whose factor for ties it takes. For late
    entries the risk sets of Geskus R B, Biometrics 2011;67:39–49, are those of Gray within each group.
    """
    compared = _Compared.of(stays, group, cause, first_day)
    plain = chi2_test(compared.score()[1:], compared.variance()[1:, 1:])
    if not is_repeated(stays):
        return plain
    return max(
        plain, clustered_gray_test(stays, group, cause=cause, first_day=first_day), key=lambda test: test.p_value
    )


def clustered_gray_test(stays: Stays, group: NDArray[np.int64], *, cause: int, first_day: int = 0) -> Test:
    """Test as `gray_test` does, with the variance of sums over students; with few students it finds too much.

    Parameters
    ----------
    stays, group, cause, first_day
        As for `gray_test`.

    References
    ----------
    Gray's statistic as a sum over stays of integrals of their martingales, summed and squared by student; Zhou B et
    al., Biostatistics 2012;13:371–383, do so for Fine and Gray's model.
    """
    compared = _Compared.of(stays, group, cause, first_day)
    seen = stays.exit >= first_day
    each = by_student(stays.of(seen), compared.influence(stays.of(seen), group[seen], cause))[:, 1:]
    return chi2_test(compared.score()[1:], each.T @ each)


@dataclass(frozen=True, eq=False)
class _Compared:
    """Counts of each group on each day, shape (groups, days), and what Gray's formulas make of them.

    `share` is each group's part of the risk set of the subdistribution; `told` and `other` are what an end of the cause
    and of another, of one at risk in group k, moves the statistic of group i by: shape (i, k, days).
    """

    first_day: int
    at_risk: Floats
    ended: Floats
    competed: Floats
    before: Floats
    share: Floats
    told: Floats
    other: Floats

    @classmethod
    def of(cls, stays: Stays, group: NDArray[np.int64], cause: int, first_day: int) -> "_Compared":
        at_risk, ended, competed = _counts(stays, group, cause, first_day)
        after = np.cumprod(1 - _ratio(ended + competed, at_risk), axis=1)
        before = np.hstack([np.ones((len(after), 1)), after[:, :-1]])
        incidence = np.cumsum(before * _ratio(ended, at_risk), axis=1)
        incidence_before = np.hstack([np.zeros((len(after), 1)), incidence[:, :-1]])
        # Those not yet ended this way, as far as they are in view: who ended another way is among them.
        own = _ratio(at_risk * (1 - incidence_before), before)
        share = _ratio(own, own.sum(axis=0, keepdims=True))
        # Under no difference all groups share one incidence, from all of them weighed by how far they are in view.
        seen = _ratio(at_risk, before)
        step = _ratio(ended.sum(axis=0), seen.sum(axis=0))
        pooled = np.cumsum(step)
        pooled_before = np.asarray(np.concatenate([[0.0], pooled[:-1]]), dtype=float)
        part = _ratio(seen, seen.sum(axis=0, keepdims=True))
        weight = seen[:, None] * (np.eye(len(seen))[:, :, None] - part[None, :])
        moved = np.cumsum(weight * _ratio(step, 1 - pooled_before), axis=2)
        still = np.where(after > 0, _ratio(1 - pooled[None, :], after), np.nan)
        later = moved[:, :, -1:] - moved
        told = weight + later * np.where(np.isnan(still), 1, 1 - still)
        other = -later * np.nan_to_num(still)
        return cls(first_day, at_risk, ended, competed, before, share, told, other)

    def score(self) -> Floats:
        """Return how many ended this way in each group, less those expected under no difference."""
        return (self.ended - self.share * self.ended.sum(axis=0)).sum(axis=1)

    def variance(self) -> Floats:
        """Return the covariance of the score if all stays are independent."""
        seen = _ratio(self.at_risk, self.before)
        everybody, told = seen.sum(axis=0), self.ended.sum(axis=0)
        # Ties after the hypergeometric distribution.
        many = np.maximum(everybody * self.before - 1, 0)
        fewer = np.where(told > 1, np.clip(1 - _ratio(told - 1, many), 0, 1), 1)
        of_cause = fewer * _ratio(self.before * told, everybody * self.at_risk)
        tied: Floats = np.where(self.competed > 1, 1 - _ratio(self.competed - 1, self.at_risk - 1), 1.0)
        of_other = tied * _ratio(self.before**2 * self.competed, self.at_risk**2)
        return _squared(self.told, of_cause) + _squared(self.other, of_other)

    def influence(self, stays: Stays, group: NDArray[np.int64], cause: int) -> Floats:
        """Return what each stay moved each group's score by, shape (n, groups); over a group's stays the sum is 0."""
        scale = _ratio(self.before, self.at_risk)
        day = stays.exit - self.first_day
        late = np.maximum(stays.entry + 1 - self.first_day, 0)
        found = np.zeros((len(day), len(scale)))
        for moves, ends, own in (
            (self.told, self.ended, stays.cause == cause),
            (self.other, self.competed, (stays.cause != cause) & (stays.cause != CENSORED)),
        ):
            moves = moves * scale
            expected = np.cumsum(moves * _ratio(ends, self.at_risk), axis=2)
            expected = np.concatenate([np.zeros((*expected.shape[:2], 1)), expected], axis=2)
            found -= (expected[:, group, day + 1] - expected[:, group, late]).T
            found += np.where(own, moves[:, group, day], 0).T
        return found


def _counts(stays: Stays, group: NDArray[np.int64], cause: int, first_day: int) -> tuple[Floats, Floats, Floats]:
    """Return how many are at risk, end and end otherwise, each of shape (groups, days)."""
    groups, days = int(group.max()) + 1, int(stays.exit.max()) + 1
    found = np.zeros((3, groups, days))
    for code in range(groups):
        part = stays.of(group == code)
        own = (part.at_risk(), part.ends(cause), part.ends() - part.ends(cause))
        for place, counted in enumerate(own):
            found[place, code, : len(counted)] = counted
    at_risk, ended, competed = found[:, :, first_day:]
    return at_risk, ended, competed


def _ratio(over: ArrayLike, under: ArrayLike) -> Floats:
    top, bottom = np.broadcast_arrays(np.asarray(over, dtype=float), np.asarray(under, dtype=float))
    return np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0)


def _squared(moves: Floats, weight: Floats) -> Floats:
    return np.einsum("ikd,jkd,kd->ij", moves, moves, weight)
