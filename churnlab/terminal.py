"""How is a table shown in a terminal?

From the left, and no wider than it must be: what is longer than a line the terminal wraps.
"""

from unicodedata import combining, east_asian_width

import pandas as pd


def lines(shown: pd.DataFrame) -> list[str]:
    """Write a table in words: a list where there is one column, else columns under their headers.

    Parameters
    ----------
    shown : pandas.DataFrame of str
        From `Finding.presented`.
    """
    rows = shown.to_numpy().tolist()
    if len(shown.columns) == 1:
        return [f"- {value}" for (value,) in rows]
    every = [[str(name) for name in shown.columns], *rows]
    widths = [max(map(_width, column)) for column in zip(*every, strict=True)]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in every]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(cell: str) -> int:
    """Return how many places a text takes: a Chinese character takes two."""
    return sum(0 if combining(letter) else 1 + (east_asian_width(letter) in "WF") for letter in cell)
