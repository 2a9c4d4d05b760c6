"""Do exports become rows for the store, without anything being written?"""

from datetime import datetime
from pathlib import Path

import pytest

from churnlab.errors import InputError, SettingsError
from churnlab.settings import Settings, Tables
from churnlab.tables.before import Before
from churnlab.tables.faults import message
from churnlab.tables.known_names import PERSON
from churnlab.tables.ledger import Load
from churnlab.tables.preparing import Prepared, prepare
from churnlab.tables.steps import Steps
from tests.exports import ENROLMENTS, LESSONS, some_exports, write

NOTHING = Before((), {}, datetime(2026, 3, 2))


def prepared(folder: Path, before: Before = NOTHING, **tables: tuple[str, ...]) -> Prepared:
    return prepare(folder, None, Settings(tables=Tables(**tables)), before, Steps(None))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return some_exports(tmp_path / "raw")


def test_rows_come_in_the_form_of_the_store_with_their_counts(folder):
    found = prepared(folder)
    assert {name: len(rows) for name, rows in found.frames.items()} == {"students": 2, "enrolments": 2, "lessons": 3}
    assert {name: counts.kept for name, counts in found.counts.items()} == {
        "students": 2,
        "enrolments": 2,
        "lessons": 3,
    }
    assert "王芳" not in found.frames["students"].to_string()
    assert found.made_up
    assert [source["file"] for source in found.sources] == ["学员.csv", "学员课程.csv", "考勤.csv"]
    assert not any(seen.any() for seen in found.seen_before.values())


def test_the_export_that_reaches_furthest_comes_last_and_september_before_october(folder):
    write(folder, "考勤10月.csv", LESSONS, "L10,S1,东,2026-01-20 09:00,到课")
    write(folder, "考勤9月.csv", LESSONS, "L9,S1,东,2026-01-20 09:00,到课")
    assert prepared(folder).frames["lessons"]["lesson_id"].tolist() == ["L9", "L10", "L1", "L2", "L3"]


def test_a_file_that_was_taken_before_is_told(folder):
    first = prepared(folder)
    load = Load(number=1, loaded_at=datetime(2026, 2, 2), sources=first.sources, counts={})
    again = prepared(folder, Before((load,), {}, datetime(2026, 3, 2)))
    assert all(seen.all() for seen in again.seen_before.values())
    assert ("warning.loading.seen_before", {"n": 3, "of": 3}) in again.warnings


def test_names_that_the_load_brings_are_told_and_texts_are_told_apart_by_what_was_said(folder):
    write(
        folder,
        "回访记录.csv",
        "contact_id,student_id,at,text",
        "G1,S1,2026-01-05,王芳没来",
        "G2,S1,2026-01-06,某某没来",
    )
    write(folder, "流失登记.csv", "student_id,left_on,reason_code", "S2,2026-01-20,说不清楚")
    found = prepared(folder)
    assert found.frames["contacts"]["text"].tolist() == ["[name]没来", "某某没来"]
    assert found.names.persons == {"王芳", "李雷"}
    assert len(found.names.told[PERSON]) == 2
    assert found.said["contacts"]["text"].nunique() == 2
    assert {name: [*said] for name, said in found.said.items() if name in ("contacts", "exits", "students")} == {
        "contacts": ["text"],
        "exits": ["reason_code", "text", "could_have_kept"],
        "students": [],
    }
    assert "王芳" not in repr(found.names)


def test_required_tables_that_are_nowhere_are_named_at_once(folder):
    (folder / "考勤.csv").unlink()
    (folder / "学员.csv").unlink()
    with pytest.raises(InputError) as refused:
        prepared(folder)
    assert refused.value.facts["tables"]["en"] == "students, lessons"
    assert set(prepared(folder, allow_missing=("lessons", "students")).frames) == {"enrolments"}


def test_settings_that_name_a_table_that_is_not_there_are_refused(folder):
    with pytest.raises(SettingsError) as refused:
        prepared(folder, replace_months=("lesson",))
    assert refused.value.facts["unknown"] == "lesson"


def test_nothing_is_written(folder):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    prepared(folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [file.name for file in folder.parent.iterdir()] == ["raw"]


OWN = 'made_up = true\n[headers.lessons]\n"签到结果" = "status"\n"王芳签到时间" = "starts_at"\n'


def test_a_bad_cell_is_told_by_the_header_of_the_file_without_names(folder):
    (folder / "mapping.toml").write_text(OWN, encoding="utf-8")
    write(
        folder,
        "考勤.csv",
        "课消编号,学号,校区,王芳签到时间,签到结果",
        "L1,S1,东,2026-01-10 09:00,神游",
        "L2,S1,东,明天,到课",
    )
    write(folder, "考勤2.csv", LESSONS, "L3,S1,东,2026-01-31 09:00,到课")
    told = prepared(folder).set_aside
    assert [message(bad, "zh").split("：")[0] for bad in told.to_dict("records")] == [
        "考勤.csv 第 2 行，签到结果（到课状态）",
        "考勤.csv 第 3 行，[name]签到时间（上课时间）",
    ]
    assert message(told.to_dict("records")[0], "en").startswith("考勤.csv row 2, 签到结果 (status): ")
    assert "王芳" not in told.to_string()


def test_a_warning_names_the_header_of_the_file_without_names(folder):
    (folder / "mapping.toml").write_text('made_up = true\n[headers.enrolments]\n"王芳实收" = "amount_paid"\n', "utf-8")
    write(
        folder,
        "学员课程.csv",
        ENROLMENTS.replace("实收金额", "王芳实收"),
        "E1,S1,东,数学,新签,按课时,2026-01-02,12.345",
    )
    facts = dict(prepared(folder).warnings)["warning.checking.money_rounded"]
    assert facts["column"] == {"zh": "[name]实收（实收金额）", "en": "[name]实收 (amount_paid)"}


def test_an_unknown_campus_is_told_by_the_header_of_the_file(folder):
    write(folder, "校区.csv", "校区", "东")
    (folder / "mapping.toml").write_text('made_up = true\n[headers.lessons]\n"上课地点" = "campus"\n', encoding="utf-8")
    write(
        folder, "考勤.csv", LESSONS.replace("校区", "上课地点"), "L1,S1,东,2026-01-10,到课", "L2,S1,北,2026-01-10,到课"
    )
    told = prepared(folder).set_aside
    assert told.loc[told["table"] == "lessons", "header"].tolist() == ["上课地点"]
