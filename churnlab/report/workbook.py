"""Which numbers stand behind a report? A workbook of every table, for those who calculate on."""

from dataclasses import fields, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter
from nbformat import NotebookNode
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from churnlab import wording
from churnlab.i18n import Lang, text
from churnlab.report import document, glyphs
from churnlab.report.compile import UNDATED
from churnlab.report.document import Document
from churnlab.report.forms import raw_table
from churnlab.report.sheet_names import sheet_names

_FORMATS = {
    "rate": "0.0%",
    "points": "+0.0%;-0.0%;0.0%",
    "cny": '"¥"#,##0.00',
    "p_value": "0.0000",
    "plain": "General",
    "month": "yyyy-mm",
    "date": "yyyy-mm-dd",
}
_LONGEST_TEXT = 32_767  # Excel's own limit of a cell
_WIDEST = 60


def workbook(notebook: NotebookNode, lang: Lang) -> bytes:
    """Return an xlsx of all Findings of an executed notebook: contents first, then one sheet for each table.

    Values are raw and typed: rates 0–1 shown in percent, CNY, dates; text is never read as a formula, number or
    link. The same notebook gives the same bytes.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed; see `churnlab.report.document`.
    lang : {"zh", "en"}
        Language of headers and words.

    Raises
    ------
    RunError
        If a cell failed or was not run, or a figure has nothing that says what it shows.
    """
    return write(document.read(notebook, lang))


def write(doc: Document) -> bytes:
    """Return the workbook of a document."""
    doc = replace(doc, **{item.name: glyphs.visible(getattr(doc, item.name)) for item in fields(doc)})
    buffer = BytesIO()
    literal = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **literal}) as book:
        made_on = doc.as_of or UNDATED
        created = datetime(made_on.year, made_on.month, made_on.day)
        book.set_properties({"title": doc.title, "company": doc.institution, "created": created})
        formats = _Formats(book)
        names = sheet_names([text("workbook.contents", doc.lang), *(form["title"] for form in doc.findings)])
        _contents(book.add_worksheet(names[0]), doc, names[1:], formats)
        for name, form in zip(names[1:], doc.findings, strict=True):
            _table(book.add_worksheet(name), form, doc.lang, formats)
    return buffer.getvalue()


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        look = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.head: Format = book.add_format({**look, "bold": True, "bottom": 1, "bg_color": "#EEF2F5"})
        self.wrapped: Format = book.add_format({**look, "text_wrap": True})
        self.link: Format = book.add_format({**look, "font_color": "#174A6E", "underline": 1})
        self.title: Format = book.add_format({**look, "bold": True, "font_size": 14})
        self.of = {kind: book.add_format({**look, "num_format": shape}) for kind, shape in _FORMATS.items()}


def _contents(sheet: Worksheet, doc: Document, names: list[str], formats: _Formats) -> None:
    about = [doc.institution, doc.campus, text("report.as_of", doc.lang, day=doc.as_of) if doc.as_of else ""]
    sheet.write_string(0, 0, doc.title, formats.title)
    sheet.write_string(1, 0, " · ".join(part for part in about if part), formats.of["plain"])
    if doc.made_up:
        sheet.write_string(2, 0, text("report.made_up", doc.lang), formats.of["plain"])
    for column, (head, width) in enumerate((("sheet", 34), ("sentence", 70), ("caveats", 60))):
        sheet.write_string(4, column, text(f"workbook.{head}", doc.lang), formats.head)
        sheet.set_column(column, column, width)
    for row, (name, form) in enumerate(zip(names, doc.findings, strict=True), 5):
        place = name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{place}'!A1", formats.link, form["title"])
        sheet.write_string(row, 1, form["sentence"], formats.wrapped)
        sheet.write_string(row, 2, "\n".join(form["warnings"]), formats.wrapped)


def _table(sheet: Worksheet, form: dict[str, Any], lang: Lang, formats: _Formats) -> None:
    table = raw_table(form)
    for place, name in enumerate(map(str, table)):
        head = _header(name, table, lang, form["counted"])
        sheet.write_string(0, place, head, formats.head)
        cells = [_said(value, name, lang) for value in table[name]]
        shape = formats.of[_kind(name, cells)]
        for row, cell in enumerate(cells, 1):
            _write(sheet, row, place, cell, shape)
        sheet.set_column(place, place, min(_WIDEST, max([8, _width(head), *map(_width, cells)]) + 2))
    sheet.freeze_panes(1, 0)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _header(name: str, table: pd.DataFrame, lang: Lang, counted: str) -> str:
    for end in ("low", "high", "count"):
        base = name.removesuffix(f"_{end}")
        if base != name and base in table:
            return text(f"workbook.{end}", lang, column=wording.header(base, lang, counted))
    return wording.header(name, lang, counted)


def _said(value: Any, name: str, lang: Lang) -> Any:
    return wording.cell(value, name, lang) if isinstance(value, str | bool) else value


def _kind(name: str, cells: list[Any]) -> str:
    if any(isinstance(cell, date) for cell in cells):
        return "month" if name == "month" else "date"
    return wording.unit(name.removesuffix("_low").removesuffix("_high"))


def _write(sheet: Worksheet, row: int, place: int, cell: Any, shape: Format) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, place, cell[:_LONGEST_TEXT], shape)
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, datetime(cell.year, cell.month, cell.day), shape)
    elif cell is not None:
        sheet.write_number(row, place, cell, shape)


def _width(cell: Any) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in str("" if cell is None else cell))
