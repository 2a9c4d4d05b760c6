"""Do worksheets that come back add up, and leave alone what was drawn?"""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from churnlab.settings import Settings
from churnlab.tables import privacy
from churnlab.tables.door import fetch
from churnlab.tables.faults import message
from churnlab.tables.loading import load
from churnlab.tables.pseudonym import fingerprint
from churnlab.tables.store import open_data
from tests.exports import some_exports, write

RECORD = "call_id,list_id,student_id,campus,made_on,arm,assigned_at_random,position"
SHEET = "名单行号,名单编号,学号,校区,名单日期,分组,是否随机分组,次序,联系时间,联系人,联系结果,流失原因,联系内容"


def row(position: int, student: str = "", filled: str = ",,,,", *, arm: str = "联系", campus: str = "东") -> str:
    """Return a line of a worksheet: filled is time, who, what came of it, reason and text."""
    student = student or f"00{position}"
    return f"CL20260201-A-{position},CL20260201,{student},{campus},2026-02-01,{arm},是,{position},{filled}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three were drawn on 1 February: 001 and 002 are to be called, 003 is held out."""
    raw = some_exports(tmp_path / "data/raw")
    arms = ("call", "call", "hold_out")
    drawn = [f"CL20260201-A-{n},CL20260201,00{n},东,2026-02-01,{arm},True,{n}" for n, arm in enumerate(arms, 1)]
    write(raw / "00-calls", "CL20260201-东.csv", RECORD, *drawn)
    take(tmp_path, day=1)
    return tmp_path


def take(home: Path, *, day: int):
    return load(home / "data/raw", home=home, settings=Settings(), loaded_at=datetime(2026, 3, day, 12))


def sheet(home: Path, name: str, *rows: str) -> None:
    write(home / "data/raw", name, SHEET, *rows)


def stored(home: Path, *columns: str) -> list[list[object]]:
    data = open_data(home / "data/store", as_of="2026-04-01")
    rows = fetch(data.table("calls").order_by("call_id"))
    data.close()
    return [[None if pd.isna(cell) else cell for cell in line] for line in rows[[*columns]].to_numpy().tolist()]


def told(report, key: str) -> list[str]:
    return [facts["places"]["en"] for name, facts in report.warnings if name == f"warning.filled_in.{key}"]


def aside(report) -> list[list[object]]:
    return report.set_aside[["row", "column", "reason"]].to_numpy().tolist()


FIRST = "2026-02-03 10:00,T1,愿意留下,,很满意"
SECOND = "2026-02-04 11:00,T2,再考虑,价格太高,太贵"


@pytest.mark.parametrize("name", ["东.csv", "另一份.csv"])
def test_two_copies_of_a_sheet_add_up(home, name):
    sheet(home, "东.csv", row(1, filled=FIRST), row(2))
    take(home, day=2)
    # The other's copy has the row blank that the first filled in; she put it in its place, or beside it.
    sheet(home, name, row(1), row(2, filled=SECOND))
    report = take(home, day=3)
    assert report.set_aside.empty
    assert [key for key, _ in report.warnings if "filled_in" in key] == []
    both = [["stays", "T1", None, "很满意"], ["thinking", "T2", "price", "太贵"], [None] * 4]
    assert stored(home, "outcome", "staff_id", "reason_code", "text") == both
    take(home, day=4)
    assert stored(home, "outcome", "staff_id", "reason_code", "text") == both


def test_a_column_left_blank_takes_no_answer_away(home):
    sheet(home, "东.csv", row(1, filled=FIRST))
    take(home, day=2)
    sheet(home, "东.csv", row(1, filled="2026-02-05 09:00,,,没兴趣,"))
    take(home, day=3)
    expected = [pd.Timestamp("2026-02-05 09:00"), "T1", "stays", "lost_interest", "很满意"]
    assert stored(home, "called_at", "staff_id", "outcome", "reason_code", "text")[0] == expected


def test_where_two_files_answer_differently_the_later_call_stands_and_it_is_told(home):
    sheet(home, "甲.csv", row(1, filled="2026-02-09 10:00,T1,决定离开,,"), row(2, filled=SECOND))
    sheet(home, "乙.csv", row(1, filled="2026-02-03 10:00,T2,愿意留下,,见过"), row(2, filled=SECOND))
    report = take(home, day=2)
    assert told(report, "apart") == ["乙.csv row 2 / 甲.csv row 2"]
    assert stored(home, "staff_id", "outcome", "text")[0] == ["T1", "leaving", "见过"]


def test_another_answer_than_was_loaded_before_is_told(home):
    sheet(home, "东.csv", row(1, filled=FIRST))
    assert told(take(home, day=2), "otherwise") == []
    sheet(home, "东.csv", row(1, filled=FIRST.replace("愿意留下", "决定离开")))
    assert told(take(home, day=3), "otherwise") == ["东.csv row 2"]
    assert stored(home, "outcome")[0] == ["leaving"]
    assert told(take(home, day=4), "otherwise") == []


def test_what_was_drawn_stands_whatever_a_sheet_says(home):
    sheet(
        home, "东.csv",
        row(1, filled=FIRST, campus="西").replace(",是,1,", ",否,7,"),
        row(2, filled=SECOND, arm="不联系"), row(3, filled=FIRST, arm="联系"),
    )  # fmt: skip
    report = take(home, day=2)
    assert aside(report) == [[3, "arm", "not_as_drawn"], [4, "arm", "not_as_drawn"]]
    drawn = [["001", "东", "call", True, 1], ["002", "东", "call", True, 2], ["003", "东", "hold_out", True, 3]]
    assert stored(home, "student_id", "campus", "arm", "assigned_at_random", "position") == drawn
    assert stored(home, "outcome") == [["stays"], [None], [None]]


def test_rows_whose_students_were_swapped_are_set_aside(home):
    sheet(home, "东.csv", row(1, "002", FIRST), row(2, "001", SECOND))
    report = take(home, day=2)
    assert aside(report) == [[2, "student_id", "not_as_drawn"], [3, "student_id", "not_as_drawn"]]
    said = message(report.set_aside.iloc[0].to_dict(), "en")
    assert said.startswith(
        '东.csv row 2, 学号 (student_id): "002" is not what was written down when row CL20260201-A-1'
    )
    assert stored(home, "student_id", "outcome") == [["001", None], ["002", None], ["003", None]]


@pytest.mark.parametrize(
    ("column", "was", "now"),
    [("list_id", ",CL20260201,", ",CL20260301,"), ("made_on", "2026-02-01", "2026-02-02")],
)
def test_a_row_of_another_list_or_day_is_set_aside(home, column, was, now):
    sheet(home, "东.csv", row(1, filled=FIRST).replace(was, now))
    assert aside(take(home, day=2)) == [[2, column, "not_as_drawn"]]


def test_leading_zeros_that_a_spreadsheet_took_off_are_no_other_student(home):
    sheet(home, "东.csv", row(1, "1", FIRST))
    assert take(home, day=2).set_aside.empty
    assert stored(home, "student_id", "outcome") == [["001", "stays"], ["002", None], ["003", None]]


def test_a_row_that_lost_its_id_is_known_by_list_and_student(home):
    sheet(home, "东.csv", row(2, filled=SECOND).replace("CL20260201-A-2", ""))
    assert take(home, day=2).set_aside.empty
    assert stored(home, "student_id", "outcome") == [["001", None], ["002", "thinking"], ["003", None]]


def test_a_sheet_of_another_institution_is_set_aside(home):
    sheet(home, "别家.csv", row(9, "001", FIRST), row(1, "009", FIRST))
    assert aside(take(home, day=2)) == [[2, "call_id", "not_drawn"], [3, "student_id", "not_as_drawn"]]
    assert len(stored(home, "call_id")) == 3


def test_lists_that_the_institution_exports_itself_are_taken_and_what_was_drawn_there_stands_too(home):
    sheet(home, "自己的.csv", row(1, "001", FIRST).replace("CL20260201", "L7"))
    take(home, day=2)
    sheet(home, "自己的.csv", row(1, "001", SECOND, arm="不联系").replace("CL20260201", "L7"))
    assert aside(take(home, day=3)) == [[2, "arm", "not_as_drawn"]]
    assert stored(home, "arm", "outcome")[-1] == ["call", "stays"]


def test_a_result_without_its_day_or_of_a_day_to_come_is_set_aside(home):
    sheet(home, "东.csv", row(1, filled=",T1,愿意留下,,"), row(2, filled="2026-03-03 08:00,T1,再考虑,,"))
    report = take(home, day=2)
    assert aside(report) == [[2, "called_at", "no_day_of_result"], [3, "called_at", "result_to_come"]]
    said = message(report.set_aside.iloc[1].to_dict(), "zh")
    assert (
        said
        == "东.csv 第 3 行，联系时间：“2026-03-03”晚于载入当天（2026-03-02），那时还不可能联系过；请填联系那天的日期"
    )
    assert stored(home, "outcome") == [[None]] * 3
    # Who is to call may be written before the call; on the next day the second has been called.
    sheet(home, "东.csv", row(1, filled=",T1,,,"), row(2, filled="2026-03-03 08:00,T1,再考虑,,"))
    assert take(home, day=3).set_aside.empty
    assert stored(home, "outcome") == [[None], ["thinking"], [None]]


def test_a_call_before_the_list_was_made_is_set_aside(home):
    sheet(home, "东.csv", row(1, filled=FIRST.replace("2026-02-03", "2026-01-03")))
    assert aside(take(home, day=2)) == [[2, "called_at", "disordered"]]


def test_from_an_empty_store_sheets_and_record_give_the_same(home):
    sheet(home, "甲.csv", row(1, filled=FIRST), row(2))
    take(home, day=2)
    sheet(home, "乙.csv", row(1), row(2, filled=SECOND))
    take(home, day=3)
    before = stored(home, "call_id", "arm", "called_at", "outcome", "text")
    for file in (home / "data/store").glob("*"):
        file.unlink()
    take(home, day=4)
    assert stored(home, "call_id", "arm", "called_at", "outcome", "text") == before


def test_the_list_of_the_made_up_institution_does_not_go_among_real_ones(tmp_path, monkeypatch):
    privacy.make_key(tmp_path / "key")
    monkeypatch.setattr(privacy, "key_place", lambda: tmp_path / "key")
    raw = some_exports(tmp_path / "data/raw", made_up=False)
    ids = [f"CL20260201-A-{n}-{fingerprint(key)}" for n, key in enumerate((privacy.PUBLIC_KEY, b"ours"), 1)]
    assert ids[0][-5:] != ids[1][-5:]
    drawn = [f"{call_id},CL20260201,S1,东,2026-02-01,call,True,{n}" for n, call_id in enumerate(ids, 1)]
    write(raw / "00-calls", "CL20260201-东.csv", RECORD, *drawn)
    assert aside(take(tmp_path, day=1)) == [[2, "call_id", "made_up_list"]]
    assert stored(tmp_path, "call_id") == [[ids[1]]]
