"""Who was at risk when somebody ended?

Times at which somebody ended stand in a row, stratum after stratum; each row of data is at risk at a run of them. Of
several ends at one time Efron lets a part go with each: the likelihood then has a step for each end, not each time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Lingering:
    """Rows that stay in the risk sets after their exit, with a weight that falls as others go out of view.

    Attributes
    ----------
    time, value : numpy.ndarray, shape (m,)
        A step function, sorted: from each time on its value holds. A row that left at s weighs value(t−) / value(s−).
    rows : numpy.ndarray of bool, shape (n,)
        Who stays.
    """

    time: Floats
    value: Floats
    rows: Flags

    def before(self, times: Floats) -> Floats:
        """Return the value just before each time."""
        return np.concatenate([[1.0], self.value])[np.searchsorted(self.time, times, "left")]


@dataclass(frozen=True, kw_only=True, eq=False)
class RiskSets:
    """Which rows are at risk at which ends.

    Attributes
    ----------
    stratum, time : numpy.ndarray, shape (d,)
        When somebody ended, in the order of strata and time.
    first, after : numpy.ndarray of int, shape (n,)
        Each row is at risk at the ends `first` to `after - 1` of these.
    ended : numpy.ndarray of bool, shape (n,)
        Who ended; at the time `after - 1`.
    place, gone, heft : numpy.ndarray, shape (steps,)
        Of each step of the likelihood: the time, which part of those who end at it went before, and its weight.
    fading : numpy.ndarray, shape (d,), optional
        How much those who linger weigh at each time, times `kept` of each row.
    kept : numpy.ndarray, shape (n,)
        0 for those who do not linger.
    """

    stratum: Ints
    time: Floats
    first: Ints
    after: Ints
    ended: Flags
    place: Ints
    gone: Floats
    heft: Floats
    fading: Floats | None
    kept: Floats

    def there(self, values: Floats) -> Floats:
        """Return the sums of values over those at risk at each step of the likelihood."""
        times = len(self.time)
        change = sums(self.after, values, times + 1)
        if self.first.any():
            change -= sums(self.first, values, times + 1)
        # Summed from the end: without late entries nothing is ever taken away, and nothing lost to rounding.
        at = np.cumsum(change[:0:-1])[::-1]
        if self.fading is not None:
            at = at + self.fading * np.cumsum(sums(self.after, values * self.kept, times + 1)[:-1])
        if not self.gone.any():
            return at[self.place]
        ending = sums(self.after[self.ended] - 1, values[self.ended], times)
        return at[self.place] - self.gone * ending[self.place]

    def watched(self, steps: Floats) -> Floats:
        """Return the sum of the steps at which each row was at risk, by its weight where it lingers."""
        at = sums(self.place, steps, len(self.time))
        until = np.concatenate([[0.0], np.cumsum(at)])
        found = until[self.after] - until[self.first]
        if self.fading is None:
            return found
        later = np.concatenate([[0.0], np.cumsum(self.fading * at)])
        return found + self.kept * (later[-1] - later[self.after])

    def spared(self, steps: Floats) -> Floats:
        """Return what of these steps those who ended were spared, as a part of each had gone before; 0 for others."""
        found = np.zeros(len(self.after))
        if self.gone.any():
            at = sums(self.place, self.gone * steps, len(self.time))
            found[self.ended] = at[self.after[self.ended] - 1]
        return found

    def average(self, steps: Floats) -> Floats:
        """Return the mean of the steps at the end of each who ended."""
        many = np.bincount(self.place, minlength=len(self.time))
        return (sums(self.place, steps, len(self.time)) / many)[self.after[self.ended] - 1]

    def cumulated(self, steps: Floats) -> Floats:
        """Return the sum of the steps up to each time, of each stratum from 0."""
        total = np.cumsum(sums(self.place, steps, len(self.time)))
        begins = np.searchsorted(self.stratum, self.stratum)
        return total - np.where(begins > 0, total[begins - 1], 0.0)


def risk_sets(
    entry: ArrayLike,
    exit: ArrayLike,
    ended: ArrayLike,
    weight: Floats,
    *,
    strata: ArrayLike | None,
    lingering: Lingering | None,
    efron: bool,
) -> RiskSets:
    """Find for each row the ends at which it was at risk.

    Parameters
    ----------
    entry, exit : array_like, shape (n,)
        At risk after `entry` up to and with `exit`.
    ended : array_like of bool, shape (n,)
        Whether the exit was an end.
    weight : numpy.ndarray, shape (n,)
        How much each row counts.
    strata : array_like of int, shape (n,), optional
        Rows of different strata are never at risk beside each other.
    lingering : Lingering, optional
        Who stays after the exit.
    efron : bool
        Whether of several who end at one time a part goes with each.
    """
    entry, exit, ended = np.asarray(entry, float), np.asarray(exit, float), np.asarray(ended, bool)
    if (entry >= exit).any():
        raise ValueError("a row ends at or before the time it came into view")
    named, stratum = np.unique(np.zeros(len(exit), int) if strata is None else np.asarray(strata), return_inverse=True)
    times = np.unique(exit[ended])
    many = len(times) + 1
    ends, count = np.unique(stratum[ended] * many + np.searchsorted(times, exit[ended]), return_counts=True)
    first, after = (
        np.searchsorted(ends, stratum * many + np.searchsorted(times, side, "right")) for side in (entry, exit)
    )
    total = sums(after[ended] - 1, weight[ended], len(ends))
    place = np.repeat(np.arange(len(ends)), count) if efron else np.arange(len(ends))
    before = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count) if efron else np.zeros(len(place))
    time, kept = times[ends % many], np.zeros(len(exit))
    if lingering is not None:
        at_exit = lingering.before(exit)
        kept = np.divide(1, at_exit, out=kept, where=lingering.rows & (at_exit > 0))
    return RiskSets(
        stratum=named[ends // many], time=time, first=first, after=after, ended=ended, place=place,
        gone=before / count[place], heft=(total / count)[place] if efron else total,
        fading=None if lingering is None else lingering.before(time), kept=kept,
    )  # fmt: skip


def sums(place: Ints, values: Floats, many: int) -> Floats:
    """Return the sum of the values at each of so many places.

    Parameters
    ----------
    place : numpy.ndarray of int, shape (n,)
        Below `many`.
    values : numpy.ndarray, shape (n,)
        What is summed.
    many : int
        How many places there are.
    """
    return np.asarray(np.bincount(place, values, many), dtype=float)
