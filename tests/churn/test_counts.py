"""Who was with us when a month began, where, and who of them left in it?"""

from datetime import date

import pandas as pd
import pytest

from churnlab.churn.counts import chosen, month_name, month_start, months_ahead, next_month, stock, stock_of
from churnlab.churn.outcome import episodes
from tests.builders import institution
from tests.churn.stays import by_period, left, settings, weekly


# 2025   Feb        Mar         Apr
# a      ├──────────┤ 28 February: gone before March
# b      ├──────────┼─────┤ 15 March: churned in it
# c      ├──────────┼─────┤ 15 March: graduated
# d      ├──────────┼──────────┤ 31 March: its last day is March's
# e      ├──────────┼───────────┤ 1 April
# f                 ├ 1 March: not yet with us as the day began
# g                 ├─ 2 March
@pytest.fixture(scope="module")
def spring():
    ends = {"a": "02-28", "b": "03-15", "c": "03-15", "d": "03-31", "e": "04-01", "f": "12-31", "g": "12-31"}
    signed = {"f": "2025-03-01", "g": "2025-03-02"}
    return institution(
        "2025-08-01",
        settings=settings(inactivity_days=None),
        enrolments=[
            by_period(f"e{who}", signed.get(who, "2025-02-01"), f"2025-{end}", student=who) for who, end in ends.items()
        ],
        exits=[left("2025-03-15", "graduated", student="c")],
    )


def test_at_risk_are_those_with_us_as_the_first_day_begins(spring):
    there = stock(episodes(spring), "2025-03").set_index("student_id")
    assert sorted(there.index) == ["b", "c", "d", "e"]
    assert there["has_left"].to_dict() == {"b": True, "c": True, "d": True, "e": False}
    assert there["churned"].to_dict() == {"b": True, "c": False, "d": True, "e": False}


# lessons at East until 25 February, at West from 4 March
def test_a_student_counts_at_the_campus_of_the_latest_lesson_before_the_month():
    data = institution(
        "2025-08-01",
        settings=settings(),
        enrolments=[by_period("e1", "2025-01-01", "2025-12-31")],
        lessons=weekly("e1", "2025-01-07", "2025-02-25") + weekly("e1", "2025-03-04", "2025-07-29", campus="West"),
    )
    where = [stock_of(data, month)["campus"].tolist() for month in ("2025-02", "2025-03", "2025-04")]
    assert where == [["East"], ["East"], ["West"]]
    assert len(stock_of(data, "2025-04", "East")) == 0


def test_before_the_first_lesson_it_is_the_campus_of_that_lesson_and_without_any_the_contracts():
    taught = {"enrolments": [by_period("e1", "2025-01-01", "2025-12-31")]}
    lessons = weekly("e1", "2025-02-04", "2025-07-29", campus="West")
    later = institution("2025-08-01", settings=settings(), lessons=lessons, **taught)
    never = institution("2025-08-01", settings=settings(inactivity_days=None), **taught)
    assert stock_of(later, "2025-02")["campus"].tolist() == ["West"]
    assert stock_of(never, "2025-02")["campus"].tolist() == ["East"]


@pytest.mark.parametrize(("campus", "kept"), [(None, [0, 1, 2]), ("East", [0]), (["East", "North"], [0, 2]), ([], [])])
def test_campuses_are_chosen(campus, kept):
    rows = pd.DataFrame({"campus": ["East", "West", "North"]})
    assert chosen(rows, campus).index.tolist() == kept


def test_months_have_names_and_follow_each_other():
    start = month_start("2025-12")
    assert start == pd.Timestamp("2025-12-01")
    assert month_name(next_month(start)) == "2026-01"


def test_months_ahead_are_named_by_their_days_unless_they_are_calendar_months():
    assert months_ahead(date(2025, 12, 1), 2) == ["2025-12", "2026-01"]
    assert months_ahead(date(2025, 12, 15), 2) == ["2025-12-15/2026-01-14", "2026-01-15/2026-02-14"]
    # Of 31 January the month ahead is over with 27 February, as the next one begins on the 28th.
    assert months_ahead(date(2025, 1, 31), 2) == ["2025-01-31/2025-02-27", "2025-02-28/2025-03-30"]
