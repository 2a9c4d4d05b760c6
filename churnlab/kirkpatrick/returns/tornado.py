"""Which input moves the return most?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import named
from churnlab.kirkpatrick.returns.arithmetic import return_on_investment
from churnlab.kirkpatrick.returns.benefit import by_month, cost_cny
from churnlab.kirkpatrick.returns.decay import share_left
from churnlab.kirkpatrick.returns.inputs import Inputs, Values, with_only
from churnlab.kirkpatrick.returns.outcome import Return, caveats, design, facts, outcome, return_of
from churnlab.kirkpatrick.returns.worth import SALES
from churnlab.wording import Said


def return_tornado(evaluated: Evaluation) -> Finding:
    """Put each input at its lowest and highest, all others at their likeliest, and see what the return becomes.

    Effects and leaving go to the ends of their intervals; margin, prices, the skill's life, how fast it fades and wages
    that nobody booked to those of their ranges. What was booked is known.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.tornado`, one row an input, the one that moves the return most first: `return_input`,
        `input_low`, `input_likely`, `input_high` (in words), `roi_at_low_rate`, `roi_at_high_rate`.

    Raises
    ------
    NotEnoughData
        If no cost is told, nothing that those trained do has a price, too few have months before and after, or
        there is nobody to compare with.
    """
    found, months = return_of(evaluated), evaluated.data.settings.returns.horizon_months
    rows = _rows(found, months)
    for row in rows:
        row["span"] = abs(row["roi_at_high_rate"] - row["roi_at_low_rate"])
    rows.sort(key=lambda row: -row["span"])
    table = pd.DataFrame(rows).drop(columns="span")
    likely, draws = (by_month(found.inputs, part)[:, months - 1] for part in (found.likely, found.draws))
    told = facts(evaluated, found, outcome(found, float(likely[0]), draws))
    told |= {"months": months, "reckoned": found.inputs.reckoned}
    told |= {"first": rows[0]["return_input"], "first_low": rows[0]["roi_at_low_rate"],
             "first_high": rows[0]["roi_at_high_rate"]}  # fmt: skip
    return Finding(
        key="returns.tornado", table=table, facts=told, sentences=("sentence", _of_cost(found.inputs)),
        caveats=caveats(evaluated, found), design=design(found.inputs),
    )  # fmt: skip


def _of_cost(inputs: Inputs) -> str:
    return "reckoned" if inputs.reckoned else "known"


def _rows(found: Return, months: int) -> list[dict[str, Any]]:
    inputs, rows = found.inputs, []

    def roi(values: Values) -> float:
        benefit, cost = (float(part[0]) for part in (by_month(inputs, values)[:, months - 1], cost_cny(inputs, values)))
        return return_on_investment(benefit, cost)

    def row(
        what: Said, way: str, place: str, metric: str, ends: tuple[float, float, float], shown: Any = None
    ) -> dict[str, Any]:
        said = [Said(way, {"value": one}) for one in shown or ends]
        low, high = (with_only(inputs, metric, **{place: one}) for one in (ends[0], ends[2]))
        return {
            "return_input": what, "input_low": said[0], "input_likely": said[1], "input_high": said[2],
            "roi_at_low_rate": roi(low), "roi_at_high_rate": roi(high),
        }  # fmt: skip

    for gain in inputs.gains:
        one, metric = gain.effect, {"metric": named(gain.metric)}
        way, price = ("returns.cny", "returns.margin") if gain.metric == SALES else ("returns.plain", "returns.price")
        rows.append(row(Said("returns.effect_on", metric), way, "effect", gain.metric, (one.low, one.effect, one.high)))
        share = "returns.share" if gain.metric == SALES else "returns.cny"
        prices = (gain.price_low, gain.price, gain.price_high)
        rows.append(row(Said(price, metric), share, "price", gain.metric, prices))
    life = (inputs.life_low, inputs.life, inputs.life_high)
    rows.append(row(Said("returns.life"), "returns.months", "life", "", life))
    rate = inputs.service.leaving
    low, high = rate.interval(found.level)
    rows.append(row(Said("returns.leaving"), "returns.share", "leaving", "", (low, rate.value, high)))
    wide, kept = inputs.settings.fading_error_share, float(share_left(months, inputs.settings))
    if wide and kept < 1:
        # The faster it fades, the less is left: what is shown is what is left.
        fading = (1 + wide, 1.0, 1 - wide)
        left = tuple(kept**one for one in fading)
        rows.append(row(Said("returns.left_after", {"months": months}), "returns.share", "fading", "", fading, left))
    if (wide := inputs.settings.wage_error_share) and inputs.reckoned:
        wages = (1 - wide, 1.0, 1 + wide)
        shown = tuple(inputs.reckoned * one for one in wages)
        rows.append(row(Said("returns.reckoned_wages"), "returns.sum", "wages", "", wages, shown))
    return [one for one in rows if np.isfinite(one["roi_at_low_rate"] + one["roi_at_high_rate"])]
