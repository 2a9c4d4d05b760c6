from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from churnlab.churn.holidays import NEVER, eligible_days, public_holidays, spring_festival
from churnlab.settings import Calendar, Period


def number(text: str) -> int:
    return int(np.datetime64(text, "D").astype(int))


def days_reached(calendar: Calendar, since: str, count: int) -> int:
    days = eligible_days(calendar, date(2025, 1, 1), date(2026, 12, 31))
    return int(days.reached(np.array([number(since)]), count)[0])


def test_without_holidays_ten_days_are_ten_days():
    assert days_reached(Calendar(public_holidays="none"), "2026-03-01", 10) == number("2026-03-11")


def test_spring_festival_does_not_count():
    # 2026: off from 15 to 23 February, nine days. 10 Feb + 5 = 15 Feb is closed, so 11 12 13 14 count, then 24 Feb.
    assert days_reached(Calendar(), "2026-02-10", 5) == number("2026-02-24")


def test_weekends_count_because_institutions_teach_on_them():
    assert days_reached(Calendar(), "2026-03-06", 2) == number("2026-03-08")  # Friday to Sunday


def test_the_institutions_own_holidays_do_not_count():
    closed = Calendar(
        public_holidays="none", school_holidays=(Period(from_on=date(2026, 7, 2), to_on=date(2026, 7, 31)),)
    )
    assert days_reached(closed, "2026-07-01", 1) == number("2026-08-01")


def test_the_days_on_which_nobody_is_missed_are_listed():
    # 1 to 3 May 2026 fall on Friday to Sunday; the decree adds 4 and 5 May
    days = eligible_days(Calendar(), date(2026, 4, 28), date(2026, 5, 8))
    assert days.closed == tuple(date(2026, 5, day) for day in (1, 2, 3, 4, 5))


def test_what_is_not_reached_within_the_span_is_never_reached():
    assert days_reached(Calendar(), "2026-12-30", 2) == NEVER


def test_the_moon_agrees_with_the_decrees():
    # Outside oracle: the State Council's holidays of 2004 to 2026 in chinesecalendar contain the festival's first day.
    for year in range(2004, 2027):
        days, decreed = public_holidays(year)
        assert decreed
        assert spring_festival(year) in days


def test_the_festival_moves_by_whole_lunations():
    # 12 or 13 months of the moon, 354, 355, 383, 384 or 385 days.
    festivals = [spring_festival(year) for year in range(2004, 2051)]
    steps = {(later - earlier).days for earlier, later in pairwise(festivals)}
    assert steps <= {354, 355, 383, 384, 385}


@pytest.mark.parametrize(("year", "count"), [(2040, 8 + 1 + 5 + 7), (2060, 1 + 5 + 7)])
def test_a_year_not_decreed_yet_is_assumed_and_says_so(year, count):
    days, decreed = public_holidays(year)
    assert not decreed
    assert len(days) == count
    assert {date(year, 10, 1) + timedelta(days=n) for n in range(7)} <= days
    span = eligible_days(Calendar(), date(year, 1, 1), date(year, 1, 31))
    assert span.assumed_years == (year,)
