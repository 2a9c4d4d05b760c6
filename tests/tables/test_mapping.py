from pathlib import Path

import pytest

from churnlab.errors import SettingsError
from churnlab.tables.mapping import Mapping

WHOLE = """
made_up = true

[files]
"出勤明细*.xls" = "lessons"
"2026/*/book.xlsx#第一页" = "payments"
"考勤[1].csv" = "lessons"
"工资.xlsx" = ""

[headers.lessons]
"签到时间" = "starts_at"
"课程" = ""

[words.lessons.status]
"已签到" = "present"

[words.exits.reason_code]
"搬家" = "moved"

[words.inspections.passed]
"良好" = "yes"
"待整改" = "no"

[campuses]
"朝阳" = "朝阳校区"

[channels]
"抖音短视频" = "抖音"

[day_first]
"lessons.starts_at" = true
"""


def mapping(folder: Path, text: str) -> Mapping:
    file = folder / "mapping.toml"
    file.write_text(text, encoding="utf-8")
    return Mapping.read(file)


def test_every_part_is_read(tmp_path):
    read = mapping(tmp_path, WHOLE)
    assert read.made_up
    assert read.headers["lessons"]["签到时间"] == "starts_at"
    assert read.words["lessons"]["status"] == {"已签到": "present"}
    assert read.words["inspections"]["passed"] == {"良好": "yes", "待整改": "no"}
    assert read.campuses == {"朝阳": "朝阳校区"}
    assert read.channels == {"抖音短视频": "抖音"}


@pytest.mark.parametrize("file", [None, Path("nowhere.toml")])
def test_without_a_file_nothing_is_mapped(file):
    assert Mapping.read(file) == Mapping()


@pytest.mark.parametrize(
    ("file", "sheet", "table"),
    [
        ("出勤明细_10.xls", None, "lessons"),
        ("2026/出勤明细_10.XLS", None, "lessons"),
        ("2026/10/book.xlsx", "第一页", "payments"),
        ("2026/10/book.xlsx", "第二页", None),
        ("2026/10/book.xlsx", None, None),
        ("考勤[1].csv", None, "lessons"),
        ("工资.xlsx", None, ""),
        ("收款.csv", None, None),
    ],
)
def test_a_files_table_is_found_by_its_name_path_or_sheet(tmp_path, file, sheet, table):
    assert mapping(tmp_path, WHOLE).table_of(file, sheet) == table


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("", (None, None)),
        ("day_first = true", (True, True)),
        ('[day_first]\n"lessons.starts_at" = false', (False, None)),
    ],
)
def test_which_comes_first_is_told_for_all_dates_or_for_one_column(tmp_path, text, answers):
    read = mapping(tmp_path, text)
    assert (read.day_comes_first("lessons", "starts_at"), read.day_comes_first("leads", "created_at")) == answers


UNKNOWN = """
[files]
"a.csv" = "lesson"
[headers.lessons]
"签到" = "start_at"
[headers.wages]
"a" = "b"
[words.lessons.status]
"来了" = "here"
[words.lessons.starts_at]
"a" = "b"
[day_first]
"lessons.status" = true
"starts_at" = true
"""


def test_every_unknown_name_is_told_at_once(tmp_path):
    with pytest.raises(SettingsError) as stopped:
        mapping(tmp_path, UNKNOWN)
    named = (
        '[files] "a.csv" = "lesson"; [headers.lessons] "签到" = "start_at"; [headers.wages]; '
        '[words.lessons.status] "来了" = "here"; [words.lessons.starts_at]; [day_first] "lessons.status"; '
        '[day_first] "starts_at"'
    )
    assert stopped.value.message("en") == (
        f"mapping.toml names tables, columns or codes that do not exist: {named}. "
        "Compare them with the data dictionary."
    )
    assert stopped.value.message("zh") == f"mapping.toml 用到了不存在的表、列或代码：{named}。请对照数据字典改正。"


@pytest.mark.parametrize("text", ["[header.lessons]", "made_up = 'perhaps'", "[campuses]\na = 1\n[sheets]"])
def test_an_unknown_part_is_refused(tmp_path, text):
    with pytest.raises(SettingsError) as stopped:
        mapping(tmp_path, text)
    assert stopped.value.key == "mapping.wrong"


@pytest.mark.parametrize("data", [b"[files", b"\xff\xfe"])
def test_what_is_no_toml_is_refused(tmp_path, data):
    file = tmp_path / "mapping.toml"
    file.write_bytes(data)
    with pytest.raises(SettingsError) as stopped:
        Mapping.read(file)
    assert stopped.value.key == "mapping.not_toml"
    assert stopped.value.exit_code == 4
