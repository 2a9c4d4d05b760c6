"""How are a table's headers and values written for a reader?

The column's name says what its values are: `_rate`, `_share` and `_probability` are 0–1 and shown in percent, `_points`
are differences of such rates, `_cny` is money, `_on` a date, `month` a month. Coded values are said through
`code.<column>.<value>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from numbers import Real
from typing import Any, Literal

import numpy as np
import pandas as pd

from churnlab import i18n
from churnlab.i18n import Lang

_RATES = ("_rate", "_share", "_probability", "rate", "share", "probability")
Unit = Literal["rate", "points", "cny", "p_value", "plain"]


@dataclass(frozen=True)
class Said:
    """Something to be said in the reader's language, once that is known; a cell holds one, or a tuple of them.

    Attributes
    ----------
    key : str
        Name of the sentence in the locale.
    facts : mapping
        What it needs; a fact may itself be a `Said`, or a tuple of them: a list.
    """

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: Lang) -> str:
        """Say it."""
        return i18n.text(self.key, lang, **spoken(self.facts, lang))

    def __str__(self) -> str:
        return self.say(i18n.language())


def spoken(facts: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Return facts with all that is to be said in words, lists of it parted as in a cell."""
    return {name: cell(fact, "", lang) if isinstance(fact, Said | tuple) else fact for name, fact in facts.items()}


def unit(column: str) -> Unit:
    """Tell from a column's name in which unit its numbers are."""
    if column.endswith(_RATES):
        return "rate"
    endings: tuple[Unit, ...] = ("points", "cny", "p_value")
    return next((ending for ending in endings if column.endswith(ending)), "plain")


def plain(value: Any, lang: Lang) -> float | int | str | bool | None:
    """Return a value as JSON can hold it: dates as `2026-10-01`, unknown and unbounded numbers as None."""
    if isinstance(value, Said | tuple):
        return cell(value, "", lang)
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, Real | Decimal):
        return float(value) if np.isfinite(float(value)) else None
    return str(value)


def header(column: str, lang: Lang, counted: str = "student") -> str:
    """Say a column's name, and in it what is counted: a student, an enrolment or a student-campus."""
    return i18n.text(f"column.{column}", lang, unit=counted)


def is_number(values: pd.Series) -> bool:
    """Tell whether a column is set to the right."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def is_date(values: pd.Series) -> bool:
    """Tell whether a column holds dates."""
    known = values.dropna()
    return len(known) > 0 and all(isinstance(value, date) for value in known)


def cell(value: Any, column: str, lang: Lang) -> str:
    """Write one value of a column.

    Parameters
    ----------
    value : object
        A number, date, text, flag or missing value.
    column : str
        The column's canonical name; its ending is the unit.
    lang : {"zh", "en"}
        The reader's language.
    """
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, Real) and np.isnan(float(value))):
        return i18n.MISSING
    if isinstance(value, bool | np.bool_):
        return i18n.text(f"code.flag.{'yes' if value else 'no'}", lang)
    if isinstance(value, date):
        return f"{value:%Y-%m}" if column == "month" else f"{value:%Y-%m-%d}"  # a date in words would break in a column
    if isinstance(value, str):
        return _word(value, column, lang)
    if isinstance(value, Said):
        return value.say(lang)
    if isinstance(value, tuple):
        return {"zh": "；", "en": "; "}[lang].join(cell(item, column, lang) for item in value) or i18n.MISSING
    return _figure(float(value), column, lang)


def _word(value: str, column: str, lang: Lang) -> str:
    if column == "month" and "/" in value:  # a month that begins on another day than the first, by its days
        return {"zh": " 至 ", "en": " to "}[lang].join(value.split("/"))
    key = f"code.{column}.{value}"
    return i18n.text(key, lang) if i18n.has(key) else value


def _figure(value: float, column: str, lang: Lang) -> str:
    if column.endswith(_RATES):
        return i18n.percent(value, lang)
    if column.endswith("_points"):
        return i18n.signed(value * 100, lang)  # the header names the unit
    if column.endswith("_cny"):
        return i18n.money(value, lang)
    if column.endswith("p_value"):
        return "<0.001" if value < 0.001 else i18n.number(value, lang, 3)
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == round(value) and not column.endswith(("ratio", "auc", "_score")):
        return i18n.count(value, lang)
    return i18n.number(value, lang, 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3)


def presented(table: pd.DataFrame, lang: Lang, counted: str = "student") -> pd.DataFrame:
    """Return a table in words: one text column per shown column, `x_low` and `x_high` folded into `x`.

    Where a figure with an interval has `x_count` beside it, its numerator, that is folded in too, and comes first.

    The canonical names of the shown columns are in `attrs["names"]`.
    """
    folded = {
        f"{name}{end}"
        for name in table
        for end in ("_low", "_high", "_count")
        if {f"{name}_low", f"{name}_high"} <= set(table)
    }
    names = [str(name) for name in table if name not in folded]
    shown = pd.DataFrame({name: _column(table, name, lang) for name in names}, dtype=object)
    shown.columns = pd.Index([header(name, lang, counted) for name in names], dtype=object)  # two may be said alike
    shown.attrs["names"] = names
    return shown


def _column(table: pd.DataFrame, name: str, lang: Lang) -> list[str]:
    values = [cell(value, name, lang) for value in table[name]]
    if not {f"{name}_low", f"{name}_high"} <= set(table):
        return values
    low = [cell(value, name, lang) for value in table[f"{name}_low"]]
    high = [cell(value, name, lang) for value in table[f"{name}_high"]]
    counts = [cell(many, "", lang) for many in table.get(f"{name}_count", [None] * len(table))]
    return [
        ("" if many == i18n.MISSING else f"{many} · ")
        + (
            value
            if value == i18n.MISSING or {left, right} == {i18n.MISSING}
            else f"{value} ({_range(left, right, lang)})"
        )
        for many, value, left, right in zip(counts, values, low, high, strict=True)
    ]


def _range(low: str, high: str, lang: Lang) -> str:
    """Write two bounds; a dash between signs would read as a third. A bound that the data leave open is said so."""
    if i18n.MISSING in (low, high):
        return f"≤ {high}" if low == i18n.MISSING else f"≥ {low}"
    if low[0] in "+−":
        return f"{low}{' 至 ' if lang == 'zh' else ' to '}{high}"
    return f"{low.removesuffix('%')}–{high}"
