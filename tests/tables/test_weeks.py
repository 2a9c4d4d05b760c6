"""Is the store opened as of the end of the week that was asked for?"""

from datetime import date, datetime

import pandas as pd
import pytest

from churnlab.errors import OrderError, RunError
from churnlab.tables.store import Store
from churnlab.tables.weeks import monday_after, monday_of, open_week, week_of

FACTS = {"first_week": "2025-W52", "last_whole_week": "2026-W43"}


@pytest.mark.parametrize(
    ("week", "monday", "after"),
    [
        ("2026-W43", date(2026, 10, 19), date(2026, 10, 26)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 5)),  # holds 1 January, a Thursday
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
    ],
)
def test_a_week_goes_from_monday_to_sunday(week, monday, after):
    assert (monday_of(week), monday_after(week)) == (monday, after)


@pytest.mark.parametrize(
    ("asked", "week"),
    [(None, "2026-W43"), ("2025-W52", "2025-W52"), ("2026-W01", "2026-W01"), ("2026-W43", "2026-W43")],
)
def test_the_week_is_the_one_asked_for_else_the_last_whole_one(asked, week):
    assert week_of(asked, FACTS) == week


@pytest.mark.parametrize(
    ("asked", "kind", "key"),
    [
        ("2026-W44", RunError, "run.week_outside"), ("2025-W51", RunError, "run.week_outside"),
        ("2025-W53", OrderError, "run.week"),  # 2025 had 52 weeks
        ("2026-W4", OrderError, "run.week"), ("2026-10", OrderError, "run.week"), ("W43", OrderError, "run.week"),
        ("", OrderError, "run.week"),
    ],
)  # fmt: skip
def test_a_week_that_cannot_be_had_is_refused(asked, kind, key):
    with pytest.raises(kind) as refused:
        week_of(asked, FACTS)
    assert refused.value.key == key
    assert refused.value.facts["last"] == "2026-W43"


@pytest.fixture
def store(tmp_path):
    lessons = pd.DataFrame({
        "lesson_id": ["1", "2"], "student_id": "a", "status": "present", "campus": "徐汇校区",
        "starts_at": pd.to_datetime(["2026-01-31", "2026-02-27"]),
    })  # fmt: skip
    made = Store(tmp_path / "store")
    made.load({"lessons": lessons}, loaded_at=datetime(2026, 3, 2), made_up=False)
    return made.folder


# The latest lesson was on Friday 27 February: Saturday and Sunday are missing, so the week before is the last.
@pytest.mark.parametrize(
    ("asked", "week", "as_of"), [("", "2026-W08", date(2026, 2, 23)), ("2026-W05", "2026-W05", date(2026, 2, 2))]
)
def test_without_a_week_it_is_the_last_whole_one(store, asked, week, as_of):
    data, told = open_week(store, asked)
    assert (told, data.as_of) == (week, as_of)


def test_a_week_that_the_store_does_not_hold_gives_no_empty_report(store):
    with pytest.raises(RunError) as refused:
        open_week(store, "2026-W09")
    assert refused.value.message("zh") == (
        "数据中没有 2026-W09，现有 2026-W05 至 2026-W08。请先导入该周数据，或从中选择周次。"
    )
    assert refused.value.message("en") == (
        "Week 2026-W09 is not in the store, which holds 2026-W05 to 2026-W08. Load that week's exports first, or "
        "choose one of these."
    )


def test_a_campus_that_the_store_does_not_know_gives_no_empty_report(store):
    with pytest.raises(OrderError) as refused:
        open_week(store, campus="徐汇")
    assert refused.value.key == "run.campus"
