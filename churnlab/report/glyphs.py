"""Which characters can the report's fonts not show?

A PDF/UA must not hold a character without a glyph. What neither font has is printed as 〓, as Chinese printers
do for a piece of type they lack, and named to the caller, who says so in the manifest. Characters that are not seen, as
control characters, are taken out: they could turn the direction of a line or hide a word.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from unicodedata import category

import pylopdf_fonts_zh_cn as fonts
from matplotlib.ft2font import FT2Font

from churnlab.plots.style import font

SUBSTITUTE = "〓"
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_SELECTORS = range(0xFE00, 0xFE10)


@cache
def shown() -> frozenset[str]:
    """Return the characters that both fonts have."""
    sans, serif = (set(FT2Font(str(font(path()))).get_charmap()) for path in (fonts.sans_path, fonts.serif_path))
    return frozenset(map(chr, sans & serif))


def legible(tree: Any) -> Any:
    """Return a tree of dictionaries, lists and texts with every text printable."""
    return _rewritten(tree, _printed)


def visible(tree: Any) -> Any:
    """Return such a tree without the characters that are not seen; for a workbook, which has other fonts."""
    return _rewritten(tree, _seen)


def missing(tree: Any) -> list[str]:
    """Return the characters that will be printed as 〓, in the order of their code points."""
    return sorted({letter for text in _texts(tree) for letter in text if _printed(letter) == SUBSTITUTE != letter})


def _texts(tree: Any) -> Iterable[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list | tuple):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(item)


def _rewritten(tree: Any, letter: Callable[[str], str]) -> Any:
    if isinstance(tree, str):
        return "".join(map(letter, tree))
    if isinstance(tree, dict):
        return {name: _rewritten(item, letter) for name, item in tree.items()}
    return [_rewritten(item, letter) for item in tree] if isinstance(tree, list | tuple) else tree


@cache
def _seen(letter: str) -> str:
    if letter == "\n":
        return letter
    if letter == "\t" or category(letter) == "Zs":
        return " "
    return "" if category(letter) in _UNSEEN or ord(letter) in _SELECTORS else letter


@cache
def _printed(letter: str) -> str:
    if letter in shown():
        return letter
    seen = _seen(letter)
    return seen if seen in ("", " ", "\n") else SUBSTITUTE
