"""What did each training cost, and what did it earn?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.state import World
from churnlab.synthetic.training.performance import BY_NAME, Drawn
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import ADVISER, MARGIN, Floats, Programme, share_left

WAGE_CNY_PER_HOUR = 65.0
HEAD_SPLIT = {"material": 0.4, "travel": 0.4, "platform": 0.2}
"""Of what each trainee costs; online nobody travels, and the platform has that part."""
VENUE_CNY_PER_SESSION = 600.0
OTHER_SHARE = 0.05
"""On top of the fee, for planning."""
ITEMS = {
    "instructor": "讲师课酬", "travel": "交通食宿", "venue": "场地租用", "material": "教材印制", "platform": "平台使用",
    "wages": "参训工时", "other": "组织筹备",
}  # fmt: skip
INDIRECT = ("wages", "other")


def cost_table(world: World, held: list[Held], sessions: pd.DataFrame, came: pd.DataFrame) -> pd.DataFrame:
    """Return the table `training_costs`: whole costs, the wages of the hours spent among them."""
    hours = came[came["status"] != "absent"].groupby("number")["hours"].sum()
    given = sessions[sessions["day"] >= 0].groupby("number").size()
    parts = [
        _costs(world, one, float(hours.get(number, 0.0)), int(given.get(number, 0))) for number, one in enumerate(held)
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(cost_id=[f"FY{number:05d}" for number in range(1, len(table) + 1)])


def _costs(world: World, one: Held, hours: float, given: int) -> pd.DataFrame:
    what, people = one.programme, len(one.attending)
    split = dict(HEAD_SPLIT)
    if what.format == "online":
        split["platform"] += split.pop("travel")
    amounts = {
        "instructor": what.fee_cny * one.attending["cohort"].nunique(),
        **{category: share * what.head_cny * people for category, share in split.items()},
        "venue": 0.0 if what.format == "online" else VENUE_CNY_PER_SESSION * given,
        "wages": WAGE_CNY_PER_HOUR * hours,
        "other": OTHER_SHARE * what.fee_cny,
    }
    paid = {category: round(amount, 2) for category, amount in amounts.items() if amount > 0}
    return pd.DataFrame(
        {
            "training_id": one.training_id,
            "category": list(paid),
            "direct": pd.array([category not in INDIRECT for category in paid], dtype="boolean"),
            "amount_cny": list(paid.values()),
            "item": [ITEMS[category] for category in paid],
            "paid_on": world.days.date(np.full(len(paid), one.ends)),
        }
    )


def benefit(one: Held, drawn: dict[str, Drawn], months: int) -> float:
    """Return what a training of advisers earns by the end of the history, in CNY; NaN where no metric has a price.

    Σ over trained person-months that are measured of n · ((c + Δc)(v + Δv) − c v) · margin: n customers asked, c the
    probability of a sale and v the mean order without this training as they were drawn (persons, seasons and shocks as
    they are, no binomial noise and no noise of the order), Δc and Δv what this training adds then. Leavers count until
    they leave. Where no KPI is moved it is 0.
    """
    what = one.programme
    if what.role != ADVISER:
        return float("nan") if what.kpi_effects else 0.0
    sales, orders = drawn["conversion_rate"], drawn["order_value_cny"]
    who = one.attending
    rows = np.searchsorted(sales.who, who["person"].to_numpy())
    since = np.arange(months) - who["first_month"].to_numpy()[:, None] + 1
    gain = _gain(what, sales.level[rows], orders.level[rows], share_left(since, what.skill_life_months))
    return float((sales.n[rows] * gain * sales.measured[rows]).sum() * MARGIN)


def _gain(what: Programme, share: Floats, order: Floats, left: Floats) -> Floats:
    more = left * what.kpi_effects.get("conversion_rate", 0.0)
    dearer = left * what.kpi_effects.get("order_value_cny", 0.0)
    return (share + more) * (order + dearer) - share * order


def benefit_per_person(what: Programme) -> float:
    """Return what one trained adviser earns more over the whole life of the skill, if she stays, at ordinary levels.

    Σ over its months of n · ((c + Δc)(v + Δv) − c v) · margin with n, c and v the means of an ordinary month; NaN
    where no metric has a price, 0 where no KPI is moved.
    """
    if what.role != ADVISER:
        return float("nan") if what.kpi_effects else 0.0
    sales, orders = BY_NAME["conversion_rate"], BY_NAME["order_value_cny"]
    left = share_left(np.arange(1, what.skill_life_months + 1), what.skill_life_months)
    ordinary = np.full(len(left), sales.base), np.full(len(left), orders.base)
    return float(sales.n * MARGIN * _gain(what, *ordinary, left).sum())
