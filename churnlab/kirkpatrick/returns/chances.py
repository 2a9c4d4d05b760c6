"""How likely is which return, given how far every input may be off?"""

import numpy as np
import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.benefit import by_month, cost_cny
from churnlab.kirkpatrick.returns.outcome import caveats, design, facts, outcome, return_of

_AT_LEAST = (0.99, 0.975, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.025, 0.01)


def return_chances(evaluated: Evaluation) -> Finding:
    """Say how likely the return is at least so high: all inputs drawn from what they may be.

    Effects vary by their errors, and together as they share people; margin, prices, the skill's life, how fast it fades
    and wages that nobody booked within the ranges of the settings; people leave as of late. What a probability does not
    hold: that the comparison itself is wrong, or the ranges are.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.chances`, one row per `at_least_probability`, falling: `roi_at_least_rate`, the return reached or
        passed with that probability.

    Raises
    ------
    NotEnoughData
        If no cost is told, nothing that those trained do has a price, too few have months before and after, or
        there is nobody to compare with.
    """
    found, months = return_of(evaluated), evaluated.data.settings.returns.horizon_months
    draws = by_month(found.inputs, found.draws)[:, months - 1]
    row = outcome(found, float(by_month(found.inputs, found.likely)[0, months - 1]), draws)
    reached = np.quantile(draws / cost_cny(found.inputs, found.draws) - 1, 1 - np.array(_AT_LEAST))
    told = facts(evaluated, found, row) | {"months": months, "draws": len(draws)}
    return Finding(
        key="returns.chances", table=pd.DataFrame({"at_least_probability": _AT_LEAST, "roi_at_least_rate": reached}),
        facts=told, caveats=caveats(evaluated, found), design=design(found.inputs),
    )  # fmt: skip
