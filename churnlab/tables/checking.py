"""Which rows of a sheet can be taken, and why not the others?

The law: every row of a sheet is either in `kept` or set aside, once, whatever the file holds. A row is set aside when
one of its cells cannot be read; all its bad cells are told at once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churnlab.tables import dates
from churnlab.tables.contract import Column, Kind, Table
from churnlab.tables.identity import cannot_be_told_apart, has_own_id
from churnlab.tables.notice import Notice
from churnlab.tables.scrubbing import masked
from churnlab.tables.values import Asked, Fault, Noted, folded, is_formula_error, is_missing, long, parser
from churnlab.tables.values import rounded_by_excel, short

SET_ASIDE = ("file", "sheet", "table", "row", "column", "value", "reason", "facts")
BOOKKEEPING = ("_file", "_sheet", "_row")
_DTYPES: dict[Kind, str] = {"hours": "float64", "number": "float64", "count": "Int64", "flag": "boolean"}
_DATES = ("date", "time")


@dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """One sheet after checking.

    Attributes
    ----------
    table : Table
        What its rows are.
    kept : pandas.DataFrame
        The rows that were taken, in file order: the contract's columns, typed (ids, words, texts, codes: str or None;
        dates and times: datetime64[ns], naive local; money: Decimal with two places; hours, number: float64; count:
        Int64; flag: boolean), then `_file`, `_sheet`, `_row`. Personal values are still in clear: `privacy.protect` it.
    set_aside : pandas.DataFrame
        One row per bad cell: file, sheet, table, row, column, value (masked where personal), reason (below
        `set_aside.` in the locale), facts (what its sentence needs).
    warnings : tuple of Notice
        What was taken but is worth telling.
    rows_read : int
        Rows of the sheet; `len(kept) + rows_set_aside`.
    """

    table: Table
    kept: pd.DataFrame
    set_aside: pd.DataFrame
    warnings: tuple[Notice, ...]
    rows_read: int

    @property
    def rows_set_aside(self) -> int:
        """How many rows were set aside, each counted once."""
        return int(self.set_aside[["file", "sheet", "row"]].drop_duplicates().shape[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Read:
    values: pd.Series
    faults: dict[int, Fault]
    notes: Counter[str]


def check(sheet: Any, *, mapping: Any, timezone: str = "Asia/Shanghai") -> Checked:
    """Check one sheet: read every cell as its column says, and set aside the rows that cannot be taken.

    Parameters
    ----------
    sheet : Sheet
        From `reading`: text cells by canonical column, empty ones `""`, indexed by row number in the file.
    mapping : Mapping
        The institution's own words and aliases.
    timezone : str
        Zone into which times that carry one are brought.

    Returns
    -------
    Checked
        `rows_read == len(kept) + rows_set_aside`, always.
    """
    table, cells = sheet.table, sheet.rows
    read = {column.name: _column(cells, column, _asked(table, column, mapping, timezone)) for column in table.columns}
    typed = pd.DataFrame({name: column.values for name, column in read.items()})
    faults = {name: column.faults for name, column in read.items()}
    _add_missing(faults, typed, table)
    for order in table.orders:
        _add_disordered(faults, typed, order.earlier, order.later)
    bad = sorted({place for column in faults.values() for place in column})
    kept = typed.drop(index=bad).reset_index(drop=True)
    rows = cells.index.to_numpy()
    good = np.setdiff1d(np.arange(len(cells)), bad)
    kept = kept.assign(_file=sheet.file, _sheet=sheet.sheet, _row=rows[good])
    return Checked(
        table=table,
        kept=kept,
        set_aside=_told(sheet, faults),
        warnings=_warnings(sheet, read),
        rows_read=len(cells),
    )


def latest(kept: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, int, int]:
    """Return the newest version of each row: of rows with one key, the last.

    Parameters
    ----------
    kept : pandas.DataFrame
        Rows in the order in which they were handed in.
    table : Table
        Whose key counts; rows without an id are told apart by the natural key.

    Returns
    -------
    rows : pandas.DataFrame
        One row per key, in order.
    unchanged, superseded : int
        How many rows were left out because the same row comes again, or a newer version of it.
    """
    names = [column.stored_name for column in table.columns if column.stored_name in kept]
    plain = kept[names].reset_index(drop=True)
    key, natural = ([name for name in columns if name in plain] for columns in (table.key, table.natural_key))
    own = has_own_id(plain, table)
    again = plain[own].duplicated(key, keep="last").reindex(plain.index, fill_value=False)
    again |= plain[~own].duplicated(natural, keep="last").reindex(plain.index, fill_value=False)
    same = again & plain.duplicated(names, keep="last")
    return kept[~again.to_numpy()], int(same.sum()), int((again & ~same).sum())


def _asked(table: Table, column: Column, mapping: Any, timezone: str) -> Asked:
    aliases: dict[str, str] = {}
    if column.kind == "code" and not column.codes:
        aliases |= {"campus": mapping.campuses, "channel": mapping.channels}.get(column.name, {})
    aliases |= mapping.words.get(table.name, {}).get(column.name, {})
    words = {folded(word): value for word, value in aliases.items()}
    return Asked(column=column, words=words, timezone=timezone, day_first=mapping.day_first)


def _column(cells: pd.DataFrame, column: Column, asked: Asked) -> _Read:
    if column.name not in cells:
        empty = pd.Series([None] * len(cells), dtype=object)
        return _Read(values=_typed(empty, column), faults={}, notes=Counter())
    codes, distinct = pd.factorize(cells[column.name].to_numpy(dtype=object))
    answers, notes = _answers([str(cell) for cell in distinct], asked)
    bad = {place: answer for place, answer in enumerate(answers) if isinstance(answer, Fault)}
    clean = pd.Series([None if place in bad else answer for place, answer in enumerate(answers)], dtype=object)
    values = _typed(clean, column).take(codes).reset_index(drop=True)
    rows = np.flatnonzero(np.isin(codes, list(bad))) if bad else ()
    counts = np.bincount(codes, minlength=len(distinct))
    noted: Counter[str] = Counter()
    for place, note in notes.items():
        noted[note] += int(counts[place])
    return _Read(values=values, faults={int(row): bad[codes[row]] for row in rows}, notes=noted)


def _typed(values: pd.Series, column: Column) -> pd.Series:
    if column.kind in _DATES:
        return pd.to_datetime(values).astype("datetime64[ns]")
    return values.astype(_DTYPES.get(column.kind, object))  # type: ignore[call-overload, no-any-return]


def _answers(cells: list[str], asked: Asked) -> tuple[list[Any], dict[int, str]]:
    """Read the distinct cells of a column: a value, None or a Fault each, and the notes by position."""
    column = asked.column
    clean = long if column.kind == "text" and column.personal == "text" else short
    words = [clean(cell) for cell in cells]
    if asked.words:
        words = [asked.words.get(word.casefold(), word) for word in words]
    answers: list[Any] = [None] * len(words)
    said = [place for place, word in enumerate(words) if not is_missing(word, column) or _is_own(word, asked)]
    for place, answer in zip(said, _parsed([words[place] for place in said], asked), strict=True):
        answers[place] = answer
    notes = {place: answer.note for place, answer in enumerate(answers) if isinstance(answer, Noted)}
    answers = [answer.value if isinstance(answer, Noted) else answer for answer in answers]
    return [_bounded(answer, column) for answer in answers], notes


def _is_own(word: str, asked: Asked) -> bool:
    return bool(word) and word in asked.words.values()


def _parsed(words: list[str], asked: Asked) -> list[Any]:
    column = asked.column
    if column.kind in _DATES:
        values, faults = dates.read(words, asked)
        return [faults.get(place, value) for place, value in enumerate(values)]
    read = parser(asked)
    if column.kind != "text":
        answers = [Fault("formula_error") if is_formula_error(word) else read(word) for word in words]
    else:
        answers = [read(word) for word in words]
    if column.kind == "id":
        lost = rounded_by_excel(words)
        answers = [Fault("id_rounded") if gone else answer for gone, answer in zip(lost, answers, strict=True)]
    return answers


def _bounded(answer: Any, column: Column) -> Any:
    if answer is None or isinstance(answer, Fault | str) or column.kind in (*_DATES, "flag"):
        return answer
    low, high = column.low, column.high
    if (low is not None and answer < low) or (high is not None and answer > high):
        return Fault("out_of_bounds", {"low": _plain(low), "high": _plain(high)})
    return answer


def _plain(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}" if abs(bound) < 100_000 else f"{bound:,.0f}"


def _add_missing(faults: dict[str, dict[int, Fault]], typed: pd.DataFrame, table: Table) -> None:
    for column in table.columns:
        if not column.required:
            continue
        empty = typed[column.name].isna()
        reason = "missing"
        if column.name == table.key[0] and column.name not in table.natural_key:
            empty &= cannot_be_told_apart(typed, table)
            reason = "no_id"
        for place in np.flatnonzero(empty.to_numpy()):
            faults[column.name].setdefault(int(place), Fault(reason))


def _add_disordered(faults: dict[str, dict[int, Fault]], typed: pd.DataFrame, earlier: str, later: str) -> None:
    before, after = typed[earlier], typed[later]
    if pd.api.types.is_datetime64_any_dtype(before):
        # By the day: many systems keep the minute of the one and only the day of the other.
        before, after = before.dt.normalize(), after.dt.normalize()
    for place in np.flatnonzero((before > after).to_numpy()):
        faults[later].setdefault(int(place), Fault("disordered", {"earlier": earlier, "than": _shown(before[place])}))


def _shown(value: Any) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else f"{value:g}"


def _told(sheet: Any, faults: Mapping[str, Mapping[int, Fault]]) -> pd.DataFrame:
    table = sheet.table
    told = [
        (place, column, _cell(sheet, column.name, place), fault)
        for column in table.columns
        for place, fault in faults[column.name].items()
    ]
    values = masked([(value, column) for _, column, value, _ in told], names=_names(sheet) if told else ())
    rows = [
        (sheet.file, sheet.sheet, table.name, sheet.rows.index[place], column.name, value, fault.reason, fault.facts)
        for (place, column, _, fault), value in zip(told, values, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(SET_ASIDE))
    return frame.sort_values("row", kind="stable", ignore_index=True)


def _cell(sheet: Any, column: str, place: int) -> str:
    return str(sheet.rows[column].iat[place]) if column in sheet.rows else ""


def _names(sheet: Any) -> Iterable[str]:
    names = [c.name for c in sheet.table.columns if c.personal == "pseudonym" and c.name in sheet.rows]
    return (str(name) for column in names for name in sheet.rows[column].unique())


def _warnings(sheet: Any, read: Mapping[str, _Read]) -> tuple[Notice, ...]:
    place = {"file": sheet.file, "table": sheet.table.name}
    return tuple(
        Notice(key=note, facts={**place, "column": name, "n": number})
        for name, column in read.items()
        for note, number in sorted(column.notes.items())
    )
