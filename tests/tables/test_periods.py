"""Is a month or a week the one that was meant, and known when it is over?"""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.tables.columns import read
from churnlab.tables.contract import Column
from churnlab.tables.periods import last_day, spelled_out
from churnlab.tables.values import Asked


def one(cell: str, period: str) -> date | str:
    """Read a cell of a column of months or weeks: the day that is kept, or why there is none."""
    column = Column(name="month", kind="date", zh=("月份",), required=True, period=period)
    answers = read(pd.Series([cell], dtype=object), Asked(column=column))
    return answers.faults[0].reason if answers.faults else answers.values[0].date()


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02", "2024/2", "2024年2月", "2024年02月份", "202402", "2024.02", "2024-02-01", "2024-02-29",
        "2024年2月15日", "45323", "2024-02-10 09:30",
    ],
)  # fmt: skip
def test_a_month_is_kept_as_its_last_day_however_it_is_written(cell):
    assert one(cell, "month") == date(2024, 2, 29)


# Monday 29 December 2025 to Sunday 4 January 2026 is the first week of 2026: its Thursday is 1 January.
@pytest.mark.parametrize(
    "cell", ["2026-W01", "2026W1", "2026年第1周", "2026第01周", "2025-12-29", "2026/1/4", "2026年1月1日"]
)
def test_a_week_is_kept_as_its_sunday_however_it_is_written(cell):
    assert one(cell, "week") == date(2026, 1, 4)


@pytest.mark.parametrize(
    ("cell", "period", "reason"),
    [
        ("2026.1", "month", "no_day"),  # a spreadsheet's number: January, or October without its nought
        ("2026", "month", "no_day"),
        ("2026-13", "month", "no_day"),
        ("3月", "month", "not_a_date"),
        ("1985-03", "month", "year_implausible"),
        ("2026年第54周", "week", "not_a_date"),
        ("第3周", "week", "not_a_date"),
        ("2026-03", "week", "no_day"),
    ],
)
def test_what_names_no_month_or_week_is_refused(cell, period, reason):
    assert one(cell, period) == reason


def test_a_date_that_is_no_month_is_left_as_it_is():
    assert spelled_out(["2026-03-05", "2026-03", ""], "month") == ["2026-03-05", "2026-03-01", ""]


@given(st.dates(date(1990, 1, 1), date(2100, 12, 1)))
def test_the_last_day_lies_in_its_period_and_the_next_day_in_another(day):
    told = pd.Series(pd.to_datetime([day, None]).astype("datetime64[ns]"))
    for period, code in (("month", "M"), ("week", "W")):
        last = last_day(told, period)
        assert pd.isna(last[1])
        assert last[0].to_period(code) == told[0].to_period(code)
        assert (last[0] + pd.Timedelta(days=1)).to_period(code) != told[0].to_period(code)
