from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.tables.contract import ALWAYS, CURRENT, ROW, Column, Table
from churnlab.tables.door import Data, fetch, from_frames
from churnlab.tables.schemas import TABLES
from tests.builders import institution

AS_OF = date(2026, 3, 1)
Row = dict[str, Any]


def ids(data: Data, table: str, key: str | None = None) -> list[str]:
    return sorted(fetch(data.table(table))[key or TABLES[table].key[0]])


def test_what_happened_on_the_day_itself_has_not_happened_yet():
    #   28 February 23:59   1 March 00:00
    #        l1          │      l2
    data = institution(
        "2026-03-01",
        lessons=[
            {"lesson_id": "l1", "student_id": "s", "starts_at": "2026-02-28 23:59", "status": "present"},
            {"lesson_id": "l2", "student_id": "s", "starts_at": "2026-03-01 00:00", "status": "present"},
        ],
    )
    assert ids(data, "lessons") == ["l1"]


def test_a_lesson_taken_back_before_the_day_never_was():
    # l1 ── l2 takes it back ──│
    data = institution(
        "2026-03-01",
        lessons=[
            {"lesson_id": "l1", "student_id": "s", "starts_at": "2026-02-01", "status": "present"},
            {"lesson_id": "l2", "student_id": "s", "starts_at": "2026-02-02", "status": "present", "reverses_id": "l1"},
            {"lesson_id": "l3", "student_id": "s", "starts_at": "2026-02-03", "status": "present"},
        ],
    )
    assert ids(data, "lessons") == ["l3"]
    assert ids(data.before(date(2026, 2, 2)), "lessons") == ["l1"]


def test_a_lesson_taken_back_after_the_day_still_was():
    # l1 ──│── l2 takes it back
    data = institution(
        "2026-03-01",
        lessons=[
            {"lesson_id": "l1", "student_id": "s", "starts_at": "2026-02-01", "status": "present"},
            {"lesson_id": "l2", "student_id": "s", "starts_at": "2026-03-01", "status": "present", "reverses_id": "l1"},
        ],
    )
    assert ids(data, "lessons") == ["l1"]


def test_a_reversal_of_a_lesson_that_nobody_knows_takes_nothing_else():
    data = institution(
        "2026-03-01",
        lessons=[
            {"lesson_id": "l1", "student_id": "s", "starts_at": "2026-02-01", "status": "present"},
            {"lesson_id": "l2", "student_id": "s", "starts_at": "2026-02-02", "status": "present", "reverses_id": "l9"},
        ],
    )
    assert ids(data, "lessons") == ["l1"]


def test_an_answer_is_blank_until_the_day_after_it_was_given():
    # asked 1 February ── settled 20 February
    data = institution(
        "2026-03-01",
        refunds=[
            {
                "student_id": "s",
                "requested_at": "2026-02-01",
                "settled_at": "2026-02-20",
                "amount": 80,
                "outcome": "kept",
            }
        ],
    )
    settled = fetch(data.table("refunds"))[["settled_at", "amount", "outcome"]]
    open_ = fetch(data.before(date(2026, 2, 20)).table("refunds"))[["settled_at", "amount", "outcome"]]
    assert settled["outcome"].tolist() == ["kept"]
    assert float(settled["amount"].iloc[0]) == 80
    assert open_.isna().all(axis=None)


def test_of_a_list_drawn_that_morning_only_what_was_drawn_comes_through():
    # c1 and c2 were drawn on the morning of 1 March; called on the day, a week later, or not at all, and whatever
    # else is written on that day or the next: it is all the same.
    def row(call, made_on, on_list, **more):
        return {"call_id": call, "student_id": call, "made_on": made_on, "list_id": on_list, "arm": "call"} | more

    drawn = [row("c1", "2026-03-01", "CL20260301"), row("c2", "2026-03-01", "CL20260301")]
    said = [drawn[0] | {"called_at": "2026-03-01 10:00", "outcome": "stays"}, drawn[1] | {"called_at": "2026-03-08"}]
    others = [row("c3", "2026-03-01", "MD20260301"), row("c4", "2026-03-02", "CL20260301"),
              row("c5", "2026-02-01", "CL20260301")]  # fmt: skip
    before, after = (institution("2026-03-01", calls=rows) for rows in (drawn, said + others))
    rows, then = (fetch(data.drawn("calls", "CL20260301").order_by("call_id")) for data in (before, after))
    assert then["call_id"].tolist() == ["c1", "c2"]
    assert then[["called_at", "outcome"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(rows, then)
    assert ids(before, "calls") == []
    assert fetch(before.before(date(2026, 2, 28)).drawn("calls", "CL20260301")).empty
    with pytest.raises(AssertionError, match="nobody draws lessons"):
        before.drawn("lessons", "CL20260301")


def test_what_is_only_true_at_export_does_not_come_through():
    data = institution("2026-03-01", students=[{"student_id": "s", "registered_on": "2026-01-01", "grade": "三年级"}])
    assert "grade" not in data.table("students").columns
    assert "registered_on" in data.table("students").columns


def test_a_void_contract_never_was():
    data = institution(
        "2026-03-01",
        enrolments=[
            {"enrolment_id": "e1", "signed_at": "2026-01-01", "status": "void"},
            {"enrolment_id": "e2", "signed_at": "2026-01-01", "status": None},
        ],
    )
    assert ids(data, "enrolments") == ["e2"]


def test_an_id_that_others_may_name_is_one_of_the_past_void_or_not():
    contracts = [
        {"enrolment_id": "e1", "signed_at": "2026-01-01", "status": "void"},
        {"enrolment_id": "e2", "signed_at": "2026-01-01"},
        {"enrolment_id": "e3", "signed_at": "2026-03-01"},
    ]
    data = institution("2026-03-01", enrolments=contracts, campuses=[{"campus": "浦东"}])
    assert sorted(fetch(data.ids("enrolments"))["id"]) == ["e1", "e2"]
    assert fetch(data.ids("campuses"))["id"].tolist() == ["浦东"]


def test_the_door_opens_backwards_only():
    data = institution("2026-03-01")
    assert data.before(AS_OF).as_of == AS_OF
    with pytest.raises(ValueError, match="2026-03-02 lies after 2026-03-01: the door opens backwards only"):
        data.before(date(2026, 3, 2))


def test_every_table_has_its_columns_though_there_are_no_rows():
    data = institution("2026-03-01")
    for name, table in TABLES.items():
        expected = [column.stored_name for column in table.columns if column.known != CURRENT]
        assert list(data.table(name).columns) == expected


def some_value(column: Column, random: Random, days: tuple[int, int] = (-40, 40)) -> Any:
    if column.stored_kind in ("date", "time"):
        day = datetime(2026, 3, 1) + timedelta(days=random.randint(*days))
        return day + timedelta(minutes=random.randint(0, 1439)) if column.stored_kind == "time" else day
    if column.stored_kind in ("money", "hours", "number", "percent", "count"):
        return float(random.randint(0, 3))
    if column.stored_kind == "flag":
        return random.random() < 0.5
    return random.choice([*column.codes] or ["a", "b", "c"])


def some_row(table: Table, random: Random, days: tuple[int, int]) -> Row:
    """Write a row dated within these days of the date; half of what may be empty is."""
    row = {
        column.stored_name: some_value(column, random) if column.required or random.random() < 0.5 else None
        for column in table.columns
    }
    if table.dated_by:
        row[table.dated_by] = some_value(table.column(table.dated_by), random, days)
    if table.reverses:
        row[table.reverses] = random.choice([None, None, "lessons-0", "lessons-1", "lessons-2"])
    return row


def numbered(table: Table, row: Row, name: str) -> Row:
    return {**row, table.key[0]: name} if table.column(table.key[0]).kind == "id" else row


def some_institution(random: Random) -> dict[str, list[Row]]:
    return {
        name: [
            numbered(table, some_row(table, random, (-40, 40)), f"{name}-{number}")
            for number in range(random.randint(0, 5))
        ]
        for name, table in TABLES.items()
    }


def is_past(row: Row, column: str | None) -> bool:
    return column is None or (row[column] is not None and row[column].date() < AS_OF)


def was_written_down(row: Row, table: Table) -> bool:
    return not table.recorded_by or row[table.recorded_by] is None or is_past(row, table.recorded_by)


def with_another_future(tables: dict[str, list[Row]], random: Random) -> dict[str, list[Row]]:
    """Delete, change and add whatever lies on or after the date, in every table, undated columns included."""
    changed = {}
    for name, table in TABLES.items():
        past = [row for row in tables[name] if is_past(row, table.dated_by) and was_written_down(row, table)]
        past = [with_another_end(table, row, random) for row in past]
        future = [
            numbered(table, some_row(table, random, (0, 60)), f"{name}-then-{number}")
            for number in range(random.randint(0, 4) if table.dated_by else 0)
        ]
        changed[name] = random.sample(past + future, len(past + future))
    return changed


def with_another_end(table: Table, row: Row, random: Random) -> Row:
    """Change what a row of the past says of later days: what became known then, and what is only true at export."""
    changed = dict(row)
    for column in table.columns:
        later = column.known not in (ROW, ALWAYS, CURRENT) and not is_past(row, column.known)
        if column.known == CURRENT or later:
            changed[column.stored_name] = some_value(column, random, (0, 60)) if random.random() < 0.7 else None
    for column, code in table.void_when.items():
        # A row that never was (作废) is a correction of the past, as if it were deleted; no future makes or undoes it.
        if code in (row[column], changed[column]):
            changed[column] = row[column]
    return changed


def opened(tables: dict[str, list[Row]]) -> Data:
    frames = {
        name: pd.DataFrame(rows, columns=[*TABLES[name].stored_names]).pipe(typed, TABLES[name])
        for name, rows in tables.items()
    }
    return from_frames(frames, as_of=AS_OF)


def typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    dates = [column.stored_name for column in table.columns if column.stored_kind in ("date", "time")]
    texts = [column.stored_name for column in table.columns if column.stored_kind in ("id", "word", "text", "code")]
    return frame.assign(
        **{name: pd.to_datetime(frame[name]) for name in dates},
        **{name: frame[name].astype(object) for name in texts},
    )


def all_it_says(data: Data) -> dict[str, list[tuple[str, ...]]]:
    said = {}
    for name in TABLES:
        earlier = data.before(date(2026, 2, 10)).table(name)
        for how, rows in (("table", data.table(name)), ("earlier", earlier), ("ids", data.ids(name))):
            said[f"{name} {how}"] = sorted(tuple(map(str, row)) for row in fetch(rows).itertuples(index=False))
    return said


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_the_future_changes_nothing(seed):
    random = Random(seed)
    tables = some_institution(random)
    before, after = opened(tables), opened(with_another_future(tables, random))
    assert all_it_says(after) == all_it_says(before)
    before.close()
    after.close()


@given(seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None)
def test_history_read_at_a_date_is_the_table_of_that_date(seed):
    data = opened(some_institution(Random(seed)))
    for name, table in TABLES.items():
        for day in (AS_OF, date(2026, 2, 10)):
            rows = data.history(name)
            gone = rows["taken_back_on"].fill_null(date(9999, 1, 1)) < day
            rows = rows.filter(~gone)
            if table.dated_by:
                rows = rows.filter(rows[table.dated_by].cast("date") < day)
            if table.recorded_by:
                rows = rows.filter((rows[table.recorded_by] < day).fill_null(True))
            then = fetch(rows)[table.key[0]]
            assert sorted(map(str, then)) == sorted(map(str, fetch(data.before(day).table(name))[table.key[0]])), name
    data.close()


def test_a_row_in_the_future_hides_no_row_of_the_past_that_it_repeats():
    data = institution(
        "2026-03-01",
        payments=[
            {"payment_id": "p1", "enrolment_id": "e", "student_id": "s", "paid_at": "2026-02-01", "amount": 100},
            {"payment_id": "p2", "enrolment_id": "e", "student_id": "s", "paid_at": "2026-03-01", "amount": -100},
        ],
    )
    assert ids(data, "payments") == ["p1"]


def test_a_row_is_seen_from_the_day_on_which_it_was_written_down():
    """Both left on 10 February; of one it was known at once, the other was asked on 20 March."""
    rows = [
        {"student_id": "a", "left_on": "2026-02-10", "reason_code": "price"},
        {"student_id": "b", "left_on": "2026-02-10", "reason_code": "price", "recorded_on": "2026-03-20"},
        {"student_id": "c", "left_on": "2026-02-10", "reason_code": "price", "recorded_on": "2026-01-20"},
    ]
    data = institution("2026-04-01", exits=rows)

    def seen(day: date) -> list[str]:
        return sorted(fetch(data.before(day).table("exits"))["student_id"])

    assert seen(date(2026, 2, 10)) == []  # who says beforehand that she will leave has not left
    assert seen(date(2026, 2, 11)) == ["a", "c"]
    assert seen(date(2026, 3, 20)) == ["a", "c"]
    assert seen(date(2026, 3, 21)) == ["a", "b", "c"]


def test_without_a_table_nothing_of_it_is_known_and_all_else_is():
    leaving = {"student_id": "a", "left_on": "2026-02-10", "reason_code": "price"}
    data = institution("2026-03-01", exits=[leaving], students=[{"student_id": "a"}])
    blind = data.without("exits")
    assert (len(fetch(blind.table("exits"))), len(fetch(data.table("exits")))) == (0, 1)
    assert blind.table("exits").schema() == data.table("exits").schema()
    assert fetch(blind.table("students")).equals(fetch(data.table("students")))
    assert blind.before(date(2026, 2, 1)).table("exits").count().execute() == 0
