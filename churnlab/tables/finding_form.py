"""How does a Finding become text, to be read again as it was?

Everything has the form of JSON; what JSON has no form for carries a mark of its kind.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from churnlab.finding import Design, Finding
from churnlab.wording import Said

_MARK = "kind"


class NoForm(TypeError):
    """What should be written has no form: it is not kept."""


def form_of(finding: Finding) -> dict[str, Any]:
    """Return a Finding in the form of JSON.

    Raises
    ------
    NoForm
        If it holds something that has none, or its rows have names of their own.
    """
    table = finding.table
    if not table.index.equals(pd.RangeIndex(len(table))):
        raise NoForm("rows that have names of their own")
    return {
        "key": finding.key,
        "columns": [[plain(name), *_column(table[name])] for name in table],
        "facts": [[name, plain(fact)] for name, fact in finding.facts.items()],
        "sentences": list(finding.sentences),
        "caveats": list(finding.caveats),
        "design": finding.design and finding.design.value,
        "hidden": list(finding.hidden),
    }


def finding_of(form: Mapping[str, Any]) -> Finding:
    """Return the Finding that had this form.

    Raises
    ------
    LookupError, ValueError
        If something is missing or written otherwise.
    """
    return Finding(
        key=form["key"],
        table=pd.DataFrame({name: _series(kind, values) for name, kind, values in form["columns"]}),
        facts={name: _value(fact) for name, fact in form["facts"]},
        sentences=tuple(form["sentences"]),
        caveats=tuple(form["caveats"]),
        design=form["design"] and Design(form["design"]),
        hidden=tuple(form["hidden"]),
    )


def plain(value: Any) -> Any:
    """Return one value in the form of JSON.

    Raises
    ------
    NoForm
        If there is none for it.
    """
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64 | np.timedelta64):
        value = value.item()
    if value is None or type(value) in (str, int, float, bool):
        return value
    for mark, (kind, put, _) in _KINDS.items():
        if isinstance(value, kind):
            return {_MARK: mark, "value": put(value)}
    raise NoForm(type(value).__name__)


def _value(form: Any) -> Any:
    return _KINDS[form[_MARK]][2](form["value"]) if isinstance(form, dict) else form


def _column(values: pd.Series) -> tuple[Any, list[Any]]:
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = _column(pd.Series(values.cat.categories))
        return {"categories": categories, "ordered": values.cat.ordered}, values.cat.codes.tolist()
    return str(values.dtype), [plain(value) for value in values.astype(object)]


def _series(kind: Any, values: list[Any]) -> pd.Series:
    if isinstance(kind, dict):
        categories = pd.Index(_series(*kind["categories"]))
        return pd.Series(pd.Categorical.from_codes(values, categories=categories, ordered=kind["ordered"]))
    found = pd.Series([None] * len(values), dtype=object)
    for row, value in enumerate(values):  # one by one, or pandas takes a tuple for several rows
        found.iat[row] = _value(value)
    return found.astype(kind)


def _pairs(value: Mapping[str, Any]) -> list[list[Any]]:
    return [[plain(name), plain(one)] for name, one in value.items()]


def _mapping(pairs: list[list[Any]]) -> dict[Any, Any]:
    return {_value(name): _value(one) for name, one in pairs}


# By mark: the type, how to put it into JSON's form, how to take it from there. A moment is a date too: it comes first.
_KINDS: dict[str, tuple[Any, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "nat": (type(pd.NaT), lambda _: None, lambda _: pd.NaT),
    "na": (type(pd.NA), lambda _: None, lambda _: pd.NA),
    "timestamp": (pd.Timestamp, lambda one: one.isoformat(), pd.Timestamp),
    "moment": (datetime, lambda one: one.isoformat(), datetime.fromisoformat),
    "date": (date, lambda one: one.isoformat(), date.fromisoformat),
    "span": (pd.Timedelta, lambda one: one.isoformat(), pd.Timedelta),
    "period": (pd.Period, lambda one: [str(one), one.freqstr], lambda told: pd.Period(told[0], freq=told[1])),
    "said": (Said, lambda one: [one.key, _pairs(one.facts)], lambda told: Said(told[0], _mapping(told[1]))),
    "tuple": (tuple, lambda many: [plain(one) for one in many], lambda many: tuple(map(_value, many))),
    "list": (list, lambda many: [plain(one) for one in many], lambda many: list(map(_value, many))),
    "mapping": (Mapping, _pairs, _mapping),
}
