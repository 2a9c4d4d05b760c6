"""What was stored before a name in it was known, and how is it taken out afterwards?

A text of January may name a child whom only the roster of February declares. Every load therefore looks through what
stands, in all versions, for the names that it brings: texts, words and ids, warnings of earlier loads, files of rows
set aside. A row that loses a name is no new version: which row it is and whether it changed is told by keyed digests of
what was said.
"""

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from churnlab.errors import StoreError
from churnlab.tables.schemas import TABLES
from churnlab.tables.scrubbing import nameless
from churnlab.tables.undeclared import places
from churnlab.tables.versions import CATALOG

Scrub = Callable[[str], str]
_MASKS = re.compile(r"(\[(?:name|phone|email|chat|id number)\])")
_MENDED = re.compile(r"\.(load-\d+\.csv)\.since-(\d+)")
_COLUMN, _VALUE = 4, 5  # in a row of such a file: the header of the column, and what stood in the cell


def scrubber(names: frozenset[str]) -> Scrub:
    """Return what takes these names out of a text that was scrubbed before: a child called Name spoils no `[name]`."""
    take = nameless(names)
    return lambda text: "".join(part if number % 2 else take(part) for number, part in enumerate(_MASKS.split(text)))


def texts(engine: DuckDBPyConnection, present: frozenset[str], names: frozenset[str]) -> Mapping[str, str]:
    """Return the texts that stand in the store, in any version, and hold one of these names, and what is left of each.

    Parameters
    ----------
    engine : duckdb.DuckDBPyConnection
        To which the store is attached.
    present : frozenset of str
        Tables that it has.
    names : frozenset of str
        In clear.
    """
    found = [f'SELECT "{column}" FROM {CATALOG}."{table}"' for table, column in _places() if table in present]
    if not found or not names:
        return {}
    scrub = scrubber(names)
    rows = engine.execute(f"SELECT DISTINCT * FROM ({' UNION ALL '.join(found)}) said(t) WHERE t IS NOT NULL")
    said = (str(text) for (text,) in iter(rows.fetchone, None))
    return {text: left for text in said if (left := scrub(text)) != text}


def undeclared(engine: DuckDBPyConnection, present: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return the words and the ids of the store, of any version, that have room for a name: see `undeclared.may_hold`.

    Parameters
    ----------
    engine : duckdb.DuckDBPyConnection
        To which the store is attached.
    present : frozenset of str
        Tables that it has.
    """
    found: dict[str, frozenset[str]] = {}
    for of in ("word", "id"):
        parts = [f'SELECT "{column}" FROM {CATALOG}."{table}"' for table, column in places(of) if table in present]
        room = "strlen(t) <> length(t) OR contains(t, ' ')"
        sql = f"SELECT DISTINCT t FROM ({' UNION ALL '.join(parts)}) said(t) WHERE {room}"
        rows = engine.execute(sql).fetchall() if parts else []
        found[of] = frozenset(value for (value,) in rows)
    return found


def warnings(engine: DuckDBPyConnection, names: frozenset[str]) -> Mapping[str, str]:
    """Return what the store remembers of warnings whose words hold one of these names, and what is left of each."""
    scrub = scrubber(names)

    def cleaned(fact: Any) -> Any:
        if isinstance(fact, dict):  # in the words of each language
            return {lang: cleaned(said) for lang, said in fact.items()}
        return scrub(fact) if isinstance(fact, str) else fact

    def mended(told: str) -> str:
        kept = json.loads(told)
        for warning in kept:
            warning["facts"] = {name: cleaned(fact) for name, fact in warning["facts"].items()}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)

    found = engine.execute(f"SELECT DISTINCT warnings FROM {CATALOG}._loads").fetchall() if names else []
    return {told: left for (told,) in found if (left := mended(told)) != told}


def replace(engine: DuckDBPyConnection, changed: Mapping[str, Mapping[str, str]], present: frozenset[str]) -> None:
    """Put what is left in the place of each "text", "word" and "id" and warning, in the transaction of a load."""
    where = {"text": (*_places(), ("_loads", "warnings")), "word": places("word"), "id": places("id")}
    for of, left in changed.items():
        if left:
            held = [place for place in where[of] if place[0] in {*present, "_loads"}]
            _replace(engine, left, held)


def _replace(engine: DuckDBPyConnection, left: Mapping[str, str], where: list[tuple[str, str]]) -> None:
    engine.register("_mended", pa.table({"before": [*left], "after": [*left.values()]}))
    engine.execute("CREATE TEMP TABLE _left AS SELECT before, after FROM _mended")
    engine.unregister("_mended")
    for table, column in where:
        engine.execute(f'UPDATE "{table}" SET "{column}" = after FROM _left WHERE "{column}" = before')
    engine.execute("DROP TABLE _left")


def _places() -> Iterator[tuple[str, str]]:
    for name, table in TABLES.items():
        yield from ((name, column.stored_name) for column in table.columns if column.personal == "text")


@contextmanager
def files_mended(folder: Path, number: int, names: frozenset[str]) -> Iterator[None]:
    """Take names out of the files of rows that earlier loads set aside, once the block is done.

    Parameters
    ----------
    folder : pathlib.Path
        `data/set_aside`.
    number : int
        Of the load that brings the names; what it was about to put in place when it was killed bears it.
    names : frozenset of str
        In clear.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    try:
        for file in sorted(folder.glob("load-*.csv")) if names else ():
            _mend(file, number, scrubber(names))
        yield
    except BaseException:
        recover(folder, last=number - 1)
        raise
    recover(folder, last=number)


def recover(folder: Path, *, last: int) -> None:
    """Finish what a load that stands had begun, and take away what one had begun that does not.

    Parameters
    ----------
    folder : pathlib.Path
        `data/set_aside`.
    last : int
        Number of the last load in the store.
    """
    for beside in sorted(folder.glob(".load-*.csv.since-*")):
        told = _MENDED.fullmatch(beside.name)
        if told and int(told[2]) <= last:
            os.replace(beside, folder / told[1])
        else:
            beside.unlink()


def _mend(file: Path, number: int, scrub: Scrub) -> None:
    try:
        rows = list(csv.reader(io.StringIO(_decoded(file.read_bytes()), newline="")))
        left = [_left(row, scrub) for row in rows]
        if left != rows:
            with (file.parent / f".{file.name}.since-{number:04}").open("w", encoding="utf-8-sig", newline="") as out:
                csv.writer(out).writerows(left)
                out.flush()
                os.fsync(out.fileno())
    except OSError as error:
        raise StoreError("store.not_writable", folder=file.parent, what=error.strerror) from None


def _decoded(written: bytes) -> str:
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:  # a spreadsheet program saved it anew
        return written.decode("gb18030", errors="replace")


def _left(row: list[str], scrub: Scrub) -> list[str]:
    """Return a row without the names in its header and its value, also where its reason quotes them."""
    if len(row) <= _VALUE:
        return [scrub(cell) for cell in row]
    own = row[_COLUMN].removeprefix("'").rpartition(" (")[0]  # our name after it is none of a person
    for shown in (own, row[_VALUE].removeprefix("'")):
        if (left := scrub(shown)) != shown:
            row = [cell.replace(shown, left) for cell in row]
    return row
