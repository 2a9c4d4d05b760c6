"""In which month had the training earned back its cost?"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.benefit import by_month, cost_cny
from churnlab.kirkpatrick.returns.outcome import caveats, chance, design, facts, outcome, return_of

Floats = NDArray[np.float64]


def payback(evaluated: Evaluation) -> Finding:
    """Say in which month after it a training had earned back its cost.

    Months are counted for each from her own training; the cost is there from the start.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.payback`, one row per `month_since` the training, from 1: `earned_cny` until its end with interval,
        `cost_cny`, `earned_back_probability`, `is_measured` (flag: any of it is measured).

    Raises
    ------
    NotEnoughData
        If no cost is told, nothing that those trained do has a price, too few have months before and after, or
        there is nobody to compare with.
    """
    found = return_of(evaluated)
    likely, draws = by_month(found.inputs, found.likely)[0], by_month(found.inputs, found.draws)
    cost, costs = found.inputs.cost, cost_cny(found.inputs, found.draws)
    ends = (1 - found.level) / 2, (1 + found.level) / 2
    low, high = np.quantile(draws, ends, axis=0)
    months = np.arange(1, len(likely) + 1)
    table = pd.DataFrame(
        {
            "month_since": months, "earned_cny": likely, "earned_cny_low": low, "earned_cny_high": high,
            "cost_cny": cost, "earned_back_probability": [chance(draws[:, place] >= costs) for place in months - 1],
            "is_measured": found.inputs.service.worked > 0,
        }
    )  # fmt: skip
    when = first_month(likely[None, :], cost)[0]
    first, last = np.quantile(first_month(draws, costs[:, None]), ends, method="inverted_cdf")
    far = len(months)
    told: dict[str, Any] = facts(evaluated, found, outcome(found, float(likely[-1]), draws[:, -1])) | {
        "far": far, "when": when if np.isfinite(when) else None, "first": first if np.isfinite(first) else None,
        "last": last if np.isfinite(last) else None, "never": 1 - float(table["earned_back_probability"].iloc[-1]),
    }  # fmt: skip
    return Finding(
        key="returns.payback", table=table, facts=told, sentences=(_sentence(when, first, last),),
        caveats=caveats(evaluated, found), design=design(found.inputs),
    )  # fmt: skip


def _sentence(when: float, first: float, last: float) -> str:
    if not np.isfinite(first):
        return "never"
    if not np.isfinite(when):
        return "unlikely"
    return "sentence" if np.isfinite(last) else "open"


def first_month(earned: Floats, cost: float | Floats) -> Floats:
    """Return the first month by which a cost is earned back, from 1; infinite where it never is.

    Parameters
    ----------
    earned : numpy.ndarray, shape (n, months)
        Earned until the end of each month.
    cost : float or numpy.ndarray, shape (n, 1)
        To be earned.
    """
    back = earned >= cost
    return np.where(back.any(axis=1), back.argmax(axis=1) + 1.0, np.inf)
