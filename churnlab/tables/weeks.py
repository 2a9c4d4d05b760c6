"""What had happened by the end of a week?

Weeks are those of ISO 8601: from Monday to Sunday, `2026-W43`; the first of a year holds its first Thursday.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from churnlab.errors import OrderError, RunError
from churnlab.tables.door import Data
from churnlab.tables.opening import open_period

_DAYS = 7


def open_week(store: str | Path, week: str = "", *, known_by: str = "", campus: str = "") -> tuple[Data, str]:
    """Open the store as of the end of a week.

    Parameters
    ----------
    store
        As for `open_period`.
    week : str
        As `2026-W43`; empty: the store's last whole week.
    known_by, campus
        As for `open_period`.

    Returns
    -------
    (Data, str)
        The data as of the Monday after the week, and the week.

    Raises
    ------
    OrderError, RunError, StoreError
        As of `open_period`.
    """
    return open_period(store, week, known_by=known_by, campus=campus, chosen=week_of, after=monday_after)


def week_of(asked: str | None, facts: Mapping[str, Any]) -> str:
    """Return the week to report on: the one asked for, else the store's last whole week.

    Parameters
    ----------
    asked : str or None
        As `2026-W43`.
    facts : mapping
        From `churnlab.store_facts`.

    Raises
    ------
    OrderError
        If it is no week.
    RunError
        If the store does not hold the whole of it.
    """
    first, last = facts["first_week"], facts["last_whole_week"]
    if asked is None:
        return last
    if not _is_week(asked):
        raise OrderError("run.week", week=asked, last=last)
    if not first <= asked <= last:
        raise RunError("run.week_outside", week=asked, first=first, last=last)
    return asked


def monday_of(week: str) -> date:
    """Return the first day of a week.

    Raises
    ------
    ValueError
        If it is not of the form `2026-W43`, or the year has no such week.
    """
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def monday_after(week: str) -> date:
    """Return the first day after a week; errors as of `monday_of`."""
    return monday_of(week) + timedelta(days=_DAYS)


def _is_week(told: str) -> bool:
    try:
        return f"{monday_of(told):%G-W%V}" == told
    except ValueError:
        return False
