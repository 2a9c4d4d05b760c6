"""Which rows of a sheet are rows of its table?

Each physical row is counted once: kept, set aside, or a header, note, blank or total line.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from churnlab.tables.contract import STUDENT_ID, Table
from churnlab.tables.files.grid import Grid, Row
from churnlab.tables.headers import Header, fold

LINES = ("header", "note", "blank", "total")
SET_ASIDE = ("row", "column", "value", "reason", "facts")
_AMOUNTS = ("money", "hours", "count", "number", "percent")
# Looked for before anything else, as nearly every row has neither: what a total or a note may begin with, …
_LABEL = re.compile(
    "^\\s*$|[\u00ad\u200b-\u200f\u2060\ufeff计汇页注共备说制打导填审]|total|page|note|print|export", re.IGNORECASE
)
_SIGNS = ("#", "\n", "Err:")  # … and what a fault has in it
_TOTAL = re.compile(r"(本页|本月|全部)?(合计|总计|小计|累计|共计|汇总)|(sub|grand)?totals?")
_TOTAL_OF = re.compile(r".+(合计|总计|小计|汇总)|.*\s(sub|grand )?totals?:?")
_FOOTER = re.compile(r"(注|备注|说明|制表|打印|导出|填表|审核|第\d+页|共\d+|page\d|printed|exported|note).*", re.S)
_ERROR = re.compile(r"#(REF!|N/A|NAME\?|DIV/0!|VALUE!|NUM!|NULL!|SPILL!|CALC!|FIELD!|GETTING_DATA|#+)|Err:\d{3}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Sorted:
    """A sheet's rows, each in its place.

    Attributes
    ----------
    rows : pandas.DataFrame of str
        What is kept, by row number in the file.
    set_aside : pandas.DataFrame
        One row for each row that cannot be taken: `row`, `column`, `value`, `reason` (below `set_aside.` in the
        locale), `facts` (what its sentence needs).
    lines : mapping of str to int
        How many header, note, blank and total lines there are.
    """

    rows: pd.DataFrame
    set_aside: pd.DataFrame
    lines: dict[str, int]


def sort_out(grid: Grid, header: Header, table: Table) -> Sorted:
    """Put each row of a sheet in its place.

    Parameters
    ----------
    grid : Grid
        The sheet.
    header : Header
        Its header.
    table : Table
        What it holds.
    """
    judge = _Judge(grid, header, table)
    kept: list[Row] = []
    numbers: list[int] = []
    aside: list[dict[str, Any]] = []
    lines = Counter({"header": 1})
    lines.update("blank" if _is_blank(cells) else "note" for cells in grid.rows[: header.row])
    for number, cells in enumerate(judge.body, start=header.row + 2):
        verdict = judge.verdict(number, cells)
        if verdict is None:
            kept.append(cells)
            numbers.append(number)
        elif isinstance(verdict, str):
            lines[verdict] += 1
        else:
            aside.append({"row": number, "column": "", "value": "", "facts": {}} | verdict)
    frame = pd.DataFrame(
        {name: _shared([cells[at] for cells in kept]) for name, at in header.columns.items()},
        index=pd.Index(numbers, name="row", dtype="int64"),
        dtype=object,
    )
    return Sorted(rows=frame, set_aside=_aside(aside), lines={name: lines[name] for name in LINES})


def _shared(values: list[str]) -> list[str]:
    """Keep one copy of each word: millions of lessons have a few hundred teachers and three kinds of status."""
    pool: dict[str, str] = {}
    return list(map(pool.setdefault, values, values))


def _aside(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(SET_ASIDE), dtype=object)
    return frame.astype({"row": "int64"})


def _is_blank(cells: Row) -> bool:
    return not any(fold(cell) for cell in cells)


class _Judge:
    """What is this row?"""

    def __init__(self, grid: Grid, header: Header, table: Table) -> None:
        self.header = header
        self.separator = grid.separator
        self.most = len(header.cells)
        self.least = max(at for at, cell in enumerate(header.cells) if cell.strip()) + 1
        self.required = [at for name, at in header.columns.items() if table.column(name).required]
        self.who = {column.name for column in table.who}
        self.body, self.shared = _filled(grid, header, table)

    def verdict(self, number: int, cells: Row) -> str | dict[str, Any] | None:
        """Return None for a row to keep, the name of a line, or why and where the row is set aside."""
        if number in self.shared:
            return {"column": self.shared[number], "reason": "shared_amount"}
        joined = "".join(cells)
        if not joined or joined.isspace():
            return "blank"
        if len(cells) == self.most and not (_LABEL.search(cells[0]) or any(sign in joined for sign in _SIGNS)):
            return None if cells != self.header.cells else "header"
        return self._line(cells) or self._fault(cells)

    def _line(self, cells: Row) -> str | None:
        if cells == self.header.cells:
            return "header"
        filled = [at for at, cell in enumerate(cells) if fold(cell)]
        if not filled:
            return "blank"
        label = cells[filled[0]]
        if _TOTAL.fullmatch(fold(label)):
            return "total"
        lacking = any(at not in filled for at in self.required)
        if lacking and _TOTAL_OF.fullmatch(label.strip().casefold()):
            return "total"
        alone = len(filled) == 1 and self.least > 1
        return "note" if alone and _FOOTER.fullmatch(fold(label)) else None

    def _fault(self, cells: Row) -> dict[str, Any] | None:
        if len(cells) < self.least or any(map(fold, cells[self.most :])):
            facts = {"expected": self.least, "came": len(cells)}
            return {"reason": "ragged", "facts": facts}
        if self.separator and any(self._swallowed(cell) for cell in cells):
            return {"reason": "lines_in_cell"}
        for name, at in self.header.columns.items():
            if _ERROR.fullmatch(cells[at].strip()) and not (name in self.who and self._has_student(cells)):
                return {"column": name, "value": cells[at].strip(), "reason": "formula_error"}
        return None

    def _has_student(self, cells: Row) -> bool:
        at = self.header.columns.get(STUDENT_ID)
        return at is not None and bool(cells[at].strip())

    def _swallowed(self, cell: str) -> bool:
        # A quotation mark opened in one row and closed in another makes one cell of the rows between them.
        assert self.separator
        return "\n" in cell and cell.count(self.separator) >= max(self.least - 1, 1)


def _filled(grid: Grid, header: Header, table: Table) -> tuple[list[Row], dict[int, str]]:
    """Fill what is merged downwards; an amount merged over rows is nobody's: those rows by number, with its column."""
    body = grid.rows[header.row + 1 :]
    shared: dict[int, str] = {}
    for name, at in header.columns.items():
        for top, number in _merged_below(grid, header, at):
            if table.column(name).kind in _AMOUNTS:
                shared |= {top + 1: name, number + 1: name}
            else:
                cells = body[number - header.row - 1]
                body[number - header.row - 1] = [*cells[:at], grid.rows[top][at], *cells[at + 1 :]]
    return body, shared


def _merged_below(grid: Grid, header: Header, at: int) -> Iterator[tuple[int, int]]:
    for top, left, bottom in grid.merged:
        if left == at and top > header.row:
            for number in range(top + 1, min(bottom + 1, len(grid.rows))):
                if at < len(grid.rows[number]):
                    yield top, number
