import numpy as np
import pandas as pd

from churnlab.synthetic.calendar import calendar
from churnlab.synthetic.institution import Institution

FRIDAY, SUNDAY, MONDAY = 4, 6, 0


def test_the_weeks_begin_on_the_monday_before_the_first_day() -> None:
    # November 2024:  Mo 28 Oct | Fr 1 Nov = day 0 | Su 3 = day 2 | Mo 4 = day 3
    days = calendar(Institution(students=20, months=1))
    assert days.monday == -4
    assert [days.first_of(step) for step in range(4)] == [-4, 0, 3, 7]
    weekday = np.array([MONDAY, FRIDAY, SUNDAY, -1])
    assert days.lesson_day(weekday, 0).tolist() == [-1, -1, -1, -1]  # the Monday lies before the history
    assert days.lesson_day(weekday, 1).tolist() == [-1, 0, 2, -1]
    assert days.lesson_day(weekday, 2).tolist() == [3, -1, -1, -1]


def test_nothing_is_taught_after_the_last_day() -> None:
    # 30 November 2024 is a Saturday, day 29; the Sunday after it is no more of the history.
    days = calendar(Institution(students=20, months=1))
    last = days.steps - 1
    assert days.lesson_day(np.array([5, SUNDAY]), last).tolist() == [29, -1]


def test_the_institution_is_closed_at_spring_festival() -> None:
    days = calendar(Institution(students=20))
    closed = pd.DatetimeIndex(days.date(np.flatnonzero(days.closed)))
    assert {*pd.date_range("2025-01-28", "2025-02-04"), *pd.date_range("2026-02-15", "2026-02-23")} <= {*closed}
    assert pd.Timestamp("2025-02-05") not in closed
    # A Sunday that is worked for the festival, and an ordinary Sunday: a training institution is open on both.
    assert pd.Timestamp("2025-01-26") not in closed
    assert pd.Timestamp("2025-03-09") not in closed


def test_a_year_without_decreed_holidays_has_none() -> None:
    days = calendar(Institution(students=20, first_month="2031-01", months=3))
    assert not days.closed.any()


def test_months_begin_on_their_first_day() -> None:
    days = calendar(Institution(students=20, months=3))
    assert days.month_starts.tolist() == [0, 30, 61, 92]
    assert days.month(np.array([0, 29, 30, 60, 61])).tolist() == [0, 0, 1, 1, 2]
