"""Given that she is here now, what is the chance that she still is, or has left one way, so many days on?

Those here now have been here for different times, each with a chance of its own from the curves; the answer is the mean
over them. It holds if those who come to a tenure from now on fare as those did who came to it while we watched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from churnlab.stats.score_residuals import by_student
from churnlab.stats.survival import CENSORED, Stays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A probability with its standard error.

    Attributes
    ----------
    value : float
        0–1.
    standard_error : float
        By student.
    at_risk : int
        How many were on the day on which fewest were.
    """

    value: float
    standard_error: float
    at_risk: int

    def interval(self, level: float) -> tuple[float, float]:
        """Return the complementary log-log interval [Kalbfleisch & Prentice 2002, 1.4].

        Where nobody left, or everybody, that is no certainty: there it is the exact binomial one of the fewest at risk
        [Clopper & Pearson 1934].

        Parameters
        ----------
        level : float
            Coverage, in (0, 1).
        """
        if not 0 < self.value < 1:
            unseen = float(1 - ((1 - level) / 2) ** (1 / self.at_risk))
            return max(self.value - unseen, 0.0), min(self.value + unseen, 1.0)
        spread = stats.norm.ppf(0.5 + level / 2) * self.standard_error / (self.value * abs(np.log(self.value)))
        return float(self.value ** np.exp(spread)), float(self.value ** np.exp(-spread))

    def foretold(self, level: float, people: int) -> tuple[float, float]:
        """Return the interval in which the share of so many people will lie: wider than that of their average chance.

        Parameters
        ----------
        level : float
            Coverage, in (0, 1), if they fare as those did who were watched.
        people : int
            How many there are; each leaves or stays for herself, which adds value (1 − value) / people to the variance.
        """
        if not 0 < self.value < 1:
            return self.interval(level)
        spread = float(np.hypot(self.standard_error, np.sqrt(self.value * (1 - self.value) / people)))
        return Chance(value=self.value, standard_error=spread, at_risk=self.at_risk).interval(level)


def together(chances: Sequence[Chance], people: Sequence[int]) -> Chance:
    """Return the mean chance of groups of people that were learnt from different students.

    Parameters
    ----------
    chances : sequence of Chance
        Of each group.
    people : sequence of int
        How many each group has: its weight. The variance of the weighted mean is that of a sum of independent ones.
    """
    share = np.asarray(people, dtype=float) / sum(people)
    values, errors = (np.array([getattr(one, name) for one in chances]) for name in ("value", "standard_error"))
    return Chance(
        value=float(share @ values),
        standard_error=float(np.sqrt((share**2) @ errors**2)),
        at_risk=min(one.at_risk for one in chances),
    )


def at_steady_rate(at_risk: int, left: int, told: int, *, watched_days: int, days: int) -> tuple[Chance, Chance]:
    """Return the chance to be here so many days on, and to have left one way, of those whose start nobody knows.

    Without a start there is no curve by tenure. They are taken to leave at one rate, that at which they left while
    watched, and one way as often among all who leave: S^(days / watched_days), with S the share that stayed.

    Parameters
    ----------
    at_risk, left, told : int
        How many were there when the watch began, how many had left by its end, how many of these the way told.
    watched_days : int
        How long they were watched.
    days : int
        How far ahead, at most `watched_days`.

    References
    ----------
    Errors by the delta method [Oehlert 1992] of a binomial share, and of the way of leaving given that.
    """
    assert 0 <= told <= left <= at_risk, (told, left, at_risk)
    assert 0 < days <= watched_days, (days, watched_days)
    stayed, times = 1 - left / at_risk, days / watched_days
    here = stayed**times
    slope = times * stayed ** (times - 1) if stayed else 0.0
    error = slope * np.sqrt(stayed * (1 - stayed) / at_risk)
    way = told / left if left else 0.0
    spread = np.hypot(way * error, (1 - here) * np.sqrt(way * (1 - way) / left)) if left else 0.0
    return (
        Chance(value=float(here), standard_error=float(error), at_risk=at_risk),
        Chance(value=float((1 - here) * way), standard_error=float(spread), at_risk=at_risk),
    )


def can_be_told(stays: Stays, tenure: Ints, *, days: int, min_at_risk: int) -> NDArray[np.bool_]:
    """Tell for which tenures enough were at risk on each of the days ahead.

    Parameters
    ----------
    stays : Stays
        What was watched.
    tenure : numpy.ndarray of int, shape (m,)
        For how many days each of those here now has been here.
    days : int
        How far ahead.
    min_at_risk : int
        At least 1.
    """
    few = np.concatenate([[0], np.cumsum(stays.at_risk() < min_at_risk)])
    ends = np.minimum(tenure + days, len(few) - 2)
    return (tenure + days <= len(few) - 2) & (few[ends + 1] == few[np.minimum(tenure + 1, len(few) - 1)])


def still_here(stays: Stays, tenure: Ints, *, days: int) -> Chance:
    """Estimate the chance of being here so many days on: the mean of S(u + days) / S(u) over the tenures u.

    Parameters
    ----------
    stays : Stays
        Any cause counts as an end; late entries are at risk from their entry on.
    tenure : numpy.ndarray of int, shape (m,)
        For how many days each of those here now has been here, as `can_be_told` allows.
    days : int
        How far ahead.

    References
    ----------
    Kaplan & Meier 1958 from each tenure on. Error: the infinitesimal jackknife by student (Therneau, *survival*
    vignette "methods"), those here now taken as given.
    """
    at_risk, ends = _counts(stays, None)
    value, least, moved = 0.0, np.inf, np.zeros(len(at_risk))
    for ahead, share, surviving in _each(tenure, days, at_risk, ends):
        least = min(least, at_risk[ahead].min())
        value += share * surviving[-1]
        moved[ahead] -= share * surviving[-1]
    influence = _added(stays, stays.cause != CENSORED, _ratio(moved, at_risk - ends), _ratio(ends, at_risk))
    return _chance(stays, value, influence, least)


def left_by(stays: Stays, tenure: Ints, *, days: int, cause: int) -> Chance:
    """Estimate the chance of having left one way so many days on, where other ends compete.

    With those of all other causes and `still_here` it adds up to 1.

    Parameters
    ----------
    stays, tenure, days
        As for `still_here`.
    cause : int
        The cause told.

    References
    ----------
    Aalen & Johansen 1978 from each tenure on; error as for `still_here`.
    """
    at_risk, ends = _counts(stays, None)
    told = _counts(stays, cause)[1]
    value, least, own, moved = 0.0, np.inf, np.zeros(len(at_risk)), np.zeros(len(at_risk))
    for ahead, share, surviving in _each(tenure, days, at_risk, ends):
        least = min(least, at_risk[ahead].min())
        before = np.concatenate([[1.0], surviving[:-1]])
        left = np.cumsum(before * _ratio(told[ahead], at_risk[ahead]))
        value += share * left[-1]
        own[ahead] += share * before
        moved[ahead] -= share * (left[-1] - left)
    influence = _added(stays, stays.cause == cause, _ratio(own, at_risk), _ratio(told, at_risk))
    influence += _added(stays, stays.cause != CENSORED, _ratio(moved, at_risk - ends), _ratio(ends, at_risk))
    return _chance(stays, value, influence, least)


def _counts(stays: Stays, cause: int | None) -> tuple[Floats, Floats]:
    at_risk = stays.at_risk().astype(float)
    return at_risk, (stays.ends() if cause is None else stays.ends(cause)).astype(float)


def _each(tenure: Ints, days: int, at_risk: Floats, ends: Floats) -> Iterator[tuple[slice, float, Floats]]:
    """Return of each tenure the days ahead, its share of those here now, and the curve over these days."""
    tenures, many = np.unique(tenure, return_counts=True)
    for first, count in zip(tenures + 1, many, strict=True):
        ahead = slice(int(first), int(first) + days)
        yield ahead, float(count / len(tenure)), np.asarray(np.cumprod(1 - _ratio(ends[ahead], at_risk[ahead])))


def _added(stays: Stays, ended: NDArray[np.bool_], worth: Floats, hazard: Floats) -> Floats:
    """Return what each stay adds: what an end on its day is worth, less what was expected while it was watched."""
    expected = np.concatenate([[0.0], np.cumsum(worth * hazard)])
    watched = expected[stays.exit + 1] - expected[stays.entry + 1]
    return np.where(ended, worth[stays.exit], 0.0) - watched


def _chance(stays: Stays, value: float, influence: Floats, least: float) -> Chance:
    error = np.sqrt((by_student(stays, influence[:, None]) ** 2).sum())
    return Chance(value=float(value), standard_error=float(error), at_risk=int(least))


def _ratio(over: Floats, under: Floats) -> Floats:
    return np.divide(over, under, out=np.zeros(len(over)), where=under > 0)
