"""Which month, or week, does a cell mean, and when is it over?

Taken beside every day that `dates` takes: 2026-03, 2026/3, 2026.03, 2026年3月, 202603; of weeks 2026-W12, 2026年第12周
(ISO 8601: from Monday, week 1 has the year's first Thursday). 2026.1 is left to be refused: a spreadsheet writes
October so, if it was typed as a number.
"""

import re
from collections.abc import Sequence
from datetime import date

import pandas as pd

from churnlab.tables.contract import Period

_MONTH = re.compile(r"(\d{4})(?:\s?[-/年]\s?(\d{1,2})\s?(?:月份?)?|\.?(\d{2}))")
_WEEK = re.compile(r"(\d{4})\s?(?:[-年]?\s?W|年?\s?第)\s?(\d{1,2})\s?周?", re.IGNORECASE)
_LAST_WEEKDAY = 6


def spelled_out(words: Sequence[str], period: Period) -> list[str]:
    """Return each cell that names a month or week as its first day, 2026-03-01; the others as they are.

    Parameters
    ----------
    words : sequence of str
        Cleaned cells of a column.
    period : {"month", "week"}
        What they are to name.
    """
    return [_first_day(word, period) or word for word in words]


def _first_day(word: str, period: Period) -> str | None:
    found = (_MONTH if period == "month" else _WEEK).fullmatch(word)
    if not found:
        return None
    year, *numbers = (int(part) for part in found.groups() if part)
    try:
        day = date(year, numbers[0], 1) if period == "month" else date.fromisocalendar(year, numbers[0], 1)
    except ValueError:
        return None
    return day.isoformat()


def last_day(days: pd.Series, period: Period) -> pd.Series:
    """Return the last day of the month or week of each day, NaT where there is none.

    Parameters
    ----------
    days : pandas.Series of datetime64
        Days.
    period : {"month", "week"}
        A week ends on Sunday.
    """
    if period == "month":
        return days.dt.normalize() + pd.offsets.MonthEnd(0)
    return days.dt.normalize() + pd.to_timedelta(_LAST_WEEKDAY - days.dt.weekday, unit="D")
