"""What do the cells of one column say?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from churnlab.tables import dates, periods
from churnlab.tables.contract import Column, Kind
from churnlab.tables.values import Asked, Fault, Noted, is_missing, like_shares, long, parser, rounded_by_excel, short

_DTYPES: dict[Kind, str] = {
    "hours": "float64", "number": "float64", "percent": "float64", "count": "Int64", "flag": "boolean"
}  # fmt: skip
_DATES = ("date", "time")
_NUMBERS = ("money", "hours", "count", "number", "percent")
_LARGEST = 1_000_000  # of a number without bounds of its own; a phone in the wrong column is larger
_EXAMPLES = 3
LEFT_BLANK = "left_blank"


@dataclass(frozen=True)
class Note:
    """How many cells were taken with one remark, the first few distinct ones as they stood in the file, and where."""

    rows: int
    examples: tuple[str, ...]
    places: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """A column that was read.

    Attributes
    ----------
    values : pandas.Series
        Typed as its kind, by position from 0; missing where nothing was said, and where it could not be read.
    faults : dict of int to Fault
        By position, why a cell cannot be taken; none in a spare column, whose bad cells are blank and noted.
    notes : mapping of str to Note
        What was taken with a remark, by remark.
    """

    values: pd.Series
    faults: dict[int, Fault] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)


def empty(rows: int, column: Column) -> Answers:
    """Return the answers of a column that the export does not have."""
    return Answers(values=_typed(pd.Series([None] * rows, dtype=object), column))


def read(cells: pd.Series, asked: Asked) -> Answers:
    """Read a column, each distinct text once.

    Parameters
    ----------
    cells : pandas.Series of str
        As in the file, `""` where empty.
    asked : Asked
        The column and the institution's ways with it.
    """
    codes, found = pd.factorize(cells.to_numpy(dtype=object))
    distinct = [str(cell) for cell in found]
    answers = _answers(distinct, asked)
    bad = {place: answer for place, answer in enumerate(answers) if isinstance(answer, Fault)}
    remarks = {place: answer.note for place, answer in enumerate(answers) if isinstance(answer, Noted)}
    if asked.column.spare:
        remarks, bad = remarks | dict.fromkeys(bad, LEFT_BLANK), {}
    clean = pd.Series([_taken(answer) for answer in answers], dtype=object)
    faulty = np.flatnonzero(np.isin(codes, list(bad))).tolist() if bad else []
    return Answers(
        values=_typed(clean, asked.column).take(codes).reset_index(drop=True),
        faults={row: bad[codes[row]] for row in faulty},
        notes=_notes(remarks, codes, distinct) if remarks else {},
    )


def _taken(answer: Any) -> Any:
    return None if isinstance(answer, Fault) else answer.value if isinstance(answer, Noted) else answer


def _notes(remarks: Mapping[int, str], codes: np.ndarray, distinct: list[str]) -> dict[str, Note]:
    cells: dict[str, list[int]] = {}
    for cell, remark in remarks.items():
        cells.setdefault(remark, []).append(cell)
    notes = {}
    for remark, of in sorted(cells.items()):
        places = np.flatnonzero(np.isin(codes, of))
        examples = tuple(distinct[cell] for cell in sorted(of)[:_EXAMPLES])
        notes[remark] = Note(len(places), examples, tuple(places[:_EXAMPLES].tolist()))
    return notes


def _typed(values: pd.Series, column: Column) -> pd.Series:
    if column.kind in _DATES:
        return pd.to_datetime(values).astype("datetime64[ns]")
    return values.astype(pd.api.types.pandas_dtype(_DTYPES.get(column.kind, "object")))


def _answers(cells: list[str], asked: Asked) -> list[Any]:
    """Return for each distinct cell a value (Noted or not), None or a Fault."""
    column = asked.column
    clean = long if column.personal == "text" else short
    words = [clean(cell) for cell in cells]
    if asked.words:
        words = [asked.words.get(word.casefold(), word) for word in words]
    declared = set(asked.words.values())
    said = [place for place, word in enumerate(words) if word in declared or not is_missing(word, column)]
    answers: list[Any] = [None] * len(words)
    for place, answer in zip(said, _parsed([words[place] for place in said], asked), strict=True):
        answers[place] = answer
    return [_bounded(answer, column) for answer in answers] if column.kind in _NUMBERS else answers


def _parsed(words: list[str], asked: Asked) -> list[Any]:
    if asked.column.kind in _DATES:
        period = asked.column.period
        values, faults = dates.read(periods.spelled_out(words, period) if period else words, asked)
        values = periods.last_day(values, period) if period else values
        return [faults.get(place, value) for place, value in enumerate(values)]
    answers = list(map(parser(asked), words))
    if asked.column.kind == "id":
        lost = rounded_by_excel(words)
        answers = [Fault("id_rounded") if gone else answer for gone, answer in zip(lost, answers, strict=True)]
    if asked.column.kind == "percent":
        shares = like_shares(words, answers)
        answers = [
            Noted(answer, "like_shares") if is_share else answer
            for is_share, answer in zip(shares, answers, strict=True)
        ]
    return answers


def _bounded(answer: Any, column: Column) -> Any:
    value = _taken(answer)
    if value is None:
        return answer
    low = -_LARGEST if column.low is None else column.low
    high = _LARGEST if column.high is None else column.high
    return answer if low <= value <= high else Fault("out_of_bounds", {"low": f"{low:,.0f}", "high": f"{high:,.0f}"})
