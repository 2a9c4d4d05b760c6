"""How do people write it down?"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.exports import Export
from churnlab.tables.contract import Column
from churnlab.tables.schemas import TABLES

Cells = npt.NDArray[np.object_]
_EXCEL_ORIGIN = pd.Timestamp("1899-12-30")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_DAY = {
    "iso": "{0.year}-{0.month:02}-{0.day:02}",
    "slash": "{0.year}/{0.month}/{0.day}",
    "han": "{0.year}年{0.month}月{0.day}日",
    "packed": "{0.year}{0.month:02}{0.day:02}",
}
_CLOCK = {"iso": "{0.hour:02}:{0.minute:02}:{0.second:02}"}
FULL_WIDTH_EVERY = 400


def written(frame: pd.DataFrame, export: Export) -> pd.DataFrame:
    """Return a table as the text of an export: its columns, own headers not yet, empty cells `""`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Canonical, typed.
    export : Export
        How it is to be written.
    """
    columns = [column for column in TABLES[export.table].columns if column.name not in export.left_out]
    cells = {column.name: _column(frame[column.name], column, export) for column in columns}
    return pd.DataFrame(cells, dtype=object)


def _column(values: pd.Series, column: Column, export: Export) -> Cells:
    if export.dates == "mixed" and column.kind in ("date", "time"):
        ways = [_each(values, _dated(way, column.kind == "time")) for way in ("iso", "slash", "han")]
        return np.choose(np.arange(len(values)) % 3, ways) if len(values) else ways[0]
    found = _each(values, _writer(column, export))
    if column.kind == "hours" and column.name == "hours_bought":
        some = np.arange(len(found)) % FULL_WIDTH_EVERY == FULL_WIDTH_EVERY - 1
        found[some] = [cell.translate(_FULL_WIDTH) for cell in found[some]]
    return found


def _each(values: pd.Series, write: Callable[[Any], str]) -> Cells:
    """Write each distinct value once."""
    codes, distinct = pd.factorize(values)
    texts = np.array([write(value) for value in distinct] + [""], dtype=object)
    return texts[codes]


def _writer(column: Column, export: Export) -> Callable[[Any], str]:
    if column.period == "month":
        return lambda value: f"{pd.Timestamp(value):%Y-%m}"
    if column.kind in ("date", "time"):
        return _dated(export.dates, column.kind == "time")
    if column.kind == "money":
        form = {"plain": "{:.2f}", "sign": "￥{:,.2f}", "unit": "{:,.2f}元"}[export.money]
        return form.format
    if column.kind in ("hours", "number"):
        return "{:.10g}".format
    if column.kind == "flag":
        return lambda value: "是" if value else "否"
    if column.name == "campus" and export.short_campus:
        return short_campus
    words = own_words(column, export)
    return lambda value: words.get(value, str(value))


def own_words(column: Column, export: Export) -> Mapping[str, str]:
    """Return how this export says each code of a column; what is not here is written as it is."""
    return {code: said[0] for code, said in column.codes.items()} | dict(export.words.get(column.name, {}))


def short_campus(name: str) -> str:
    """Return a campus as people call it."""
    return name.removesuffix("校区")


def _dated(way: str, timed: bool) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        at = pd.Timestamp(value)
        if way == "serial":
            days = (at - _EXCEL_ORIGIN) / pd.Timedelta(days=1)
            return f"{days:.6f}".rstrip("0").rstrip(".")
        day = _DAY[way].format(at)
        return f"{day} {_CLOCK.get(way, '{0.hour}:{0.minute:02}').format(at)}" if timed else day

    return write
