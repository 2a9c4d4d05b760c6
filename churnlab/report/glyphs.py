"""Which characters can the report's fonts not show?

A PDF/UA must not hold a character without a glyph. What neither font has is printed as 〓, as Chinese printers
do for a piece of type they lack, and named to the caller, who says so in the manifest. Characters that are not seen, as
control characters, are taken out: they could turn the direction of a line or hide a word.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any
from unicodedata import category

import pylopdf_fonts_zh_cn as fonts
from matplotlib.ft2font import FT2Font

SUBSTITUTE = "〓"
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_SELECTORS = range(0xFE00, 0xFE10)


@cache
def shown() -> frozenset[str]:
    """Return the characters that both fonts have."""
    sans, serif = (set(FT2Font(str(path())).get_charmap()) for path in (fonts.sans_path, fonts.serif_path))
    return frozenset(map(chr, sans & serif))


def legible(tree: Any) -> Any:
    """Return a tree of dictionaries, lists and texts with every text printable."""
    if isinstance(tree, str):
        return "".join(map(_letter, tree))
    if isinstance(tree, dict):
        return {name: legible(item) for name, item in tree.items()}
    return [legible(item) for item in tree] if isinstance(tree, list | tuple) else tree


def missing(tree: Any) -> list[str]:
    """Return the characters that will be printed as 〓, in the order of their code points."""
    return sorted({letter for text in _texts(tree) for letter in text if _letter(letter) == SUBSTITUTE != letter})


def _texts(tree: Any) -> Iterable[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list | tuple):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(item)


@cache
def _letter(letter: str) -> str:
    if letter == "\n" or letter in shown():
        return letter
    if letter == "\t" or category(letter) == "Zs":
        return " "
    if category(letter) in _UNSEEN or ord(letter) in _SELECTORS:
        return ""
    return SUBSTITUTE
