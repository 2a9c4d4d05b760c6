"""Which rows does an old Excel workbook (.xls) hold?

Read by xlrd: calamine loses error cells here, and a damaged file can end the process.
"""

import struct
from collections.abc import Container
from io import StringIO
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from churnlab.errors import InputError
from churnlab.tables.files.excel_file import number_text, time_text
from churnlab.tables.files.grid import Grid
from churnlab.tables.files.percents import percent_text, shows_percent

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# What xlrd raises on bytes that are missing or wrong, found by cutting and changing files.
_DAMAGE = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    LookupError,
    ValueError,
    AssertionError,
    TypeError,
    OverflowError,
)


def grids(data: bytes, file: str) -> list[Grid]:
    """Return the sheets of a workbook, cells written as those of an .xlsx.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for the error.

    Raises
    ------
    InputError
        If it is locked with a password (an .xlsx that is locked looks like an .xls), damaged, or no workbook.
    """
    if _ENCRYPTED_PACKAGE in data:
        raise InputError("reading.encrypted", file=file)
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=StringIO(), formatting_info=True)
        percents = {
            place for place, xf in enumerate(book.xf_list) if _shows_percent(book.format_map.get(xf.format_key))
        }
        return [_grid(sheet, book.datemode, percents) for sheet in book.sheets()]
    except _DAMAGE as error:
        locked = isinstance(error, xlrd.XLRDError) and "encrypted" in str(error)
        raise InputError("reading.encrypted" if locked else "reading.damaged", file=file) from None


def _grid(sheet: Any, datemode: int, percents: Container[int]) -> Grid:
    rows = [
        [
            percent_text(repr(value))
            if kind == xlrd.XL_CELL_NUMBER and sheet.cell_xf_index(n, place) in percents
            else _text(kind, value, datemode)
            for place, (kind, value) in enumerate(zip(sheet.row_types(n), sheet.row_values(n), strict=True))
        ]
        for n in range(sheet.nrows)
    ]
    width = max(map(len, rows), default=0)
    merged = tuple((top, left, below - 1) for top, below, left, _ in sorted(sheet.merged_cells) if top < below - 1)
    padded = [row + [""] * (width - len(row)) for row in rows]
    return Grid(rows=padded, sheet=sheet.name, hidden=sheet.visibility != 0, merged=merged)


def _shows_percent(form: Any) -> bool:
    return form is not None and shows_percent(form.format_str.encode())


def _text(kind: int, value: Any, datemode: int) -> str:
    if kind == xlrd.XL_CELL_DATE:
        return _date_text(value, datemode)
    if kind == xlrd.XL_CELL_NUMBER:
        return number_text(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#N/A")
    return value


def _date_text(serial: float, datemode: int) -> str:
    if serial < 1:
        return xlrd.xldate_as_datetime(serial, datemode).time().isoformat(timespec="seconds")
    return time_text(xlrd.xldate_as_datetime(serial, datemode))
