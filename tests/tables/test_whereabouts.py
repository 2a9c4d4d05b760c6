"""Does the number in a report lead back to the child, and to nothing that tells who it is?"""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import churnlab
from churnlab import cli
from churnlab.errors import OrderError, PrivacyError
from churnlab.i18n import LANGUAGES
from churnlab.settings import Settings
from churnlab.tables import privacy
from churnlab.tables.door import fetch
from churnlab.tables.identity import of_phone_and_name
from churnlab.tables.loading import load
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.pseudonym import pseudonym
from churnlab.tables.whereabouts import Place, Whereabouts, find
from tests.exports import write

NOW = datetime(2026, 3, 2, 9)
MUM, DAD, OTHER = "13800001111", "13800002222", "13800003333"
STUDENTS = "学员姓名,手机号码,校区,建档日期"
ENROLMENTS = "单号,学员姓名,手机号码,校区,课程,签约类型,收费方式,经办日期,实收金额"
LESSONS = "课消编号,学员姓名,手机号码,校区,上课时间,到课状态"
WHO = (MUM, DAD, OTHER, "李雷", "李梅", "韩梅梅", "王芳")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Write exports without numbers: 李雷 and 李梅 share a phone, 韩梅梅 is in no table of students."""
    raw = tmp_path / "data/raw"
    # row 1 is the header; 李雷 stands in row 2, 王芳 in row 3, 李梅 in row 4
    write(
        raw, "学员.csv", STUDENTS,
        f"李雷,{MUM},东,2026-01-02", f"王芳,{DAD},东,2026-01-03", "李梅,+86 138-0000-1111,东,2026-01-04",
    )  # fmt: skip
    write(
        raw, "合同.csv", ENROLMENTS,
        f"E1,李雷,{MUM},东,数学,新签,按课时,2026-01-02,1200", f"E2,李梅,{MUM},东,数学,新签,按课时,2026-01-04,900",
        f"E3,韩梅梅,{OTHER},东,数学,新签,按课时,2026-01-05,900",
        f"E4,韩 梅梅,{OTHER},东,数学,续费,按课时,2026-01-06,900",
    )  # fmt: skip
    write(
        raw,
        "考勤.csv",
        LESSONS,
        f"L1,李雷,{MUM},东,2026-01-10 09:00,到课",
        f"L2,韩梅梅,{OTHER},东,2026-01-11 09:00,到课",
    )
    (raw / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    return tmp_path


def sought(home: Path, *asked: str, folder: str = "data/raw") -> Whereabouts:
    return find(asked, home / folder, home=home, settings=Settings(), loaded_at=NOW)


def loaded(home: Path) -> list[str]:
    """Load, and return the students' numbers as a report has them."""
    load(home / "data/raw", home=home, settings=Settings(), loaded_at=NOW)
    data = churnlab.open(home / "data/store", as_of="2026-12-01")
    ids = {*fetch(data.table("students"))["student_id"], *fetch(data.table("enrolments"))["student_id"]}
    data.close()
    return sorted(ids)


def made(phone: str, name: str) -> str:
    return of_phone_and_name(phone, name, PUBLIC_KEY)


def at(file: str, *rows: int, table: str = "students", sheet: str | None = None) -> Place:
    return Place(table=table, file=file, sheet=sheet, rows=rows)


def lost(told: Whereabouts, lang: Any = "en") -> list[str]:
    return told.lost.message(lang).splitlines() if told.lost else []


def test_each_of_two_siblings_who_share_a_phone_leads_to_the_own_row(home):
    lei, mei = made(MUM, "李雷"), made(MUM, "李梅")
    told = sought(home, lei, mei)
    assert dict(told.found) == {lei: (at("学员.csv", 2),), mei: (at("学员.csv", 4),)}
    assert told.lost is None
    assert told.lines("zh") == [f"{lei}（学员）", "  学员.csv 第 2 行", f"{mei}（学员）", "  学员.csv 第 4 行"]


def test_who_is_in_no_table_of_students_is_found_where_the_pair_stands_first(home):
    mei = made(OTHER, "韩梅梅")
    told = sought(home, mei)
    assert dict(told.found) == {mei: (at("合同.csv", 4, 5, table="enrolments"),)}
    assert told.lines("en") == [f"{mei} (not in students; in enrolments)", "  合同.csv rows 4, 5 (2 rows)"]


def test_every_number_that_a_report_can_have_is_found_before_the_load_and_after_it(home):
    before = {id: sought(home, id).found for id in (made(MUM, "李雷"), made(MUM, "李梅"), made(DAD, "王芳"))}
    ids = loaded(home)
    assert sorted([*before, made(OTHER, "韩梅梅")]) == ids
    told = sought(home, *ids)
    assert told.lost is None
    assert {id: told.found[id] for id in before} == {id: found[id] for id, found in before.items()}


def test_a_number_that_is_a_phone_leads_to_its_row_as_the_report_has_it_and_as_the_export_has_it(tmp_path):
    raw = write(
        tmp_path / "data/raw", "学员.csv", "学号,校区,建档日期", f"{MUM},东,2026-01-02", f"{DAD},东,2026-01-03"
    ).parent
    (raw / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    stored = pseudonym(DAD, PUBLIC_KEY)
    assert sought(tmp_path, stored).found == {stored: (at("学员.csv", 3),)}
    assert sought(tmp_path, f"+86 {DAD}").found == {stored: (at("学员.csv", 3),)}


def test_numbers_of_the_institutions_own_lead_to_their_rows_and_so_does_the_one_made_before_they_were_given(home):
    write(home / "data/raw", "学员2.csv", f"学号,{STUDENTS}", f"S1,李雷,{MUM},东,2026-02-02")
    told = sought(home, "S1", made(MUM, "李雷"))
    both = (at("学员2.csv", 2), at("学员.csv", 2))  # the latest export first
    assert dict(told.found) == {"S1": both, made(MUM, "李雷"): both}


def test_files_that_tell_only_a_phone_of_before_lead_to_the_student_whom_the_store_knows_by_it(home):
    raw = home / "data/raw"
    for phone, day in ((MUM, "2026-01-02"), (OTHER, "2026-02-02")):  # the mother has another phone now
        write(raw, "学员.csv", f"学号,{STUDENTS}", f"S1,李雷,{phone},东,{day}")
        load(raw, home=home, settings=Settings(), loaded_at=NOW)
    write(home / "lessons", "mapping.toml", "made_up = true")
    write(home / "lessons", "考勤.csv", LESSONS, f"L1,李雷,{MUM},东,2026-01-10 09:00,到课")
    assert dict(sought(home, "S1", folder="lessons").found) == {"S1": (at("考勤.csv", 2, table="lessons"),)}


def test_a_start_will_do_where_only_one_number_begins_so_also_as_a_narrow_column_cuts_it_off(home):
    whole = made(MUM, "李梅")
    for start in (whole[:6], f"{whole[:12]}…", f"{whole[:12]}...", f" {whole} "):
        assert list(sought(home, start).found) == [whole]


def test_a_start_of_several_numbers_and_one_that_is_too_short_lead_to_nobody(tmp_path):
    rows = [f"{id},东,2026-01-02" for id in ("2026-01", "2026-02", "2026-0", "77")]
    raw = write(tmp_path / "data/raw", "学员.csv", "学号,校区,建档日期", *rows).parent
    (raw / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    told = sought(tmp_path, "2026-", "77", "2026-0")
    assert dict(told.found) == {
        "77": (at("学员.csv", 5),),
        "2026-0": (at("学员.csv", 4),),
    }  # a whole number is no start
    assert lost(told) == ["2026-: there is no such id; if it is only the start of one, write at least 6 characters."]
    write(raw, "学员.csv", "学号,校区,建档日期", *rows[:2])
    assert lost(sought(tmp_path, "2026-0")) == ["2026-0: 2 ids begin so; write more of it."]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_that_leads_nowhere_is_told_at_once_beside_those_that_lead_somewhere(home, lang):
    told = sought(home, "f" * 24, made(DAD, "王芳"), "S77777")
    assert list(told.found) == [made(DAD, "王芳")]
    assert isinstance(told.lost, OrderError)
    assert [line[: len(id)] for line, id in zip(lost(told, lang), ("f" * 24, "S77777"), strict=True)] == [
        "f" * 24, "S77777",
    ]  # fmt: skip


def test_many_rows_and_many_files_are_counted_not_listed(home):
    lessons = [f"L{n},韩梅梅,{OTHER},东,2026-01-11 {n:02}:00,到课" for n in range(7)]
    (home / "data/raw/合同.csv").unlink()
    write(home / "data/raw", "考勤.csv", LESSONS, *lessons)
    for month in range(1, 8):
        write(home / "data/raw", f"学员{month}.csv", STUDENTS, f"王芳,{DAD},东,2026-02-0{month}")
    told = sought(home, made(OTHER, "韩梅梅"), made(DAD, "王芳"))
    assert told.lines("en") == [
        f"{made(OTHER, '韩梅梅')} (not in students; in lessons)",
        "  考勤.csv rows 2, 3, 4, 5, 6, … (7 rows)",
        f"{made(DAD, '王芳')} (students)",
        *(f"  学员{month}.csv row 2" for month in (7, 6, 5, 4, 3)),
        "  and in 3 earlier files or sheets",
    ]


def test_the_sheet_is_named_where_a_file_has_several(home):
    (home / "data/raw/学员.csv").unlink()
    rows = pd.DataFrame(
        [["李雷", MUM, "东", "2026-01-02"], ["王芳", DAD, "东", "2026-01-03"]], columns=STUDENTS.split(",")
    )
    with pd.ExcelWriter(home / "data/raw/学员.xlsx") as book:
        rows.head(1).to_excel(book, sheet_name="在读", index=False)
        rows.tail(1).to_excel(book, sheet_name="冻结学员", index=False)
    told = sought(home, made(DAD, "王芳"))
    assert told.lines("zh")[1:] == ["  学员.xlsx#冻结学员 第 2 行"]


def test_the_institutions_own_key_is_needed_and_another_one_finds_nobody(home, monkeypatch):
    (home / "data/raw/mapping.toml").unlink()
    monkeypatch.setattr(privacy, "key_place", lambda: home / "user/key")
    with pytest.raises(PrivacyError) as missing:
        sought(home, "S1")
    assert (missing.value.key, missing.value.exit_code) == ("privacy.key_missing", 7)
    privacy.make_key(home / "user/key")
    key = privacy.read_key(home / "user/key")
    assert sought(home, of_phone_and_name(DAD, "王芳", key)).lost is None
    assert sought(home, made(DAD, "王芳")).lost is not None


def files(home: Path) -> dict[str, int]:
    return {str(path): os.stat(path).st_mtime_ns for path in home.rglob("*")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_tells_places_and_nothing_personal_and_writes_nothing(home, lang, capfd, caplog, monkeypatch):
    monkeypatch.setenv("CHURNLAB_LANG", lang)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    before = files(home)
    with pytest.raises(SystemExit) as ended:
        cli.main(["who", made(MUM, "李雷"), "王芳", MUM, made(OTHER, "韩梅梅")[:8], "--home", str(home)])
    out, err = capfd.readouterr()
    assert ended.value.code == 2
    assert len(out.splitlines()) == 4
    assert [line[:3] for line in err.splitlines()] == ["***", "***"]  # a name and a phone that are nobody's number
    assert [word for word in WHO if word in out + err + caplog.text] == []
    assert files(home) == before


def test_the_command_ends_well_where_everybody_is_found_and_takes_another_folder(home, capfd, monkeypatch):
    monkeypatch.setenv("CHURNLAB_LANG", "en")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    id = made(MUM, "李梅")
    (home / "data/raw").rename(home / "earlier")
    with pytest.raises(SystemExit) as ended:
        cli.main(["who", id[:7], "--home", str(home), "--folder", str(home / "earlier")])
    assert (ended.value.code, *capfd.readouterr()) == (0, f"{id} (students)\n  学员.csv row 4\n", "")
