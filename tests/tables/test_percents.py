"""Is a percentage the same, however a spreadsheet writes it?"""

from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from churnlab.i18n import LANGUAGES
from churnlab.tables.checking import Checked, check
from churnlab.tables.files import excel_file
from churnlab.tables.files.percents import percent_text, shows_percent
from churnlab.tables.mapping import Mapping
from churnlab.tables.reading import read
from churnlab.tables.values import like_shares
from tests.tables.sheets import NOBODY

HEADERS = {"zh": ["措施编号", "汇报时间", "完成百分比"], "en": ["measure_id", "at", "percent"]}


def book(cells: list[tuple[str | float, str]], head: list[str] | None = None) -> bytes:
    """Write a sheet with one row a cell, in the cell's number format."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        sheet = made.add_worksheet("a")
        rows = [head] if head else []
        for row in rows:
            sheet.write_row(0, 0, row)
        for number, (value, form) in enumerate(cells, start=len(rows)):
            if head:
                sheet.write_row(number, 0, [f"M{number}", "2026-01-02"])
            sheet.write(number, 2 if head else 0, value, made.add_format({"num_format": form}) if form else None)
    return file.getvalue()


def taken(folder: Path, file: str, content: bytes) -> Checked:
    (folder / file).write_bytes(content)
    (sheet,) = read(folder, Mapping(files={file: "measure_progress"}))
    return check(sheet, mapping=Mapping(), timezone="Asia/Shanghai", students=NOBODY)


def test_a_cell_comes_as_its_format_shows_it() -> None:
    cells = [
        (0.95, "0%"), (0.07, "0.00%"), (1, '0.0"done "%'), (1.25, "0%"), (0, "0%"),  # percentages
        (0.5, ""), (0.5, "0.00"), (30, '0" %"'), ("30%", ""), ("half", "0%"),  # as they stand
    ]  # fmt: skip
    (grid,) = excel_file.grids(book(cells), "f.xlsx")
    assert [row[0] for row in grid.rows] == ["95%", "7%", "100%", "125%", "0%", "0.5", "0.5", "30", "30%", "half"]


def test_a_formula_in_percent_comes_as_what_it_shows() -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        made.add_worksheet("a").write_formula(0, 0, "=19/20", made.add_format({"num_format": "0%"}), 0.95)
    (grid,) = excel_file.grids(file.getvalue(), "f.xlsx")
    assert grid.rows == [["95%"]]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_thirty_percent_is_thirty_in_every_file_and_language(tmp_path: Path, lang: str, kind: str) -> None:
    head, said = HEADERS[lang], ["30%", "95%", "1%", "40"]
    if kind == "csv":
        lines = [",".join(head), *(f"M{row},2026-01-02,{cell}" for row, cell in enumerate(said))]
        done = taken(tmp_path, "p.csv", "\n".join(lines).encode())
    else:
        done = taken(tmp_path, "p.xlsx", book([("30%", ""), (0.95, "0%"), (0.01, "0.0%"), (40, "")], head))
    assert done.set_aside.empty
    assert done.kept["percent"].tolist() == [30, 95, 1, 40]
    assert not any("like_shares" in warned[0] for warned in done.warnings)


def test_shares_without_a_sign_are_taken_as_written_and_told(tmp_path: Path) -> None:
    done = taken(tmp_path, "p.csv", b"measure_id,at,percent\nA,2026-01-02,0.3\nB,2026-01-02,0\nC,2026-01-02,1")
    assert done.kept["percent"].tolist() == [0.3, 0, 1]
    (warned,) = [facts for key, facts in done.warnings if key.endswith("like_shares")]
    assert warned["n"] == 2


def test_one_larger_value_tells_that_all_are_percentages() -> None:
    assert like_shares(["0.5", "1", "0", "60%"], [0.5, 1.0, 0.0, 60.0]) == [True, True, False, False]
    assert like_shares(["0.5", "1", "40"], [0.5, 1.0, 40.0]) == [False] * 3


def test_a_sign_in_quotes_is_a_word_and_no_digit_is_noise() -> None:
    assert [shows_percent(code) for code in (b"0.0%", b'0" %"', rb"0\%", b"0&quot;%&quot;")] == [True] + [False] * 3
    assert [percent_text(value) for value in ("0.07000000000000001", "1", "0.125")] == ["7%", "100%", "12.5%"]
