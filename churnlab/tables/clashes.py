"""Which ids stand on more than one row of an export, and say different things there?

A row that repeats exactly is harmless, and a later export may correct an earlier one. But of two rows that differ
within one file nobody knows which is right, and a contract that changes hands there is lost to its first student.
"""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from churnlab.tables.attempts import called_again
from churnlab.tables.contract import Table
from churnlab.tables.identity import stands_apart
from churnlab.tables.reading import Warned
from churnlab.tables.schemas import TABLES
from churnlab.tables.scrubbing import masked

Frames = Mapping[str, pd.DataFrame]
_EXAMPLES = 3
_ROWS_OF_AN_EXAMPLE = 5
_PLACE = ["_file", "_sheet", "_row"]


def clashes(stored: Frames, clear: Frames, said: Frames, names: Iterable[str]) -> Iterator[Warned]:
    """Warn of ids that stand on rows with different content in one file.

    Parameters
    ----------
    stored : mapping of str to pandas.DataFrame
        Rows by table in the stored form, in the order in which they were exported.
    clear : mapping of str to pandas.DataFrame
        The same rows from `checking`, with the place where each stood.
    said : mapping of str to pandas.DataFrame of str
        For each table, digests of what was said where a name may have been taken out: see `versions.merge`.
    names : iterable of str
        Names of persons: none is shown.

    Yields
    ------
    (str, dict)
        One warning per table and file, with the number of ids and examples of them. Nothing for an id that a later file
        holds as well: what stands is what that one says.
    """
    for name, rows in stored.items():
        table = TABLES[name]
        found = _clashing(rows, table, clear[name][_PLACE], said[name])
        # Where the export gives no id, the place must do.
        found["_given"] = clear[name].loc[found.index, table.key[0]].notna()
        for file, told in found.groupby("_file", sort=True):
            keys = [rows for _, rows in told.groupby(_key(told, table), sort=False, dropna=False)]
            examples = "; ".join(_example(rows, table, names) for rows in keys[:_EXAMPLES])
            facts = {"table": {"zh": table.zh, "en": table.name}, "file": str(file)}
            yield "warning.loading.clashes", facts | {"n": len(keys), "examples": examples}


def _clashing(rows: pd.DataFrame, table: Table, places: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, with their places, whose key stands in their file with other content; the last file counts."""
    if table.apart_when:
        rows = rows.assign(_apart=stands_apart(rows, table))
    key = _key(rows, table)
    again = rows[rows.duplicated(key, keep=False) & rows[key[0]].notna()].join(places)
    if table.fills:  # two calls of one student are told apart by their times
        again = again[~called_again(again, table)]
    again = again.join(said.add_prefix("_said_"))
    content = [name for name in again.columns if name not in (*_PLACE, *said.columns)]
    again = again[again["_file"] == again.groupby(key, dropna=False)["_file"].transform("last")]
    distinct = again.drop_duplicates([*content, "_file"])
    return distinct[distinct.duplicated(key, keep=False)].copy()


def _key(rows: pd.DataFrame, table: Table) -> list[str]:
    names = (table.column(part).stored_name for part in table.key)
    return [name for name in (*names, "_apart") if name in rows]


def _example(rows: pd.DataFrame, table: Table, names: Iterable[str]) -> str:
    numbers = [f"{sheet}!{row}" if sheet else f"{row}" for _, sheet, row in rows[_PLACE].itertuples(index=False)]
    more = ", …" if len(numbers) > _ROWS_OF_AN_EXAMPLE else ""
    where = f"({', '.join(numbers[:_ROWS_OF_AN_EXAMPLE])}{more})"
    if not rows["_given"].all():
        return where
    column = table.column(table.key[0])
    shown = masked([(str(rows[column.stored_name].iloc[0]), column)], names=names)[0]
    return f"{shown} {where}"
