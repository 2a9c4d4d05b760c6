"""How wide is each column of a table, how large are its letters, and may it break over pages?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from math import ceil

import pylopdf_fonts_zh_cn as fonts
from matplotlib.ft2font import FT2Font, LoadFlags

from churnlab.plots.style import font
from churnlab.report import glyphs

TEXT_WIDTH_PT = 470.6  # A4 less two margins of 22 mm
# How large the letters are, and whether a figure's interval stands below it: that reads better than letters below 8 pt.
STEPS = ((9.0, False), (8.5, False), (8.0, False), (8.0, True), (7.5, True))
PROSE_EM = 10.0  # a column of words that is wider than this may break into lines
NARROWEST_EM = 6.5  # of a column that breaks: shorter lines are no lines
WHOLE_HEADER_EM = 6.0  # six Chinese characters; a longer header may stand in two lines
LONG_LINES, LONG_PT = 45, 8.5  # a table of more lines than a page holds has smaller letters, if any of them is prose
WORTH_PT, WORTH_LINES = 8.0, 0.7  # smaller letters, down to these, if they save so much of a table's lines
WHOLE_LINES = 14  # a table of no more lines moves to the next page rather than break
PADDING_EM = 1.1
SLACK = 1.02  # for what the letters' own widths do not say: the strokes that make a header bold
_WIDE = re.compile("[\u2e80-\uffef]")


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How a table is set.

    Attributes
    ----------
    size_pt : float
        Size of the letters.
    shares : list of float
        Each column's share of the page's width; 0 throughout where there is not enough for all.
    cells : list of lists of str
        What is printed, an interval perhaps on a line of its own.
    whole : bool
        Whether it is short enough to stand on one page.
    """

    size_pt: float
    shares: list[float]
    cells: list[list[str]]
    whole: bool


@dataclass(frozen=True, kw_only=True)
class _Column:
    least: float
    wide: float


def fit(columns: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[str]) -> Fit:
    """Choose the largest letters with which a table fits the page, and widths that make it short.

    Parameters
    ----------
    columns : sequence of str
        Headers.
    rows : sequence of sequences of str
        The cells as they are printed.
    align : sequence of {"left", "right"}
        A column of figures stands right; none of them is broken but before its interval.
    """
    best = None
    for size, below in STEPS:
        if best and (size < WORTH_PT or below):
            break
        one = _set(columns, rows, align, size, below=below)
        # Letters a little smaller are easier to read than figures broken into two lines throughout.
        if any(one.shares) and (best is None or one.lines <= WORTH_LINES * best.lines):
            best = one
    best = best or one
    if best.lines > LONG_LINES and best.size_pt > LONG_PT and best.breaks:
        best = _set(columns, rows, align, LONG_PT, below=False)
    return Fit(size_pt=best.size_pt, shares=best.shares, cells=best.cells, whole=best.lines <= WHOLE_LINES)


@dataclass(frozen=True, kw_only=True)
class _Set:
    size_pt: float
    shares: list[float]
    cells: list[list[str]]
    lines: int
    breaks: bool


def _set(
    columns: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[str], size: float, *, below: bool
) -> _Set:
    """Set a table in letters of one size; shares are 0 where it has no room."""
    cells = [list(map(_below, row, align)) if below else list(row) for row in rows]
    measured = [
        _column(header, [row[place] for row in cells], side)
        for place, (header, side) in enumerate(zip(columns, align, strict=True))
    ]
    shares, lines = _shares(measured, cells, TEXT_WIDTH_PT / size)
    breaks = any(column.least < column.wide for column in measured)
    return _Set(size_pt=size, shares=shares, cells=cells, lines=lines, breaks=breaks)


def _shares(columns: list[_Column], rows: Sequence[Sequence[str]], room: float) -> tuple[list[float], int]:
    """Return each column's share of the width, and how many lines that makes."""
    wanted, least = sum(column.wide for column in columns), sum(column.least for column in columns)
    if wanted <= room:
        shares = [column.wide + (room - wanted) / len(columns) for column in columns]
        return shares, _all_lines(rows, shares)
    if least > room:
        return [0.0] * len(columns), len(rows)
    spread = (room - least) / (wanted - least)
    shares = [column.least + (column.wide - column.least) * spread for column in columns]
    return _shortest(shares, columns, rows)


def _shortest(shares: list[float], columns: list[_Column], rows: Sequence[Sequence[str]]) -> tuple[list[float], int]:
    """Move width between the columns that may break, as long as that makes the table shorter."""
    free = [place for place, column in enumerate(columns) if column.least < column.wide]
    lines = _all_lines(rows, shares)
    for step in (4.0, 2.0, 1.0):
        better = True
        while better:
            better = False
            for giving, taking in permutations(free, 2):
                tried = list(shares)
                given = min(step, tried[giving] - columns[giving].least)
                tried[giving], tried[taking] = tried[giving] - given, tried[taking] + given
                count = _all_lines(rows, tried)
                if count < lines:
                    shares, lines, better = tried, count, True
    return shares, lines


def _all_lines(rows: Sequence[Sequence[str]], shares: Sequence[float]) -> int:
    return sum(_lines(row, shares) for row in rows)


def _lines(row: Sequence[str], shares: Sequence[float]) -> int:
    return max(
        sum(_broken(_em(part), share - PADDING_EM) for part in cell.split("\n"))
        for cell, share in zip(row, shares, strict=True)
    )


def _broken(words: float, room: float) -> int:
    # Where lines break at words, some room stays empty at their ends.
    return 1 if words <= room else ceil(words * 1.05 / room)


def _column(header: str, cells: Sequence[str], side: str) -> _Column:
    head = _em(header)
    over = SLACK * (head if head <= WHOLE_HEADER_EM else max(head / 2 + 1, _unbroken([header])))
    longest = max((_em(part) for cell in cells for part in cell.split("\n")), default=0.0) * SLACK
    wide = max(over, longest) + PADDING_EM
    if side == "right" or wide <= PROSE_EM:
        return _Column(least=wide, wide=wide)
    return _Column(least=max(over, _unbroken(cells) * SLACK, NARROWEST_EM) + PADDING_EM, wide=wide)


def _below(cell: str, side: str) -> str:
    return cell.replace(" (", "\n(", 1) if side == "right" else cell


def _unbroken(cells: Sequence[str]) -> float:
    """Return the width of the longest run of letters without a blank; Chinese breaks anywhere."""
    return max((_em(word) for cell in cells for word in _WIDE.sub(" ", cell).split()), default=0.0)


def _em(text: str) -> float:
    return sum(map(_letter, text))


@cache
def _letter(letter: str) -> float:
    if letter not in glyphs.shown():
        return 1.0  # as wide as the mark that stands for it
    return _face().load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 100


@cache
def _face() -> FT2Font:
    face = FT2Font(str(font(fonts.sans_path())))
    face.set_size(100, 72)
    return face
