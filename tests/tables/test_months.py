"""Is the store opened as of the end of the month that was asked for?"""

from datetime import date, datetime

import pandas as pd
import pytest

from churnlab.errors import OrderError, RunError, StoreError
from churnlab.tables.months import day_after, month_of, open_month
from churnlab.tables.store import Store


@pytest.mark.parametrize(
    ("month", "day"), [("2026-10", date(2026, 11, 1)), ("2026-12", date(2027, 1, 1)), ("2024-02", date(2024, 3, 1))]
)
def test_after_a_month_comes_the_first_of_the_next(month, day):
    assert day_after(month) == day


@pytest.mark.parametrize("month", ["2026-13", "2026", "10-2026", "", "2026-10-01"])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(StoreError) as refused:
        day_after(month)
    assert (refused.value.key, refused.value.facts) == ("store.month", {"month": month})


FACTS = {"first_month": "2025-01", "last_whole_month": "2026-10", "campuses": ["浦东", "西"]}


@pytest.mark.parametrize(("asked", "month"), [(None, "2026-10"), ("2025-01", "2025-01"), ("2026-10", "2026-10")])
def test_the_month_is_the_one_asked_for_else_the_last_whole_one(asked, month):
    assert month_of(asked, FACTS) == month


@pytest.mark.parametrize(
    ("asked", "kind", "key"),
    [
        ("2024-12", RunError, "run.month_outside"), ("2026-11", RunError, "run.month_outside"),
        ("2026-13", OrderError, "run.month"), ("10.2026", OrderError, "run.month"), ("", OrderError, "run.month"),
    ],
)  # fmt: skip
def test_a_month_that_cannot_be_had_is_refused(asked, kind, key):
    with pytest.raises(kind) as refused:
        month_of(asked, FACTS)
    assert refused.value.key == key
    assert refused.value.facts["last"] == "2026-10"


@pytest.fixture
def store(tmp_path):
    lessons = pd.DataFrame({
        "lesson_id": ["1", "2"], "student_id": "a", "status": "present", "campus": "徐汇校区",
        "starts_at": pd.to_datetime(["2026-01-31", "2026-02-27"]),
    })  # fmt: skip
    made = Store(tmp_path / "store")
    for number, day in ((1, 2), (2, 3)):
        made.load({"lessons": lessons[:number]}, loaded_at=datetime(2026, day, 2), made_up=False)
    return made.folder


@pytest.mark.parametrize(
    ("asked", "as_of"), [("", date(2026, 3, 1)), ("2026-02", date(2026, 3, 1)), ("2026-01", date(2026, 2, 1))]
)
def test_without_a_month_it_is_the_last_whole_one(store, asked, as_of):
    data, month = open_month(store, asked)
    assert data.as_of == as_of
    assert month == (asked or "2026-02")


def test_what_was_known_by_a_day_says_which_month_was_the_last(store):
    data, month = open_month(store, known_by="2026-02-28")
    assert (month, data.as_of, data.known_by) == ("2026-01", date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize("month", ["2025-12", "2026-03", "2027-02"])
def test_a_month_that_the_store_does_not_hold_gives_no_empty_report(store, month):
    with pytest.raises(RunError) as refused:
        open_month(store, month)
    assert refused.value.message("zh") == (
        f"数据中没有 {month}，现有 2026-01 至 2026-02。请先导入该月数据，或从中选择月份。"
    )
    assert refused.value.message("en") == (
        f"Month {month} is not in the store, which holds 2026-01 to 2026-02. Load that month's exports first, or "
        "choose one of these."
    )


def test_a_month_that_was_not_whole_by_a_day_is_not_held_then(store):
    with pytest.raises(RunError):
        open_month(store, "2026-02", known_by="2026-02-28")
    assert open_month(store, "2026-02")[1] == "2026-02"


@pytest.mark.parametrize("month", ["", "2026-01"])
def test_a_campus_that_the_store_does_not_know_gives_no_empty_report(store, month):
    with pytest.raises(OrderError) as refused:
        open_month(store, month, campus="徐汇")
    assert refused.value.message("zh") == "没有名为 徐汇 的校区，现有：徐汇校区。"
    assert refused.value.message("en") == "No campus is called 徐汇; the store knows 徐汇校区."
    assert open_month(store, month, campus="徐汇校区")[1] == (month or "2026-02")
