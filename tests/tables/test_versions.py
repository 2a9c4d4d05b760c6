from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.tables import versions
from churnlab.tables.engine import FORMAT
from churnlab.tables.schemas import TABLES

LESSONS = TABLES["lessons"]
Row = tuple[str, str, str]


def lessons(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["lesson_id", "starts_at", "status"], dtype=object)
    return frame.assign(starts_at=pd.to_datetime(frame["starts_at"]), student_id="s1")


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as engine:
        yield engine


def standing(engine: duckdb.DuckDBPyConnection, load: int) -> list[tuple[str, str]]:
    return engine.execute(
        "SELECT lesson_id, status FROM lessons WHERE _load_from <= $1 AND (_load_to IS NULL OR _load_to > $1) "
        "ORDER BY lesson_id",
        [load],
    ).fetchall()


DAYS = st.sampled_from(["2026-02-10", "2026-03-10"])
LOADS = st.lists(
    st.lists(st.tuples(st.sampled_from("abc"), DAYS, st.sampled_from("xyz")), max_size=5), min_size=1, max_size=4
)


@given(loads=LOADS, replace=st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_row_is_counted_once_and_the_store_holds_what_a_dictionary_would(engine, loads, replace):
    engine.execute("DROP TABLE IF EXISTS lessons")
    versions.create(engine, LESSONS)
    holds: dict[str, tuple[str, str]] = {}
    remembered = []
    for number, rows in enumerate(loads, start=1):
        came = versions.merge(engine, LESSONS, lessons(rows), load=number, replace_months=replace)
        last = {key: (day, status) for key, day, status in rows}
        months = {day[:7] for _, day, _ in rows}
        gone = {key for key, (day, _) in holds.items() if replace and day[:7] in months and key not in last}
        assert came.kept == len(rows)
        assert came.removed == len(gone)
        assert came.new == len(set(last) - set(holds))
        assert came.changed == sum(key in holds and holds[key] != value for key, value in last.items())
        holds = {key: value for key, value in holds.items() if key not in gone} | last
        remembered.append(dict(holds))
    for number, then in enumerate(remembered, start=1):
        assert standing(engine, number) == sorted((key, status) for key, (_, status) in then.items())
    assert engine.execute("SELECT count(*) - count(DISTINCT _key) FROM lessons WHERE _load_to IS NULL").fetchone() == (
        0,
    )


@given(loads=LOADS, again=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_handing_in_an_old_file_again_changes_nothing(engine, loads, again):
    engine.execute("DROP TABLE IF EXISTS lessons")
    versions.create(engine, LESSONS)
    for number, rows in enumerate(loads, start=1):
        versions.merge(engine, LESSONS, lessons(rows), load=number)
    before = standing(engine, len(loads))
    old = lessons(loads[again % len(loads)])
    came = versions.merge(engine, LESSONS, old, load=9, seen_before=pd.Series([True] * len(old), dtype=bool))
    assert (came.new, came.changed) == (0, 0)
    assert came.unchanged + came.superseded == len(old)
    assert standing(engine, 9) == before


def test_no_value_is_taken_for_two_and_none_for_empty():
    # "ab" and nothing, "a" and "b": told apart by their lengths.
    activity = TABLES["activity"]
    rows = pd.DataFrame(
        {"student_id": ["ab", "ab", "a", "a1:b"], "enrolment_id": ["", None, "b", None], "kind": "k", "count": 1}
    ).assign(on=pd.Timestamp("2026-03-01"))
    with duckdb.connect() as engine:
        versions.create(engine, activity)
        assert versions.merge(engine, activity, rows, load=1) == versions.Changes(new=4)
        assert versions.merge(engine, activity, rows, load=2) == versions.Changes(unchanged=4)


# Whoever changes what keys or compares rows changes these, and must give the store another FORMAT: of an older store
# every row would be taken for a new one.
PINNED = {
    "L1": (0xD0C21E22C91964D8C5EF60BCDF1B1F5E, 0xDEF30F5EA66936EF784513898B0325AA),
    None: (0xE697153EC7EFE2622246FB29B736218, 0x86CD7D4CD4732F212CFC345581B62B70),
}


def test_rows_are_keyed_and_compared_as_in_all_stores_of_this_format():
    # a lesson with an id, the same without, and its course known by a keyed digest of what was said
    rows = lessons([("L1", "2026-03-10 09:00", "到课"), (None, "2026-03-10 09:00", "到课")]).assign(course_id="[name]")
    said = pd.DataFrame({"course_id": ["0b9c", "0b9c"]})
    with duckdb.connect() as engine:
        versions.create(engine, LESSONS)
        versions.merge(engine, LESSONS, rows, load=1, said=said)
        found = engine.execute("SELECT lesson_id, _key, _row_hash FROM lessons").fetchall()
    assert FORMAT == 3
    assert {name: (key, row_hash) for name, key, row_hash in found} == PINNED


def exits(*methods: str | None) -> pd.DataFrame:
    rows = pd.DataFrame({"student_id": "s1", "enrolment_id": None, "method": methods, "text": methods}, dtype=object)
    return rows.assign(left_on=pd.Timestamp("2026-03-10"), reason_code="price")


# 1: by phone · 2: at an interview, which stands beside it · 3: the interview corrected · 4: the form instead of
# the call, which takes the place of the call alone
def test_an_interview_stands_beside_what_a_call_or_form_had_said():
    table = TABLES["exits"]
    with duckdb.connect() as engine:
        versions.create(engine, table)
        assert versions.merge(engine, table, exits("phone"), load=1) == versions.Changes(new=1)
        assert versions.merge(engine, table, exits("interview"), load=2) == versions.Changes(new=1)
        corrected = exits("interview").assign(reason_code="teacher")
        assert versions.merge(engine, table, corrected, load=3) == versions.Changes(changed=1)
        assert versions.merge(engine, table, exits("form"), load=4) == versions.Changes(changed=1)
        found = engine.execute("SELECT method, reason_code FROM exits WHERE _load_to IS NULL ORDER BY ALL").fetchall()
    assert found == [("form", "price"), ("interview", "teacher")]


def test_an_interview_of_an_older_store_is_known_again():
    table = TABLES["exits"]
    with duckdb.connect() as engine:
        versions.create(engine, table)
        versions.merge(engine, replace(table, apart_when={}), exits("interview"), load=1)
        assert versions.merge(engine, table, exits("interview"), load=2) == versions.Changes(unchanged=1)
        assert versions.merge(engine, table, exits("phone", "interview"), load=3) == versions.Changes(
            new=1, unchanged=1
        )


def test_every_table_can_be_stored_empty_and_whole():
    with duckdb.connect() as engine:
        for name, table in TABLES.items():
            versions.create(engine, table)
            assert versions.merge(engine, table, pd.DataFrame(), load=1) == versions.Changes(), name
