"""How does a table become a file?"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from churnlab.synthetic.exports import NOTE, Export
from churnlab.tables.schemas import TABLES

_CREATED = datetime(2026, 11, 1)
"""Stands in every workbook, so that the same institution gives the same bytes."""
TOTAL = "合计"


def write(cells: pd.DataFrame, export: Export, path: Path, total: float | None) -> None:
    """Write the text of a table as the file it would be exported as.

    Parameters
    ----------
    cells : pandas.DataFrame of str
        Canonical column names.
    export : Export
        How.
    path : pathlib.Path
        Where; must not exist.
    total : float, optional
        What the 合计 row says.
    """
    assert not path.exists(), path
    headers = {name: export.header(str(name)) for name in cells}
    table = cells.rename(columns=headers).assign(**export.extra)
    if export.total:
        table = pd.concat([table, _total(table, headers[export.total], total or 0.0)], ignore_index=True)
    if export.encoding == "xlsx":
        _write_xlsx(table, export, path)
    else:
        table.to_csv(path, index=False, encoding=export.encoding, lineterminator="\r\n")


def _total(table: pd.DataFrame, under: str, total: float) -> pd.DataFrame:
    line = dict.fromkeys(table.columns, "") | {table.columns[0]: TOTAL, under: f"{total:,.2f}"}
    return pd.DataFrame([line])


def _write_xlsx(table: pd.DataFrame, export: Export, path: Path) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _CREATED})
        page = book.add_worksheet(TABLES[export.table].zh)
        top = 0
        if export.notes:
            page.merge_range(0, 0, 0, len(table.columns) - 1, NOTE)
            top = 1
        page.write_row(top, 0, list(table.columns))
        numeric = [table.columns.get_loc(name) for name in _serials(table, export)]
        for number, row in enumerate(table.itertuples(index=False, name=None), start=top + 1):
            for place, cell in enumerate(row):
                if place in numeric and cell.replace(".", "", 1).isdecimal() and cell.count(".") < 2:
                    page.write_number(number, place, float(cell))
                elif cell:
                    page.write_string(number, place, cell)


def _serials(table: pd.DataFrame, export: Export) -> Iterator[str]:
    """Return the headers under which a spreadsheet keeps days as numbers."""
    if export.dates == "serial":
        for column in TABLES[export.table].columns:
            if column.kind in ("date", "time") and column.name not in export.left_out:
                yield export.header(column.name)
