"""What does a worksheet look like that people fill in and hand back?

Its headers and words are the contract's own, in the reader's language: put into the folder of exports, it is read like
any other file, without a mapping. What people fill in is open, everything else is locked against slips (no password).
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from churnlab import wording
from churnlab.errors import PublishError
from churnlab.i18n import Lang, has, text
from churnlab.tables.contract import Column, Table
from churnlab.tables.files.naming import NOTES

_YES_NO: Mapping[Lang, tuple[str, str]] = {"zh": ("是", "否"), "en": ("yes", "no")}
_SHAPES = {"date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "money": "#,##0", "number": "0.0%"}
_WIDTHS = {"date": 12, "time": 18, "text": 48, "money": 14, "number": 12, "flag": 10, "count": 8}
_WIDE, _NARROW, _WIDEST = 20, 10, 60
_LONGEST_TEXT = 32_767  # Excel's own limit
# No sorting: Excel refuses it where any cell of the range is locked.
_OPEN = {"autofilter": True, "format_columns": True, "format_rows": True}
# Words are the reports' own wherever they have one, and are read back (the table's `codes`).
_SAID_IN = {
    "reason_code": "code.reason", "kept_by": "code.kept_by", "arm": "code.arm", "outcome": "worksheet.outcome",
    "method": "worksheet.method",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Place:
    """One column of a worksheet: what it is called, whether it is filled in, and which words it takes."""

    name: str
    header: str
    column: Column | None
    fill: bool
    words: tuple[str, ...]


def worksheet(
    table: Table,
    rows: pd.DataFrame,
    *,
    fill: Sequence[str],
    lang: Lang,
    made_on: date,
    notes: Sequence[str],
    choices: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """Return an xlsx to be filled in and read back: the rows, and a page that says how.

    Parameters
    ----------
    table : Table
        What a row is; `churnlab.tables.schemas.TABLES["calls"]`.
    rows : pandas.DataFrame
        One row per line of the sheet, its columns in their order: canonical columns of the table with canonical values
        (codes, dates, numbers), and others that only help those who fill in. Headers of the others come from the
        locale; a load passes them over, and says so. The key must be there, or nothing can be told apart on its return.
    fill : sequence of str
        Columns that people fill in: coloured and open. Those that `rows` lacks come last, blank.
    lang : {"zh", "en"}
        Of headers, words and notes.
    made_on : datetime.date
        Stands in the file's properties: the same rows give the same bytes.
    notes : sequence of str
        Lines of the page that says how to fill in and where to put the file then.
    choices : mapping of str to sequence of str, optional
        Words offered in a column; default: those of a column with codes, and yes or no for a flag.

    Returns
    -------
    bytes
        An xlsx file; `rows` first, the notes second. Reading passes the notes over (`naming.NOTES`).
    """
    assert set(table.key) <= set(rows), f"a worksheet of {table.name} needs {table.key}"
    names = [*map(str, rows), *(name for name in fill if name not in rows)]
    places = [_place(name, table, fill, lang, choices or {}) for name in names]
    buffer = BytesIO()
    literal = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **literal}) as book:
        book.set_properties({"created": datetime(made_on.year, made_on.month, made_on.day)})
        sheet = book.add_worksheet(table.zh if lang == "zh" else table.name)
        page = book.add_worksheet(NOTES[lang])
        ranges = _explain(page, places, notes, book, lang)
        for at, place in enumerate(places):
            _fill_column(sheet, at, place, rows, ranges, book, lang)
            if place.fill and place.column and place.column.kind in ("date", "time") and len(rows):
                sheet.data_validation(1, at, len(rows), at, _days(made_on, lang))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(rows), len(places) - 1)
        sheet.protect(options=_OPEN)
    return buffer.getvalue()


def save(file: Path, content: bytes) -> None:
    """Put a file in its place whole: a run that is killed leaves none.

    Parameters
    ----------
    file : pathlib.Path
        Its place; folders are made.
    content : bytes
        What it holds.

    Raises
    ------
    PublishError
        If it cannot be written.
    """
    beside = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(beside, file)
    except OSError as error:
        raise PublishError("run.publish", folder=file.parent.name, what=error.strerror or str(error)) from None


def _place(name: str, table: Table, fill: Sequence[str], lang: Lang, choices: Mapping[str, Sequence[str]]) -> _Place:
    column = next((column for column in table.exported if column.name == name), None)
    if name in choices:
        words = tuple(choices[name])
    elif column and column.kind == "flag":
        words = _YES_NO[lang]
    else:
        words = tuple(_word(code, column, lang) for code in column.codes) if column else ()
    header = _header(column, lang) if column else wording.header(name, lang)
    return _Place(name=name, header=header, column=column, fill=name in fill, words=words)


def _header(column: Column, lang: Lang) -> str:
    """Return the header under which a file of this language is read back."""
    return column.zh[0] if lang == "zh" else column.name.replace("_", " ").capitalize()


def _word(code: Any, column: Column | None, lang: Lang) -> Any:
    words = column.codes.get(code, ()) if column else ()
    key = f"{_SAID_IN.get(column.name, '')}.{code}" if column else ""
    return text(key, lang) if words and has(key) else words[0] if lang == "zh" and words else code


def _explain(
    page: Worksheet, places: Iterable[_Place], notes: Sequence[str], book: xlsxwriter.Workbook, lang: Lang
) -> dict[str, str]:
    """Write the notes, below them the words that may be chosen; return where each column's words stand."""
    look = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    plain, head = book.add_format({**look, "text_wrap": True}), book.add_format({**look, "bold": True, "bottom": 1})
    for row, note in enumerate(notes):
        page.merge_range(row, 0, row, 4, note, plain)
        page.set_row(row, 15 * (1 + _width(note) // 100))
    ranges, top = {}, len(notes) + 2
    chosen = [place for place in places if place.fill and place.words]
    if chosen:
        page.write_string(top - 1, 0, text("worksheet.words", lang), plain)
    for at, place in enumerate(chosen):
        page.write_string(top, at, place.header, head)
        for row, word in enumerate(place.words, top + 1):
            page.write_string(row, at, word, plain)
        ends = [xlsxwriter.utility.xl_rowcol_to_cell(row, at, True, True) for row in (top + 1, top + len(place.words))]
        ranges[place.name] = f"='{page.get_name()}'!{':'.join(ends)}"
    page.set_column(0, max(4, len(chosen) - 1), _WIDE)
    page.protect()
    return ranges


def _fill_column(
    sheet: Worksheet,
    at: int,
    place: _Place,
    rows: pd.DataFrame,
    ranges: Mapping[str, str],
    book: xlsxwriter.Workbook,
    lang: Lang,
) -> None:
    """Write one column: its header, its values or blanks, and the words to choose from."""
    head, shape = _looks(place, book)
    sheet.write_string(0, at, place.header, head)
    values = [_said(value, place, lang) for value in rows[place.name]] if place.name in rows else [None] * len(rows)
    for row, value in enumerate(values, 1):
        _write(sheet, row, at, value, shape)
    kind = place.column.kind if place.column else "word"
    usual = _WIDTHS.get(kind, _NARROW) if place.fill else _NARROW
    sheet.set_column(at, at, min(_WIDEST, max(usual, _width(place.header) + 4, *(_width(v) + 2 for v in values), 0)))
    if place.name in ranges and len(rows):
        told = {"validate": "list", "source": ranges[place.name], "error_title": text("worksheet.wrong_title", lang)}
        sheet.data_validation(1, at, len(rows), at, {**told, "error_message": text("worksheet.wrong", lang)})


def _days(first_on: date, lang: Lang) -> dict[str, Any]:
    """Return the rule of a column of days: none before the sheet was made, and none to come."""
    ends = {"minimum": datetime(first_on.year, first_on.month, first_on.day), "maximum": "=TODAY()+1"}
    told = {"error_title": text("worksheet.wrong_title", lang)}
    told["error_message"] = text("worksheet.wrong_day", lang, first_on=first_on)
    return {"validate": "date", "criteria": "between", **ends, **told}


def _looks(place: _Place, book: xlsxwriter.Workbook) -> tuple[Format, Format]:
    look = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    head = {**look, "bold": True, "bottom": 1, "bg_color": "#FFF2CC" if place.fill else "#EEF2F5"}
    kind = place.column.kind if place.column else ""
    shape = {**look, "locked": not place.fill, "text_wrap": not place.fill or kind == "text"}
    if place.fill:
        shape |= {"bg_color": "#FFFBEB", "border": 4, "border_color": "#D9C98A"}
    return book.add_format(head), book.add_format(shape | {"num_format": _SHAPES.get(kind, "General")})


def _said(value: Any, place: _Place, lang: Lang) -> Any:
    if isinstance(value, wording.Said):
        return value.say(lang)
    if not isinstance(value, list | tuple) and pd.isna(value):
        return None
    if isinstance(value, list | tuple):
        return wording.cell(value, place.name, lang)
    if place.column and place.column.kind == "flag":
        return _YES_NO[lang][0 if value else 1]
    return _word(value, place.column, lang) if isinstance(value, str) else value


def _write(sheet: Worksheet, row: int, at: int, value: Any, shape: Format) -> None:
    if value is None:
        sheet.write_blank(row, at, None, shape)
    elif isinstance(value, str):
        sheet.write_string(row, at, value[:_LONGEST_TEXT], shape)
    elif isinstance(value, date):
        stamp = pd.Timestamp(value).to_pydatetime()
        sheet.write_datetime(row, at, stamp, shape)
    else:
        sheet.write_number(row, at, value, shape)


def _width(value: Any) -> int:
    if isinstance(value, date):
        return 10
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in str("" if value is None else value))
