"""Where do the tables live, and how does nothing get lost?

One DuckDB file in one folder, nothing to start. One load is one transaction under one lock: it is there whole or it is
not there. Readers come through `open_data`, several at a time; none reads while a load writes.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
from filelock import FileLock, Timeout

from churnlab.errors import StoreError
from churnlab.tables import dating, known_names, late_names, ledger, provenance, versions
from churnlab.tables.belonging import settings_of
from churnlab.tables.contract import Table
from churnlab.tables.door import Data, engine_schema
from churnlab.tables.engine import FILE, make, reader, tables, written
from churnlab.tables.known_names import Brought
from churnlab.tables.ledger import Load
from churnlab.tables.replacing import Withheld
from churnlab.tables.schemas import TABLES
from churnlab.tables.versions import CATALOG

# A load of 5,000 students takes seconds; who waits longer than this is waiting for a person.
WAIT_SECONDS = 5.0
FITS = "fits"  # below the store: what was fitted for it, worth nothing without it
_NONE = Brought()
_NO_ROOM = (
    duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException, duckdb.TransactionException, OSError,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LoadCounts:
    """What one load did: its number, and the changes to each table."""

    number: int
    changes: Mapping[str, versions.Changes]


class Store:
    """The versions of all tables, in one folder.

    Parameters
    ----------
    folder : str or pathlib.Path
        `data/store`; made when first loaded into.
    wait_seconds : float
        How long to wait for another load or reader to finish before giving up.
    """

    def __init__(self, folder: str | Path, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.folder = Path(folder)
        self.file = self.folder / FILE
        self.wait_seconds = wait_seconds
        self._lock = FileLock(self.folder / "churnlab.lock", timeout=wait_seconds)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the only right to load; may be nested. A process that dies lets go of it.

        Raises
        ------
        StoreError
            If another load holds it for longer than the wait, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise StoreError("store.loading", folder=self.folder) from None
        except OSError as error:
            raise StoreError("store.not_writable", folder=self.folder, what=error.strerror) from None
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Say when there is no room or right to write; DuckDB has undone the load then."""
        try:
            yield
        except _NO_ROOM as error:
            what = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
            raise StoreError("store.not_written", folder=self.folder, what=what) from None

    def load(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        loaded_at: datetime,
        made_up: bool,
        sources: Sequence[Mapping[str, str]] = (),
        counts: Mapping[str, Mapping[str, Any]] | None = None,
        warnings: Sequence[Mapping[str, Any]] = (),
        seen_before: Mapping[str, pd.Series] | None = None,
        said: Mapping[str, pd.DataFrame] | None = None,
        names: Brought = _NONE,
        replace_months: Sequence[str] = (),
        withheld: Mapping[str, Withheld] | None = None,
        progress: Callable[[str], None] = lambda step: None,
    ) -> LoadCounts:
        """Bring one load into the store, whole or not at all.

        Parameters
        ----------
        frames : mapping of str to pandas.DataFrame
            Stored columns by table, personal values already made pseudonyms. Of rows with one key the last stands.
        loaded_at : datetime.datetime
            When it was loaded, institution-local.
        made_up : bool
            Whether the data are invented; a store holds one kind.
        sources : sequence of mapping
            `file` and `sha256` of each file read.
        counts : mapping
            For each table its other counts of rows and lines, remembered with the load.
        warnings : sequence of mapping
            `key` and `facts` of each warning, remembered with the load.
        seen_before : mapping of str to pandas.Series of bool
            For each table, which rows come from files an earlier load has taken.
        said : mapping of str to pandas.DataFrame of str
            For each table, digests of what was said where a name may be taken out: see `versions.merge`.
        names : Brought
            Names that the store did not know: they are taken out of all that stands.
        replace_months : sequence of str
            Tables whose rows replace the months they cover.
        withheld : mapping of str to Withheld
            For each of them, rows that were set aside: what stands of them stays.
        progress : callable
            Told each table's name once it is done, and `"commit"` before it stands.

        Raises
        ------
        StoreError
            If the store is busy, of another version, or holds the other kind of data, or if the disk is full: the store
            is as it was before.
        """
        with self.locked(), self._room():
            make(self.file)
            mended = {"text": self._holding(names.persons, names.shown), **names.left}
            with written(self.file, self.wait_seconds, anew=any(mended.values())) as engine:
                engine.begin()
                number = _claim(engine, made_up)
                late_names.replace(engine, mended, tables(engine))
                known_names.remember(engine, names)
                changes = {}
                for name, frame in frames.items():
                    given: dict[str, Any] = {"seen_before": seen_before, "said": said, "withheld": withheld}
                    more = {part: of[name] for part, of in given.items() if name in (of or {})}
                    table, replace = TABLES[name], name in replace_months
                    changes[name] = versions.merge(engine, table, frame, load=number, replace_months=replace, **more)
                    progress(name)
                told = {name: {**(counts or {}).get(name, {}), **asdict(done)} for name, done in changes.items()}
                facts: dict[str, Any] = {"sources": tuple(sources), "counts": told, "warnings": tuple(warnings)}
                ledger.remember(engine, Load(number=number, loaded_at=loaded_at, **facts))
                progress("commit")
                engine.commit()
                if any(mended.values()):
                    self._forget_fits()
        return LoadCounts(number=number, changes=changes)

    def _forget_fits(self) -> None:
        """Remove all that was fitted: a fit keeps words as they were, and the names in them."""
        try:
            if (self.folder / FITS).exists():
                shutil.rmtree(self.folder / FITS)
        except OSError as error:
            raise StoreError("store.not_writable", folder=self.folder / FITS, what=error.strerror) from None

    def loads(self) -> tuple[Load, ...]:
        """Return all loads, oldest first; none where there is no store yet."""
        if not self.file.exists():
            return ()
        engine = reader(self.file, self.wait_seconds)
        with closing(engine.con):
            return ledger.recall(engine.con)

    def standing(self) -> dict[str, pd.DataFrame]:
        """Return the rows that stand, by table, in the stored form without free text; tables without rows are left out.

        Dates and times are datetime64[ns], money is Decimal.
        """
        if not self.file.exists():
            return {}
        engine = reader(self.file, self.wait_seconds)
        with closing(engine.con):
            found = {name: versions.standing(engine.con, TABLES[name]) for name in TABLES if name in tables(engine.con)}
        return {name: rows for name, rows in found.items() if len(rows)}

    def students_once(self) -> pd.DataFrame | None:
        """Return number, phone and name of students as pseudonyms, in versions that stand no more."""
        if not self.file.exists():
            return None
        engine = reader(self.file, self.wait_seconds)
        with closing(engine.con):
            if "students" not in tables(engine.con):  # nothing was loaded yet, or no students
                return None
            return versions.once(engine.con, TABLES["students"], ("student_id", "phone", "name"))

    def _holding(self, persons: frozenset[str], shown: frozenset[str]) -> Mapping[str, str]:
        """Return texts and warnings that stand and hold a name, each with what is left of it."""
        engine = reader(self.file, self.wait_seconds)
        with closing(engine.con):
            texts = late_names.texts(engine.con, tables(engine.con), persons)
            return {**texts, **late_names.warnings(engine.con, shown)}

    def pseudonyms(self) -> Mapping[str, frozenset[str]]:
        """Return the pseudonyms of all names that loads brought, by kind: see `known_names.pseudonyms`."""
        if not self.file.exists():
            return {}
        engine = reader(self.file, self.wait_seconds)
        with closing(engine.con):
            return known_names.pseudonyms(engine.con)

    def undeclared(self) -> Mapping[str, frozenset[str]]:
        """Return the words and the ids that have room for a name: see `late_names.undeclared`."""
        if not self.file.exists():
            return {}
        engine = reader(self.file, self.wait_seconds)
        with closing(engine.con):
            return late_names.undeclared(engine.con, tables(engine.con))


def open_data(store: str | Path, *, as_of: str | date, known_by: str | date | None = None) -> Data:
    """Open the store as of a date.

    Parameters
    ----------
    store : str or pathlib.Path
        The folder of the store, `data/store`.
    as_of : str or datetime.date
        Only what had happened before this day comes through.
    known_by : str or datetime.date, optional
        Only what had been loaded before this day comes through; default: everything loaded.

    Returns
    -------
    Data
        Close it, or let go of it, before loading again.

    Raises
    ------
    StoreError
        If there is no store, a load is writing it, it is of another version, nothing had been loaded by then, or a
        date is none.
    """
    as_of, known = _day(as_of, "as_of"), None if known_by is None else _day(known_by, "known_by")
    engine, last = _opened(Path(store), known)
    present = tables(engine.con)
    rows = dating.every({name: _versions(engine, table, last, name in present) for name, table in TABLES.items()})
    (made_up,) = engine.con.execute(f"SELECT made_up FROM {CATALOG}._meta").fetchone()
    settings = settings_of(Path(store))
    loads = ledger.recall(engine.con)

    def exported(name: str, day: date) -> ibis.Table | None:
        before = ledger.known(loads, day)
        return _versions(engine, TABLES[name], before[-1].number, True) if before and name in present else None

    data = Data(
        as_of=as_of, known_by=known, settings=settings, versions=rows, made_up=made_up, exported=exported
    )  # fmt: skip
    told = (as_of, settings.model_dump_json(), provenance.visible(data), provenance.code())
    keep = Path(store) / FITS / hashlib.sha256(repr(told).encode()).hexdigest()[:16]
    return replace(data, keep=keep, answers=f"answers-{last}-{known}")


def store_facts(store: str | Path, *, known_by: str | date | None = None) -> dict[str, Any]:
    """Say what the store holds, for the manifest of a report: see `churnlab.tables.provenance.facts`.

    Parameters
    ----------
    store : str or pathlib.Path
        The folder of the store.
    known_by : str or datetime.date, optional
        Only what had been loaded before this day counts; default: everything loaded.

    Raises
    ------
    StoreError
        If the store cannot be opened, or nothing had been loaded by then.
    NotEnoughData
        If it holds no whole month.
    """
    engine, last = _opened(Path(store), None if known_by is None else _day(known_by, "known_by"))
    with closing(engine.con):
        return provenance.facts(engine, last=last, settings=settings_of(Path(store)))


def _opened(folder: Path, known_by: date | None) -> tuple[Any, int]:
    """Return the engine and the number of the last load before the day."""
    engine = reader(folder / FILE, WAIT_SECONDS)
    loads = ledger.recall(engine.con)
    known = ledger.known(loads, known_by)
    if known:
        return engine, known[-1].number
    engine.disconnect()
    if loads:
        raise StoreError("store.nothing_known", known_by=known_by, first=loads[0].loaded_at.date())
    raise StoreError("store.missing", folder=folder)


def _versions(engine: Any, table: Table, last: int, present: bool) -> ibis.Table:
    if not present:
        return engine.create_table(table.name, schema=engine_schema(table))
    rows = engine.table(table.name, database=(CATALOG, "main"))
    stands = rows["_load_to"].isnull() | (rows["_load_to"] > last)
    return rows.filter((rows["_load_from"] <= last) & stands).select(*table.stored_names)


def _day(value: str | date, name: str) -> date:
    try:
        day = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, date):
        raise StoreError("store.not_a_date", name=name, value=value)
    return day.date() if isinstance(day, datetime) else day


def _claim(engine: duckdb.DuckDBPyConnection, made_up: bool) -> int:
    """Make what the store lacks, refuse the other kind of data, and return the number of this load."""
    (holds,) = engine.execute("SELECT made_up FROM _meta").fetchone() or (None,)
    if holds is not None and holds != made_up:
        raise StoreError("store.holds_made_up" if holds else "store.holds_real")
    engine.execute("UPDATE _meta SET made_up = ?", [made_up])
    for name in sorted(TABLES.keys() - tables(engine)):
        versions.create(engine, TABLES[name])
    (last,) = engine.execute("SELECT coalesce(max(load), 0) FROM _loads").fetchone() or (0,)
    return int(last) + 1
