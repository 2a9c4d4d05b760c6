"""How much came back for what a training cost, how surely, and has it paid?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.arithmetic import benefit_cost_ratio, return_on_investment
from churnlab.kirkpatrick.returns.benefit import cost_cny, full_months
from churnlab.kirkpatrick.returns.inputs import Inputs, Values, central, claimed, drawn
from churnlab.settings import Settings

Floats = NDArray[np.float64]
PAID, LOST, OPEN = "paid", "lost", "open"


@dataclass(frozen=True, kw_only=True, eq=False)
class Return:
    """A training's return, with all that may be off in it.

    Attributes
    ----------
    inputs : Inputs
        What it is worked out from.
    likely : Values
        Each input at its likeliest.
    draws : Values
        All inputs drawn from what they may be.
    level : float
        Of the intervals.
    target : float
        The return on investment looked for.
    """

    inputs: Inputs
    likely: Values
    draws: Values
    level: float
    target: float


def return_of(evaluated: Evaluation) -> Return:
    """Work out a training's return; the same draws for every question about it.

    Raises
    ------
    NotEnoughData
        As `claimed`.
    """
    return drawn_from(claimed(evaluated), evaluated.data.settings)


def drawn_from(found: Inputs, settings: Settings) -> Return:
    """Work out a return from inputs that are at hand."""
    rng = np.random.default_rng(settings.uncertainty.seed)
    return Return(
        inputs=found, likely=central(found), draws=drawn(found, settings.returns.drawings, rng),
        level=settings.uncertainty.level, target=settings.returns.roi_target,
    )  # fmt: skip


def is_ripe(evaluated: Evaluation) -> bool:
    """Tell whether all that is looked for has had its time: the last trained have `[returns] horizon_months` behind."""
    last = evaluated.trained["works_from"].max()
    due = last + pd.DateOffset(months=evaluated.data.settings.returns.horizon_months)
    return bool(due <= pd.Timestamp(evaluated.data.as_of))


def outcome(of: Return, likely: float, draws: Floats) -> dict[str, Any]:
    """Return a row on a benefit: itself, net of the cost, to the cost, and how likely it pays.

    Parameters
    ----------
    of : Return
        Whose cost, level and target.
    likely : float
        The benefit with each input at its likeliest, in CNY.
    draws : numpy.ndarray
        The benefit in each draw of `of`.

    Returns
    -------
    dict
        `benefit_cny`, `net_cny`, `benefit_cost_ratio` and `roi_rate`, each with `_low` and `_high`;
        `paid_probability` (return above 0) and `target_probability`.
    """
    cost, costs = of.inputs.cost, cost_cny(of.inputs, of.draws)
    told = {
        "benefit_cny": (likely, draws), "net_cny": (likely - cost, draws - costs),
        "benefit_cost_ratio": (benefit_cost_ratio(likely, cost), draws / costs),
        "roi_rate": (return_on_investment(likely, cost), draws / costs - 1),
    }  # fmt: skip
    row: dict[str, Any] = {}
    for name, (value, drawn_of) in told.items():
        low, high = np.quantile(drawn_of, [(1 - of.level) / 2, (1 + of.level) / 2])
        row |= {name: value, f"{name}_low": float(low), f"{name}_high": float(high)}
    return row | {
        "paid_probability": chance(draws > costs), "target_probability": chance(draws > costs * (1 + of.target)),
    }  # fmt: skip


def chance(holds: NDArray[np.bool_]) -> float:
    """Return how likely it is by these draws; never 0 or 1, which no number of draws can show."""
    return float((holds.sum() + 0.5) / (len(holds) + 1))


def verdict(row: dict[str, Any]) -> str:
    """Return whether it has paid, by the whole interval of its return: the ends decide, not the middle."""
    return PAID if row["roi_rate_low"] > 0 else LOST if row["roi_rate_high"] < 0 else OPEN


def still_to_come(found: Return, months: int) -> float:
    """Return which share of the benefit until a month is not yet measured, 0–1."""
    worked, coming = (part[0, :months].sum() for part in full_months(found.inputs, found.likely))
    return float(coming / (worked + coming))


def facts(evaluated: Evaluation, found: Return, row: dict[str, Any]) -> dict[str, Any]:
    """Return what sentences about a return need; `row` is an `outcome`."""
    rules = evaluated.data.settings.returns
    return {
        "training": evaluated.course.name, "level": found.level, "target": found.target, "cost": found.inputs.cost,
        "benefit": row["benefit_cny"], "benefit_low": row["benefit_cny_low"], "benefit_high": row["benefit_cny_high"],
        "roi": row["roi_rate"], "roi_low": row["roi_rate_low"], "roi_high": row["roi_rate_high"],
        "bcr": row["benefit_cost_ratio"], "p_paid": row["paid_probability"], "p_target": row["target_probability"],
        "people": found.inputs.service.people, "trained": len(evaluated.trained),
        "margin": rules.margin_share, "margin_error": rules.margin_error_share,
    }  # fmt: skip


def caveats(evaluated: Evaluation, found: Return) -> tuple[str, ...]:
    """Return what to know before a return is believed."""
    unmeasured = found.inputs.service.people < len(evaluated.trained)
    return ("returns_priced", "returns_unmeasured") if unmeasured else ("returns_priced",)


def design(inputs: Inputs) -> Design:
    """Return the weakest design that a gain rests on."""
    return max((one.effect.design for one in inputs.gains), key=list(Design).index)
