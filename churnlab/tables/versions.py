"""What changed since the last load, and what stood there before?

A row is never overwritten: a changed row closes the version that stood (`_load_to`) and opens another (`_load_from`).
All of it is set-wise SQL over one staged table; the names in it are the contract's own, no value of a file ever is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from duckdb import DuckDBPyConnection

from churnlab.tables.contract import Kind, Table
from churnlab.tables.door import engine_schema, to_arrow
from churnlab.tables.replacing import Withheld, close_missing

CATALOG = "churnlab"
_NONE = Withheld()
_FRAME_TYPES: dict[Kind, str] = {
    "date": "datetime64[ns]",
    "time": "datetime64[ns]",
    "hours": "float64",
    "number": "float64",
    "percent": "float64",
    "count": "Int64",
    "flag": "boolean",
}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What one load did to one table.

    Attributes
    ----------
    new, changed, unchanged, superseded : int
        Rows handed in, by what became of them: no version stood, another stood, the same stood (or the same row came
        twice), a later one stands. They add up to the rows handed in.
    removed : int
        Rows that stood before and are not in an export that replaces their month.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    removed: int = 0

    @property
    def kept(self) -> int:
        """Rows handed in."""
        return self.new + self.changed + self.unchanged + self.superseded


def create(engine: DuckDBPyConnection, table: Table) -> None:
    """Make the table of a contract table's versions, empty."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in columns_of(table).items())
    engine.execute(f'CREATE TABLE "{table.name}" ({columns})')


def columns_of(table: Table) -> Mapping[str, str]:
    """Return each column of a table of versions with the engine's type."""
    kinds = {"string": "VARCHAR", "timestamp(6)": "TIMESTAMP", "float64": "DOUBLE", "int64": "BIGINT"}
    stored = {name: kinds.get(kind, kind.upper().replace(" ", "")) for name, kind in engine_schema(table).items()}
    return stored | {"_key": "UHUGEINT", "_row_hash": "UHUGEINT", "_load_from": "INTEGER", "_load_to": "INTEGER"}


def standing(engine: DuckDBPyConnection, table: Table) -> pd.DataFrame:
    """Return the rows of a table that stand, in the stored form without free text, in the order of their keys."""
    columns = [column for column in table.columns if column.personal != "text"]
    named = ", ".join(f'"{column.stored_name}"' for column in columns)
    rows = engine.execute(f'SELECT {named} FROM {CATALOG}."{table.name}" WHERE _load_to IS NULL ORDER BY _key')
    frame = rows.to_arrow_table().to_pandas()
    types = {column.stored_name: _FRAME_TYPES.get(column.stored_kind, "object") for column in columns}
    return frame.astype(types)


def once(engine: DuckDBPyConnection, table: Table, columns: Sequence[str]) -> pd.DataFrame:
    """Return what some text columns said in versions that stand no more, each set of values once, sorted."""
    named = ", ".join(f'"{name}"' for name in columns)
    rows = engine.execute(
        f'SELECT DISTINCT {named} FROM {CATALOG}."{table.name}" WHERE _load_to IS NOT NULL ORDER BY ALL'
    )
    return rows.to_arrow_table().to_pandas().astype(object)


def merge(
    engine: DuckDBPyConnection,
    table: Table,
    frame: pd.DataFrame,
    *,
    load: int,
    seen_before: pd.Series | None = None,
    said: pd.DataFrame | None = None,
    replace_months: bool = False,
    withheld: Withheld = _NONE,
) -> Changes:
    """Bring the rows of one load to the versions of a table; the caller's transaction holds it.

    Parameters
    ----------
    engine : duckdb.DuckDBPyConnection
        The store, inside a transaction.
    table : Table
        Whose rows they are.
    frame : pandas.DataFrame
        Stored columns; of rows with one key the last stands.
    load : int
        Number of this load, larger than all before.
    seen_before : pandas.Series of bool, optional
        True for rows of a file that an earlier load has taken: they say nothing new of a row that the store knows.
    said : pandas.DataFrame of str, optional
        Under the names of some stored columns what tells their values apart, whatever names are taken out of them, now
        or later: keyed digests of what was said. Columns that it lacks are compared as they are stored.
    replace_months : bool
        Whether rows that stand in the months and campuses covered and are not in the frame are closed. Rows seen before
        neither cover nor protect: they may come from the very export that the new one replaces.
    withheld : Withheld
        Rows that were set aside: what stands under their keys, or in their months, stays.
    """
    _stage(engine, "_staged", table, frame, said, seen_before)
    _stage(engine, "_withheld", table, withheld.rows, withheld.said)
    if table.apart_when:
        _part(engine, table)
    if table.fills:
        _fill(engine, table)
    engine.execute(_VERDICTS.format(table=table.name))
    counts = dict(engine.execute("SELECT verdict, count(*) FROM _verdicts GROUP BY ALL").fetchall())
    _apply(engine, table, load)
    removed = close_missing(engine, table, load, withheld.months) if replace_months and table.dated_by else 0
    engine.execute("DROP TABLE _staged; DROP TABLE _withheld; DROP TABLE _verdicts")
    assert sum(counts.values()) == len(frame), (table.name, counts, len(frame))
    return Changes(**counts, removed=removed)


def _stage(
    engine: DuckDBPyConnection,
    name: str,
    table: Table,
    frame: pd.DataFrame,
    said: pd.DataFrame | None,
    seen_before: pd.Series | None = None,
) -> None:
    seen = np.zeros(len(frame), dtype=bool) if seen_before is None else seen_before.to_numpy(dtype=bool)
    digests = {} if said is None else {str(part): said[part] for part in said}
    told = {part: f"_said_{part}" if part in digests else part for part in table.stored_names}
    rows = to_arrow(frame, table).append_column("_order", pa.array(np.arange(len(frame))))
    rows = rows.append_column("_seen", pa.array(seen))
    key = _key(table, told)
    for part, digest in digests.items():
        rows = rows.append_column(f"_said_{part}", pa.array(digest, pa.string()))
    engine.register("_incoming", rows)
    stored = ", ".join(f'"{part}"' for part in table.stored_names)
    engine.execute(
        f"CREATE TEMP TABLE {name} AS SELECT {stored}, {_apart(table, key) if table.apart_when else key} AS _key, "
        f"{key} AS _key_of_all, "
        f"{_digest(told.values())} AS _row_hash, _order, _seen FROM _incoming"
    )
    engine.unregister("_incoming")


def _key(table: Table, told: Mapping[str, str]) -> str:
    """Digest the id where the row has one, else the natural key; what is optional in a key may be empty."""
    needed = [table.column(name) for name in table.key if table.column(name).required]
    has_id = " AND ".join(f'"{column.stored_name}" IS NOT NULL' for column in needed)
    by_id, by_nature = (_digest(told[name] for name in _stored(table, of)) for of in (table.key, table.natural_key))
    return by_id if by_id == by_nature else f"CASE WHEN {has_id} THEN {by_id} ELSE {by_nature} END"


def _apart(table: Table, key: str) -> str:
    """Digest the key once more where a row stands beside another of the same key (`Table.apart_when`)."""
    return f"CASE WHEN {_is_apart(table)} THEN md5_number('apart:' || ({key})::VARCHAR) ELSE {key} END"


def _part(engine: DuckDBPyConnection, table: Table) -> None:
    """Give rows handed in again the key that they have beside others: in older stores they had none of their own."""
    of = f'"{table.name}".'
    engine.execute(
        f"UPDATE {of[:-1]} SET _key = s._key FROM _staged s "
        f"WHERE {of}_key = s._key_of_all AND s._key <> s._key_of_all AND {_is_apart(table, of)}"
    )


def _fill(engine: DuckDBPyConnection, table: Table) -> None:
    """Add to each row what other worksheets say of it, now or in earlier loads: a blank takes nothing away.

    Of several answers in one column the new one stands, of several new ones that of the latest day, then the last. A
    row that then says what stands is the one that stands, whatever names were taken out of it since.
    """
    fills, when = [f'"{table.column(name).stored_name}"' for name in table.fills], f'"{table.fills[0]}"'
    order = f"(rank, coalesce({when}, TIMESTAMP '0001-01-01'), _order)"
    engine.execute(
        f"CREATE TEMP TABLE _filled AS "
        f"SELECT _key, {', '.join(f'arg_max({it}, {order}) FILTER ({it} IS NOT NULL) AS {it}' for it in fills)} FROM ("
        f"SELECT _key, {', '.join(fills)}, CASE WHEN _seen THEN -1 ELSE 1 END AS rank, _order FROM _staged UNION ALL "
        f'SELECT _key, {", ".join(fills)}, 0, -1 FROM "{table.name}" WHERE _load_to IS NULL) GROUP BY _key'
    )
    names = ", ".join(f"{it} = f.{it}" for it in fills)
    engine.execute(f"UPDATE _staged SET {names} FROM _filled f WHERE f._key = _staged._key")
    engine.execute(f"UPDATE _staged SET _row_hash = {_digest(table.stored_names)}")
    same = " AND ".join(f'_staged."{name}" IS NOT DISTINCT FROM t."{name}"' for name in table.stored_names)
    engine.execute(
        f'UPDATE _staged SET _row_hash = t._row_hash FROM "{table.name}" t '
        f"WHERE t._load_to IS NULL AND t._key = _staged._key AND {same}"
    )
    engine.execute("DROP TABLE _filled")


def _is_apart(table: Table, of: str = "") -> str:
    told = (f"coalesce({of}\"{name}\" = '{code}', false)" for name, code in table.apart_when.items())
    return " AND ".join(told)


def _stored(table: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(table.column(name).stored_name for name in names)


def _digest(names: Iterable[str]) -> str:
    """Digest values with their lengths, so that no value can be taken for two."""
    parts = (f"coalesce(length(\"{name}\"::VARCHAR) || ':' || \"{name}\"::VARCHAR, '-')" for name in names)
    return f"md5_number({' || '.join(parts)})"


# Of rows with one key the last stands, and a row of a file not seen before stands above all that were.
_VERDICTS = """
CREATE TEMP TABLE _verdicts AS
WITH last AS (
    SELECT _key, arg_max(_order, (NOT _seen, _order)) AS _order, arg_max(_row_hash, (NOT _seen, _order)) AS _row_hash
    FROM _staged GROUP BY _key
), standing AS (
    SELECT _key, _row_hash FROM "{table}" WHERE _load_to IS NULL
), known AS (
    SELECT DISTINCT _key FROM "{table}"
)
SELECT s._order, s._key, CASE
    WHEN s._order <> last._order AND s._row_hash = last._row_hash THEN 'unchanged'
    WHEN s._order <> last._order THEN 'superseded'
    WHEN s._row_hash = standing._row_hash THEN 'unchanged'
    WHEN s._seen AND known._key IS NOT NULL THEN 'superseded'
    WHEN standing._key IS NULL THEN 'new'
    ELSE 'changed' END AS verdict
FROM _staged s
JOIN last ON last._key = s._key
LEFT JOIN standing ON standing._key = s._key
LEFT JOIN known ON known._key = s._key
"""


def _apply(engine: DuckDBPyConnection, table: Table, load: int) -> None:
    stored = ", ".join(f's."{name}"' for name in table.stored_names)
    engine.execute(
        f'UPDATE "{table.name}" SET _load_to = ? WHERE _load_to IS NULL '
        "AND _key IN (SELECT _key FROM _verdicts WHERE verdict = 'changed')",
        [load],
    )
    engine.execute(
        f'INSERT INTO "{table.name}" SELECT {stored}, s._key, s._row_hash, ?, NULL FROM _staged s '
        "JOIN _verdicts v ON v._order = s._order WHERE v.verdict IN ('new', 'changed') ORDER BY s._order",
        [load],
    )
