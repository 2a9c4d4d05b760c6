"""Which rows does a web page hold that calls itself a workbook?"""

from html.parser import HTMLParser

from churnlab.tables.files.grid import Grid, Row

_CELLS = ("td", "th")
_WIDEST = 1_000  # browsers take no wider span


def looks_like(text: str) -> bool:
    """Tell whether a text is a page with a table."""
    head = text[:4096].lstrip().lower()
    return head.startswith("<") and any(tag in text.lower() for tag in ("<table", "<tr"))


def grid(text: str) -> Grid:
    """Return the rows of all tables of a page, as they stand below each other.

    Parameters
    ----------
    text : str
        The whole page; tags need not be closed. Cells over several columns are followed by empty ones, blanks around a
        value mean nothing.
    """
    page = _Page()
    page.feed(text)
    page.close()
    page.end_row()
    return Grid(rows=page.rows, merged=tuple(page.merged))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.merged: list[tuple[int, int, int]] = []
        self._row: Row | None = None
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._taken: dict[int, int] = {}  # column: last row that a cell from above reaches

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.end_row()
            self._row = []
        elif tag in _CELLS and self._row is not None:
            self._end_cell()
            told = dict(attrs)
            self._spans = (_span(told.get("rowspan")), _span(told.get("colspan")))
            self._cell = []
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS:
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()
            if tag == "table":
                self._taken.clear()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def end_row(self) -> None:
        """Close the row that is open, whether the page does or not."""
        if self._row is not None:
            self._end_cell()
            self._skip_taken()
            self.rows.append(self._row)
        self._row = None

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._skip_taken()
        below, across = self._spans
        here, left = len(self.rows), len(self._row)
        self._row += ["".join(self._cell).strip(), *[""] * (across - 1)]
        if below > 1:
            self.merged.append((here, left, here + below - 1))
            self._taken |= dict.fromkeys(range(left, left + across), here + below - 1)
        self._cell = None

    def _skip_taken(self) -> None:
        assert self._row is not None
        while self._taken.get(len(self._row), -1) >= len(self.rows):
            self._row.append("")


def _span(told: str | None) -> int:
    return min(max(int(told), 1), _WIDEST) if told and told.strip().isdecimal() else 1
