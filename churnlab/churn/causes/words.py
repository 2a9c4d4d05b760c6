"""Which words and pairs of characters is a text made of?"""

import re
import unicodedata
from itertools import pairwise

import rjieba

# What `tables.scrubbing` put in the place of a name or number is no word.
_MASKS = re.compile(r"\[(?:name|phone|email|chat|id number)\]|\*{3}")
_HAN = re.compile(r"[㐀-䶿一-鿿]+")
_LATIN = re.compile(r"[^\W\d_㐀-䶿一-鿿]+(?:'[^\W\d_]+)?")
_CHARACTERS = (2, 3)


def words(text: str) -> list[str]:
    """Return what a text says, as parts that can be counted.

    Chinese is parted into words by rjieba and, since short notes are often parted wrongly, also into all runs of two
    and three characters; what is written in letters into words and pairs of words. Numbers, marks and what stands in
    the place of a name are left out.

    Parameters
    ----------
    text : str
        As it is stored: without names.

    Returns
    -------
    list of str
        In order, with repetitions; empty for a text without words.
    """
    plain = _plain(text)
    chinese = _HAN.findall(plain)
    latin = _LATIN.findall(plain)
    parted = [f"{word}|" for run in chinese for word in rjieba.cut(run)]
    runs = [run[at : at + n] for run in chinese for n in _CHARACTERS for at in range(len(run) - n + 1)]
    pairs = [f"{one} {other}" for one, other in pairwise(latin)]
    return [*parted, *runs, *latin, *pairs]


def same(text: str) -> str:
    """Return by what a text is told to be another's copy: its letters alone, whatever numbers, marks and names."""
    plain = _plain(text)
    return " ".join((*_HAN.findall(plain), *_LATIN.findall(plain)))


def _plain(text: str) -> str:
    return _MASKS.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
