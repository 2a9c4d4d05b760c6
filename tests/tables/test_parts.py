"""Are the students read before the rows that only tell their names and phones, whatever the order of the files?"""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import churnlab
from churnlab.errors import InputError
from churnlab.settings import Settings
from churnlab.tables.door import fetch
from churnlab.tables.identity import of_phone_and_name
from churnlab.tables.load_report import LoadReport
from churnlab.tables.loading import load
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.pseudonym import pseudonym
from tests.exports import ENROLMENTS, LESSONS, STUDENTS, write

MUM, DAD, OTHER = "13800001111", "13800002222", "13800003333"
# 李雷 and 李梅 share their mother's phone; 韩梅梅 is an only child.
WHO = "学员姓名,手机号码"
NAMED = {"李雷": f"李雷,{MUM}", "李梅": f"李梅,{MUM}", "韩梅梅": f"韩梅梅,{DAD}"}
NUMBERS = {"李雷": "S1", "李梅": "S2", "韩梅梅": "S3"}
ATTENDED = (
    ("李雷", "2026-01-10"), ("李雷", "2026-01-17"), ("李雷", "2026-01-24"), ("李梅", "2026-01-10"),
    ("韩梅梅", "2026-01-11"),
)  # fmt: skip
FIRST, SECOND = datetime(2026, 2, 2, 9), datetime(2026, 3, 2, 9)


def made(phone: str, name: str) -> str:
    return of_phone_and_name(phone, name, PUBLIC_KEY)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "data/raw"
    folder.mkdir(parents=True)
    (folder / "mapping.toml").write_text("made_up = true\n", encoding="utf-8")
    return folder


def students(folder: Path, **numbers: str) -> None:
    if numbers:
        rows = [f"{number},{NAMED[name]},东,2026-01-02" for name, number in numbers.items()]
        write(folder, "学员.csv", STUDENTS, *rows)
    else:
        header = STUDENTS.removeprefix("学号,")
        write(folder, "学员.csv", header, *(f"{who},东,2026-01-02" for who in NAMED.values()))


def contracts(folder: Path) -> None:
    header = ENROLMENTS.replace("学号", WHO)
    rows = [f"E{at},{who},东,数学,新签,按课时,2026-01-0{at},1200" for at, who in enumerate(NAMED.values(), start=3)]
    write(folder, "学员课程.csv", header, *rows)


def lessons(folder: Path, *rows: str, header: str = f"{WHO},课程,校区,上课时间,到课状态") -> None:
    rows = rows or tuple(f"{NAMED[name]},数学,东,{day} 09:00,到课" for name, day in ATTENDED)
    write(folder, "考勤.csv", header, *rows)


def exports(folder: Path, **numbers: str) -> None:
    students(folder, **numbers)
    contracts(folder)
    lessons(folder)


def loaded(folder: Path, at: datetime = FIRST) -> LoadReport:
    return load(folder, home=folder.parents[1], settings=Settings(), loaded_at=at)


def lessons_of(folder: Path) -> dict[str, int]:
    return table(folder, "lessons")["student_id"].value_counts().to_dict()


def table(folder: Path, name: str) -> pd.DataFrame:
    data = churnlab.open(folder.parent / "store", as_of="2026-12-01")
    rows = fetch(data.table(name))
    data.close()
    return rows


def told(report: LoadReport) -> dict[str, int]:
    return {key.rpartition(".")[2]: facts.get("n", 0) for key, facts in report.warnings}


def test_siblings_with_one_phone_have_their_own_lessons_where_no_export_has_a_number(raw):
    exports(raw)
    report = loaded(raw)
    lei, mei, han = made(MUM, "李雷"), made(MUM, "李梅"), made(DAD, "韩梅梅")
    assert lessons_of(raw) == {lei: 3, mei: 1, han: 1}
    assert set(table(raw, "students")["student_id"]) == {lei, mei, han}
    assert table(raw, "enrolments").set_index("enrolment_id")["student_id"].to_dict() == {
        "E3": lei,
        "E4": mei,
        "E5": han,
    }
    assert report.warnings == ()
    assert (report.tables["lessons"].rows_read, report.tables["lessons"].kept) == (6, 5)


def test_what_tells_whose_a_row_is_is_no_column_of_the_store(raw):
    exports(raw)
    loaded(raw)
    assert not {"name", "phone"} & {*table(raw, "lessons"), *table(raw, "enrolments")}
    kept_bytes = (raw.parent / "store/churnlab.duckdb").read_bytes()
    assert not [said for said in (MUM, DAD, "韩梅梅") if said.encode() in kept_bytes]


def test_numbers_of_students_alone_number_every_table(raw):
    exports(raw, **NUMBERS)
    assert loaded(raw).warnings == ()
    assert lessons_of(raw) == {"S1": 3, "S2": 1, "S3": 1}
    assert sorted(table(raw, "enrolments")["student_id"]) == ["S1", "S2", "S3"]


def test_a_phone_alone_is_an_only_childs_and_of_siblings_nobodys(raw):
    students(raw)
    contracts(raw)
    rows = [f"{phone},数学,东,2026-01-1{at} 09:00,到课" for at, phone in enumerate((MUM, DAD, DAD, OTHER))]
    lessons(raw, *rows, header="手机号码,课程,校区,上课时间,到课状态")
    report = loaded(raw)
    assert lessons_of(raw) == {made(DAD, "韩梅梅"): 2}
    assert report.set_aside["reason"].tolist() == ["phone_of_several", "phone_of_nobody"]
    counts = report.tables["lessons"]
    assert (counts.rows_read, counts.kept, counts.set_aside, counts.header) == (5, 2, 2, 1)  # 5 = 2 + 2 + 1


def test_a_later_load_knows_the_students_of_the_store(raw):
    exports(raw, **NUMBERS)
    loaded(raw)
    for file in ("学员.csv", "学员课程.csv"):
        (raw / file).unlink()
    lessons(raw, f"{NAMED['李梅']},数学,东,2026-02-07 09:00,到课", f",{DAD},数学,东,2026-02-07 09:00,到课")
    loaded(raw, SECOND)
    assert lessons_of(raw) == {"S1": 3, "S2": 2, "S3": 2}


def test_it_does_not_matter_whether_students_without_numbers_come_before_their_lessons(raw):
    contracts(raw)
    lessons(raw)
    settings = Settings.model_validate({"tables": {"allow_missing": ["students"]}})
    load(raw, home=raw.parents[1], settings=settings, loaded_at=FIRST)
    before = lessons_of(raw)
    students(raw)
    report = loaded(raw, SECOND)
    assert lessons_of(raw) == before
    assert set(table(raw, "students")["student_id"]) == set(before)
    assert "not_found" not in told(report)


def test_students_who_have_a_number_only_later_are_told_and_doubled_no_further(raw):
    exports(raw)
    loaded(raw)
    students(raw, **NUMBERS)
    lessons(raw, f"{NAMED['李雷']},数学,东,2026-02-07 09:00,到课")
    report = loaded(raw, SECOND)
    assert told(report)["students_twice"] == 3
    assert lessons_of(raw)["S1"] == 1
    students(raw)  # without numbers again: those of the store are taken
    loaded(raw, datetime(2026, 4, 2, 9))
    assert len(table(raw, "students")) == 6


def test_files_of_before_a_new_phone_add_nothing_however_often_they_are_loaded(raw):
    # 1: 李雷 with MUM. 2: he has OTHER now, the old lessons lie beside. 3, 4: the same files.
    exports(raw, **NUMBERS)
    first = loaded(raw)
    students(raw, **NUMBERS)
    roster = (raw / "学员.csv").read_text(encoding="utf-8").replace(NAMED["李雷"], f"李雷,{OTHER}")
    (raw / "学员.csv").write_text(roster, encoding="utf-8")
    again = [loaded(raw, datetime(2026, 3, day, 9)) for day in (2, 3, 4)]
    assert (first.tables["lessons"].new, again[0].tables["students"].changed) == (5, 1)
    for report in again:
        assert [report.tables[name].new for name in ("lessons", "enrolments", "students")] == [0, 0, 0]
        assert not {"not_found", "students_made"} & {*told(report)}
    assert lessons_of(raw) == {"S1": 3, "S2": 1, "S3": 1}


def test_a_student_whose_row_is_set_aside_once_is_not_doubled_when_it_is_mended(raw):
    exports(raw, **NUMBERS)
    whole = (raw / "学员.csv").read_text(encoding="utf-8")
    undated = whole.replace(f"{NAMED['李雷']},东,2026-01-02", f"{NAMED['李雷']},东,不详")
    (raw / "学员.csv").write_text(undated, encoding="utf-8")
    assert loaded(raw).set_aside["reason"].tolist() == ["not_a_date"]
    assert lessons_of(raw) == {"S1": 3, "S2": 1, "S3": 1}
    (raw / "学员.csv").write_text(whole, encoding="utf-8")
    report = loaded(raw, SECOND)
    assert (report.tables["students"].new, report.tables["lessons"].new) == (1, 0)
    assert lessons_of(raw) == {"S1": 3, "S2": 1, "S3": 1}
    assert sorted(table(raw, "enrolments")["student_id"]) == ["S1", "S2", "S3"]


def test_students_whom_no_roster_has_are_told_table_by_table(raw):
    # 李梅 is in no roster: one contract and one lesson. 韩梅梅's mother gave another phone at two lessons.
    exports(raw, 李雷="S1", 韩梅梅="S3")
    rows = [f"韩梅梅,{OTHER},数学,东,2026-01-1{day} 09:00,到课" for day in (1, 2)]
    lessons(raw, f"{NAMED['李梅']},数学,东,2026-01-10 09:00,到课", *rows)
    strange = {facts["table"]["en"]: facts for key, facts in loaded(raw).warnings if key.endswith("students_made")}
    assert {name: (facts["n"], facts["students"]) for name, facts in strange.items()} == {
        "enrolments": (1, 1),
        "lessons": (3, 2),
    }


def test_lessons_without_their_id_are_not_asked_for_it(raw):
    students(raw)
    contracts(raw)
    lessons(raw, "数学,东,2026-01-10 09:00", header="课程,校区,上课时间")
    with pytest.raises(InputError) as refused:
        loaded(raw)
    assert refused.value.facts["missing"] == {
        "zh": "学号（或学员姓名和手机号码）、到课状态",
        "en": "student_id (or name and phone), status",
    }


def test_a_number_is_not_lost_with_a_name_that_could_not_be_looked_up(raw):
    students(raw, **NUMBERS)
    contracts(raw)
    rows = ["L1,S1,#N/A,东,2026-01-10 09:00,到课", "L2,,#N/A,东,2026-01-10 09:00,到课"]
    lessons(raw, *rows, header=LESSONS.replace("学号", "学号,学员姓名"))
    report = loaded(raw)
    assert lessons_of(raw) == {"S1": 1}
    assert report.set_aside["reason"].tolist() == ["formula_error"]


def test_phones_mapped_to_numbers_are_told_with_the_siblings_they_merge(raw):
    exports(raw, 李雷=MUM, 李梅=MUM, 韩梅梅=DAD)
    report = loaded(raw)
    assert (told(report)["id_is_phone"], told(report)["id_of_several"]) == (3, 1)
    assert len(table(raw, "students")) == 2
    # What the table of students makes one person is one in the others; that they sat in one lesson is lost.
    assert lessons_of(raw) == {pseudonym(MUM, PUBLIC_KEY): 3, pseudonym(DAD, PUBLIC_KEY): 1}
