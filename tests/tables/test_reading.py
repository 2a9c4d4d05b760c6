import csv
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.errors import InputError
from churnlab.i18n import LANGUAGES, has, text
from churnlab.tables.files import csv_file
from churnlab.tables.files.naming import by_headers, by_name
from churnlab.tables.headers import vocabularies
from churnlab.tables.mapping import Mapping
from churnlab.tables.reading import Sheet, read
from churnlab.tables.schemas import TABLES
from tests.faults.files import CSV, FAULTS, HEADER, hand_in

LESSON = {
    "lesson_id": "L1",
    "student_id": "S1",
    "starts_at": "2026-10-03 09:00",
    "status": "到课",
    "hours_used": "1",
}


def sheet_of(folder: Path, text: str, name: str = "考勤.csv") -> Sheet:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    (sheet,) = read(folder, Mapping())
    return sheet


def test_a_messy_export_worked_by_hand(tmp_path):
    text = (
        "注意事项：请勿修改表头,,,,\n"  # 1 note
        ",,,,\n"  # 2 blank
        "课消编号(*),学号（*）,上课时间*,到课状态,备注\n"  # 3 header
        "L1,S1,2026-10-03 09:00,到课,好\n"  # 4 kept
        "L2,S2,2026-10-03 09:00,请假,,\n"  # 5 kept: what is too much is empty
        "小计,,,,2\n"  # 6 total
        "课消编号(*),学号（*）,上课时间*,到课状态,备注\n"  # 7 header of the next page
        '"L3",,,"旷课","他说\n""不来了"""\n'  # 8 kept, over two lines
        "L4,S4\n"  # 9 set aside: ragged
        "L5,S5,#REF!,到课,\n"  # 10 set aside: formula
        "L6,S6,2026-10-04,到课,#N/A\n"  # 11 kept: 备注 is none of our columns
        "\n"  # 12 blank
        "朝阳校区 合计,,,,6\n"  # 13 total
        "总 计：,,,,6\n"  # 14 total
        "制表人：王老师\n"  # 15 note
    )
    sheet = sheet_of(tmp_path, text)
    assert sheet.table is TABLES["lessons"]
    assert list(sheet.rows.index) == [4, 5, 8, 11]
    assert sheet.rows.loc[8].to_dict() == {"lesson_id": "L3", "student_id": "", "starts_at": "", "status": "旷课"}
    assert sheet.set_aside.to_dict("records") == [
        {"row": 9, "column": "", "value": "", "reason": "ragged", "facts": {"expected": 5, "came": 2}},
        {"row": 10, "column": "starts_at", "value": "#REF!", "reason": "formula_error", "facts": {}},
    ]
    assert sheet.lines == {"header": 2, "note": 2, "blank": 2, "total": 3}
    assert sheet.rows_read == 15
    assert sheet.ignored_columns == ("备注",)
    assert (sheet.file, sheet.sheet, sheet.warnings) == ("考勤.csv", None, [])


TAKEN_WHOLE = [
    "gb18030_csv",
    "byte_order_mark",
    "semicolons",
    "xls_that_is_html",
    "xls_that_is_html_in_gb18030",
    "xls_that_is_tab_separated",
    "xls_that_is_xlsx",
    "a_million_blank_rows",
    "a_cell_beyond_the_table",
    "notes_above_the_header",
    "header_merged_over_two_rows",
    "required_marks_on_headers",
    "total_row",
    "headers_renamed_and_mapped",
    "headers_reordered",
    "hidden_sheet",
    "extra_sheet",
    "same_file_under_two_names",
    "files_of_excel_and_of_the_system",
]


@pytest.mark.parametrize("form", sorted(set(TAKEN_WHOLE) & set(FAULTS)))
def test_the_same_lesson_comes_out_of_every_form(form, tmp_path):
    (sheet,) = hand_in(tmp_path, form)
    assert sheet.rows.to_dict("records") == [LESSON]
    assert list(sheet.rows) == list(LESSON)


def test_rare_names_come_through(tmp_path):
    (sheet,) = hand_in(tmp_path, "rare_name_that_gbk_lacks")
    assert list(sheet.rows["student_id"]) == ["𠮷田"]


def test_words_merged_over_rows_are_filled_in_and_amounts_are_not(tmp_path):
    (sheet,) = hand_in(tmp_path, "words_merged_over_rows")
    assert list(sheet.rows["student_id"]) == ["S1", "S1"]
    (tmp_path / "考勤_2026-10.xlsx").unlink()
    (sheet,) = hand_in(tmp_path, "amount_merged_over_rows")
    assert list(sheet.rows.index) == [2]
    assert list(sheet.set_aside["row"]) == [3, 4]
    assert set(sheet.set_aside["column"]) == {"hours_used"}


def test_a_row_swallowed_by_quotation_marks_is_set_aside_without_its_text(tmp_path):
    (sheet,) = hand_in(tmp_path, "quote_closed_rows_later")
    assert sheet.set_aside[["row", "value", "reason"]].to_dict("records") == [
        {"row": 3, "value": "", "reason": "lines_in_cell"}
    ]


def test_every_reason_is_said_in_the_locale():
    for reason in ("ragged", "formula_error", "lines_in_cell", "shared_amount"):
        assert has(f"set_aside.{reason}")


def test_an_unclosed_quotation_mark_is_found_where_it_opened(tmp_path):
    with pytest.raises(InputError) as stopped:
        sheet_of(tmp_path, CSV + 'L2,"S2,2026-10-03,到课,1\n' + "L3,S3,2026-10-03,到课,1\n" * 50_000)
    assert stopped.value.message("zh") == (
        "考勤.csv 第 3 行：从这一行开始的引号没有正确闭合，后面的行会被吞进同一个单元格。"
        '请在这一行补上引号；单元格内容本身含引号时要写成两个（""）。'
    )
    assert stopped.value.message("en") == (
        "考勤.csv row 3: a quotation mark that opens in this row is not properly closed, and would swallow the rows "
        'below it into one cell. Close it; a quotation mark within a cell is written twice ("").'
    )


def test_what_is_wrong_with_every_file_is_said_at_once(tmp_path):
    (tmp_path / "考勤.csv").write_bytes(b"")
    (tmp_path / "学员.csv").write_bytes(b"a\x00")
    with pytest.raises(InputError) as stopped:
        read(tmp_path, Mapping())
    assert stopped.value.message("zh") == (
        "有 2 个文件读不了，什么都没有导入：\n"
        "- 学员.csv 第 1 行：含有空字节（NUL），文件已损坏或不是文本文件。请重新导出。\n"
        "- 考勤.csv：“考勤”表是空的，而没有这张表就算不出流失。请重新导出。"
    )
    assert stopped.value.message("en") == (
        "2 files cannot be read; nothing was loaded:\n"
        "- 学员.csv row 1: it holds NUL bytes, so it is damaged or no text file. Export it again.\n"
        "- 考勤.csv: the table “lessons” is empty, and there is no churn without it. Export it again."
    )


def test_a_folder_that_is_not_there_and_one_without_tables_are_told_apart(tmp_path):
    for folder, key in ((tmp_path / "nowhere", "reading.no_folder"), (tmp_path, "reading.nothing")):
        with pytest.raises(InputError) as stopped:
            read(folder, Mapping())
        assert stopped.value.key == key


def test_folders_within_the_folder_are_read_in_the_order_of_their_names(tmp_path):
    for name in ("b/考勤.csv", "a/点名.csv"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(CSV + f"{name},S,2026-10-03,到课,\n", encoding="utf-8")
    assert [sheet.file for sheet in read(tmp_path, Mapping())] == ["a/点名.csv", "b/考勤.csv"]


def test_a_file_named_empty_in_the_mapping_is_left_out_without_a_word(tmp_path):
    (tmp_path / "考勤.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "工资.csv").write_bytes(b"\x00")
    reading = read(tmp_path, Mapping(files={"工资*": ""}))
    assert ([sheet.file for sheet in reading], reading.warnings) == (["考勤.csv"], [])


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("考勤_2026-10", "lessons"),
        ("lessons-2026-10", "lessons"),
        ("2026年10月点名表", "lessons"),
        ("朝阳校区 学员课程 (1)", "enrolments"),
        ("学员名单", "students"),
        ("学员", "students"),
        ("流失登记", "exits"),
        ("回访记录明细", "contacts"),
        ("Students", "students"),
        ("学员_考勤", None),
        ("Sheet1", None),
        ("工资", None),
    ],
)
def test_a_name_says_which_table_it_is(name, table):
    assert by_name(name) == table


WORDS = vocabularies(Mapping())


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_recognised_by_its_full_headers_in_both_languages(table):
    chinese = [column.zh[0] for column in TABLES[table].columns]
    assert by_headers([["导出"], chinese], WORDS) == table
    assert by_headers([list(TABLES[table].names)], WORDS) == table


def test_a_page_with_strange_headers_is_no_table():
    assert by_headers([["班级", "课程", "教室", "周一", "周二"]], WORDS) is None
    assert by_headers([["学号"]], WORDS) is None
    assert by_headers([], WORDS) is None


@pytest.mark.parametrize("name", ["导出", "book"])
def test_a_file_without_a_telling_name_is_known_by_its_headers(tmp_path, name):
    assert sheet_of(tmp_path, CSV, f"{name}.csv").table.name == "lessons"


def test_ten_thousand_rows_of_a_web_page_are_read(tmp_path):
    row = "".join(f"<td style='mso-number-format:\"\\@\"'>{cell}</td>" for cell in LESSON.values())
    head = "".join(f"<th>{header}</th>" for header in HEADER)
    page = f"<html><table border=1><tr>{head}</tr>" + f"<tr>{row}</tr>" * 10_000 + "</table></html>"
    (tmp_path / "考勤.xls").write_text(page, encoding="utf-8")
    (sheet,) = read(tmp_path, Mapping())
    assert len(sheet.rows) == 10_000
    assert sheet.rows.iloc[-1].to_dict() == LESSON


def test_what_is_no_file_is_passed_over_with_a_remark(tmp_path):
    exports, elsewhere = tmp_path / "raw", tmp_path / "elsewhere"
    (exports / "考勤_2026-11.csv").mkdir(parents=True)
    (exports / "考勤_2026-11.csv" / "考勤.csv").write_text(CSV, encoding="utf-8")
    (exports / "2026-10").mkdir()  # a plain folder is no surprise
    elsewhere.mkdir()
    (exports / "旧数据").symlink_to(elsewhere)
    (exports / "学员.csv").symlink_to(tmp_path / "nowhere.csv")
    (exports / ".hidden").symlink_to(tmp_path / "nowhere.csv")
    found = read(exports, Mapping())
    assert [sheet.file for sheet in found] == ["考勤_2026-11.csv/考勤.csv"]
    assert [(key, facts["file"]) for key, facts in found.warnings] == [
        ("warning.reading.no_file", "学员.csv"),
        ("warning.reading.linked_folder", "旧数据"),
        ("warning.reading.folder_like_file", "考勤_2026-11.csv"),
    ]
    said = {lang: [text(key, lang, **facts) for key, facts in found.warnings] for lang in LANGUAGES}
    assert said["zh"][0] == "学员.csv：是失效的链接，或不是普通文件，没有读取。如果需要，请把文件本身放到这里。"
    assert said["en"][2] == (
        "考勤_2026-11.csv: this is a folder, though it is named like a file; only the files in it were read, "
        "each on its own."
    )


CELL = st.text(alphabet='a1"\n\r,;\t#学号合计注 \u3000\u200b', max_size=6)
LINE = st.one_of(
    st.lists(CELL, max_size=6).map(",".join),
    st.tuples(*[CELL] * 5).map(",".join),
    st.just(",".join(HEADER)),
    st.just("合计,,,,3"),
    st.just("L1,S1,#REF!,到课,1"),
    st.just('L1,S1,"a\n,,,,",到课,1'),
)


@given(before=st.lists(LINE, max_size=3), lines=st.lists(LINE, max_size=8), end=st.sampled_from(["\n", "\r\n"]))
def test_rows_read_are_rows_kept_and_set_aside_and_counted_lines(tmp_path_factory, before, lines, end):
    text = end.join([*before, CSV.strip(), *lines])
    file = tmp_path_factory.mktemp("law") / "考勤.csv"
    file.write_text(text, encoding="utf-8", newline="")
    try:
        (sheet,) = read(file.parent, Mapping())
    except InputError:
        return
    numbers = [*sheet.rows.index, *sheet.set_aside["row"]]
    assert len(set(numbers)) == len(numbers)
    assert sheet.rows_read == len(numbers) + sum(sheet.lines.values())
    assert sheet.rows_read == sum(1 for _ in csv_file._records(text, ","))


@given(st.lists(st.lists(st.text(max_size=4), min_size=5, max_size=5), min_size=1, max_size=6))
def test_what_pandas_writes_is_read_back_cell_by_cell(tmp_path_factory, cells):
    frame = pd.DataFrame(cells, columns=HEADER)
    written = StringIO()
    frame.to_csv(written, index=False, quoting=csv.QUOTE_ALL)
    file = tmp_path_factory.mktemp("law") / "考勤.csv"
    file.write_text(written.getvalue(), encoding="utf-8-sig", newline="")
    try:
        (sheet,) = read(file.parent, Mapping())
    except InputError:
        return
    for number, row in zip(sheet.rows.index, sheet.rows.to_numpy().tolist(), strict=True):
        assert row == cells[number - 2]
