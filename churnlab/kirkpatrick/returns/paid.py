"""Did a training pay?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.arithmetic import benefit_cost_ratio, return_on_investment
from churnlab.kirkpatrick.returns.cost import costs
from churnlab.kirkpatrick.returns.sales import Sales, drawn, sales_since

Floats = NDArray[np.float64]
FOLLOWED_MONTHS = (3, 6, 12)
SEED = 20261
_SURE = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class Paid:
    """What a training brought by a date.

    Attributes
    ----------
    sales : Sales
        What it rests on.
    cost_cny : float
        Fully loaded.
    benefit_cny : float
        Margin of what would not have been sold without it, at the estimates themselves.
    drawings : numpy.ndarray
        The same, drawn: effects from their distributions, the margin evenly within its bounds.
    """

    sales: Sales
    cost_cny: float
    benefit_cny: float
    drawings: Floats


def paid(evaluated: Evaluation) -> Paid:
    """Draw what a training brought by the date.

    Effects on the share that buys and on the order are drawn as if independent; they are told by the same people, and
    how far they go together is not known. The margin is drawn evenly within `[returns] margin_error_share` of itself.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Raises
    ------
    NotEnoughData
        As of `costs` and `sales_since`.
    """
    settings, sales = evaluated.data.settings.returns, sales_since(evaluated)
    rng = np.random.default_rng(SEED)
    share, value = (drawn(one, settings.drawings, rng) for one in (sales.share_effect, sales.value_effect))
    wide = settings.margin_share * settings.margin_error_share
    margin = rng.uniform(settings.margin_share - wide, settings.margin_share + wide, settings.drawings)
    plain = sales.gained(sales.share_effect.effect, sales.value_effect.effect)
    return Paid(
        sales=sales,
        cost_cny=float(costs(evaluated)["cost_cny"].sum()),
        benefit_cny=float(plain) * settings.margin_share,
        drawings=sales.gained(share, value) * margin,
    )


def training_return(evaluated: Evaluation) -> Finding:
    """Say what a training returned, after 3, 6 and 12 months and by now, with how sure that is.

    Only what can be counted by then counts: the margin of sales that would not have been made without it, of those
    trained who were still there, month by month. What may still come, what was said to be learned and whatever has no
    price is left out; the whole cost stands against it from the first day.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.paid`, one row per `followed` (`3`, `6`, `12` months after the training could show first, as far as
        they have passed, and `now`): `benefit_cny`, `cost_cny`, `benefit_cost_ratio` and `roi_rate` (see
        `returns.arithmetic`), benefit, ratio and return with intervals, `paid_probability` (that benefit is above
        cost) and `target_probability` (that the return is above `[returns] roi_target`).

    Raises
    ------
    NotEnoughData
        If no cost was told, the trained have no KPI of sales, or there is nobody to compare with.
    """
    settings = evaluated.data.settings
    now, level = paid(evaluated), settings.uncertainty.level
    if not now.cost_cny > 0:
        raise NotEnoughData("returns.no_costs", training_id=evaluated.course.training_id)
    told = [(str(months), found) for months in FOLLOWED_MONTHS if (found := _after(evaluated, months))]
    table = pd.DataFrame([_row(name, one, settings) for name, one in (*told, ("now", now))])
    last = table.iloc[-1]
    sales = now.sales
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "level": level, "target": settings.returns.roi_target,
        "benefit": now.benefit_cny, "cost": now.cost_cny, "months": sales.months,
        "margin": settings.returns.margin_share, "margin_error": settings.returns.margin_error_share,
        "ratio": last["benefit_cost_ratio"], "roi": last["roi_rate"],
        "roi_low": last["roi_rate_low"], "roi_high": last["roi_rate_high"], "paid": last["paid_probability"],
        "beyond": last["target_probability"],
        "even": now.cost_cny / (sales.asked * settings.returns.margin_share * sales.value_cny),
        "found": sales.share_effect.effect,
    }  # fmt: skip
    said = "yes" if facts["paid"] >= _SURE else "no" if facts["paid"] <= 1 - _SURE else "open"
    return Finding(
        key="returns.paid", table=table, facts=facts, sentences=(said, "both", "even"), caveats=("returns_counted",),
        design=sales.design,
    )  # fmt: skip


def _after(evaluated: Evaluation, months: int) -> Paid | None:
    """Return what was known so many months after the training could show first; None while they have not passed."""
    day = evaluated.trained["works_from"].min() + pd.DateOffset(months=months)
    if pd.isna(day) or day.date() >= evaluated.data.as_of:
        return None
    try:
        return paid(Evaluation(evaluated.data.before(day.date()), evaluated.course.training_id))
    except NotEnoughData:
        return None


def _row(name: str, one: Paid, settings: Any) -> dict[str, Any]:
    tail = (1 - settings.uncertainty.level) / 2
    low, high = (float(bound) for bound in np.quantile(one.drawings, [tail, 1 - tail]))
    row: dict[str, Any] = {"followed": name, "cost_cny": one.cost_cny}
    for end, benefit in (("", one.benefit_cny), ("_low", low), ("_high", high)):
        row |= {
            f"benefit_cny{end}": benefit,
            f"benefit_cost_ratio{end}": benefit_cost_ratio(benefit, one.cost_cny),
            f"roi_rate{end}": return_on_investment(benefit, one.cost_cny),
        }
    beyond = (1 + settings.returns.roi_target) * one.cost_cny
    return row | {
        "paid_probability": _probability(one.drawings > one.cost_cny),
        "target_probability": _probability(one.drawings > beyond),
    }


def _probability(came: NDArray[np.bool_]) -> float:
    """Return the share of drawings in which something came; never all or none, as more drawings might differ."""
    return (float(came.sum()) + 1 / 2) / (len(came) + 1)
