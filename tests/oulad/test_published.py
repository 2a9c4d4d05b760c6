from pathlib import Path

import pandas as pd
import pytest

from churnlab.errors import InputError
from churnlab.oulad.published import read
from tests.oulad import zips


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "oulad.zip"


def test_every_enrolment_is_read_in_our_words(file: Path) -> None:
    rows = read(zips.write(file)).enrolments.set_index("enrolment_id")
    assert len(rows) == len(zips.ENROLMENTS)
    late = rows.loc["AAA-2013J-7"]
    assert (late["student_id"], late["module"], late["registered_day"], late["length_days"]) == ("7", "AAA", 20, 268)
    assert rows["unregistered_day"].isna().sum() == 5
    assert rows.loc["AAA-2013J-3", "line"] == 4  # the header is line 1


@pytest.mark.parametrize(
    ("enrolment", "day"), [("AAA-2013J-1", "2013-10-01"), ("AAA-2014J-1", "2014-10-01"), ("BBB-2013B-1", "2013-02-01")]
)
def test_a_presentation_begins_in_february_or_october(file: Path, enrolment: str, day: str) -> None:
    rows = read(zips.write(file)).enrolments.set_index("enrolment_id")
    assert rows.loc[enrolment, "begins"] == pd.Timestamp(day)


def test_clicks_of_a_day_on_pages_of_one_kind_are_one_row(file: Path) -> None:
    found = read(zips.write(file))
    assert found.click_lines == 6
    assert found.clicks.to_numpy().tolist() == [
        ["AAA-2013J-1", -3, "resource", 4 + 1 + 2],
        ["AAA-2013J-1", 40, "forumng", 5],
        ["AAA-2013J-1", 51, "forumng", 9],
        ["AAA-2013J-2", 10, "resource", 3],
    ]


def test_results_know_when_they_were_due(file: Path) -> None:
    found = read(zips.write(file))
    second = found.results[found.results["enrolment_id"] == "AAA-2013J-2"].iloc[0]
    assert (second["due_day"], second["handed_in_day"]) == (19, 25)
    assert pd.isna(second["score"])
    assert found.assessments["due_day"].isna().sum() == 1  # the examination


def test_a_question_mark_means_unknown(file: Path) -> None:
    rows = read(zips.write(file)).enrolments.set_index("enrolment_id")
    assert pd.isna(rows.loc["AAA-2013J-4", "imd_band"])


def test_a_folder_around_the_tables_and_a_byte_order_mark_do_no_harm(file: Path) -> None:
    parts = zips.tables()
    marked = "﻿" + parts["courses"].to_csv(index=False)
    rows = read(zips.write(file, parts | {"courses": marked}, folder="anonymisedData/")).enrolments
    assert len(rows) == len(zips.ENROLMENTS)


def test_the_order_of_the_lines_changes_nothing_but_their_numbers(file: Path, tmp_path: Path) -> None:
    backwards = {name: table.iloc[::-1] for name, table in zips.tables().items()}
    one, other = read(zips.write(file)), read(zips.write(tmp_path / "other.zip", backwards))
    pd.testing.assert_frame_equal(one.enrolments.drop(columns="line"), other.enrolments.drop(columns="line"))
    pd.testing.assert_frame_equal(one.clicks, other.clicks)


_AS_PUBLISHED = " Take the file as published, not one that a spreadsheet saved."
_ORIGINAL = "请使用公开发布的原文件，不要用表格软件另存过的。"


def _without(name: str, column: str) -> dict[str, pd.DataFrame]:
    parts = zips.tables()
    return parts | {name: parts[name].drop(columns=column)}


def _with(name: str, column: str, line: int, value: object) -> dict[str, pd.DataFrame]:
    parts = zips.tables()
    table = parts[name].astype(object)
    table.iloc[line - 2, table.columns.get_loc(column)] = value
    return parts | {name: table}


def _twice(name: str) -> dict[str, pd.DataFrame]:
    parts = zips.tables()
    return parts | {name: pd.concat([parts[name], parts[name].head(1)])}


@pytest.mark.parametrize(
    ("parts", "en", "zh"),
    [
        (
            {name: table for name, table in zips.tables().items() if name not in ("vle", "courses")},
            "oulad.zip lacks courses.csv, vle.csv. Expected: the Open University's dataset as published, with courses, "
            "studentInfo, studentRegistration, assessments, studentAssessment, vle and studentVle as csv; download it "
            "again.",
            "oulad.zip 中缺少 courses.csv, vle.csv。应为公开发布的原文件，内含 courses、studentInfo、"
            "studentRegistration、assessments、studentAssessment、vle、studentVle 七张 csv 表；请重新下载。",
        ),
        (
            _without("vle", "activity_type"),
            "vle.csv lacks the activity_type column; it has id_site, code_module, code_presentation. Take the file as "
            "published.",
            "vle.csv 缺少 activity_type 列，现有的列是 id_site, code_module, code_presentation。"
            "请使用公开发布的原文件。",
        ),
        (
            _with("studentRegistration", "date_unregistration", 3, "May"),
            'studentRegistration.csv line 3, date_unregistration: "May" is not what stands there in the published data.'
            + _AS_PUBLISHED,
            "studentRegistration.csv 第 3 行 date_unregistration 列：“May”与公开数据不符。" + _ORIGINAL,
        ),
        (
            _with("studentVle", "sum_click", 4, 1.5),
            'studentVle.csv line 4, sum_click: "1.5" is not what stands there in the published data.' + _AS_PUBLISHED,
            "studentVle.csv 第 4 行 sum_click 列：“1.5”与公开数据不符。" + _ORIGINAL,
        ),
        (
            _with("studentInfo", "final_result", 2, None),
            'studentInfo.csv line 2, final_result: "" is not what stands there in the published data.' + _AS_PUBLISHED,
            "studentInfo.csv 第 2 行 final_result 列：“”与公开数据不符。" + _ORIGINAL,
        ),
        (
            _with("courses", "code_presentation", 2, "2013X"),
            "studentRegistration.csv has 10 rows that are not in courses.csv, the first of them AAA 2013J. Take all "
            "tables from the same published file.",
            "studentRegistration.csv 有 10 行在 courses.csv 中找不到，第一处是 AAA 2013J。"
            "请让所有表出自同一个公开文件。",
        ),
        (
            _twice("studentInfo"),
            "studentInfo.csv has 1 row twice, the first of them AAA 2013J 1. Take the file as published.",
            "studentInfo.csv 有 1 行重复，第一处是 AAA 2013J 1。请使用公开发布的原文件。",
        ),
        (
            _with("studentAssessment", "id_assessment", 2, 99),
            "studentAssessment.csv has 1 row that is not in assessments.csv, the first of them 99. Take all tables "
            "from the same published file.",
            "studentAssessment.csv 有 1 行在 assessments.csv 中找不到，第一处是 99。请让所有表出自同一个公开文件。",
        ),
    ],
    ids=["members", "columns", "no number", "no whole number", "empty", "presentation", "twice", "unmatched"],
)
def test_another_file_is_refused_with_what_to_do(file: Path, parts: dict[str, pd.DataFrame], en: str, zh: str) -> None:
    with pytest.raises(InputError) as told:
        read(zips.write(file, parts))
    assert told.value.message("en") == en
    assert told.value.message("zh") == zh


def test_a_presentation_of_another_form_is_refused(file: Path) -> None:
    parts = {
        name: table.replace({"code_presentation": {"2013J": "2013X"}}) if "code_presentation" in table else table
        for name, table in zips.tables().items()
    }
    with pytest.raises(InputError, match=r"courses\.csv line 2, code_presentation"):
        read(zips.write(file, parts))


def test_what_is_no_zip_file_is_refused(file: Path) -> None:
    file.write_text("student,clicks\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        read(file)
    assert told.value.message("en") == (
        "oulad.zip is no zip file, or a damaged one. Expected: the Open University's dataset as published, seven csv "
        "tables in one zip file; download it again."
    )
    assert told.value.message("zh") == (
        "oulad.zip 不是 zip 文件，或已损坏。应为英国开放大学公开的数据集：一个 zip，内含七张 csv 表；请重新下载。"
    )


@pytest.mark.parametrize("place", [100, 400, 1000])
def test_a_damaged_zip_file_is_refused(file: Path, place: int) -> None:
    content = zips.write(file).read_bytes()
    for damaged in (content[:place], content[:place] + b"\xff\xff\xff\xff" + content[place:][4:]):
        file.write_bytes(damaged)
        with pytest.raises(InputError):
            read(file)


def test_no_file_is_refused(file: Path) -> None:
    with pytest.raises(InputError, match="no zip file, or a damaged one"):
        read(file)


@pytest.mark.parametrize("content", ["", 'a,b\n"1,2\n3', "a,b\n1,2,3\n"])
def test_what_is_no_csv_is_refused(file: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"vle\.csv"):
        read(zips.write(file, zips.tables() | {"vle": content}))
