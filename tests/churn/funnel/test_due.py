"""Whoever starts next month has not stayed away."""

import pandas as pd

from churnlab.churn.funnel.due import due, due_days
from churnlab.churn.funnel.newcomers import newcomers
from tests.churn.funnel.asking import crowd, lesson, opened, signed, student


# 20 start on 20 January and come on that day; 2 come on the 24th and 1 on the 31st, of 23; 5 never come.
def test_by_when_nearly_all_who_come_have_come_counts_from_the_start_agreed() -> None:
    late = [("x", "2025-01-24"), ("y", "2025-01-24"), ("z", "2025-01-31")]
    names = [*(name for name, _ in late), *"vwstu"]
    rows = {
        "students": [student(name, "2025-01-01") for name in names],
        "enrolments": [signed(name, "2025-01-01", starts_on="2025-01-20") for name in names],
        "lessons": [lesson(name, on) for name, on in late],
    }
    data = opened("2025-03-01", crowd(20, 20), rows)
    assert due_days(data, newcomers(data)) == 4  # 22 of 23 are nineteen of twenty


# 20 sign on 1 January for the 20th and come on the 5th.
def test_who_comes_before_the_start_agreed_comes_on_its_day() -> None:
    names = [f"x{number}" for number in range(20)]
    rows = {
        "students": [student(name, "2025-01-01") for name in names],
        "enrolments": [signed(name, "2025-01-01", starts_on="2025-01-20") for name in names],
        "lessons": [lesson(name, "2025-01-05") for name in names],
    }
    data = opened("2025-03-01", rows)
    assert due_days(data, newcomers(data)) == 0


def test_the_start_lies_so_many_whole_days_before_the_date() -> None:
    starts = pd.Series(["2025-01-20", "2025-01-21", None], dtype="datetime64[ns]")
    rows = pd.DataFrame({"starts_on": starts})
    assert due(rows, pd.Timestamp("2025-01-25"), 4).tolist() == [True, False, False]
