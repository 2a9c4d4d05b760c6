"""How is the store's file opened, and is it one of ours?"""

import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis

from churnlab.errors import StoreError
from churnlab.tables import known_names, versions
from churnlab.tables.schemas import TABLES
from churnlab.tables.versions import CATALOG

FILE = "churnlab.duckdb"
# Another number for another way of keying or comparing rows too: an older store would take each row for a new one.
FORMAT = 3
_PAUSE_SECONDS = 0.1
_COPY = "copy"
_IN_USE = ("lock", "another process", "different configuration", "file handle conflict", "already attached")
_number = itertools.count()


def make(file: Path) -> None:
    """Make an empty store beside its place and put it there whole, where there is none."""
    if file.exists():
        return
    fresh = file.with_suffix(".new")
    _forget(fresh)
    with duckdb.connect(str(fresh), config=_config()) as engine:
        engine.execute("CREATE TABLE _meta (format INTEGER, made_up BOOLEAN)")
        engine.execute("INSERT INTO _meta VALUES (?, NULL)", [FORMAT])
        engine.execute(
            "CREATE TABLE _loads (load INTEGER, loaded_at TIMESTAMP, sources VARCHAR, counts VARCHAR, warnings VARCHAR)"
        )
        known_names.make(engine)
        # Closing would write the file too, and say nothing where the disk is full.
        engine.execute("CHECKPOINT")
    os.replace(fresh, file)


def writer(file: Path, wait_seconds: float) -> duckdb.DuckDBPyConnection:
    """Open the file for a load; nobody else may have it open.

    Raises
    ------
    StoreError
        If it stays in use for longer than the wait, is no store, or is one of another version.
    """
    config = _config()
    engine = _patiently(lambda: duckdb.connect(str(file), config=config), file, wait_seconds)
    _check(engine, file)
    return engine


@contextmanager
def written(file: Path, wait_seconds: float, *, anew: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file for one load, whose transaction is the block's own.

    Parameters
    ----------
    file : pathlib.Path
        The store.
    wait_seconds : float
        As of `writer`.
    anew : bool
        Whether what the block overwrites must go from the file's bytes too, where an engine lets it lie: the load is
        made to a copy, and all that stands then is written to a new file, which takes the place of the old.

    Raises
    ------
    StoreError
        As of `writer`.
    """
    copy, fresh = file.parent / _COPY / file.name, file.with_suffix(".new")
    _remove(copy, fresh)
    with closing(writer(file, wait_seconds)) as engine:
        if not anew:
            yield engine
    if not anew:
        return
    try:
        copy.parent.mkdir()
        shutil.copyfile(file, copy)
        with closing(writer(copy, wait_seconds)) as engine:
            yield engine
            engine.execute(f"ATTACH '{_quoted(fresh)}' AS fresh")
            engine.execute(f"COPY FROM DATABASE {CATALOG} TO fresh")
            engine.execute("CHECKPOINT fresh")
            engine.execute("DETACH fresh")
        _put(fresh, file, wait_seconds)
    finally:
        _remove(copy, fresh)


def _put(fresh: Path, file: Path, wait_seconds: float) -> None:
    """Put the new file in the place of the old; some systems forbid it while somebody reads the old one."""
    for left in range(round(wait_seconds / _PAUSE_SECONDS), -1, -1):
        try:
            os.replace(fresh, file)
            return
        except PermissionError:
            if not left:
                raise StoreError("store.busy", file=file) from None
        time.sleep(_PAUSE_SECONDS)


def _remove(copy: Path, fresh: Path) -> None:
    if copy.parent.exists():
        shutil.rmtree(copy.parent)
    _forget(fresh)


def _forget(fresh: Path) -> None:
    """Remove what a run that was killed, or had no room, left of a new file and of its log."""
    for left in (fresh, fresh.with_name(f"{fresh.name}.wal")):
        left.unlink(missing_ok=True)


def _quoted(file: Path) -> str:
    return str(file.absolute()).replace("'", "''")


def reader(file: Path, wait_seconds: float) -> Any:
    """Attach the file, for reading only, to an Ibis engine of its own, as the catalog `churnlab`.

    Raises
    ------
    StoreError
        If there is none, a load is writing it for longer than the wait, it is no store, or one of another version.
    """
    if not file.exists():
        raise StoreError("store.missing", folder=file.parent)
    engine = ibis.duckdb.connect(**_config())
    _patiently(lambda: engine.con.execute(f"ATTACH '{_quoted(file)}' AS {CATALOG} (READ_ONLY)"), file, wait_seconds)
    _check(engine.con, file)
    return engine


def tables(engine: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the names of the tables that the store has."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = ?"
    return frozenset(name for (name,) in engine.execute(sql, [CATALOG]).fetchall())


def _config() -> dict[str, Any]:
    """Fetch nothing from a network, and keep what does not fit into memory out of the working folder."""
    try:
        spill = Path(tempfile.gettempdir()) / f"churnlab-{os.getpid()}-{next(_number)}"
    except FileNotFoundError as error:  # Python tries to write to each place that it knows
        raise StoreError("store.no_temporary_folder", what=error.args[-1]) from None
    return {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": str(spill),
    }


def _patiently(opened: Callable[[], Any], file: Path, wait_seconds: float) -> Any:
    """Open the file; while another process has it, try again until the wait is over."""
    for left in range(round(wait_seconds / _PAUSE_SECONDS), -1, -1):
        try:
            return opened()
        except duckdb.Error as error:
            if not any(sign in str(error).lower() for sign in _IN_USE):
                raise StoreError("store.unreadable", file=file, what=str(error).splitlines()[0]) from None
        if left:
            time.sleep(_PAUSE_SECONDS)
    raise StoreError("store.busy", file=file)


def _check(engine: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Refuse what is no store, or one of another version: another format, or tables with other columns."""
    (bar,) = engine.execute("SELECT current_setting('enable_progress_bar')").fetchone() or (False,)
    if bar:  # in a notebook without ipywidgets it is off, and DuckDB will not even be told to leave it off
        engine.execute("SET enable_progress_bar = false")
    columns: dict[str, dict[str, str]] = {}
    for table, name, kind in engine.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = ? ORDER BY column_index",
        [CATALOG],
    ).fetchall():
        columns.setdefault(table, {})[name] = kind
    if not {"_meta", "_loads"} <= set(columns):
        raise StoreError("store.unreadable", file=file, what="_meta")
    (came,) = engine.execute(f"SELECT format FROM {CATALOG}._meta").fetchone() or (None,)
    other = [name for name, table in TABLES.items() if name in columns and columns[name] != versions.columns_of(table)]
    if came != FORMAT or other:
        raise StoreError("store.version", file=file, came=came, expected=FORMAT, tables=", ".join(other) or "—")
