"""Which rows does an Excel workbook (.xlsx, .xlsm) hold?"""

import re
import zlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from math import isfinite
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from churnlab.errors import InputError
from churnlab.tables.files.grid import Grid
from churnlab.tables.files.percents import percent_formats, with_signs

MOST_CELLS = 50_000_000  # a sheet is held as a full rectangle of 24 bytes a cell: about a gigabyte
_EXACT = 10**15  # beyond this Excel itself has rounded
_STYLES = "xl/styles.xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\b[^>]*?\st=)(["'])e\2""")
_FAR_COLUMN = re.compile(rb"""\sr=["']([A-Z]{2,3})\d""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\sr=["'](\d+)""")
_TAIL = 1_000_000  # bytes in which a sheet's last row is looked for


def grids(data: bytes, file: str) -> list[Grid]:
    """Return the sheets of a workbook.

    Error cells come as what they show (`#REF!`), percentages too (`95%`), dates as `2026-10-01` or
    `2026-10-01 09:30:00`, whole numbers without a point, and numbers beyond 15 digits as Excel shows them.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for the error.

    Raises
    ------
    InputError
        If it is damaged, no workbook, or has a cell so far out that its sheet could not be held.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(_as_shown(data, file)))
        sheets = [
            (meta.visible != SheetVisibleEnum.Visible, book.get_sheet_by_name(meta.name))
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
        return [_grid(sheet, hidden) for hidden, sheet in sheets]
    except (CalamineError, BadZipFile, zlib.error, EOFError, RuntimeError):
        raise InputError("reading.damaged", file=file) from None


def _grid(sheet: CalamineSheet, hidden: bool) -> Grid:
    rows = [[_WRITERS[type(value)](value) for value in row] for row in sheet.iter_rows()]
    merged = tuple((top, left, bottom) for (top, left), (bottom, _) in sheet.merged_cell_ranges or [] if top < bottom)
    return Grid(rows=rows, sheet=sheet.name, hidden=hidden, merged=merged)


def _as_shown(data: bytes, file: str) -> bytes:
    # calamine reads an error cell as empty: the row would lose a value without a word. As text the error comes through.
    # Nor does it tell the format of a number: 95 % would come as 0.95.
    with ZipFile(BytesIO(data)) as packed:
        names = packed.namelist()
        if "xl/workbook.xml" not in names:
            raise InputError("reading.no_workbook", file=file)
        formats = percent_formats(packed.read(_STYLES) if _STYLES in names else b"")
        changed: dict[str, bytes] = {}
        for name in filter(_SHEET.fullmatch, names):
            content = packed.read(name)
            _refuse_far_cells(content, file)
            shown = _ERROR_CELL.sub(rb"\1\2str\2", content) if _may_have_errors(content) else content
            shown = with_signs(shown, formats)
            if shown != content:
                changed[name] = shown
        return _repacked(packed, changed) if changed else data


def _may_have_errors(content: bytes) -> bool:
    return b't="e"' in content or b"t='e'" in content


def _refuse_far_cells(content: bytes, file: str) -> None:
    columns = max(map(_column_number, set(_FAR_COLUMN.findall(content))), default=26)
    rows = max(map(int, _ROW.findall(content[-_TAIL:])), default=1)
    if rows * columns > MOST_CELLS:
        raise InputError("reading.far_cell", file=file, rows=rows, columns=columns)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _repacked(packed: ZipFile, changed: dict[str, bytes]) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as fresh:
        for name in packed.namelist():
            fresh.writestr(name, changed[name] if name in changed else packed.read(name))
    return whole.getvalue()


def number_text(value: float) -> str:
    """Write a number as a person typed it: `1`, `1.5`, `110101199001011000`, never `1.0` or `1.1e+17`."""
    if not isfinite(value):
        return "#NUM!"
    if value == int(value) and abs(value) < _EXACT:
        return str(int(value))
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def time_text(value: datetime) -> str:
    """Write a time to the second; midnight is a date."""
    # A serial number keeps a time of day to a few microseconds only.
    value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")


def _span_text(value: timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _same(value: str) -> str:
    return value


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _same,
    float: number_text,
    int: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    date: date.isoformat,
    datetime: time_text,
    time: lambda value: value.isoformat(timespec="seconds"),
    timedelta: _span_text,
}
