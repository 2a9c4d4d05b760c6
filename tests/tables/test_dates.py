"""Is a date read as the day that was meant, and never as another?"""

from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.tables.contract import Column
from churnlab.tables.dates import read
from churnlab.tables.values import Asked, Fault

EXCEL = datetime(1899, 12, 30)


def asked(kind="time", *, required=True, personal=None, day_first=None):
    column = Column(name="at", kind=kind, zh=("时间",), required=required, personal=personal)
    return Asked(column=column, timezone="Asia/Shanghai", day_first=day_first)


def one(cell, **how):
    values, faults = read([cell], asked(**how))
    return faults.get(0) or (None if pd.isna(values[0]) else values[0].to_pydatetime())


@pytest.mark.parametrize(
    "cell",
    [
        "2025年3月1日",
        "2025-03-01",
        "2025/3/1",
        "2025.3.1",
        "20250301",
        "45717",
        "2025-3-1",
        "2025-03-01(周六)",
        "2025-03-01 星期六",
    ],
)
def test_a_day_is_written_in_many_ways(cell):
    assert one(cell) == datetime(2025, 3, 1)
    assert one(cell, kind="date") == datetime(2025, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "2025-03-01 15:30", "2025/3/1 15:30:00", "2025年3月1日 15时30分", "2025-03-01 15点30", "2025-03-01 下午3:30",
        "2025/3/1 3:30:00 PM", "20250301153000", "202503011530", "45717.6458333333", "2025-03-01T15:30:00+08:00",
        "2025-03-01T07:30:00Z", "2025-03-01 07:30:00.000+00:00", "2025-03-01 15:30-17:00", "2025-03-01 15:30~17:00",
        "2025-03-01 周六 15:30",
    ],
)  # fmt: skip
def test_a_time_is_written_in_many_ways(cell):
    assert one(cell) == datetime(2025, 3, 1, 15, 30)
    assert one(cell, kind="date") == datetime(2025, 3, 1)


def test_a_time_with_a_zone_falls_on_the_day_it_was_here():
    # 2025-02-28 17:00 in London is 1 March in Shanghai.
    assert one("2025-02-28T17:00:00Z", kind="date") == datetime(2025, 3, 1)


@pytest.mark.parametrize("cell", ["2025-03-01 12:05 AM", "2025-03-01 凌晨12:05", "2025-03-01 00:05"])
def test_midnight_is_the_first_hour(cell):
    assert one(cell) == datetime(2025, 3, 1, 0, 5)


@pytest.mark.parametrize(("cell", "hour"), [("下午12:05", 12), ("上午11:05", 11), ("晚上11:05", 23), ("11:05 PM", 23)])
def test_the_half_of_the_day_counts(cell, hour):
    assert one(f"2025-03-01 {cell}") == datetime(2025, 3, 1, hour, 5)


@pytest.mark.parametrize(
    ("cell", "better"),
    [
        ("25-3-1", "2025-03-01"), ("25/03/01 09:00", "2025-03-01"), ("25年3月1日", "2025-03-01"),
        ("99.12.31", "1999-12-31"), ("250301", "2025-03-01"), ("3/1/25", "YYYY-MM-DD"), ("25-13-1", "YYYY-MM-DD"),
    ],
)  # fmt: skip
def test_nobody_guesses_a_century(cell, better):
    assert one(cell) == Fault("no_century", {"better": better})


def test_the_example_for_a_birth_date_does_not_tell_it():
    assert one("14-3-1", kind="date", personal="age_band") == Fault("no_century", {"better": "YYYY-MM-DD"})


@pytest.mark.parametrize(
    "cell", ["0000-00-00", "9999-12-31", "0000-00-00 00:00:00", "9999-12-31 23:59:59", "9999/12/31"]
)
def test_no_date_and_no_end_are_empty_where_a_date_is_optional(cell):
    assert one(cell, required=False) is None
    assert one(cell, required=True) == Fault("no_date")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1889-01-01", "year_implausible"), ("1989-12-31", "year_implausible"), ("2101-01-01", "year_implausible"),
        ("2025-02-30", "not_a_date"), ("2025-13-01", "not_a_date"), ("2025-03-01 25:00", "not_a_date"),
        ("2025-3-111", "not_a_date"), ("昨天", "not_a_date"), ("12:30", "not_a_date"), ("1", "not_a_date"),
        ("99999", "not_a_date"), ("2025-03-01 左右", "not_a_date"), ("2025年3月", "no_day"), ("2025-03", "no_day"),
        ("202503", "no_day"), ("2025", "no_day"),
    ],
)  # fmt: skip
def test_what_is_no_believable_day_is_refused(cell, reason):
    assert one(cell).reason == reason


def test_births_lie_further_back():
    assert one("1989-12-31", kind="date", personal="age_band") == datetime(1989, 12, 31)
    assert one("1929-12-31", kind="date", personal="age_band").reason == "year_implausible"


def days(cells, **how):
    values, faults = read(cells, asked("date", **how))
    return [faults[place].reason if place in faults else f"{day:%m-%d}" for place, day in enumerate(values)]


def test_one_value_beyond_twelve_decides_for_its_column():
    assert days(["03/04/2025", "13/04/2025"]) == ["04-03", "04-13"]  # day first
    assert days(["03/04/2025", "04/13/2025"]) == ["03-04", "04-13"]  # month first


def test_a_column_that_has_it_both_ways_loses_its_ambiguous_rows():
    cells = ["03/04/2025", "13/04/2025", "04/13/2025", "05/05/2025"]
    assert days(cells) == ["day_month_mixed", "04-13", "04-13", "05-05"]
    assert days(["03/04/2025", "04/13/2025"], day_first=True) == ["day_month_mixed", "04-13"]


def test_a_column_that_tells_nothing_is_refused_unless_the_mapping_tells():
    assert days(["03/04/2025", "05-06-2025", "05/05/2025"]) == ["day_month_untold", "day_month_untold", "05-05"]
    assert days(["03/04/2025", "05-06-2025"], day_first=True) == ["04-03", "06-05"]
    assert days(["03/04/2025", "05-06-2025"], day_first=False) == ["03-04", "05-06"]


FORMS = {
    "iso": lambda at: f"{at:%Y-%m-%d %H:%M:%S}",
    "slashes": lambda at: f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M:%S}",
    "chinese": lambda at: f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}",
    "packed": lambda at: f"{at:%Y%m%d%H%M%S}",
    "utc": lambda at: f"{at - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}Z",
    "serial": lambda at: f"{(at - EXCEL).total_seconds() / 86_400:.10f}",
}


@pytest.mark.parametrize("form", sorted(FORMS))
@given(at=st.datetimes(datetime(1992, 1, 1), datetime(2100, 12, 30)).map(lambda at: at.replace(microsecond=0)))
def test_a_time_comes_back_as_it_was_written(form, at):
    assert one(FORMS[form](at)) == at


@given(st.lists(st.text(max_size=24), min_size=1, max_size=8))
def test_whatever_is_written_there_is_a_day_or_a_fault(cells):
    values, faults = read(cells, asked())
    assert all(pd.isna(values[place]) == (place in faults) for place in range(len(cells)))
