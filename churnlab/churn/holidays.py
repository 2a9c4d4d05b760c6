"""On which days would a student have come?

Weekends count: they are when training institutions teach. Public holidays and the institution's own do not.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar
import numpy as np

from churnlab.settings import Calendar

NEVER = 100_000
"""A day that has not come, counted from 1970-01-01 as all days here: some day in 2243."""

# First day of the first lunar month (Purple Mountain Observatory). chinesecalendar knows a year only once its
# holidays are decreed; these are settled by the moon.
_SPRING_FESTIVALS = """
2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10
2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22
2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31
2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12 2041-02-01 2042-01-22 2043-02-10
2044-01-30 2045-02-17 2046-02-06 2047-01-26 2048-02-14 2049-02-02 2050-01-23
"""
_FESTIVAL_OF = {day.year: day for day in map(date.fromisoformat, _SPRING_FESTIVALS.split())}
# Since 2025 eight days off at Spring Festival from its eve, five in May, seven in October, by the State Council's rule.
_ASSUMED = (("01-01", 1), ("05-01", 5), ("10-01", 7))
_FESTIVAL_DAYS = 8


def spring_festival(year: int) -> date | None:
    """Return the first day of the lunar year that begins in this year; None outside 2004–2050."""
    return _FESTIVAL_OF.get(year)


@cache
def public_holidays(year: int) -> tuple[frozenset[date], bool]:
    """Return a year's statutory days off in China, and whether they are decreed or only assumed.

    Parameters
    ----------
    year : int
        Calendar year.

    Returns
    -------
    days : frozenset of datetime.date
        Days off, the weekend days inside them included. Where the year is not known to chinesecalendar: New Year,
        Spring Festival (its eve and seven days; none outside 2004–2050), five days in May and seven in October.
    decreed : bool
        False where assumed.
    """
    try:
        days = chinese_calendar.get_holidays(date(year, 1, 1), date(year, 12, 31), include_weekends=False)
    except NotImplementedError:
        return frozenset(_assumed(year)), False
    return frozenset(days), True


def _assumed(year: int) -> list[date]:
    spans = [(date.fromisoformat(f"{year}-{start}"), length) for start, length in _ASSUMED]
    festival = spring_festival(year)
    if festival:
        spans.append((festival - timedelta(days=1), _FESTIVAL_DAYS))
    return [start + timedelta(days=number) for start, length in spans for number in range(length)]


@dataclass(frozen=True, eq=False)
class EligibleDays:
    """The days on which a student who stays away is missed.

    Attributes
    ----------
    first : int
        First day held, in days since 1970-01-01.
    so_far : numpy.ndarray of int64
        For each day from `first`, how many eligible days there were up to and including it.
    assumed_years : tuple of int
        Years whose public holidays are assumed, not decreed.
    """

    first: int
    so_far: np.ndarray
    assumed_years: tuple[int, ...]

    @property
    def closed(self) -> tuple[date, ...]:
        """The days of the span on which nobody is missed."""
        places = np.flatnonzero(np.diff(self.so_far, prepend=0) == 0)
        return tuple(date(1970, 1, 1) + timedelta(days=self.first + int(place)) for place in places)

    def reached(self, since: np.ndarray, count: int) -> np.ndarray:
        """Return the day on which `count` eligible days have passed after each day; `NEVER` if not within the span."""
        inside = np.clip(since - self.first, 0, len(self.so_far) - 1)
        position = np.searchsorted(self.so_far, self.so_far[inside] + count, side="left")
        return np.where((position < len(self.so_far)) & (since < NEVER), position + self.first, NEVER)

    def passed(self, since: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Return the days from one day to a later one, less the closed days between them: 1 from a day to the next."""
        return 1 + self.so_far[day - 1 - self.first] - self.so_far[since - self.first]


def eligible_days(calendar: Calendar, first: date, last: date) -> EligibleDays:
    """Count the eligible days from `first` to `last`, both included.

    Parameters
    ----------
    calendar : Calendar
        What the institution says of holidays.
    first, last : datetime.date
        The span; beyond `last` nothing is ever reached.
    """
    start, length = _number(first), (last - first).days + 1
    open_on = np.ones(length, dtype=bool)
    assumed = []
    if calendar.public_holidays == "china":
        for year in range(first.year, last.year + 1):
            days, decreed = public_holidays(year)
            positions = np.array([_number(day) - start for day in days], dtype=np.int64)
            open_on[positions[(positions >= 0) & (positions < length)]] = False
            assumed += [] if decreed else [year]
    for period in calendar.school_holidays:
        open_on[max(0, _number(period.from_on) - start) : max(0, _number(period.to_on) - start + 1)] = False
    return EligibleDays(start, np.cumsum(open_on, dtype=np.int64), tuple(assumed))


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
