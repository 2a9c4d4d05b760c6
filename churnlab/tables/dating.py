"""When did a row happen that has no day of its own?

Who signed in at a session did so when it was held; what a training cost is known when it is over. Many such sheets have
no column of dates: then the day is the session's, or the training's.
"""

from collections.abc import Callable, Mapping

import ibis
from ibis import Table as Rows

from churnlab.tables.contract import Table
from churnlab.tables.schemas import TABLES


def every(versions: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return all tables, with the days that rows have from others; parameters as of `dated`."""
    return {name: dated(rows, TABLES[name], versions.get) for name, rows in versions.items()}


def dated(rows: Rows, table: Table, other: Callable[[str], Rows | None]) -> Rows:
    """Fill the blank days of a table from those it points to (`Table.dates_from`).

    A row that points to nothing known, or whose other row has no day either, has none: it never comes through the door,
    as nobody can tell from when it was known.

    Parameters
    ----------
    rows : ibis.Table
        Stored columns.
    table : Table
        Whose rows they are.
    other : callable
        From the name of a table to its rows, before anything was filled; None: there are none.
    """
    for column, (pointer, *days) in table.dates_from.items():
        target = TABLES[str(table.column(pointer).references)]
        told = other(target.name)
        if told is not None:
            rows = _filled(rows, column, pointer, _days(told, target, days))
    return rows


def _days(rows: Rows, table: Table, days: list[str]) -> Rows:
    # One day an id, whatever the rows: a join must not make two rows of one.
    day = ibis.coalesce(*(rows[name].cast("timestamp(6)") for name in days))
    return (
        rows.select(other_id=rows[table.key[0]], other_day=day)
        .group_by("other_id")
        .aggregate(other_day=ibis._.other_day.min())
    )


def _filled(rows: Rows, column: str, pointer: str, days: Rows) -> Rows:
    joined = rows.left_join(days, rows[pointer] == days["other_id"])
    own = joined[column]
    filled = ibis.coalesce(own, joined["other_day"].cast(own.type()))
    return joined.select(**{name: filled if name == column else joined[name] for name in rows.columns})
