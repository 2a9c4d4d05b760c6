"""What was planned for training in each month, and what did the books say was spent?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.state import World

DEPARTMENT = "人力资源部"
RESERVE_SHARE = 0.1
"""Planned beyond what the year's trainings turn out to cost."""


def budget_table(world: World, costs: pd.DataFrame) -> pd.DataFrame:
    """Return the table `budgets`, of training: a year's plan in equal months, and what was paid in each.

    The books have what was paid to others; the wages of the hours spent are no payment of this department's.
    """
    starts = pd.DatetimeIndex(world.days.date(world.days.month_starts[: world.institution.months]))
    paid = costs[costs["category"] != "wages"]
    paid = paid[paid["paid_on"] < pd.Timestamp(world.institution.as_of)]
    by_month = paid["amount_cny"].groupby(paid["paid_on"].dt.to_period("M")).sum()
    actual = by_month.reindex(starts.to_period("M"), fill_value=0.0).to_numpy()
    planned = pd.Series(actual).groupby(starts.year).transform("mean") * (1 + RESERVE_SHARE)
    return pd.DataFrame(
        {
            "department": DEPARTMENT, "category": "training", "month": starts, "budget_cny": planned.round(-2),
            "actual_cny": np.round(actual, 2),
        }
    )  # fmt: skip
