"""Which rows of a worksheet did nobody fill in?

A worksheet goes out with a row for each student who is to be asked. Comes it back before all were, the rows left are no
mistake that somebody should mend: they are no rows yet, and counted for themselves.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from churnlab.tables.contract import Table
from churnlab.tables.reading import Sheet
from churnlab.tables.values import folded, is_missing, short

UNFILLED = "unfilled"


def without_unfilled(sheet: Sheet) -> Sheet:
    """Take the rows that nobody filled in out of a sheet, and count them among its lines that are no rows.

    Such a row is one that a worksheet asked for (`Table.apart_when`) and of which all cells that are to be filled in
    (`Table.asks`) say nothing.

    Parameters
    ----------
    sheet : Sheet
        From `reading.read`.

    Returns
    -------
    Sheet
        As many rows, set aside or lines as before; `lines` has `unfilled`.
    """
    blank = _is_unfilled(sheet.rows, sheet.table)
    lines = {**sheet.lines, UNFILLED: int(blank.sum())}
    return replace(sheet, rows=sheet.rows[~blank], lines=lines) if blank.any() else sheet


def _is_unfilled(rows: pd.DataFrame, table: Table) -> pd.Series:
    asked = pd.Series(bool(table.asks) and set(table.apart_when) <= set(rows), index=rows.index)
    for name, code in table.apart_when.items() if asked.any() else ():
        words = {folded(word) for word in (code, *table.column(name).codes[code])}
        asked &= np.array([folded(cell) in words for cell in rows[name]], dtype=bool)
    for name in table.asks:
        if name in rows and asked.any():
            asked &= np.array([is_missing(short(cell), table.column(name)) for cell in rows[name]], dtype=bool)
    return asked
