"""Which rows does a text file with separators hold?"""

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import islice

from churnlab.errors import InputError
from churnlab.tables.files.grid import Grid, Row

SEPARATORS = (",", "\t", ";")


def grid(text: str, file: str, *, knows: Callable[[Row], int], head_rows: int) -> Grid:
    r"""Return the rows of a csv, tsv or semicolon file.

    Parameters
    ----------
    text : str
        The whole file.
    file : str
        Its name, for the error.
    knows : callable
        How many cells of a row are headers we know: that separator is right which makes a header.
    head_rows : int
        Within how many rows the header lies.

    Notes
    -----
    A row is a record, as a spreadsheet numbers it: a line break within quotes starts none. Half a million rows of
    twelve columns take a second, so there is no second, careless way.

    Raises
    ------
    InputError
        If a quotation mark is never closed, naming the row where it opened.
    """
    separator = max(SEPARATORS, key=lambda mark: max(map(knows, _head(text, mark, head_rows)), default=0))
    rows: list[Row] = []
    try:
        # extend() keeps what came before the error, and so counts the rows up to it.
        rows.extend(_records(text, separator))
    except csv.Error:
        raise InputError("reading.quote", file=file, row=len(rows) + 1) from None
    return Grid(rows=rows, separator=separator)


def _records(text: str, separator: str) -> Iterator[Row]:
    return csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)


def _head(text: str, separator: str, count: int) -> list[Row]:
    rows: list[Row] = []
    try:
        rows.extend(islice(_records(text, separator), count))
    except csv.Error:
        return rows
    return rows
