"""Was somebody on a list called more than once, and what of it stands?

A list has one row a student. Who calls again and puts a second row under the same id has told of two calls: of each
answer (who, what came of it, which reason) that of the latest call that gives one stands, with the day of the latest.
In which arm she was drawn says the list and no call: she counts as to be called whether the first call reached her, the
third, or none. What was said in words is kept of all calls, in their order.
"""

from collections.abc import Iterator

import pandas as pd

from churnlab.tables.contract import Table

_BETWEEN = " / "


def called_again(rows: pd.DataFrame, table: Table) -> pd.Series:
    """Tell the rows that stand with others of their file under one id and tell of another call.

    Of two calls on one day often only the day is written: another answer is another call, too, the lower row the later.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of a table that people fill in, with `_file`.
    table : Table
        Whose rows they are; the first of `fills` is the time.

    Returns
    -------
    pandas.Series of bool
        By row.
    """
    key, when = table.key[0], table.fills[0]
    told = rows[key].notna() & rows[when].notna()
    answers = rows[told].groupby(["_file", key], dropna=False)[list(table.fills)].transform("nunique")
    return (answers > 1).any(axis=1).reindex(rows.index, fill_value=False)


def all_words(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Write what was said in all calls of a row into its latest; nothing else is changed.

    Parameters
    ----------
    rows, table
        As for `called_again`.
    """
    columns = [name for name in table.fills if table.column(name).kind == "text"]
    found = rows.copy()
    for _, calls in _calls(rows, table):
        for name in columns:
            said = list(dict.fromkeys(calls[name].dropna()))
            if said:
                found.loc[calls.index[-1], name] = _BETWEEN.join(said)
    return found


def _calls(rows: pd.DataFrame, table: Table) -> Iterator[tuple[object, pd.DataFrame]]:
    """Yield the rows of each that was called more than once, the first call first."""
    again = rows[called_again(rows, table)].sort_values(table.fills[0], kind="stable")
    yield from again.groupby(["_file", table.key[0]], sort=False)


def latest(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return of each file and id the row of the latest call.

    Parameters
    ----------
    rows, table
        As for `called_again`.
    """
    ordered = rows.sort_values(table.fills[0], kind="stable", na_position="first")
    return ordered.drop_duplicates(["_file", table.key[0]], keep="last").sort_index()
