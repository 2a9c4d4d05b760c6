"""Can two rates be told apart, and with which month is a month compared?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.counts import month_name, month_start
from churnlab.churn.holidays import spring_festival


@dataclass(frozen=True)
class Rate:
    """A rate, 0–1, with its interval; or one for each of several groups."""

    value: Any
    low: Any
    high: Any


def difference(one: Rate, other: Rate) -> Rate:
    """Return one rate less another, with its interval.

    The two are taken as independent. If the interval holds 0 the rates cannot be told apart from chance. With Wilson
    intervals this is Newcombe's tenth method; it needs nothing of the intervals but that they hold their level, so
    that it serves predicted rates as well.

    References
    ----------
    Newcombe R G, Stat Med 1998;17:873–890; Zou G Y, Donner A, Stat Med 2008;27:1693–1702.
    """
    value = one.value - other.value
    low = value - np.hypot(one.value - one.low, other.high - other.value)
    high = value + np.hypot(one.high - one.value, other.value - other.low)
    return Rate(value, low, high)


def month_before(month: str) -> str:
    """Return the previous month."""
    return month_name(month_start(month) - pd.offsets.MonthBegin(1))


def same_month_last_year(month: str) -> tuple[str, bool]:
    """Return last year's month to compare with, and whether it was moved to meet Spring Festival.

    Where the festival falls in January in one of the two years and in February in the other, January is compared with
    last year's February and February with last year's January: the month of the festival with the month of the
    festival, the other with the other. A pair of both months would have to wait for the end of February.
    """
    start = month_start(month)
    here, there = spring_festival(start.year), spring_festival(start.year - 1)
    is_moved = start.month in (1, 2) and here is not None and there is not None and here.month != there.month
    other = 3 - start.month if is_moved else start.month
    return f"{start.year - 1}-{other:02d}", is_moved
