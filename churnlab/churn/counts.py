"""How many were with us when a month began, and how many of them left in it?"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import CHURN_KINDS, at_risk, episodes
from churnlab.churn.service import campus_months
from churnlab.tables.door import Data

Campus = str | Sequence[str] | None


def month_start(month: str) -> pd.Timestamp:
    """Return the first day of a month given as `2026-10`."""
    return pd.Period(month, freq="M").start_time


def month_name(start: pd.Timestamp) -> str:
    """Return `2026-10` for a day in that month."""
    return f"{start:%Y-%m}"


def months_ahead(as_of: date, months: int) -> list[str]:
    """Name the months that follow each other from a day on, as they are counted.

    Parameters
    ----------
    as_of : date
        The first day.
    months : int
        How many.

    Returns
    -------
    list of str
        `2026-10` for calendar months; from another day than the first of one the days of each, the last included, as
        `2026-10-15/2026-11-14`.
    """
    starts = [pd.Timestamp(as_of) + pd.DateOffset(months=month) for month in range(months + 1)]
    if starts[0].day == 1:
        return [month_name(start) for start in starts[:-1]]
    return [f"{start:%Y-%m-%d}/{stop - pd.Timedelta(days=1):%Y-%m-%d}" for start, stop in pairwise(starts)]


def next_month(start: pd.Timestamp) -> pd.Timestamp:
    """Return the first day of the month after."""
    return start + pd.offsets.MonthBegin(1)


def stock(stays: pd.DataFrame, month: str) -> pd.DataFrame:
    """Return those at risk on the first day of a month.

    Parameters
    ----------
    stays : pandas.DataFrame
        As `episodes` returns it.
    month : str
        As `2026-10`.

    Returns
    -------
    pandas.DataFrame
        Rows of `stays` with `has_left` and `churned` (flags): before the next month began.
    """
    start = month_start(month)
    there = at_risk(stays, start)
    has_left = there["left_on"] < next_month(start)
    return there.assign(has_left=has_left, churned=has_left & there["end_kind"].isin(CHURN_KINDS))


def at_campus(rows: pd.DataFrame, data: Data, month: str) -> pd.DataFrame:
    """Put each student at the campus of the latest lesson before a month; before the first lesson, at that lesson's.

    Other units than the student are where their contract is.
    """
    if data.settings.outcome.unit != "student":
        return rows
    where = _campus_months(data)
    before = where[where["from_on"] <= month_start(month)].drop_duplicates("student_id", keep="last")
    found = rows["student_id"].map(before.set_index("student_id")["campus"])
    first = rows["student_id"].map(where.drop_duplicates("student_id").set_index("student_id")["campus"])
    return rows.assign(campus=found.fillna(first).fillna(rows["campus"]))


@remembered
def _campus_months(data: Data) -> pd.DataFrame:
    return campus_months(data)


def chosen(rows: pd.DataFrame, campus: Campus) -> pd.DataFrame:
    """Keep the rows of one or several campuses; None: all."""
    if campus is None:
        return rows
    return rows[rows["campus"].isin([campus] if isinstance(campus, str) else list(campus))]


def stock_of(data: Data, month: str, campus: Campus = None) -> pd.DataFrame:
    """Return those at risk on the first day of a month, each at the campus of that day."""
    return chosen(at_campus(stock(episodes(data), month), data, month), campus)
