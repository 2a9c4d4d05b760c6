"""How wide is each column of a table, and how large its letters?"""

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

TEXT_WIDTH_PT = 470.6  # A4 less two margins of 22 mm
SIZES_PT = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
LONG_EM = 14.0  # a column wider than this is prose, and may break into lines
WORD_EM = 10.0  # a longer word without a place to break needs its column as wide as it is
PADDING_EM = 1.1
_WIDE = re.compile("[\u2e80-\uffef]")
SLACK = 1.06  # letters differ in width; a number must not break


def fit(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, list[float]]:
    """Choose the largest letters with which a table fits the page.

    Parameters
    ----------
    columns : sequence of str
        Headers.
    rows : sequence of sequences of str
        The cells as they are printed.

    Returns
    -------
    size_pt : float
        Size of the letters, 6–9 points.
    shares : list of float
        Each column's share of the page's width; 0 where a column takes just what it needs.
    """
    widths = [_column(header, [row[place] for row in rows]) for place, header in enumerate(columns)]
    least = sum(min(width, LONG_EM) for width in widths) * SLACK
    size = next((size for size in SIZES_PT if least <= TEXT_WIDTH_PT / size), SIZES_PT[-1])
    room = TEXT_WIDTH_PT / size
    if sum(widths) * SLACK <= room:
        return size, [width * SLACK + (room - sum(widths) * SLACK) / len(widths) for width in widths]
    if least > room:
        return size, [0.0] * len(widths)
    words = [max(map(_unbroken, [row[place] for row in rows]), default=0.0) for place in range(len(columns))]
    return size, [
        width if width > LONG_EM and word <= WORD_EM else 0.0 for width, word in zip(widths, words, strict=True)
    ]


def _column(header: str, cells: Sequence[str]) -> float:
    longest = max((_em(word) for word in header.split()), default=0.0)
    # A header may stand in two lines, a long one in three.
    lines = 2 if _em(header) <= LONG_EM else 3
    heads = max(_em(header) / lines + 1, longest if longest < LONG_EM else 0.0)
    return max([heads, *map(_em, cells)]) + PADDING_EM


def _unbroken(text: str) -> float:
    """Return the width of the longest run of letters without a blank; Chinese breaks anywhere."""
    return max((_em(word) for word in _WIDE.sub(" ", text).split()), default=0.0)


def _em(text: str) -> float:
    return sum(1.0 if east_asian_width(letter) in "WFA" else 0.66 if letter.isupper() else 0.56 for letter in text)
