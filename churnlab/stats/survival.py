"""How long until it ends, when some came late into view and some have not ended?

Stays are counted in whole days, so everything is a sum over a grid of days. A stay is at risk on each day after its
entry up to and with its exit; one that was watched from its start is at risk on day 0 too (day-0 ends are real).
Variances are infinitesimal-jackknife sums over clusters: a student with three stays is one source of chance, not three.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

CENSORED = 0
_ROUNDING = 1e-9
_STAYS_AT_ONCE = 10_000  # times some 700 days of 8 bytes: 60 MB


@dataclass(frozen=True, kw_only=True, eq=False)
class Stays:
    """Stays in whole days, one entry a stay.

    Attributes
    ----------
    entry : numpy.ndarray of int, shape (n,)
        Last day before the stay came into view; -1 for those watched from day 0.
    exit : numpy.ndarray of int, shape (n,)
        Day of the end, or last day seen; greater than `entry`.
    cause : numpy.ndarray of int, shape (n,)
        0 not ended, 1, 2, … the kind of end.
    cluster : numpy.ndarray of int, shape (n,)
        Code of the student.
    """

    entry: np.ndarray
    exit: np.ndarray
    cause: np.ndarray
    cluster: np.ndarray

    def __post_init__(self) -> None:
        if len(self.exit) and (self.entry >= self.exit).any():
            raise ValueError("a stay ends on or before the day it came into view")
        if len(self.exit) and self.entry.min() < -1:
            raise ValueError("an entry lies before day 0: write -1 for stays watched from their start")

    def at_risk(self) -> np.ndarray:
        """Return how many are at risk on day 0, 1, …, shape (last day + 1,)."""
        days = int(self.exit.max(initial=0)) + 2
        change = np.bincount(self.entry + 1, minlength=days) - np.bincount(self.exit + 1, minlength=days)
        return np.cumsum(change)[: days - 1]

    def ends(self, *causes: int) -> np.ndarray:
        """Return how many end on day 0, 1, … of these causes (all, if none is named)."""
        of = np.isin(self.cause, causes) if causes else self.cause != CENSORED
        return np.bincount(self.exit[of], minlength=int(self.exit.max(initial=0)) + 1)

    def of(self, chosen: np.ndarray) -> "Stays":
        """Return some of the stays."""
        return Stays(
            entry=self.entry[chosen], exit=self.exit[chosen], cause=self.cause[chosen], cluster=self.cluster[chosen]
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """A step function of the day with its standard error; day d holds the value after that day's ends.

    Attributes
    ----------
    first_day : int
        The day of the first value.
    value, standard_error : numpy.ndarray of float, shape (days,)
        Probabilities, and how sure they are.
    at_risk : numpy.ndarray of int, shape (days,)
        How many stays stand behind each value.
    """

    first_day: int
    value: np.ndarray
    standard_error: np.ndarray
    at_risk: np.ndarray

    def interval(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the complementary log-log interval, that stays within 0–1 [Kalbfleisch & Prentice 2002, 1.4].

        Where nobody has ended yet, or everybody has, the stays show no spread, and that is no certainty: there the
        interval is the exact binomial one of the fewest at risk so far [Clopper & Pearson 1934].
        """
        z = stats.norm.ppf(0.5 + level / 2)
        inside = (self.value > 0) & (self.value < 1)
        value = np.where(inside, self.value, 0.5)
        spread = z * self.standard_error / (value * np.abs(np.log(value)))
        low, high = value ** np.exp(spread), value ** np.exp(-spread)
        unseen = _unseen(np.minimum.accumulate(self.at_risk), level)
        low = np.where(inside, low, np.maximum(self.value - unseen, 0))
        return low, np.where(inside, high, np.minimum(self.value + unseen, 1))

    def at(self, day: int) -> int | None:
        """Return the position of a day, None outside the curve."""
        position = day - self.first_day
        return position if 0 <= position < len(self.value) else None


def window(stays: Stays, min_at_risk: int) -> tuple[int, int] | None:
    """Return the first and last day of the longest time on all of whose days at least `min_at_risk` are at risk.

    With late entries the first days may hold too few, and later ones again: a curve starts where enough are at risk, is
    read "given still here then", and ends before too few are. Of times equally long the first; None if there is none.

    Parameters
    ----------
    stays : Stays
        Entry and exit in days.
    min_at_risk : int
        At least 1.
    """
    enough = np.concatenate([[False], stays.at_risk() >= min_at_risk, [False]])
    starts, stops = np.flatnonzero(np.diff(enough.astype(int)) == 1), np.flatnonzero(np.diff(enough.astype(int)) == -1)
    if not len(starts):
        return None
    longest = int(np.argmax(stops - starts))
    return int(starts[longest]), int(stops[longest]) - 1


def kaplan_meier(stays: Stays, *, first_day: int = 0, last_day: int | None = None) -> Curve:
    """Estimate the probability of still being here, given still here before `first_day`.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end.
    first_day, last_day : int
        The curve's range, both ends included.

    Returns
    -------
    Curve
        Product-limit estimate; its standard error is the infinitesimal jackknife's, summed within clusters.

    References
    ----------
    Kaplan & Meier 1958; Therneau, *survival* vignette "methods" (infinitesimal jackknife).
    """
    grid = _Grid.of(stays, first_day, last_day)
    surviving = grid.surviving()
    error = np.sqrt(_between_clusters(stays, grid.influence)) * surviving
    return Curve(first_day=first_day, value=surviving, standard_error=error, at_risk=grid.at_risk)


def aalen_johansen(stays: Stays, cause: int, *, first_day: int = 0, last_day: int | None = None) -> Curve:
    """Estimate the cumulative incidence of one cause where others compete, given still here before `first_day`.

    Exact with ties, day-0 ends and late entries.

    Parameters
    ----------
    stays : Stays
        All causes; those other than `cause` compete.
    cause : int
        The cause told.
    first_day, last_day : int
        The curve's range, both ends included.

    References
    ----------
    Aalen & Johansen 1978; standard error by the infinitesimal jackknife, as R's `survfit` for multi-state models.
    """
    grid = _Grid.of(stays, first_day, last_day)
    told = stays.ends(cause)[first_day : first_day + len(grid.at_risk)]
    before = np.concatenate([[1.0], grid.surviving()[:-1]])
    step = before * _ratio(told, grid.at_risk)

    def influence(part: Stays) -> np.ndarray:
        own = grid.increments(part, part.cause == cause, told) * _ratio(before, grid.at_risk)
        earlier = grid.influence(part)
        lagged = np.hstack([np.zeros((len(part.exit), 1)), earlier[:, :-1]])
        return np.cumsum(lagged * step + own, axis=1)

    error = np.sqrt(_between_clusters(stays, influence))
    return Curve(first_day=first_day, value=np.cumsum(step), standard_error=error, at_risk=grid.at_risk)


def restricted_mean(stays: Stays, *, days: int, level: float) -> tuple[float, float, float]:
    """Return the mean number of days stayed within the first `days`, with its interval.

    The area under the Kaplan–Meier curve, whose variance is the clusters' influence on that area
    [Royston & Parmar 2013]. NaN where nobody is at risk before `days`.

    Parameters
    ----------
    stays : Stays
        Entry and exit in days.
    days : int
        The mean is of the days stayed up to this one.
    level : float
        Coverage of the interval, in (0, 1).
    """
    grid = _Grid.of(stays, 0, days - 1)
    if len(grid.at_risk) < days or (grid.at_risk == 0).any():
        return (np.nan, np.nan, np.nan)
    if not grid.ends.any():
        return float(days), float(days * (1 - _unseen(grid.at_risk.min(), level))), float(days)
    surviving = grid.surviving()
    variance = _between_clusters(stays, lambda part: (grid.influence(part) * surviving).sum(axis=1, keepdims=True))[0]
    mean, spread = float(surviving.sum()), float(stats.norm.ppf(0.5 + level / 2) * np.sqrt(variance))
    return mean, mean - spread, min(mean + spread, float(days))


def median(curve: Curve, level: float) -> tuple[float, float, float]:
    """Return the first day on which half or fewer are still here, with the interval of Brookmeyer & Crowley 1982.

    NaN where the curve, or a bound of its interval, does not fall so far.

    Parameters
    ----------
    curve : Curve
        From `kaplan_meier`.
    level : float
        Coverage of the interval, in (0, 1).
    """
    low, high = curve.interval(level)
    return _first_at_half(curve, curve.value), _first_at_half(curve, low), _first_at_half(curve, high)


def _first_at_half(curve: Curve, values: np.ndarray) -> float:
    # A product of shares is half only but for rounding: 0.5000000000000001 is half, as in R's `quantile.survfit`.
    reached = np.flatnonzero(values <= 0.5 + _ROUNDING)
    return float(curve.first_day + reached[0]) if len(reached) else np.nan


@dataclass(frozen=True)
class _Grid:
    first_day: int
    at_risk: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, stays: Stays, first_day: int, last_day: int | None) -> "_Grid":
        days = slice(first_day, None if last_day is None else last_day + 1)
        return cls(first_day, stays.at_risk()[days], stays.ends()[days])

    def surviving(self) -> np.ndarray:
        return np.cumprod(1 - _ratio(self.ends, self.at_risk))

    def increments(self, part: Stays, ended: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Return dN_i - Y_i dN/Y for each stay and day, shape (n, days)."""
        days = self.first_day + np.arange(len(self.at_risk))
        present = (part.entry[:, None] < days) & (days <= part.exit[:, None])
        own = ended[:, None] & (days == part.exit[:, None])
        return own - present * _ratio(ends, self.at_risk)

    def influence(self, part: Stays) -> np.ndarray:
        """Return each stay's influence on log S(t), shape (n, days)."""
        increments = self.increments(part, part.cause != CENSORED, self.ends)
        return -np.cumsum(increments * _ratio(np.ones(len(self.at_risk)), self.at_risk - self.ends), axis=1)


def _unseen(n: ArrayLike, level: float) -> np.ndarray:
    """Return how likely an event can be that none of `n` had."""
    n = np.asarray(n)
    return np.where(n > 0, 1 - ((1 - level) / 2) ** (1 / np.maximum(n, 1)), 1.0)


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return np.divide(over, under, out=np.zeros(len(under)), where=under > 0)


def _between_clusters(stays: Stays, influence: Callable[[Stays], np.ndarray]) -> np.ndarray:
    """Sum the squares of each cluster's summed influence, some thousands of stays at a time to spare memory."""
    order = np.argsort(stays.cluster, kind="stable")
    cluster = stays.cluster[order]
    starts = np.flatnonzero(np.r_[True, cluster[1:] != cluster[:-1]]) if len(cluster) else np.array([], dtype=int)
    total: np.ndarray | float = 0.0
    for group in np.array_split(starts, max(1, len(order) // _STAYS_AT_ONCE)):
        if not len(group):
            continue
        after = starts[np.searchsorted(starts, group[-1]) + 1 :]
        part = stays.of(order[group[0] : after[0] if len(after) else None])
        total = total + (np.add.reduceat(influence(part), group - group[0], axis=0) ** 2).sum(axis=0)
    return np.asarray(total)
