"""Every fault a file can have, as the bytes an institution would hand in."""

from collections.abc import Callable
from pathlib import Path

from churnlab.tables.mapping import Mapping
from churnlab.tables.reading import read
from tests.tables.workbooks import rows_xml, workbook

EXPORTS = Path(__file__).parents[1] / "tables" / "exports"
HEADER = ["课消编号", "学号", "上课时间", "到课状态", "扣的课时"]
ROW = ["L1", "S1", "2026-10-03 09:00", "到课", 1]
ROW_2 = ["L2", "S2", "2026-10-03 10:00", "到课", 2]
LINE = "L1,S1,2026-10-03 09:00,到课,1\n"
CSV = ",".join(HEADER) + "\n" + LINE
PAYMENTS = "收款编号,单号,学号,收款时间,收款金额\n"

Files = dict[str, bytes]


def _csv(text: str, encoding: str = "utf-8") -> Files:
    return {"考勤_2026-10.csv": text.encode(encoding)}


def _xlsx(*rows: list[str | float], merged: tuple[str, ...] = ()) -> Files:
    return {"考勤_2026-10.xlsx": workbook({"Sheet1": rows_xml(rows, merged)})}


def _html(body: str, encoding: str = "utf-8") -> Files:
    return {"考勤_2026-10.xls": f'<html><meta charset="{encoding}"><body>{body}</body></html>'.encode(encoding)}


def _tr(cells: list[str | float]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _locked_xls() -> bytes:
    # The record 0x5C (who wrote it) becomes 0x2F (FILEPASS), as in a workbook with a password.
    data = (EXPORTS / "lessons.xls").read_bytes()
    return data.replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00", 1)


def _far(place: str) -> Files:
    number = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    stray = f'<row r="{number}"><c r="{place}" t="str"><v> </v></c></row></sheetData>'
    return {"考勤.xlsx": workbook({"考勤": rows_xml([HEADER, ROW]).replace("</sheetData>", stray)})}


_LESSONS_XLS = (EXPORTS / "lessons.xls").read_bytes()
_BOOK = workbook({"考勤": rows_xml([HEADER, ROW])})
_GROUPED = [["课消编号", "学号", "上课", "", "扣的课时"], ["", "", "上课时间", "到课状态", ""], ROW]
_FULL_SHEET = rows_xml([HEADER]).replace(
    "</sheetData>",
    '<row r="65536"><c r="A65536" t="str"><v>L1</v></c><c r="B65536" t="str"><v>S1</v></c>'
    '<c r="C65536" t="str"><v>2026-10-03</v></c><c r="D65536" t="str"><v>到课</v></c></row></sheetData>',
)

FAULTS: dict[str, Callable[[], Files]] = {
    "gb18030_csv": lambda: _csv(CSV, "gb18030"),
    "rare_name_that_gbk_lacks": lambda: _csv(CSV.replace("S1", "𠮷田"), "gb18030"),
    "byte_order_mark": lambda: _csv(CSV, "utf-8-sig"),
    "utf8_with_a_byte_lost": lambda: {"考勤.csv": CSV.encode().replace("到课,1".encode(), "到课,1".encode()[1:])},
    "utf8_mark_on_gb18030": lambda: {"考勤.csv": b"\xef\xbb\xbf" + CSV.encode("gb18030")},
    "utf8_or_gb18030": lambda: {"lessons.csv": b"lesson_id,student_id,starts_at,status\nL1,\xd2\xbb,2026-10-03,late\n"},
    "utf16": lambda: _csv(CSV, "utf-16"),
    "shift_jis": lambda: {"考勤.csv": "生徒,カナ,ｶﾅ\n".encode("shift-jis") + b"\xff"},
    "nul_bytes": lambda: _csv(CSV + "L2,S\x002,2026-10-03,到课,1\n"),
    "empty_file_required": lambda: _csv(""),
    "empty_file_not_required": lambda: _csv(CSV) | {"收款.csv": b""},
    "header_only_required": lambda: _csv(CSV.splitlines()[0]),
    "header_only_not_required": lambda: _csv(CSV) | {"收款.csv": PAYMENTS.encode()},
    "no_row_of_a_required_table_left": lambda: _csv(CSV.splitlines()[0] + "\nL1,S1\n"),
    "quote_never_closed": lambda: _csv(CSV + 'L2,"S2,2026-10-03,到课,1\n' + LINE),
    "quote_closed_too_early": lambda: _csv(CSV + 'L2,"S"2,2026-10-03,到课,1\n' + LINE),
    "quote_closed_rows_later": lambda: _csv(
        CSV + 'L2,S2,"2026-10-03,到课,1\nL3,S3,2026-10-03,到课,1\nL4,S4,2026-10-03",到课,1\n'
    ),
    "ragged_rows": lambda: _csv(CSV + "L2,S2\nL3,S3,2026-10-03,到课,1,2,3\n"),
    "semicolons": lambda: _csv(CSV.replace(",", ";")),
    "xls_that_is_html": lambda: _html(f"<table>{_tr(HEADER)}{_tr(ROW)}</table>"),
    "xls_that_is_html_in_gb18030": lambda: _html(f"<table>{_tr(HEADER)}{_tr(ROW)}</table>", "gb18030"),
    "xls_that_is_tab_separated": lambda: {"考勤_2026-10.xls": CSV.replace(",", "\t").encode("gb18030")},
    "xls_that_is_xlsx": lambda: {"考勤.xls": _BOOK},
    "xls_that_is_office_xml": lambda: {"考勤.xls": b'<?xml version="1.0"?><Workbook><Worksheet/></Workbook>'},
    "old_xls": lambda: {"考勤.xls": _LESSONS_XLS},
    "encrypted_xlsx": lambda: {"考勤.xlsx": (EXPORTS / "locked.xlsx").read_bytes()},
    "encrypted_xls": lambda: {"考勤.xls": _locked_xls()},
    "truncated_xlsx": lambda: {"考勤.xlsx": _BOOK[: len(_BOOK) // 2]},
    "truncated_xls": lambda: {"考勤.xls": _LESSONS_XLS[: len(_LESSONS_XLS) // 2]},
    "a_million_blank_rows": lambda: _far("E1048576"),
    "a_cell_beyond_everything": lambda: _far("XFD1048576"),
    "a_full_sheet": lambda: {"考勤.xlsx": workbook({"考勤": _FULL_SHEET})},
    "notes_above_the_header": lambda: _xlsx(["注意事项：请勿修改表头"], [], HEADER, ROW, merged=("A1:E1",)),
    "header_merged_over_two_rows": lambda: _xlsx(*_GROUPED, merged=("A1:A2", "B1:B2", "C1:D1", "E1:E2")),
    "words_merged_over_rows": lambda: _xlsx(HEADER, ROW, ["L2", "", *ROW[2:]], merged=("B2:B3",)),
    "amount_merged_over_rows": lambda: _xlsx(HEADER, ROW, ROW_2, ["L3", *ROW_2[1:4], ""], merged=("E3:E4",)),
    "required_marks_on_headers": lambda: _xlsx([f"{header}(*)" for header in HEADER], ROW),
    "total_row": lambda: _csv(CSV + "合计,,,,1\n"),
    "header_repeated_on_each_page": lambda: _csv(CSV + CSV.replace("L1", "L2")),
    "headers_duplicated": lambda: _csv(CSV.replace("扣的课时", "学员编号")),
    "headers_renamed": lambda: _csv(CSV.replace("上课时间", "签到时间")),
    "headers_renamed_and_mapped": lambda: (
        _csv(CSV.replace("上课时间", "签到时间"))
        | {"mapping.toml": '[headers.lessons]\n"签到时间"="starts_at"'.encode()}
    ),
    "headers_reordered": lambda: _xlsx(HEADER[::-1], ROW[::-1]),
    "headers_of_another_table": lambda: {"考勤.csv": (PAYMENTS + "P1,E1,S1,2026-10-03,100\n").encode()},
    "no_header": lambda: _csv(LINE),
    "hidden_sheet": lambda: {
        "导出.xlsx": workbook({"考勤": rows_xml([HEADER, ROW]), "学员": rows_xml([["x"]])}, hidden=["学员"])
    },
    "extra_sheet": lambda: {"导出.xlsx": workbook({"考勤": rows_xml([HEADER, ROW]), "汇总": rows_xml([["x", 1]])})},
    "formula_error_xlsx": lambda: _xlsx(HEADER, ROW, [*ROW_2[:4], "#REF!"]),
    "formula_error_csv": lambda: _csv(CSV + "L2,S2,#N/A,到课,1\n"),
    "same_file_under_two_names": lambda: _csv(CSV) | {"考勤_副本.csv": CSV.encode()},
    "unknown_file": lambda: _csv(CSV) | {"工资.csv": "姓甚,几何\n甲,1\n".encode()},
    "unknown_kind_of_file": lambda: _csv(CSV) | {"说明.pdf": b"%PDF-1.7"},
    "only_unknown_files": lambda: {"工资.csv": "姓甚,几何\n甲,1\n".encode()},
    "files_of_excel_and_of_the_system": lambda: _csv(CSV) | {"~$考勤.xlsx": b"x", ".DS_Store": b"\x00"},
}


def hand_in(folder: Path, fault: str):
    """Write the files of a fault and read them as they would be read."""
    for name, data in FAULTS[fault]().items():
        (folder / name).write_bytes(data)
    return read(folder, Mapping.read(folder / "mapping.toml"))
