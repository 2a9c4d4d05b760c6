import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.errors import InputError
from churnlab.tables.headers import find, fold, known, missing, vocabularies
from churnlab.tables.mapping import Mapping
from churnlab.tables.schemas import TABLES

WORDS = vocabularies(Mapping())
LESSONS = TABLES["lessons"]


def found(*rows, table="lessons"):
    return find(list(rows), TABLES[table], WORDS[table], file="f.csv", sheet=None)


@pytest.mark.parametrize(
    "header",
    [
        "学号",
        " 学号 ",
        "学号(*)",
        "学号（*）",
        "*学号",
        "学号＊",
        "学　号",
        "学\u200b号",
        "学号\n（必填）",
        "\ufeff学号",
        "学号:",
    ],
)
def test_what_does_not_matter_in_a_header_is_folded_away(header):
    assert fold(header) == "学号"


@pytest.mark.parametrize("header", ["Student ID", "STUDENT_ID", "ｓｔｕｄｅｎｔ＿ｉｄ", "student id (required)"])
def test_english_headers_are_known_in_any_case_and_width(header):
    assert known([header], WORDS["lessons"]) == {"student_id"}


@given(st.text())
def test_folding_twice_is_folding_once(header):
    assert fold(fold(header)) == fold(header)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_header_means_two_columns_of_one_table(table):
    meant = {}
    for column in table.exported:
        for header in column.headers:
            assert meant.setdefault(fold(header), column.name) == column.name


def test_the_header_is_the_row_with_most_known_headers():
    notes, top = ["注意事项：学号必填", "", "", ""], ["学号", "", "", ""]
    header = found(notes, top, ["到课状态", "上课时间", "备注", "学号", "课消编号"], ["到课", "", "", "S1", "L1"])
    assert header.row == 2
    assert dict(header.columns) == {"lesson_id": 4, "student_id": 3, "starts_at": 1, "status": 0}
    assert list(header.columns) == ["lesson_id", "student_id", "starts_at", "status"]
    assert header.ignored == ("备注",)


@pytest.mark.parametrize(
    ("table", "headers", "lacking"),
    [
        ("lessons", {"lesson_id", "student_id", "starts_at", "status"}, []),
        ("lessons", {"student_id", "course_id", "starts_at", "status"}, []),
        ("lessons", {"student_id", "class_id", "starts_at", "status"}, []),
        ("lessons", {"student_id", "starts_at", "status"}, ["lesson_id (or course_id or class_id)"]),
        ("lessons", {"course_id", "starts_at", "status"}, ["student_id (or name and phone)"]),
        ("lessons", {"name", "course_id", "starts_at", "status"}, []),
        ("lessons", {"phone", "course_id", "starts_at", "status"}, []),
        ("payments", {"name", "phone", "enrolment_id", "paid_at"}, ["amount"]),
        ("refunds", {"name", "phone", "requested_at", "amount"}, ["refund_id (or enrolment_id)"]),
        ("complaints", {"campus", "phone", "opened_at"}, []),
        ("complaints", {"campus", "opened_at"}, ["complaint_id (or student_id)"]),
        ("suspensions", {"from_on"}, ["student_id (or name and phone)"]),
        ("leads", {"name", "campus", "channel"}, ["lead_id (or phone)", "created_at"]),
        ("lessons", {"student_id", "course_id", "starts_at"}, ["status"]),
        ("students", {"phone", "name", "campus", "registered_on"}, []),
        ("students", {"phone", "campus", "registered_on"}, ["student_id (or name)"]),
        ("students", {"name", "campus", "registered_on"}, ["student_id (or phone)"]),
        ("students", {"campus", "registered_on"}, ["student_id (or phone and name)"]),
        ("contacts", {"student_id", "at"}, []),
        ("contacts", {"at"}, ["contact_id (or lead_id or student_id)"]),
        ("surveys", {"instrument", "respondent_id", "at", "score", "scale_min", "scale_max"}, ["item"]),
        ("campuses", set(), ["campus"]),
        ("exits", {"student_id", "reason_code"}, ["left_on"]),
    ],
)
def test_an_export_without_ids_needs_its_natural_key(table, headers, lacking):
    assert [lack.said("en") for lack in missing(TABLES[table], headers)] == lacking


def test_every_missing_header_is_named_in_the_readers_language():
    with pytest.raises(InputError) as stopped:
        found(["导出时间"], ["学号", "备注", "班级"])
    assert stopped.value.message("zh") == (
        "f.csv 第 2 行：“考勤”表缺少必需的列：上课时间、到课状态。现有的表头是：学号 | 备注 | 班级。"
        "请重新导出，或在 mapping.toml 的 [headers.lessons] 里写明本机构的叫法。"
    )
    assert stopped.value.message("en") == (
        "f.csv row 2: the table “lessons” lacks required columns: starts_at, status. The headers there are: "
        "学号 | 备注 | 班级. Export it again, or name your own headers under [headers.lessons] in mapping.toml."
    )


def test_what_would_do_in_the_place_of_a_missing_header_is_said():
    with pytest.raises(InputError) as stopped:
        found(["上课时间", "到课状态", "备注"])
    zh, en = (
        "课消编号（或课程或班级）、学号（或学员姓名和手机号码）。",
        ("lesson_id (or course_id or class_id), student_id (or name and phone). "),
    )
    assert f"“考勤”表缺少必需的列：{zh}现有的表头是：" in stopped.value.message("zh")
    assert f"lacks required columns: {en}The headers there are:" in stopped.value.message("en")


def test_two_headers_of_one_column_are_both_named():
    with pytest.raises(InputError) as stopped:
        found(["课消编号", "学号", "Student ID", "上课时间", "上课日期", "到课状态"])
    assert stopped.value.message("en") == (
        "f.csv row 1: in the table “lessons” several headers are the same column: 学号 | Student ID → student_id; "
        '上课时间 | 上课日期 → starts_at. Keep one; or write "" for the other under [headers.lessons] in mapping.toml.'
    )


@pytest.mark.parametrize("row", [["张三", "13812345678"], ["张三", "13812345678", "学号", "校区", "a"]])
def test_no_phone_is_shown_where_a_row_of_data_stands_for_the_header(row):
    with pytest.raises(InputError) as stopped:
        found(row, table="students")
    for lang in ("zh", "en"):
        assert "13812345678" not in stopped.value.message(lang)


def test_nothing_of_a_row_is_shown_that_has_no_known_headers():
    with pytest.raises(InputError) as stopped:
        found(["张三", "李四", "学号"], table="students")
    assert "张三" not in stopped.value.message("zh")
    assert "建档日期" in stopped.value.message("zh")


def test_the_institutions_own_header_is_stronger_than_ours():
    mapping = Mapping(headers={"lessons": {"老师": "class_id", "课程": ""}})
    words = vocabularies(mapping)["lessons"]
    header = find([["课消编号", "学号", "上课时间", "状态", "到课状态", "老师", "课程", "课程编号"]],
                  LESSONS, words, file="f.csv", sheet=None)  # fmt: skip
    assert (header.columns["class_id"], header.columns["course_id"]) == (5, 7)


def test_of_two_phones_the_mobile_counts_and_the_other_is_left_out():
    row = ["电话", "学号", "课消编号", "上课时间", "到课状态", "手机号码"]
    header = found(row)
    assert header.columns["phone"] == 5
    assert header.ignored == ("电话",)
    assert found(row[::-1]).columns["phone"] == 0


def test_of_two_phones_the_one_that_the_mapping_names_counts():
    words = vocabularies(Mapping(headers={"lessons": {"家长电话": "phone"}}))["lessons"]
    row = ["手机号码", "学号", "课消编号", "上课时间", "到课状态", "家长电话"]
    assert find([row], LESSONS, words, file="f.csv", sheet=None).columns["phone"] == 5


@pytest.mark.parametrize("second", ["手机号码", "手机 号码(*)"])
def test_the_same_phone_header_twice_is_nobodys_to_choose(second):
    with pytest.raises(InputError) as told:
        found(["手机号码", "学号", "课消编号", "上课时间", "到课状态", second])
    assert told.value.key == "reading.headers_twice"
