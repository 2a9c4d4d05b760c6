"""What had happened by a date? The only way from the store to an analysis.

Nothing on or after `as_of` comes through: rows that happened or were written down later are left out, values that
became known later are blank, columns that are only true at export (`current`) are not there at all, void and reversed
rows never were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa
from ibis import Table as Rows

from churnlab.settings import Settings
from churnlab.tables import dating
from churnlab.tables.contract import ALWAYS, CURRENT, ROW, Column, Kind, Table
from churnlab.tables.schemas import TABLES

ENGINE_TYPES: dict[Kind, str] = {
    "id": "string",
    "word": "string",
    "text": "string",
    "code": "string",
    "date": "date",
    "time": "timestamp(6)",
    "money": "decimal(14, 2)",
    "hours": "float64",
    "count": "int64",
    "number": "float64",
    "percent": "float64",
    "flag": "boolean",
}

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "id": pa.string(),
    "word": pa.string(),
    "text": pa.string(),
    "code": pa.string(),
    "date": pa.date32(),
    "time": pa.timestamp("us"),
    "money": pa.decimal128(14, 2),
    "hours": pa.float64(),
    "count": pa.int64(),
    "number": pa.float64(),
    "percent": pa.float64(),
    "flag": pa.bool_(),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Data:
    """What the institution knew of the time before `as_of`.

    Attributes
    ----------
    as_of : datetime.date
        Only what had happened before this day is here.
    known_by : datetime.date or None
        Only what had been loaded before this day is here; None: everything loaded.
    settings : Settings
        What the institution decided.
    versions : mapping of str to ibis.Table
        For each table the rows as they stood at `known_by`, all dates; private to the door.
    made_up : bool
        Whether the data are an invented institution's.
    exported : callable or None
        The versions of a table as all loads before a day had left it, by name and day; private to the door. None: these
        are no rows of a store.
    keep : pathlib.Path or None
        Folder, named for just these data and settings, in which what takes long to work out may be kept; None: nowhere.
    answers : str or None
        Name of the folder there for what was answered, one for each load: some answers tell of the loads themselves.
    """

    as_of: date
    settings: Settings
    versions: Mapping[str, Rows]
    known_by: date | None = None
    made_up: bool = False
    exported: Callable[[str, date], Rows | None] | None = None
    keep: Path | None = None
    answers: str | None = None

    def table(self, name: str) -> Rows:
        """Return one table as of the date, an Ibis expression with the contract's columns less the `current` ones."""
        return _past(self.versions[name], TABLES[name], self.as_of)

    def history(self, name: str) -> Rows:
        """Return a table that can be read at many earlier dates at once.

        Rows that another row took back before `as_of` are still here; `taken_back_on` (date, null: not taken back)
        says when. `table(name)` as of an earlier date has the rows dated before it that were not yet taken back.
        """
        return _history(self.versions[name], TABLES[name], self.as_of)

    def standing(self, name: str) -> Rows | None:
        """Return what the last export loaded before the date said of the rows that there were by then.

        A `current` column is only true at export. What was loaded before the date was known before it, so here it may
        be read: the key and the `current` columns. None where nothing had been loaded by then, or there is no store.
        """
        day = min(self.as_of, self.known_by or self.as_of)
        rows = self.exported(name, day) if self.exported else None
        if self.exported is None or rows is None:
            return None
        table, exported = TABLES[name], self.exported
        rows = dating.dated(rows, table, lambda other: exported(other, day))
        told = [column.stored_name for column in table.columns if column.known == CURRENT]
        return _happened(rows, table, self.as_of).select(*table.key, *told)

    def described(self, name: str) -> Rows:
        """Return of each row that had happened its key and `current` columns, as nearly as they stood at the date.

        Of rows that an export told of before the date, what the last such export said; of all others what the exports
        loaded since said, which may have changed between. For descriptions, groups and clusters, as a person's post;
        never for what foretells.
        """
        table = TABLES[name]
        told = [column.stored_name for column in table.columns if column.known == CURRENT]
        since = _happened(self.versions[name], table, self.as_of).select(*table.key, *told)
        then, (key,) = self.standing(name), table.key
        return since if then is None else then.union(since.anti_join(then, key))

    def drawn(self, name: str, list_id: str) -> Rows:
        """Return the rows of a list that was made of what was known before the date, and bears the date itself.

        Such a list tells nothing of the day. It is the only thing of it that comes through, and only as it was drawn:
        what people filled in since is blank. For lists that churnlab draws; what else was written on the day is later.
        """
        rows, table = self.versions[name], TABLES[name]
        assert table.dated_by
        assert table.fills, f"nobody draws {name}"
        rows = rows.filter(rows[table.dated_by].cast("date") == ibis.literal(self.as_of), rows.list_id == list_id)
        return rows.select(**_known(rows, table, self.as_of))

    def ids(self, name: str) -> Rows:
        """Return the ids that a table had by the date, one column `id`: of void rows too, as others may name them."""
        table = TABLES[name]
        rows = _dated(self.versions[name], table, self.as_of)
        return rows.filter(rows[table.key[0]].notnull()).select(id=rows[table.key[0]]).distinct()

    def before(self, as_of: date) -> "Data":
        """Return the same data as of an earlier date.

        Raises
        ------
        ValueError
            If the date lies after this one: the door opens backwards only.
        """
        if as_of > self.as_of:
            raise ValueError(f"{as_of} lies after {self.as_of}: the door opens backwards only")
        return Data(
            as_of=as_of,
            settings=self.settings,
            versions=self.versions,
            known_by=self.known_by,
            made_up=self.made_up,
            exported=self.exported,
        )

    def without(self, name: str) -> "Data":
        """Return the same data as if a table had no rows: what only that table tells of, nobody knows here."""
        blank = {name: self.versions[name].limit(0)}
        return replace(self, versions={**self.versions, **blank}, keep=None, answers=None)

    def close(self) -> None:
        """Let go of the store, so that it can be loaded into; what came of this data before cannot be asked again."""
        next(iter(self.versions.values())).get_backend().disconnect()


def _past(rows: Rows, table: Table, as_of: date) -> Rows:
    rows = _happened(rows, table, as_of)
    if table.reverses:
        # A row that takes another back is itself no lesson; both go, once the second had happened.
        taken = rows.filter(rows[table.reverses].notnull())[table.reverses]
        rows = rows.filter(rows[table.reverses].isnull() & rows[table.key[0]].notin(taken))
    return rows.select(**_known(rows, table, as_of))


def _history(rows: Rows, table: Table, as_of: date) -> Rows:
    rows = _happened(rows, table, as_of)
    if not (table.reverses and table.dated_by):
        return rows.select(**_known(rows, table, as_of), taken_back_on=ibis.null("date"))
    takers = rows.filter(rows[table.reverses].notnull())
    taken = takers.group_by(taken_id=takers[table.reverses]).aggregate(
        taken_back_on=takers[table.dated_by].cast("date").min()
    )
    rows = rows.filter(rows[table.reverses].isnull()).left_join(taken, [(table.key[0], "taken_id")])
    return rows.select(**_known(rows, table, as_of), taken_back_on=rows["taken_back_on"])


def _dated(rows: Rows, table: Table, as_of: date) -> Rows:
    limit = ibis.literal(as_of)
    if table.dated_by:
        rows = rows.filter(rows[table.dated_by].cast("date") < limit)
    if table.recorded_by:
        recorded = rows[table.recorded_by].cast("date")
        rows = rows.filter(recorded.isnull() | (recorded < limit))
    return rows


def _happened(rows: Rows, table: Table, as_of: date) -> Rows:
    rows = _dated(rows, table, as_of)
    for column, code in table.void_when.items():
        rows = rows.filter(rows[column].fill_null("") != code)
    return rows


def _known(rows: Rows, table: Table, as_of: date) -> dict[str, ibis.Value]:
    limit = ibis.literal(as_of)
    return {c.stored_name: _then(rows, c, limit) for c in table.columns if c.known != CURRENT}


def _then(rows: Rows, column: Column, limit: ibis.Value) -> ibis.Value:
    value = rows[column.stored_name]
    if column.known in (ROW, ALWAYS):
        return value
    return ibis.ifelse(rows[column.known].cast("date") < limit, value, ibis.null(value.type()))


def fetch(rows: Rows) -> pd.DataFrame:
    """Bring rows into pandas: the one crossing from the engine, through Arrow (three times as quick as `to_pandas`)."""
    return rows.to_pyarrow().to_pandas()


def from_frames(
    frames: Mapping[str, pd.DataFrame],
    *,
    as_of: date,
    settings: Settings | None = None,
    made_up: bool = False,
) -> Data:
    """Open frames that are already in the contract's form, as a store would be opened.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        Stored columns by table; missing columns are empty, missing tables have no rows.
    as_of : datetime.date
        Only what had happened before this day comes through.
    settings : Settings, optional
        Default: the defaults.
    made_up : bool
        Whether the data are invented.
    """
    engine = ibis.duckdb.connect()
    versions = {}
    for name, table in TABLES.items():
        rows = to_arrow(frames.get(name, pd.DataFrame()), table)
        versions[name] = engine.create_table(name, rows, schema=engine_schema(table))
    return Data(as_of=as_of, settings=settings or Settings(), versions=dating.every(versions), made_up=made_up)


def to_arrow(frame: pd.DataFrame, table: Table) -> pa.Table:
    """Return a frame in the store's form: the stored columns in their order and types; those it lacks are empty."""
    unknown = set(frame) - set(table.stored_names)
    assert not unknown, f"{table.name} has no columns {unknown}"
    columns = {}
    for column in table.columns:
        kind = ARROW_TYPES[column.stored_kind]
        name = column.stored_name
        values = pa.array(frame[name], from_pandas=True) if name in frame else pa.nulls(len(frame))
        columns[name] = values.cast(kind) if values.type != kind else values
    return pa.table(columns)


def engine_schema(table: Table) -> dict[str, str]:
    """Return the engine's type of each stored column."""
    return {column.stored_name: ENGINE_TYPES[column.stored_kind] for column in table.columns}
