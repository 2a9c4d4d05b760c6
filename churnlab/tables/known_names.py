"""Which names in a text does the store know from an earlier load?

The store holds no name, only its pseudonym. A later load may lack the table that declares its names (跟进记录 alone):
every short run of characters or words in its texts is made a pseudonym too, and looked up among those of the store.
What is found is a name like any that the load itself declares.

A given name alone (小满) has no pseudonym: it is known only if the whole name stands somewhere in the same load.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from duckdb import DuckDBPyConnection

from churnlab.tables.contract import Column
from churnlab.tables.pseudonym import HEX_DIGITS, normal_name, pseudonym, says_who
from churnlab.tables.schemas import TABLES
from churnlab.tables.values import short
from churnlab.tables.versions import CATALOG

SPAN = 6  # characters or words: a compound family name (欧阳) with three more, and one to spare
_DOTTED_SPAN = 16  # 迪丽热巴·迪力木拉提: a name with a dot between its parts is spelt out by sound
_WHOLE = 60  # characters: a whole cell that is no longer may be a name by itself
_REMEMBERED = 1_000_000  # runs that were looked up, about 100 MB
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_LETTERS = rf"[^\W_{_HAN}]+"
_PART = re.compile(rf"[{_HAN}]|{_LETTERS}(?:['’-]{_LETTERS})*")
_DOTS = "·•・‧."
_JOINTS = frozenset(["", " ", *_DOTS, *(f"{dot} " for dot in _DOTS)])


def pseudonyms(engine: DuckDBPyConnection, tables: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Return the pseudonyms of names that the store holds, in versions that stand and in versions that stood.

    Parameters
    ----------
    engine : duckdb.DuckDBPyConnection
        Into which the store is attached.
    tables : collection of str
        Those that it has.

    Returns
    -------
    mapping of str to frozenset of str
        By personal column (`name`, `guardian`, `school`); ids that are names (`王芳` as a staff number) are below
        `name`.
    """
    queries = [
        f'SELECT DISTINCT \'{kind}\' AS kind, "{column.name}" AS told FROM {CATALOG}."{name}" '
        f"WHERE regexp_full_match(\"{column.name}\", '[0-9a-f]{{{HEX_DIGITS}}}')"
        for name in sorted(tables & TABLES.keys())
        for column in TABLES[name].columns
        if (kind := _kind(column))
    ]
    rows = engine.execute(" UNION ".join(queries)).fetchall() if queries else []
    kinds = {kind for kind, _ in rows}
    return {kind: frozenset(told for of, told in rows if of == kind) for kind in sorted(kinds)}


def _kind(column: Column) -> str | None:
    if column.kind == "id" and says_who(column.name, column.references):
        return "name"
    return column.name if column.personal == "pseudonym" and column.name != "phone" else None


def known_in(texts: Iterable[str], stored: Collection[str], key: bytes) -> frozenset[str]:
    """Return the names in these texts whose pseudonyms are stored, as the texts write them.

    Parameters
    ----------
    texts : iterable of str
        As they stand in the export; each distinct run of characters is looked up once.
    stored : collection of str
        From `pseudonyms`.
    key : bytes
        The key that made them.
    """
    names: set[str] = set()
    tried: set[str] = set()
    for text in set(texts) if stored else ():
        fresh = set(_runs(short(text))) - tried
        names.update(run for run in fresh if pseudonym(normal_name(run), key) in stored)
        if len(tried) > _REMEMBERED:
            tried.clear()
        tried.update(fresh)
    return frozenset(names)


def _runs(text: str) -> Iterator[str]:
    """Cut out whatever may be a name: some Chinese characters or Latin words in a row, or all of a short text."""
    if 1 < len(text) <= _WHOLE:
        yield text
    parts = [part.span() for part in _PART.finditer(text)]
    for first, (start, end) in enumerate(parts):
        if end - start > 1 and not text[start:end].isdecimal():
            yield text[start:end]
        dotted = False
        for size, (opens, closes) in enumerate(parts[first + 1 : first + _DOTTED_SPAN], start=2):
            joint = text[end:opens]
            if joint not in _JOINTS:
                break
            dotted |= joint.strip() != ""
            if size <= SPAN or dotted:
                yield text[start:closes]
            end = closes
