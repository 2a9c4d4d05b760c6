"""On which days is the institution open?"""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import numpy as np
import numpy.typing as npt

from churnlab.synthetic.institution import Institution

HALF_WEEK_DAYS = (0, 4, 7)
"""A half-week begins on Monday or on Friday: a student has at most one lesson of a class in it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Calendar:
    """The days of the history, counted from its first (day 0), cut into half-weeks.

    Attributes
    ----------
    first_day : numpy.datetime64
        Day 0.
    days : int
        Length of the history.
    closed : ndarray of bool, shape (days,)
        Statutory holidays, Spring Festival among them; no lesson is given then.
    monday : int
        Day number of the Monday on or before day 0 (0 or below).
    """

    first_day: np.datetime64
    days: int
    closed: npt.NDArray[np.bool_]
    monday: int

    @property
    def steps(self) -> int:
        """How many half-weeks the history has."""
        return 2 * -(-(self.days - self.monday) // 7)

    def first_of(self, step: int) -> int:
        """Return the first day number of a half-week; below 0 in the week in which the history begins."""
        return self.monday + 7 * (step // 2) + HALF_WEEK_DAYS[step % 2]

    def lesson_day(self, weekday: npt.NDArray[np.int64], step: int) -> npt.NDArray[np.int64]:
        """Return the day number of these weekdays in a half-week; −1 where closed or not in it.

        Parameters
        ----------
        weekday : ndarray of int
            0 is Monday; −1 is no lesson.
        step : int
            Half-week, from 0.
        """
        week, half = divmod(step, 2)
        day = self.monday + 7 * week + weekday
        inside = (weekday >= HALF_WEEK_DAYS[half]) & (weekday < HALF_WEEK_DAYS[half + 1])
        inside &= (day >= 0) & (day < self.days)
        inside[inside] = ~self.closed[day[inside]]
        return np.where(inside, day, -1)

    def month(self, day: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the month of the history, from 0."""
        months = (self.first_day + day).astype("datetime64[M]")
        return (months - self.first_day.astype("datetime64[M]")).astype(np.int64)

    @property
    def month_starts(self) -> npt.NDArray[np.int64]:
        """The first day of each month, and the first day after the history."""
        months = self.month(np.arange(self.days))
        return np.append(np.flatnonzero(np.diff(months, prepend=-1)), self.days)

    def date(self, day: npt.NDArray[np.int64] | int) -> npt.NDArray[np.datetime64]:
        """Return dates of day numbers."""
        return (self.first_day + np.asarray(day)).astype("datetime64[ns]")


def calendar(institution: Institution) -> Calendar:
    """Lay out the institution's days; closed are the statutory holidays, as far as they are announced."""
    first: date = institution.first_day.astype(object)
    closed = [_statutory(first + timedelta(days=number)) for number in range(institution.days)]
    return Calendar(
        first_day=institution.first_day,
        days=institution.days,
        closed=np.array(closed),
        monday=-first.weekday(),
    )


def _statutory(day: date) -> bool:
    try:
        holiday, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False  # The State Council announces a year's holidays in the autumn before.
    return bool(holiday and name)
