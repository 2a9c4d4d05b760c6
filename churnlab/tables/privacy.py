"""How does nothing personal reach the store in clear?"""

import os
import secrets
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import platformdirs

from churnlab.errors import PrivacyError
from churnlab.tables.contract import Column, Table
from churnlab.tables.identity import PHONE, identified
from churnlab.tables.pseudonym import names_a_person, normal_id, normal_name, normal_phone, pseudonym, says_who
from churnlab.tables.schemas import TABLES
from churnlab.tables.scrubbing import is_han, scrubber, without_numbers
from churnlab.tables.undeclared import Left, may_hold, role

# Made-up persons need no secret, and everybody should get the same store from the same sample.
PUBLIC_KEY = b"churnlab: this key is public, for invented persons only"
KEY_BYTES = 32
NAMES = ("name", "guardian")
# By stage of school: crèche, kindergarten, lower and upper primary, lower and upper secondary, university, work.
AGE_BANDS = {0: "0-2", 3: "3-5", 6: "6-8", 9: "9-11", 12: "12-14", 15: "15-17", 18: "18-24", 25: "25-34", 35: "35+"}


def key_place() -> Path:
    """Return where the institution's key is kept: the user's configuration folder, never the project."""
    return Path(platformdirs.user_config_dir("churnlab")) / "key"


def make_key(path: Path) -> None:
    """Write a new key of 32 random bytes, as hex, readable by its owner only.

    Raises
    ------
    PrivacyError
        If there is a key already (with another one nobody would be recognised), or the folder cannot be written.
    """
    if path.exists():
        raise PrivacyError("privacy.key_exists", file=path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Exclusive: of two that make a key at once, one is refused.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise PrivacyError("privacy.key_not_written", file=path, what=error.strerror) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")


def read_key(path: Path) -> bytes:
    """Return the institution's key.

    Raises
    ------
    PrivacyError
        If it is missing, damaged, or (on POSIX) may be read by others than its owner.
    """
    try:
        mode, told = path.stat().st_mode, path.read_text(encoding="ascii", errors="replace")
    except OSError:
        raise PrivacyError("privacy.key_missing", file=path) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise PrivacyError("privacy.key_open", file=path, mode=f"{stat.S_IMODE(mode):o}")
    try:
        key = bytes.fromhex(told)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise PrivacyError("privacy.key_damaged", file=path)
    return key


def names_in(frames: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Return the names of students, guardians and staff that a load holds.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        `kept` of each table, still in clear.
    """
    names: set[str] = set()
    for table, frame in sorted(frames.items()):
        for column in TABLES[table].exported:
            values = [str(value) for value in frame[column.name].dropna().unique()] if column.name in frame else []
            if _is_name(column):
                names.update(values)
            elif column.kind == "id" and says_who(column.name, column.references):
                names.update(value for value in values if is_han(value) or " " in value)
    return frozenset(names)


def declared_in(frames: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Return the names that nobody doubts: of the students and staff whose rows are kept; frames as in `names_in`."""
    of = [frames[table]["name"] for table in ("students", "staff") if table in frames]
    return frozenset(str(name) for names in of for name in names.dropna().unique())


def texts_in(frames: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Return the distinct sentences that a load holds, wherever people write of people; frames as in `names_in`."""
    return frozenset(
        str(value)
        for table, frame in frames.items()
        for column in TABLES[table].columns
        if column.personal == "text" and column.name in frame
        for value in frame[column.name].dropna().unique()
    )


def _is_name(column: Column) -> bool:
    # A course has a name too, and a text may speak of it.
    return column.personal == "pseudonym" and column.name in NAMES


def protect(
    kept: pd.DataFrame, table: Table, key: bytes, *, names: Iterable[str] = (), left: Left = MappingProxyType({})
) -> pd.DataFrame:
    """Return checked rows in the form in which they are stored.

    Parameters
    ----------
    kept : pandas.DataFrame
        From `checking.check`: typed, canonical columns.
    table : Table
        Whose rows they are.
    key : bytes
        From `read_key`, or `PUBLIC_KEY` for made-up data.
    names : iterable of str
        From `names_in`, over the whole load: what is scrubbed from free text.
    left : mapping of str to mapping of str to str
        From `undeclared.changed`: by column, what is left of words and ids that hold a name.

    Returns
    -------
    pandas.DataFrame
        The same rows under the same index, only the table's stored columns: ids given where they were missing, names
        and phones as pseudonyms, birth dates as age bands (years at the row's date), texts scrubbed, ids that are
        phones or resident numbers, or hold a name, as pseudonyms in every table alike, no numbers or names of persons
        in words.
    """
    rows = identified(kept, table, key)
    scrub = scrubber(names if any(column.personal == "text" for column in table.columns) else ())
    stored = {
        column.stored_name: _band(rows, column, table)
        if column.personal == "age_band"
        else _who(_each(rows[column.name], _keeper(column, key, scrub, left.get(column.name, {}))), rows, column, key)
        for column in table.columns
    }
    return pd.DataFrame(stored, index=rows.index)


def _who(kept: pd.Series, rows: pd.DataFrame, column: Column, key: bytes) -> pd.Series:
    """Make pseudonyms of names where an id says who somebody is in some rows only (`Column.person_when`)."""
    if not column.person_when:
        return kept
    persons = pd.Series(True, index=rows.index)
    for name, code in column.person_when.items():
        persons &= (rows[name] == code).fillna(False).astype(bool)
    as_staff = replace(column, references="staff", person_when={})
    return kept.mask(persons, _each(rows[column.name], _keeper(as_staff, key, str, {})))


def said(kept: pd.DataFrame, table: Table, key: bytes, *, room: Collection[str] = ()) -> pd.DataFrame:
    """Return what tells values apart from which names are taken out, now or in a later load.

    Parameters
    ----------
    kept : pandas.DataFrame
        From `checking.check`: typed, canonical columns, still in clear.
    table : Table
        Whose rows they are.
    key : bytes
        As of `protect`.
    room : collection of str
        Columns in which values have room for a name: see `undeclared.held`.

    Returns
    -------
    pandas.DataFrame of str
        For each text, and each of these columns, under its stored name: a keyed digest where there is room for a name,
        else the value as it is stored.
    """
    rows = identified(kept, table, key) if table.key[0] in room else kept
    return pd.DataFrame(
        {
            column.stored_name: _each(rows[column.name], _digester(column, key))
            for column in table.columns
            if column.personal == "text" or (column.name in room and role(column) != "campus")
        },
        index=kept.index,
    )


def _digester(column: Column, key: bytes) -> Callable[[str], str | None]:
    if column.personal == "text":
        return lambda text: pseudonym(text, key)
    keep = _keeper(column, key, str, {})

    def digest(value: str) -> str | None:
        own = may_hold(value) and not names_a_person(value, column.name, column.references)
        return pseudonym(value, key) if own else keep(value) if keep else value

    return digest


def _keeper(
    column: Column, key: bytes, scrub: Callable[[str], str], left: Mapping[str, str]
) -> Callable[[str], str | None] | None:
    if column.personal == "pseudonym":
        return _phone(key) if column.name == PHONE else lambda value: pseudonym(normal_name(value), key)
    if column.personal == "text":
        return scrub
    if column.kind == "id":
        return _id(column, key, left)
    if column.kind == "word" or (column.kind == "code" and not column.codes):
        return (lambda value: without_numbers(left.get(value, value))) if role(column) == "word" else without_numbers
    return None


def _phone(key: bytes) -> Callable[[str], str | None]:
    return lambda value: pseudonym(phone, key) if (phone := normal_phone(value)) else None


def _id(column: Column, key: bytes, left: Mapping[str, str]) -> Callable[[str], str]:
    def keep(value: str) -> str:
        who = names_a_person(value, column.name, column.references)
        return pseudonym(normal_id(value), key) if who else left.get(value, value)

    return keep


def _each(values: pd.Series, change: Callable[[str], Any] | None) -> pd.Series:
    """Change each distinct value once; what is missing stays missing."""
    if change is None:
        return values
    codes, distinct = pd.factorize(values.to_numpy(dtype=object))
    changed = np.array([*(change(value) for value in distinct), None], dtype=object)
    return pd.Series(changed[codes], index=values.index, dtype=object)


def _band(rows: pd.DataFrame, column: Column, table: Table) -> pd.Series:
    born, on = rows[column.name], rows[table.dated_by or column.name]
    before_birthday = (on.dt.month < born.dt.month) | ((on.dt.month == born.dt.month) & (on.dt.day < born.dt.day))
    years = on.dt.year - born.dt.year - before_birthday
    bands = pd.cut(years, [*AGE_BANDS, np.inf], right=False, labels=list(AGE_BANDS.values()))
    return bands.astype(object).where(bands.notna(), None)
