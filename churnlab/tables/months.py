"""What had happened by the end of a month?"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from churnlab.errors import OrderError, RunError, StoreError
from churnlab.tables.door import Data
from churnlab.tables.opening import open_period


def open_month(store: str | Path, month: str = "", *, known_by: str = "", campus: str = "") -> tuple[Data, str]:
    """Open the store as of the end of a month.

    Parameters
    ----------
    store
        As for `open_period`.
    month : str
        As `2026-10`; empty: the store's last whole month.
    known_by, campus
        As for `open_period`.

    Returns
    -------
    (Data, str)
        The data as of the first day of the next month, and the month.

    Raises
    ------
    OrderError, RunError, StoreError
        As of `open_period`.
    """
    return open_period(store, month, known_by=known_by, campus=campus, chosen=month_of, after=day_after)


def month_of(asked: str | None, facts: Mapping[str, Any]) -> str:
    """Return the month to report on: the one asked for, else the store's last whole month.

    Parameters
    ----------
    asked : str or None
        As `2026-10`.
    facts : mapping
        From `churnlab.store_facts`.

    Raises
    ------
    OrderError
        If it is no month.
    RunError
        If the store does not hold the whole of it.
    """
    last = facts["last_whole_month"]
    if asked is None:
        return last
    try:
        date.fromisoformat(f"{asked}-01")
    except ValueError:
        raise OrderError("run.month", month=asked, last=last) from None
    if not facts["first_month"] <= asked <= last:
        raise RunError("run.month_outside", month=asked, first=facts["first_month"], last=last)
    return asked


def day_after(month: str) -> date:
    """Return the first day after a month.

    Raises
    ------
    StoreError
        If it is not of the form `2026-10`.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise StoreError("store.month", month=month) from None
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
