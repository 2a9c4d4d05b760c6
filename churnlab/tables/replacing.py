"""Which rows are no longer in an export that is whole for its months?

Not missing is what the export holds but with a cell that cannot be read: such a row was set aside, and the version that
stands stays. Where not even its key can be told, nothing of that month is closed.
"""

from dataclasses import dataclass, field

import pandas as pd
from duckdb import DuckDBPyConnection

from churnlab.tables.contract import Table


@dataclass(frozen=True, kw_only=True, eq=False)
class Withheld:
    """Rows of new files that were set aside, where they replace months.

    Attributes
    ----------
    rows, said : pandas.DataFrame
        Those whose key can be told, as `versions.merge` takes rows that are kept.
    months : frozenset of str
        Months covered (`2026-03`) that hold, or may hold, one whose key cannot be told.
    untold : int
        How many those are.
    """

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    said: pd.DataFrame = field(default_factory=pd.DataFrame)
    months: frozenset[str] = frozenset()
    untold: int = 0


def close_missing(engine: DuckDBPyConnection, table: Table, load: int, months: frozenset[str]) -> int:
    """Close the rows that stand in what new files cover and are in none of them; return how many.

    Parameters
    ----------
    engine : duckdb.DuckDBPyConnection
        The store, with the rows of the load as `_staged` and those withheld as `_withheld`.
    table : Table
        Whose rows they are.
    load : int
        Number of this load.
    months : frozenset of str
        Those in which nothing is closed.
    """
    # Many systems export each campus apart: the new file of one says nothing of another.
    at = "coalesce(campus, '')" if "campus" in table.stored_names else "''"
    month = f"strftime(\"{table.dated_by}\", '%Y-%m')"
    closed = engine.execute(
        f'UPDATE "{table.name}" SET _load_to = ? WHERE _load_to IS NULL '
        f"AND ({month}, {at}) IN (SELECT ({month}, {at}) FROM _staged WHERE NOT _seen) "
        f"AND NOT list_contains(?::VARCHAR[], {month}) "
        "AND _key NOT IN (SELECT _key FROM _staged WHERE NOT _seen UNION ALL SELECT _key FROM _withheld)",
        [load, sorted(months)],
    ).fetchone()
    return int(closed[0]) if closed else 0
