"""Which rows of a sheet can be taken, and why not the others?

The law: every row of a sheet is either kept or set aside, once, whatever the file holds. A row is set aside when one of
its cells cannot be taken; all its bad cells are told at once.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churnlab.tables import columns
from churnlab.tables.columns import LEFT_BLANK, Answers
from churnlab.tables.contract import STUDENT_ID, Column, Order, Table
from churnlab.tables.faults import header
from churnlab.tables.headers import fold
from churnlab.tables.identity import cannot_be_told_apart, key_is_told
from churnlab.tables.mapping import Mapping
from churnlab.tables.reading import Sheet, Warned
from churnlab.tables.scrubbing import masked, scrubber
from churnlab.tables.values import Asked, Fault, folded
from churnlab.tables.who import BY, Students
from churnlab.tables.whose import whose

SET_ASIDE = ("file", "sheet", "table", "row", "column", "header", "value", "reason", "facts", "day")
_ROW = ["file", "sheet", "row"]

_Faults = dict[str, dict[int, Fault]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """One sheet after checking.

    Attributes
    ----------
    table : Table
        What its rows are.
    kept : pandas.DataFrame
        The rows that can be taken, in file order: all columns of the contract, typed (ids, words, texts, codes: str or
        None; dates and times: datetime64[ns], naive and local; money: Decimal with two places; hours, number: float64;
        count: Int64; flag: boolean), then `_file`, `_sheet`, `_row`. Names and phones are still in clear here:
        `privacy.protect` makes of it what may be stored.
    who_aside : pandas.DataFrame
        Of the rows that were set aside, those whose student's number, phone and name can be taken: columns of the
        contract as in `kept`, missing where a cell could not be read.
    unkept : pandas.DataFrame
        The rows that were set aside here, typed as in `kept`, missing where a cell cannot be taken; `_told`: whether
        their key is known all the same.
    set_aside : pandas.DataFrame
        One row per bad cell, and one per row that reading set aside: file, sheet, table, row, column, header (of the
        column in the file, without names; "" if it has none), value (masked where personal), reason (its sentence is
        below `set_aside.` in the locale), facts (what the sentence needs), day (when the row happened, by its own
        date; NaT where it has none or none that can be read).
    warnings : tuple of (str, dict)
        What was taken but is worth telling: key and facts of a sentence.
    rows_read : int
        Rows of the sheet that are no header, note, blank or total line: `len(kept) + rows_set_aside`.
    headers : mapping of str to str
        Column to its header in the file, without the names that the sheet holds.
    """

    table: Table
    kept: pd.DataFrame
    who_aside: pd.DataFrame
    unkept: pd.DataFrame
    set_aside: pd.DataFrame
    warnings: tuple[Warned, ...]
    rows_read: int
    headers: AnyMapping[str, str]

    @property
    def rows_set_aside(self) -> int:
        """How many rows were set aside, each counted once."""
        return len(self.set_aside[_ROW].drop_duplicates())


def check(sheet: Sheet, *, mapping: Mapping, timezone: str, students: Students) -> Checked:
    """Check one sheet: read every cell as its column says, and set aside the rows that cannot be taken.

    Parameters
    ----------
    sheet : Sheet
        From `reading.read`.
    mapping : Mapping
        The institution's own words and aliases.
    timezone : str
        Zone into which times that carry one are brought, as `Asia/Shanghai`.
    students : Students
        Who is known by name and phone.

    Returns
    -------
    Checked
        `rows_read == len(kept) + rows_set_aside`, always.
    """
    table, cells, headers = sheet.table, sheet.rows, _headers(sheet)
    answers = {column.name: _read(cells, column, _asked(table, column, mapping, timezone)) for column in table.exported}
    answers = whose(answers, table, students)
    typed = pd.DataFrame({name: answer.values for name, answer in answers.items()})
    faults = {name: dict(answer.faults) for name, answer in answers.items()}
    for column in table.columns:
        if column.required:
            _add_missing(faults, typed, column, table)
    for order in table.orders:
        _add_disordered(faults, typed, order, header(table.column(order.earlier), headers.get(order.earlier, "")))
    bad = {place for column in faults.values() for place in column}
    good = np.setdiff1d(np.arange(len(cells)), sorted(bad))
    kept = typed.take(good).reset_index(drop=True)
    unsure = {place for name in (STUDENT_ID, *BY) for place in faults.get(name, ())}
    told = pd.concat([_placed(sheet), _told(sheet, faults, days_of(typed, table))], ignore_index=True)
    told["header"] = told["column"].map(headers).fillna("")
    return Checked(
        table=table,
        kept=kept.assign(_file=sheet.file, _sheet=sheet.sheet, _row=cells.index.to_numpy()[good]),
        who_aside=typed.take(sorted(bad - unsure)),
        unkept=typed.assign(_told=key_is_told(typed, table, faults)).take(sorted(bad)).reset_index(drop=True),
        set_aside=told.sort_values("row", kind="stable", ignore_index=True),
        warnings=tuple(_warnings(sheet, answers, headers)),
        rows_read=len(cells) + len(sheet.set_aside),
        headers=headers,
    )


def days_of(rows: pd.DataFrame, table: Table) -> pd.Series:
    """Return the day on which each row happened, by its own date; NaT where it has none or none that could be read."""
    if table.dated_by is None:
        return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]")
    return rows[table.dated_by].dt.normalize()


def _asked(table: Table, column: Column, mapping: Mapping, timezone: str) -> Asked:
    aliases: dict[str, str] = {}
    if column.kind == "code" and not column.codes:
        aliases |= {"campus": mapping.campuses, "channel": mapping.channels}.get(column.name, {})
    aliases |= mapping.words.get(table.name, {}).get(column.name, {})
    return Asked(
        column=column,
        words={folded(word): value for word, value in aliases.items()},
        known=frozenset(mapping.channels.values()) if column.name == "channel" else frozenset(),
        timezone=timezone,
        day_first=mapping.day_comes_first(table.name, column.name),
    )


def _read(cells: pd.DataFrame, column: Column, asked: Asked) -> Answers:
    return columns.read(cells[column.name], asked) if column.name in cells else columns.empty(len(cells), column)


def _add_missing(faults: _Faults, typed: pd.DataFrame, column: Column, table: Table) -> None:
    missing, reason = typed[column.name].isna(), "missing"
    if column.name == table.key[0] and column.name not in table.natural_key:
        # A row without an id can be known by its natural key, if it has one.
        missing, reason = missing & cannot_be_told_apart(typed, table), "no_id"
    # Why nobody can be told is said already; that the row has no id either is only what follows.
    told = faults[STUDENT_ID] if reason == "no_id" and STUDENT_ID in table.natural_key else {}
    for place in np.flatnonzero(missing.to_numpy()).tolist():
        if place not in told:
            faults[column.name].setdefault(place, Fault(reason))


def _headers(sheet: Sheet) -> dict[str, str]:
    """Return the headers as the file has them; one that only the mapping knows may hold a name of the sheet."""
    usual = {column.name: {fold(word) for word in column.headers} for column in sheet.table.exported}
    strange = {name for name, own in sheet.headers.items() if fold(own) not in usual[name]}
    scrub = scrubber(_names(sheet) if strange else ())
    return {name: scrub(own) if name in strange else own for name, own in sheet.headers.items()}


def _add_disordered(faults: _Faults, typed: pd.DataFrame, order: Order, earlier: AnyMapping[str, str]) -> None:
    before, after = typed[order.earlier], typed[order.later]
    if are_dates := pd.api.types.is_datetime64_any_dtype(before):
        # By the day: many systems keep the minute of the one and only the day of the other.
        before, after = before.dt.normalize(), after.dt.normalize()
    # Of counts, what is not told compares as not told.
    for place in np.flatnonzero((before > after).fillna(False).to_numpy(dtype=bool)).tolist():
        facts = {"earlier": earlier, "than": _shown(before.iat[place])}
        faults[order.later].setdefault(place, Fault("disordered" if are_dates else "disordered_numbers", facts))


def _shown(value: Any) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else f"{value:g}"


def _placed(sheet: Sheet) -> pd.DataFrame:
    undated = pd.Series(pd.NaT, index=sheet.set_aside.index, dtype="datetime64[ns]")
    placed = sheet.set_aside.assign(file=sheet.file, sheet=sheet.sheet, table=sheet.table.name, header="", day=undated)
    return placed[list(SET_ASIDE)]


def _told(sheet: Sheet, faults: AnyMapping[str, AnyMapping[int, Fault]], days: pd.Series) -> pd.DataFrame:
    told = [(place, column, fault) for column in sheet.table.exported for place, fault in faults[column.name].items()]
    cells = [(_cell(sheet, column, place), column) for place, column, _ in told]
    place_of = (sheet.file, sheet.sheet, sheet.table.name)
    rows = [
        (*place_of, sheet.rows.index[place], column.name, "", value, fault.reason, {"value": value, **fault.facts})
        for (place, column, fault), value in zip(told, _masked(sheet, cells), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(SET_ASIDE[:-1]), dtype=object).astype({"row": "int64"})
    return frame.assign(day=days.take([place for place, _, _ in told]).to_numpy())


def _cell(sheet: Sheet, column: Column, place: int) -> str:
    return str(sheet.rows[column.name].iat[place]) if column.name in sheet.rows else ""


def _masked(sheet: Sheet, cells: Sequence[tuple[str, Column]]) -> list[str]:
    if not cells:
        return []
    # What stands in the personal columns of a sheet may have slipped into the others.
    return masked(cells, names=_names(sheet))


def _names(sheet: Sheet) -> list[str]:
    personal = [c.name for c in sheet.table.exported if c.personal == "pseudonym" and c.name in sheet.rows]
    return [str(name) for column in personal for name in sheet.rows[column].unique()]


def _warnings(sheet: Sheet, answers: AnyMapping[str, Answers], headers: AnyMapping[str, str]) -> Iterable[Warned]:
    for column in sheet.table.exported:
        for key, note in answers[column.name].notes.items():
            examples = ", ".join(dict.fromkeys(_masked(sheet, [(cell, column) for cell in note.examples])))
            file = f"{sheet.file} ({sheet.sheet})" if sheet.sheet else sheet.file
            told = header(column, headers.get(column.name, ""))
            facts = {"file": file, "column": told, "n": note.rows, "examples": examples}
            if key == LEFT_BLANK:
                places = [str(sheet.rows.index[place]) for place in note.places]
                facts["rows"] = {"zh": "、".join(places), "en": ", ".join(places)}
            yield f"warning.checking.{key}", facts
