"""Is it said where a row stands, what came, and why it was not taken?"""

import pytest

from churnlab.tables.faults import header, message
from churnlab.tables.schemas import TABLES
from tests.tables.sheets import checked


def test_a_column_is_named_as_a_reader_finds_it():
    assert header(TABLES["lessons"].column("starts_at")) == {"zh": "上课时间", "en": "上课时间 (starts_at)"}


def test_a_column_goes_by_the_header_of_the_file_with_ours_beside_it_where_they_differ():
    status = TABLES["lessons"].column("status")
    assert header(status, "签到结果") == {"zh": "签到结果（到课状态）", "en": "签到结果 (status)"}
    assert header(status, "status") == {"zh": "status（到课状态）", "en": "status"}
    assert header(status, "到课状态") == header(status)


@pytest.mark.parametrize("sheet", [None, "三月"])
def test_a_bad_cell_is_told_with_its_place(sheet):
    done = checked("lessons", {"starts_at": "明天"}, file="考勤.csv", name=sheet)
    bad = {"table": "lessons", "file": "考勤.csv", "sheet": sheet} | done.set_aside.iloc[0].to_dict()
    for lang, column in (("zh", "上课时间"), ("en", "上课时间 (starts_at)")):
        said = message(bad, lang)
        assert "考勤.csv" in said
        assert column in said
        assert "2" in said  # the row
        assert "明天" in said
        assert (sheet or "考勤") in said


def test_a_row_without_a_column_is_told_by_its_place_alone():
    bad = {
        "table": "lessons",
        "file": "a.csv",
        "sheet": None,
        "row": 7,
        "column": "",
        "header": "",
        "reason": "ragged",
        "facts": {},
    }
    reasons = checked("lessons", {"student_id": ""}).set_aside
    bad |= {"reason": reasons["reason"].iloc[0], "facts": reasons["facts"].iloc[0]}
    assert message(bad, "en").startswith("a.csv row 7")
