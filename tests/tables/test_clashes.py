"""Is it told when one id stands on rows that differ within an export?"""

from pathlib import Path

import pytest

from churnlab.i18n import text
from churnlab.tables.privacy import PUBLIC_KEY
from churnlab.tables.pseudonym import pseudonym
from tests.exports import ENROLMENTS, LESSONS, STUDENTS, some_exports, write
from tests.tables.test_preparing import prepared

D5 = "D5,{who},东,数学,新签,按课时,2026-01-05,900"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return some_exports(tmp_path / "raw")


def told(folder: Path) -> list[dict[str, object]]:
    return [dict(facts) for key, facts in prepared(folder).warnings if key == "warning.loading.clashes"]


def test_a_student_with_two_names_and_a_contract_with_two_owners_are_told_by_table_file_and_row(folder):
    write(folder, "学员.csv", STUDENTS, "S1,王芳,13800001111,东,2026-01-02", "S1,赵敏,13900003333,东,2026-01-02")
    write(folder, "学员课程.csv", ENROLMENTS, D5.format(who="S5"), D5.format(who="S1"))
    assert told(folder) == [
        {"table": {"zh": "学员", "en": "students"}, "file": "学员.csv", "n": 1, "examples": "S1 (2, 3)"},
        {"table": {"zh": "学员课程", "en": "enrolments"}, "file": "学员课程.csv", "n": 1, "examples": "D5 (2, 3)"},
    ]


def test_it_is_said_with_what_to_do(folder):
    write(folder, "学员课程.csv", ENROLMENTS, D5.format(who="S5"), D5.format(who="S1"))
    (facts,) = told(folder)
    assert text("warning.loading.clashes", "zh", **facts) == (
        "学员课程.csv（学员课程）：有 1 个编号出现在不止一行，内容却不同（如 D5 (2, 3)；括号内为行号）；"
        "每个编号只采用了最后一行，其余计为旧版本。请核对：若是两件事，请各给一个编号；"
        "若是同一件事，请只留正确的一行，再重新导出、导入。"
    )
    assert text("warning.loading.clashes", "en", **facts) == (
        "学员课程.csv (enrolments): 1 id stands on more than one row with different content (D5 (2, 3); row numbers in "
        "brackets). Only the last row of each was taken, the others count as older versions. If they are two things, "
        "give each its own id; if one, keep only the row that is right; then export and load again."
    )


def test_a_row_that_repeats_exactly_is_none_however_its_phone_is_written(folder):
    write(folder, "学员.csv", STUDENTS, "S1,王芳,13800001111,东,2026-01-02", "S1,王芳,138-0000-1111,东,2026-01-02")
    write(folder, "学员课程.csv", ENROLMENTS, D5.format(who="S1"), D5.format(who="S1"))
    assert told(folder) == []


def test_a_later_export_that_corrects_an_earlier_one_is_none_and_settles_what_clashed(folder):
    write(folder, "考勤1.csv", LESSONS, "L8,S1,东,2026-02-01 09:00,到课", "L8,S2,西,2026-02-01 09:00,到课")
    assert [facts["file"] for facts in told(folder)] == ["考勤1.csv"]
    write(folder, "考勤2.csv", LESSONS, "L8,S1,东,2026-02-01 09:00,请假", "L9,S1,东,2026-02-02 09:00,到课")
    assert told(folder) == []


def test_texts_that_differ_in_a_name_alone_are_different(folder):
    head = "contact_id,student_id,at,text"
    write(folder, "回访记录.csv", head, "G1,S1,2026-01-05,王芳没来", "G1,S1,2026-01-05,李雷没来")
    assert [facts["examples"] for facts in told(folder)] == ["G1 (2, 3)"]


def test_where_an_export_gives_no_id_its_rows_are_told(folder):
    head = "学号,校区,课程,上课时间,到课状态"
    write(folder, "考勤.csv", head, "S1,东,数学,2026-01-10 09:00,到课", "S1,东,数学,2026-01-10 09:00,请假")
    assert [facts["examples"] for facts in told(folder)] == ["(2, 3)"]


def test_no_example_shows_a_name(folder):
    row = "王芳,{who},东,数学,新签,按课时,2026-01-05,900"
    write(folder, "学员课程.csv", ENROLMENTS, row.format(who="S1"), row.format(who="S2"))
    assert [facts["examples"] for facts in told(folder)] == [f"{pseudonym('王芳', PUBLIC_KEY)} (2, 3)"]
