"""Which row is the header, and which column is what?"""

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

from churnlab.errors import InputError
from churnlab.i18n import Lang
from churnlab.tables.contract import STUDENT_ID, Column, Table
from churnlab.tables.files.grid import Row
from churnlab.tables.mapping import LEFT_OUT, Mapping
from churnlab.tables.schemas import TABLES

HEAD_ROWS = 30  # notes above a header are a few rows; a header further down is none
_INVISIBLE = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_MARKS = re.compile(r"(\((\*|必填|选填|元|required|optional|cny|rmb)\)|\*|[:;])$|^\*")
_LONG_NUMBER = re.compile(r"\d{5,}")

Vocabulary = AnyMapping[str, str]
"""Folded header to canonical column; "" for a column that is left out on purpose."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """The header of one sheet.

    Attributes
    ----------
    row : int
        Its position, from 0.
    cells : list of str
        As they stand there.
    columns : mapping of str to int
        Canonical column to its position, in the order of the contract.
    ignored : tuple of str
        Headers that are none of ours.
    """

    row: int
    cells: Row
    columns: AnyMapping[str, int]
    ignored: tuple[str, ...]

    @property
    def written(self) -> dict[str, str]:
        """Canonical column to its header, as the file has it."""
        return {name: shown([self.cells[at]]) for name, at in self.columns.items()}


def fold(header: str) -> str:
    """Return a header without what does not matter: width of letters, case, blanks, line breaks, `(*)`, `(元)`."""
    folded = _barer(header)
    while (barer := _barer(folded)) != folded:
        folded = barer
    return folded


def _barer(header: str) -> str:
    return _MARKS.sub("", _INVISIBLE.sub("", normalize("NFKC", header)).casefold())


def vocabularies(mapping: Mapping) -> dict[str, Vocabulary]:
    """Return for each table every header it is known by, the institution's own last and strongest."""
    return {
        name: {fold(header): column.name for column in table.exported for header in column.headers}
        | {fold(header): column for header, column in mapping.headers.get(name, {}).items()}
        for name, table in TABLES.items()
    }


def known(cells: Row, vocabulary: Vocabulary) -> set[str]:
    """Return the columns whose header stands in these cells."""
    return {vocabulary[name] for name in map(fold, cells) if name in vocabulary} - {LEFT_OUT}


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """A column that an export lacks, and which others would do in its place: all of them, or any."""

    column: Column
    instead: tuple[Column, ...] = ()
    all_of_them: bool = False

    def said(self, lang: Lang) -> str:
        """Name it as a reader finds it in files."""
        name, *others = (_called(column, lang) for column in (self.column, *self.instead))
        if not others:
            return name
        joint = {"zh": "或和", "en": (" or ", " and ")}[lang][self.all_of_them]
        return {"zh": f"{name}（或{joint.join(others)}）", "en": f"{name} (or {joint.join(others)})"}[lang]


def missing(table: Table, found: set[str]) -> tuple[Lacking, ...]:
    """Return the required columns that have no header, nor anything in their place.

    A student may go by name and phone. An export without ids is taken if its natural key is there: what is required or
    personal of it (phone and name), and one of the others (a lesson by course or class).
    """
    told = found | {STUDENT_ID} if found & {column.name for column in table.who} else found
    absent = (column for column in table.columns if column.required and column.name not in told)
    lacking = (_lacking(column, table, told) for column in absent)
    return tuple(lack for lack in lacking if lack is not None)


def _lacking(column: Column, table: Table, told: set[str]) -> Lacking | None:
    if column.name == STUDENT_ID and table.who:
        return Lacking(column=column, instead=table.who, all_of_them=True)
    if column.name in table.natural_key or column.name not in table.key:
        return Lacking(column=column)
    parts = [table.column(name) for name in table.natural_key if name not in table.key]
    persons = tuple(part for part in parts if part.personal and part.name not in told)
    if persons:
        return Lacking(column=column, instead=persons, all_of_them=True)
    others = tuple(part for part in parts if not (part.required or part.personal))
    if others and told.isdisjoint(part.name for part in others):
        return Lacking(column=column, instead=others)
    return None  # the natural key will do; what else it needs is required, and named for itself


def best_row(rows: Sequence[Row], vocabulary: Vocabulary) -> int:
    """Return the position of the row with most known headers, the first of equals."""
    return max(range(len(rows)), key=lambda row: (len(known(rows[row], vocabulary)), -row))


def find(rows: Sequence[Row], table: Table, vocabulary: Vocabulary, *, file: str, sheet: str | None) -> Header:
    """Find the header of a sheet whose table is known.

    Parameters
    ----------
    rows : sequence of list of str
        The first rows of the sheet.
    table : Table
        What it holds.
    vocabulary : mapping
        Headers of this table.
    file, sheet : str
        Where, for the error.

    Raises
    ------
    InputError
        If no row looks like a header, required columns are missing, or two headers are the same column.
    """
    where = {"file": place(file, sheet), "table": title(table), "table_name": table.name}
    row = best_row(rows, vocabulary) if rows else 0
    cells = rows[row] if rows else []
    found = known(cells, vocabulary)
    absent = missing(table, found)
    if absent and len(found) < 2:
        # Perhaps a row of data: nothing of it may be shown.
        raise InputError("reading.no_header", missing=said(absent), rows=HEAD_ROWS, **where)
    if absent:
        raise InputError("reading.headers_missing", missing=said(absent), came=shown(cells), row=row + 1, **where)
    return _header(row, cells, vocabulary, table, where)


def _header(row: int, cells: Row, vocabulary: Vocabulary, table: Table, where: AnyMapping[str, object]) -> Header:
    positions: dict[str, list[int]] = {}
    ignored = []
    for position, cell in enumerate(cells):
        column = vocabulary.get(fold(cell), LEFT_OUT)
        if column != LEFT_OUT:
            positions.setdefault(column, []).append(position)
        elif cell.strip():
            ignored.append(" ".join(cell.split()))
    for column, others in _second_phones(positions, cells, table):
        positions[column] = [at for at in positions[column] if at not in others]
        ignored += [" ".join(cells[at].split()) for at in others]
    twice = {column: at for column, at in positions.items() if len(at) > 1}
    if twice:
        pairs = "; ".join(f"{shown([cells[at] for at in twice[column]])} → {column}" for column in twice)
        raise InputError("reading.headers_twice", pairs=pairs, row=row + 1, **where)
    columns = {c.name: positions[c.name][0] for c in table.exported if c.name in positions}
    return Header(row=row, cells=cells, columns=columns, ignored=tuple(ignored))


def _second_phones(positions: AnyMapping[str, list[int]], cells: Row, table: Table) -> list[tuple[str, list[int]]]:
    """Return the lesser of several headers of a person's phone, or name: 电话 beside 手机号码 is a landline."""
    found = []
    for column in table.exported:
        usual, places = [fold(header) for header in column.headers], positions.get(column.name, [])
        at = {fold(cells[place]): place for place in places}
        own = at.keys() - set(usual)
        # Of two headers that are the same word, or that a mapping names both, we cannot choose.
        if column.personal == "pseudonym" and len(places) == len(at) > 1 and len(own) < 2:
            best = sorted(at, key=lambda header: usual.index(header) if header in usual else -1)
            found.append((column.name, [at[header] for header in best[1:]]))
    return found


def place(file: str, sheet: str | None) -> str:
    """Name a sheet as a mapping does: `file#sheet`."""
    return file if sheet is None else f"{file}#{sheet}"


def title(table: Table) -> dict[str, str]:
    """Name a table as a reader of each language knows it."""
    return {"zh": table.zh, "en": table.name}


def said(lacking: Sequence[Lacking]) -> dict[str, str]:
    """Name columns that are lacking as a reader of each language knows them."""
    return {
        "zh": "、".join(lack.said("zh") for lack in lacking),
        "en": ", ".join(lack.said("en") for lack in lacking),
    }


def _called(column: Column, lang: Lang) -> str:
    return {"zh": column.zh[0], "en": column.name}[lang]


def shown(cells: Sequence[str]) -> str:
    """Write headers side by side, as far as they may be shown."""
    # A header has no long number; if a row of data was taken for one, its phones stay hidden.
    return " | ".join(_LONG_NUMBER.sub("***", " ".join(cell.split()))[:40] for cell in cells if cell.strip())
