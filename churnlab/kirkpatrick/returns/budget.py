"""How much of the year's training budget is spent, and do the books agree with the costs told of trainings?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.returns.cost import WAGES
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

TRAINING = "training"
_AGREE_SHARE = 0.01  # books round and book late: within one in a hundred they agree


def training_budget(data: Data) -> Finding:
    """Put what was spent on training beside the budget, month by month of the year, and beside the costs of trainings.

    The year is that of the last month told. Wages of the hours spent are no payment, and are left out of the costs that
    the books are compared with.

    Returns
    -------
    Finding
        `returns.budget`, one row a `month` of the year: `budget_cny` and `actual_cny` (missing: the books do not say),
        both `_to_date` from the year's first month told, `used_share` (spent of planned to date; only of months of
        which the books say both), `training_costs_cny` (told of trainings, by the day paid).

    Raises
    ------
    NotEnoughData
        If no budget of training is told, or of no month what was spent.
    """
    need(data, "budgets")
    rows = fetch(data.table("budgets"))
    rows = rows[rows["category"] == TRAINING].astype({"budget_cny": float, "actual_cny": float})
    if not rows["actual_cny"].notna().any():
        raise NotEnoughData("returns.no_budget")
    rows = rows.assign(month=pd.to_datetime(rows["month"]).dt.to_period("M").dt.start_time)
    rows = rows[rows["month"].dt.year == rows["month"].max().year]
    months = rows.groupby("month")[["budget_cny", "actual_cny"]].sum()
    # A department that has not said leaves the month's sum unknown.
    months["actual_cny"] = months["actual_cny"].mask(rows["actual_cny"].isna().groupby(rows["month"]).any())
    told = months.where(months["actual_cny"].notna())
    if told["actual_cny"].isna().all():
        raise NotEnoughData("returns.no_budget")
    planned, spent = told["budget_cny"].fillna(0).cumsum(), told["actual_cny"].fillna(0).cumsum()
    table = months.assign(
        budget_to_date_cny=planned, actual_to_date_cny=spent, used_share=spent / planned.where(planned > 0, np.nan),
        training_costs_cny=_paid(data).reindex(months.index, fill_value=0.0),
    ).reset_index()  # fmt: skip
    return Finding(key="returns.budget", table=table, facts=(facts := _facts(table)), sentences=_said(facts))


def _paid(data: Data) -> pd.Series:
    costs = fetch(data.table("training_costs"))
    costs = costs[costs["category"] != WAGES]
    month = pd.to_datetime(costs["paid_on"]).dt.to_period("M").dt.start_time
    return costs["amount_cny"].astype(float).groupby(month).sum()


def _facts(table: pd.DataFrame) -> dict[str, Any]:
    told, last = table[table["actual_cny"].notna()], table.iloc[-1]
    booked, costs = float(told["actual_cny"].sum()), float(told["training_costs_cny"].sum())
    return {
        "from_month": table["month"].iloc[0], "to_month": last["month"], "untold": len(table) - len(told),
        "budget": last["budget_to_date_cny"], "actual": last["actual_to_date_cny"], "used": last["used_share"],
        "apart": abs(last["actual_to_date_cny"] - last["budget_to_date_cny"]), "costs": costs,
        "gap": abs(costs - booked), "is_over": bool(last["actual_to_date_cny"] > last["budget_to_date_cny"]),
        "more_told": bool(costs > booked), "agree": bool(abs(costs - booked) <= _AGREE_SHARE * max(booked, costs)),
    }  # fmt: skip


def _said(facts: dict[str, Any]) -> tuple[str, ...]:
    said = ["unplanned" if not facts["budget"] > 0 else "over" if facts["is_over"] else "within"]
    said += ["untold"] if facts["untold"] else []
    return (*said, "agree" if facts["agree"] else "more_told" if facts["more_told"] else "less_told")
