"""Do the bytes of each form come out as the text a person typed?"""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.errors import InputError
from churnlab.tables.files import excel_file, html_file, text_file, xls_file
from churnlab.tables.files.excel_file import number_text, time_text
from tests.faults.files import EXPORTS, HEADER, ROW
from tests.tables.workbooks import rows_xml, workbook

XLSX = workbook({"考勤": rows_xml([HEADER, ROW])})
XLS = (EXPORTS / "lessons.xls").read_bytes()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (1.5, "1.5"),
        (-0.1, "-0.1"),
        (0.00001, "0.00001"),
        (13812345678.0, "13812345678"),
        (1.10101199001011e17, "110101199001011000"),
        (999999999999999.0, "999999999999999"),
        (float("nan"), "#NUM!"),
    ],
)
def test_a_number_is_written_as_it_was_typed(value, text):
    assert number_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_digit_of_a_number_is_lost(value):
    assert float(number_text(value)) == value


def test_a_time_is_written_to_the_second_and_midnight_as_a_date():
    assert time_text(datetime(2026, 10, 3, 8, 59, 59, 999_600)) == "2026-10-03 09:00:00"
    assert time_text(datetime(2026, 10, 2, 23, 59, 59, 999_600)) == "2026-10-03"


def test_cells_of_every_kind_come_through_an_xlsx():
    cells = (
        '<row r="3"><c r="A3"><v>7</v></c><c r="B3" t="b"><v>1</v></c><c r="C3" t="str"><f>A1</f><v>x</v></c>'
        '<c r="D3" t=\'e\'><v>#DIV/0!</v></c><c r="E3" t="d"><v>2026-10-03T09:00:00</v></c></row></sheetData>'
    )
    (grid,) = excel_file.grids(workbook({"a": cells}), "f.xlsx")
    assert grid.rows == [[""] * 5, [""] * 5, ["7", "TRUE", "x", "#DIV/0!", "2026-10-03 09:00:00"]]


def test_only_the_sheet_with_an_error_is_touched():
    sheets = {"a": rows_xml([["x", "#REF!"]]), "b": rows_xml([['t="e"', "y"]])}
    first, second = excel_file.grids(workbook(sheets), "f.xlsx")
    assert (first.rows, second.rows) == ([["x", "#REF!"]], [['t="e"', "y"]])


def test_cells_of_every_kind_come_through_an_xls():
    first, hidden = xls_file.grids(XLS, "f.xls")
    assert first.rows[2] == ["L1", "20260001", "2026-10-03 09:00:00", "到课", "1.5", "朝阳校区"]
    assert first.rows[4] == ["L3", "7", "2026-10-03", "到课", "#REF!", "海淀校区"]
    assert first.merged == ((2, 5, 3),)
    assert (first.hidden, hidden.hidden) == (False, True)


def rows_or_fault(open_it, data):
    try:
        return [grid.rows for grid in open_it(data, "f")]
    except InputError as stopped:
        return stopped.key


@pytest.mark.parametrize("whole", [XLSX, XLS], ids=["xlsx", "xls"])
def test_a_workbook_cut_anywhere_is_refused_or_read_whole(whole):
    open_it = excel_file.grids if whole is XLSX else xls_file.grids
    rows = rows_or_fault(open_it, whole)
    for end in range(8, len(whole), 61):
        assert rows_or_fault(open_it, whole[:end]) in ("reading.damaged", rows)


@settings(deadline=None)  # a reader's time is the machine's
@given(at=st.integers(8, len(XLS) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_never_ends_the_process(at, byte):
    changed = XLS[:at] + bytes([byte]) + XLS[at + 1 :]
    told = rows_or_fault(xls_file.grids, changed)
    assert isinstance(told, list) or told in ("reading.damaged", "reading.encrypted")


def test_a_page_keeps_its_columns_apart():
    page = (
        "<table><tr><th>a<th>b<th colspan=2>c</tr>"  # tags left open, one header over two columns
        "<tr><td rowspan=2>1</td><td>&nbsp;</td><td>x<br>y</td><td>&lt;3&gt;</td>"
        "<tr><td>2</td><td>3</td><td>4</td></tr></table>"
        "<table><tr><td>5</td></tr></table><p>words outside"
    )
    grid = html_file.grid(page)
    assert grid.rows == [["a", "b", "c", ""], ["1", "", "x\ny", "<3>"], ["", "2", "3", "4"], ["5"]]
    assert grid.merged == ((1, 0, 2),)
    assert grid.top(3)[2] == ["1", "2", "3", "4"]


@given(st.text(max_size=60))
def test_no_page_is_too_broken_to_read(page):
    html_file.grid("<table><tr><td " + page)


HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=3)


@given(HAN)
def test_chinese_is_read_in_the_encoding_it_was_written_in(text):
    assert text_file.decode(text.encode(), "f") == text
    assert text_file.decode(text.encode("utf-8-sig"), "f") == text


# The 3,755 common characters. Rare ones can be made to spell other Chinese in UTF-8 (浣犲ソ is 你好): there UTF-8 wins.
COMMON = "".join(
    bytes([first, second]).decode("gb2312", errors="ignore")
    for first in range(0xB0, 0xD8)
    for second in range(0xA1, 0xFF)
)


@given(st.text(alphabet=COMMON, min_size=1))
def test_common_chinese_in_gb18030_is_read_rightly_or_refused(text):
    try:
        read = text_file.decode(text.encode("gb18030"), "f")
    except InputError:
        return
    assert read == text


def test_common_chinese_in_gb18030_is_hardly_ever_refused():
    for start in range(0, len(COMMON), 20):
        text = COMMON[start : start + 20]
        assert text_file.decode(("学号," + text).encode("gb18030"), "f") == "学号," + text


@given(HAN, st.data())
def test_chinese_in_utf8_with_a_byte_lost_is_never_read_as_gb18030(text, data):
    whole = ("学员姓名," + text).encode()
    lost = data.draw(st.integers(13, len(whole) - 1))
    with pytest.raises(InputError):
        text_file.decode(whole[:lost] + whole[lost + 1 :], "f")
