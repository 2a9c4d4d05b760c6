"""What does a sheet look like before anyone knows what it means?"""

from dataclasses import dataclass
from itertools import islice
from typing import Any

Row = list[str]
Warned = tuple[str, dict[str, Any]]
"""A sentence's key in the locale, and what it needs."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """The rows of one sheet, as text.

    Attributes
    ----------
    rows : list of list of str
        Row 1 of the file first, none left out; an empty cell is "". Only a csv or a web page may have rows of unequal
        length.
    sheet : str or None
        Name of the sheet; None where a file has but one page.
    hidden : bool
        Whether the sender could not see it.
    merged : tuple of (top, left, bottom)
        Cells merged downwards, positions from 0, `bottom` within; their value stands in the top one only.
    separator : str or None
        What parts the cells of a text file.
    """

    rows: list[Row]
    sheet: str | None = None
    hidden: bool = False
    merged: tuple[tuple[int, int, int], ...] = ()
    separator: str | None = None

    def top(self, count: int) -> list[Row]:
        """Return the first rows with what is merged downwards filled in, as a header over two rows needs it."""
        rows = [list(row) for row in islice(self.rows, count)]
        for first, left, last in self.merged:
            for row in rows[first + 1 : last + 1]:
                if left < len(row):
                    row[left] = rows[first][left]
        return rows

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.strip() for row in self.rows for cell in row)
