"""Which month and which week do the data cover to their end?"""

from datetime import date

import pytest

from churnlab.settings import Calendar, Period
from churnlab.tables import provenance
from churnlab.tables.provenance import last_whole_month


@pytest.mark.parametrize(
    ("latest", "loaded", "month"),
    [
        (date(2026, 10, 31), date(2026, 11, 1), date(2026, 10, 1)),
        (date(2026, 10, 29), date(2026, 11, 1), date(2026, 10, 1)),  # 30 and 31 without lessons: within three days
        (date(2026, 10, 28), date(2026, 11, 1), date(2026, 9, 1)),  # three open days are missing
        (date(2026, 10, 30), date(2026, 10, 31), date(2026, 9, 1)),  # the month was not over when loaded
        (date(2026, 11, 1), date(2026, 11, 2), date(2026, 10, 1)),  # something happened after it
        (date(2025, 1, 27), date(2025, 2, 10), date(2025, 1, 1)),  # Spring Festival from 28 January
        (date(2025, 1, 24), date(2025, 2, 10), date(2024, 12, 1)),  # 25, 26 and 27 January were open
        (date(2026, 12, 31), date(2027, 1, 1), date(2026, 12, 1)),
        (date(2026, 10, 28), None, date(2026, 9, 1)),
        (date(2026, 10, 31), None, date(2026, 10, 1)),
    ],
)
def test_the_last_whole_month(latest, loaded, month):
    calendar = Calendar()
    whole = last_whole_month(
        latest, slack_days=3, closed=lambda day: provenance.closed(day, calendar), loaded_on=loaded
    )
    assert whole == month


@pytest.mark.parametrize(
    ("latest", "loaded", "monday"),
    [
        (date(2026, 10, 25), date(2026, 10, 26), date(2026, 10, 19)),  # a Sunday, loaded on Monday
        (date(2026, 10, 24), date(2026, 10, 26), date(2026, 10, 19)),  # Saturday: one open day without lessons
        (date(2026, 10, 23), date(2026, 10, 26), date(2026, 10, 12)),  # Friday: the weekend is missing
        (date(2026, 10, 25), date(2026, 10, 25), date(2026, 10, 12)),  # loaded before the week was over
        (date(2026, 10, 26), date(2026, 10, 27), date(2026, 10, 19)),  # something happened after it
        (date(2026, 10, 24), None, date(2026, 10, 19)),
        (date(2025, 1, 27), date(2025, 2, 10), date(2025, 1, 27)),  # from Tuesday Spring Festival
        (date(2026, 1, 4), date(2026, 1, 5), date(2025, 12, 29)),  # the first week of 2026
    ],
)
def test_the_last_whole_week(latest, loaded, monday):
    calendar = Calendar()
    whole = provenance.last_whole_week(
        latest, slack_days=2, closed=lambda day: provenance.closed(day, calendar), loaded_on=loaded
    )
    assert whole == monday


def test_a_school_holiday_at_a_months_end_does_not_break_it():
    calendar = Calendar(school_holidays=(Period(from_on=date(2026, 10, 20), to_on=date(2026, 11, 5)),))
    whole = last_whole_month(
        date(2026, 10, 19), slack_days=3, closed=lambda day: provenance.closed(day, calendar), loaded_on=None
    )
    assert whole == date(2026, 10, 1)


def test_a_year_whose_holidays_nobody_announced_has_none():
    assert not provenance.closed(date(2040, 10, 1), Calendar())
    assert provenance.closed(date(2025, 10, 1), Calendar())
    assert not provenance.closed(date(2025, 10, 1), Calendar(public_holidays="none"))
