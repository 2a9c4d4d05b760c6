"""Which time does a report tell of?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from churnlab.errors import OrderError
from churnlab.run.orders import Order
from churnlab.run.parameters import Value
from churnlab.tables.months import day_after, month_of
from churnlab.tables.weeks import monday_after, week_of


@dataclass(frozen=True, kw_only=True)
class Period:
    """A month or a week.

    Attributes
    ----------
    kind : {"month", "week"}
        The parameter that says which.
    name : str
        As `2026-10` or `2026-W43`: the parameter's value, and the folder's name.
    as_of : datetime.date
        The day after it.
    """

    kind: Literal["month", "week"]
    name: str
    as_of: date


def period_of(order: Order, asked: Mapping[str, Value], facts: Mapping[str, Any]) -> Period:
    """Return the time that a report is to tell of: a week where its notebook has the parameter, else a month.

    Parameters
    ----------
    order : Order
        What was asked for.
    asked : mapping
        The notebook's parameters.
    facts : mapping
        From `churnlab.store_facts`.

    Raises
    ------
    OrderError
        If it is none, or a month was ordered of a weekly report or a week of a monthly one.
    RunError
        If the store does not hold the whole of it.
    """
    if "week" in asked:
        if order.month is not None:
            raise OrderError("run.by_week", notebook=order.report)
        week = week_of(order.week, facts)
        return Period(kind="week", name=week, as_of=monday_after(week))
    if order.week is not None:
        raise OrderError("run.by_month", notebook=order.report)
    month = month_of(order.month, facts)
    return Period(kind="month", name=month, as_of=day_after(month))
