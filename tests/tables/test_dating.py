"""Has a row without a day of its own the day of what it belongs to, and no other?"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from churnlab.settings import Settings, Tables
from churnlab.tables.door import Data, fetch, from_frames
from churnlab.tables.loading import load
from churnlab.tables.schemas import TABLES
from churnlab.tables.store import open_data

DAYS = ("starts_on", "ends_on", "planned_at", "held_at", "at", "enrolled_on", "concluded_on", "answered_at", "paid_on")


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    return table.assign(**{name: pd.to_datetime(table[name]) for name in DAYS if name in table})


# P1 runs from 5 to 20 January; of its sessions A was held on the day, B two days late, C never.
TRAINING = {
    "trainings": frame({"training_id": "P1", "starts_on": "2026-01-05", "ends_on": "2026-01-20"}),
    "training_sessions": frame(
        {"session_id": "A", "training_id": "P1", "planned_at": "2026-01-05 09:00", "held_at": "2026-01-05 09:10"},
        {"session_id": "B", "training_id": "P1", "planned_at": "2026-01-12 09:00", "held_at": "2026-01-14 14:00"},
        {"session_id": "C", "training_id": "P1", "planned_at": "2026-01-19 09:00", "held_at": None},
    ),
}


def data(as_of: str, **tables: pd.DataFrame) -> Data:
    return from_frames(TRAINING | tables, as_of=date.fromisoformat(as_of))


def seen(name: str, column: str, as_of: str, *rows: dict[str, Any]) -> list[Any]:
    opened = data(as_of, **{name: frame(*rows)})
    found = fetch(opened.table(name))[column].tolist()
    opened.close()
    return sorted(found)


ATTENDED = [{"session_id": session, "staff_id": "T1", "status": "present"} for session in "ABC"]


@pytest.mark.parametrize(
    ("as_of", "sessions"),
    [
        ("2026-01-05", []), ("2026-01-06", ["A"]), ("2026-01-14", ["A"]), ("2026-01-15", ["A", "B"]),
        ("2026-01-20", ["A", "B", "C"]),
    ],
)  # fmt: skip
def test_who_signed_in_did_so_when_the_session_was_held_or_else_planned(as_of, sessions):
    assert seen("training_attendance", "session_id", as_of, *ATTENDED) == sessions


def test_a_day_of_its_own_counts_though_the_session_was_earlier():
    made_up = {"session_id": "A", "staff_id": "T2", "status": "made_up", "at": "2026-01-18 10:00"}
    assert seen("training_attendance", "staff_id", "2026-01-18", *ATTENDED[:1], made_up) == ["T1"]
    assert seen("training_attendance", "staff_id", "2026-01-19", *ATTENDED[:1], made_up) == ["T1", "T2"]


def test_the_day_that_counts_is_shown():
    opened = data("2026-02-01", training_attendance=frame(*ATTENDED))
    days = fetch(opened.table("training_attendance")).set_index("session_id")["at"]
    opened.close()
    assert days["B"] == pd.Timestamp("2026-01-14 14:00")
    assert days["C"] == pd.Timestamp("2026-01-19 09:00")


def test_a_row_of_nothing_known_is_never_seen():
    lost = {"session_id": "Z", "staff_id": "T1", "status": "present"}
    assert seen("training_attendance", "session_id", "2030-01-01", lost) == []


@pytest.mark.parametrize(
    ("name", "row", "last_unseen"),
    [
        ("reactions", {"respondent_id": "T1", "item": "1"}, "2026-01-20"),
        ("training_costs", {"category": "venue", "amount_cny": 100.0}, "2026-01-20"),
        ("trainees", {"staff_id": "T1", "arm": "trained"}, "2026-01-05"),
        ("training_targets", {"measure": "check_ins", "target": 0.85}, "2026-01-05"),
    ],
)
def test_what_belongs_to_a_training_is_known_when_it_starts_or_is_over(name, row, last_unseen):
    whole = {"training_id": "P1"} | row
    day_after = (date.fromisoformat(last_unseen) + pd.Timedelta(days=1)).isoformat()
    assert seen(name, "training_id", last_unseen, whole) == []
    assert seen(name, "training_id", day_after, whole) == ["P1"]


def test_whether_somebody_completed_is_known_when_the_training_is_over():
    row = {"training_id": "P1", "staff_id": "T1", "arm": "trained", "completed": True, "hours": 9.0}
    assert seen("trainees", "completed", "2026-01-20", row) == [None]
    assert seen("trainees", "completed", "2026-01-21", row) == [True]


def test_a_training_that_stands_twice_makes_no_row_two():
    twice = pd.concat([TRAINING["trainings"]] * 2, ignore_index=True)
    opened = data("2026-02-01", trainings=twice, trainees=frame({"training_id": "P1", "staff_id": "T1"}))
    assert len(fetch(opened.table("trainees"))) == 1
    opened.close()


def test_an_earlier_date_and_the_history_say_the_same():
    opened = data("2026-02-01", training_attendance=frame(*ATTENDED))
    earlier = opened.before(date(2026, 1, 6))
    assert fetch(earlier.table("training_attendance"))["session_id"].tolist() == ["A"]
    assert len(fetch(opened.history("training_attendance"))) == len(ATTENDED)
    opened.close()


def test_a_day_is_taken_from_a_table_that_this_one_points_to():
    for table in TABLES.values():
        for column, (pointer, *days) in table.dates_from.items():
            assert table.column(column).kind in ("date", "time")
            target = TABLES[table.column(pointer).references]
            assert {target.column(day).kind for day in days} <= {"date", "time"}
            assert target.key == (pointer,)
            # Its own days must not be taken from a third table: what is filled is read as it was handed in.
            assert not target.dates_from


def test_the_store_dates_rows_by_what_a_later_load_says(tmp_path: Path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    (raw / "培训签到.csv").write_text("场次编号,工号,签到状态\nA,T1,出勤\n", encoding="utf-8")
    rules = Settings(tables=Tables(allow_missing=("students", "enrolments", "lessons")))
    load(raw, home=tmp_path, settings=rules, loaded_at=datetime(2026, 2, 1))
    assert _stored(tmp_path) == []
    (raw / "培训场次.csv").write_text("场次编号,培训编号,计划时间,模块\nA,P1,2026-01-05 09:00,利益\n", encoding="utf-8")
    load(raw, home=tmp_path, settings=rules, loaded_at=datetime(2026, 3, 1))
    assert _stored(tmp_path) == ["A"]
    assert _stored(tmp_path, known_by="2026-02-15") == []


def _stored(home: Path, **known: str) -> list[str]:
    opened = open_data(home / "data/store", as_of="2026-03-01", **known)
    standing = opened.standing("training_attendance")
    assert standing is None or {"session_id", "staff_id"} == set(standing.columns)
    found = fetch(opened.table("training_attendance"))["session_id"].tolist()
    opened.close()
    return found
