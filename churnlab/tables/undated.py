"""Which answers on worksheets have no day, or one that has not come?

An answer is seen in reports from its day on. Without one it would never be seen, as what came of a call, or be seen too
early, as what a student said at length: then reports of the months between would change in hindsight.
"""

import numpy as np
import pandas as pd

from churnlab.tables.before import Before
from churnlab.tables.contract import Table
from churnlab.tables.identity import stands_apart
from churnlab.tables.parts import Part
from churnlab.tables.values import Fault

_Faults = dict[str, dict[int, Fault]]


def undated_results(kept: pd.DataFrame, table: Table, before: Before) -> _Faults:
    """Tell what came of calls on no day, or on one that has not come.

    Parameters
    ----------
    kept : pandas.DataFrame
        Rows of a table that people fill in (`Table.fills`, of which the first is the day), typed.
    table : Table
        Theirs.
    before : Before
        What the store holds, and when the load is made.

    Returns
    -------
    dict of str to dict of int to Fault
        By column and place in `kept`.
    """
    when = table.fills[0]
    results = [name for name in table.fills if table.column(name).kind != "id" and name != when]
    undated = kept[when].isna() & kept[results].notna().any(axis=1)
    return _told(kept[when], undated, before, ("no_day_of_result", "result_to_come"))


def undated_talks(part: Part, before: Before) -> _Faults:
    """Tell the talks at length (`Table.apart_when`) that were held on no day, or on one that has not come.

    Only where the file has such a column: an institution that never wrote the day down knows of none, and its talks
    count as held when the student left.

    Parameters
    ----------
    part : Part
        What was read of one sheet.
    before : Before
        What the store holds, and when the load is made.

    Returns
    -------
    dict of str to dict of int to Fault
        By column and place in the rows kept.
    """
    kept, when = part.checked.kept, part.table.recorded_by
    if when is None or when not in part.sheet.rows or not part.table.apart_when:
        return {}
    held = stands_apart(kept, part.table)
    told = kept[when].where(held)
    return _told(told, held & told.isna(), before, ("no_day_of_talk", "talk_to_come"))


def _told(days: pd.Series, undated: pd.Series, before: Before, reasons: tuple[str, str]) -> _Faults:
    today = before.loaded_at.date()
    to_come = days >= pd.Timestamp(today) + pd.Timedelta(days=1)
    without = {place: Fault(reasons[0]) for place in np.flatnonzero(undated.to_numpy()).tolist()}
    early = {
        place: Fault(reasons[1], {"on": today.isoformat()}) for place in np.flatnonzero(to_come.to_numpy()).tolist()
    }
    return {str(days.name): without | early}
