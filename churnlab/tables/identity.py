"""Which row is it, also where the export gives it no id, and which version of it stands?"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from churnlab.tables.contract import Column, Table
from churnlab.tables.pseudonym import names_a_person, normal_id, normal_name, normal_phone, pseudonym

PHONE = "phone"
_BETWEEN = "\x1f"


def has_own_id(rows: pd.DataFrame, table: Table) -> pd.Series:
    """Tell which rows carry the id that the contract asks for.

    Parameters
    ----------
    rows : pandas.DataFrame
        Typed, canonical columns.
    table : Table
        Whose key counts; what is optional in a key may be empty.
    """
    needed = [name for name in table.key if table.column(name).required and name in rows]
    return rows[needed].notna().all(axis=1)


def cannot_be_told_apart(rows: pd.DataFrame, table: Table) -> pd.Series:
    """Tell which rows have too little in their natural key to be known again without an id.

    A person needs a phone and a name (siblings share a phone, strangers a name); anything else needs at least one id of
    what it belongs to.
    """
    natural = [table.column(name) for name in _natural(table)]
    lost = pd.Series(False, index=rows.index)
    for column in (column for column in natural if column.personal):
        said = rows[column.name].map(normal_phone, na_action="ignore") if column.name == PHONE else rows[column.name]
        lost |= said.isna()
    ids = [column.name for column in natural if column.kind == "id"]
    return lost | rows[ids].isna().all(axis=1) if ids else lost


def key_is_told(rows: pd.DataFrame, table: Table, faulty: Mapping[str, Collection[int]]) -> pd.Series:
    """Tell of which rows the key is known, whatever else cannot be read.

    Parameters
    ----------
    rows : pandas.DataFrame
        Typed, canonical columns.
    table : Table
        Whose key counts.
    faulty : mapping of str to collection of int
        By column, the places of the rows whose cell could not be taken.
    """

    def read(names: Iterable[str]) -> np.ndarray:
        return ~np.isin(np.arange(len(rows)), [place for name in names for place in faulty.get(name, ())])

    by_nature = read({*table.key, *table.natural_key}) & ~cannot_be_told_apart(rows, table)
    return has_own_id(rows, table) & read(table.key) | by_nature


def identified(rows: pd.DataFrame, table: Table, key: bytes) -> pd.DataFrame:
    """Give every row an id.

    Parameters
    ----------
    rows : pandas.DataFrame
        Typed, canonical columns, checked.
    table : Table
        Whose rows they are.
    key : bytes
        The institution's key: the natural key may hold a phone.

    Returns
    -------
    pandas.DataFrame
        The same rows. An id that was missing is the pseudonym of phone and name for a person, else the table's name and
        the pseudonym of the natural key: `lessons:0b9c…`. The same row has the same id whenever it comes again.
    """
    name = table.key[0]
    if name in table.natural_key or not rows[name].isna().any():
        return rows
    natural = [table.column(part) for part in _natural(table)]
    stem = "" if all(column.personal for column in natural) else f"{table.name}:"
    without = np.flatnonzero(rows[name].isna().to_numpy())
    parts = zip(*(_normal(rows[column.name].iloc[without], column, key) for column in natural), strict=True)
    ids = rows[name].copy()
    ids.iloc[without] = [stem + pseudonym(_BETWEEN.join(part), key) for part in parts]
    return rows.assign(**{name: ids})


def of_phone_and_name(phone: str, name: str, key: bytes) -> str:
    """Return the id that `identified` gives a student who has none."""
    return pseudonym(_BETWEEN.join((normal_phone(phone) or "", normal_name(name))), key)


def latest(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the newest version of each row: of rows with one key, the last.

    Parameters
    ----------
    rows : pandas.DataFrame
        In the order in which they were handed in; canonical or stored columns.
    table : Table
        Whose key counts; rows without an id are told apart by their natural key.

    Returns
    -------
    pandas.DataFrame
        One row per key, in order. The store does the same and counts what it leaves out.
    """
    own = has_own_id(rows, table)
    key, natural = ([name for name in names if name in rows] for names in (table.key, table.natural_key))
    told = rows[[*{*key, *natural}]].assign(_apart=stands_apart(rows, table))
    later = (
        part.duplicated([*names, "_apart"], keep="last") for part, names in ((told[own], key), (told[~own], natural))
    )
    return rows[~pd.concat(later).reindex(rows.index)]


def stands_apart(rows: pd.DataFrame, table: Table) -> pd.Series:
    """Tell which rows stand beside others of the same key, as an interview beside the form (`Table.apart_when`).

    Parameters
    ----------
    rows : pandas.DataFrame
        Canonical or stored columns.
    table : Table
        Whose rows they are.
    """
    apart = pd.Series(bool(table.apart_when), index=rows.index)
    for name, code in table.apart_when.items():
        apart &= (rows[name] == code).fillna(False).astype(bool) if name in rows else False
    return apart


def _natural(table: Table) -> tuple[str, ...]:
    # The further columns of a key (a survey's item) tell rows of one id apart; they are no part of the id.
    return tuple(name for name in table.natural_key if name not in table.key[1:])


def _normal(values: pd.Series, column: Column, key: bytes) -> Iterable[str]:
    if column.name == PHONE:
        return [normal_phone(str(value)) or "" for value in values]
    if column.personal:
        return [normal_name(str(value)) for value in values]
    if column.kind == "id":
        return [_told(_written(value), column, key) for value in values]
    return [_written(value) for value in values]


def _told(value: str, column: Column, key: bytes) -> str:
    # As it is stored: a lesson whose student number is a phone may come again with the name and the phone alone.
    who = names_a_person(value, column.name, column.references)
    return pseudonym(normal_id(value), key) if who else value


def _written(value: Any) -> str:
    return "" if pd.isna(value) else value.isoformat() if isinstance(value, pd.Timestamp) else str(value)
