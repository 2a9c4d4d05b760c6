"""How do hundreds of made-up institutions fit into one store without meeting?

Working each of them out alone would take hours, most of it spent on building queries. So all are opened as one: every
id, pseudonym and campus begins with its institution's number, so that nobody shares anything with another's students.
What is told of each student is the same as if her institution were alone; `test_many.py` makes sure.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from churnlab.settings import Settings
from churnlab.synthetic import Institution, Made, Truth, make
from churnlab.tables.contract import Table
from churnlab.tables.door import Data, engine_schema, to_arrow
from churnlab.tables.privacy import PUBLIC_KEY, protect
from churnlab.tables.schemas import TABLES

SEEDS = range(20261, 20561)
_DIGITS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Many:
    """Several institutions in one store.

    Attributes
    ----------
    data : Data
        All of them, as of the end of their history.
    truths : dict of str to Truth
        By the three digits with which the institution's ids begin. `risk` is large: of it only what was asked for.
    """

    data: Data
    truths: dict[str, Truth]


def many(
    institution: Institution,
    seeds: Iterable[int],
    *,
    tables: Iterable[str] = TABLES,
    settings: Settings | None = None,
    risk: Callable[[pd.DataFrame], pd.DataFrame] = lambda rows: rows.head(0),
) -> Many:
    """Open institutions that differ in nothing but their seeds; tables that are not named stay empty.

    What `risk` makes of it is kept of each one's true risks.
    """
    parts: dict[str, list[pa.Table]] = {name: [] for name in tables}
    truths = {}
    for number, seed in enumerate(seeds):
        made, name = make(replace(institution, seed=seed)), f"{number:0{_DIGITS}d}"
        truths[name] = replace(made.truth, risk=risk(made.truth.risk))
        for table, rows in parts.items():
            rows.append(_named(made, TABLES[table], name))
    engine = ibis.duckdb.connect()
    versions = {
        name: engine.create_table(
            name,
            pa.concat_tables(parts[name]) if parts.get(name) else to_arrow(pd.DataFrame(), table),
            schema=engine_schema(table),
        )
        for name, table in TABLES.items()
    }
    data = Data(as_of=institution.as_of, settings=settings or Settings(), versions=versions, made_up=True)
    return Many(data=data, truths=truths)


def _named(made: Made, table: Table, name: str) -> pa.Table:
    """Return a table as the store has it, each id, pseudonym and campus beginning with the institution's name."""
    frame = made.frames[table.name]
    is_personal = any(column.personal for column in table.columns)
    rows = to_arrow(protect(frame, table, PUBLIC_KEY) if is_personal else frame, table)
    for place, column in enumerate(table.columns):
        if column.stored_kind == "id" or column.name == "campus":
            named = pc.binary_join_element_wise(name, rows[column.stored_name], "")
            rows = rows.set_column(place, column.stored_name, named)
    return rows


def one_by_one(rows: pd.DataFrame, by: str = "unit_id") -> Iterator[tuple[str, pd.DataFrame]]:
    """Take the rows apart again, an institution at a time: its name, and its rows with the ids they have alone."""
    for name, part in rows.groupby(rows[by].str[:_DIGITS], sort=True):
        yield str(name), part.reset_index(drop=True)
