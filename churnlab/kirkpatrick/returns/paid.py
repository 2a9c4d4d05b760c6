"""Did a training pay?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.benefit import so_far
from churnlab.kirkpatrick.returns.outcome import Return, caveats, design, facts, outcome, return_of, verdict

FOLLOWED_MONTHS = (3, 6, 12)
_ASIDE = ("benefit_cost_ratio_low", "benefit_cost_ratio_high")
"""The interval of the return on investment, 1 higher."""


def training_return(evaluated: Evaluation) -> Finding:
    """Say what a training returned, after 3, 6 and 12 months and by now, with how sure that is.

    Only what was measured by then counts: the margin that would not have come without it, of those trained who were
    still there, month by month. What may still come is another question (see `return_forecast`), and whatever has no
    price is left out; the whole cost stands against it from the first day.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `returns.paid`, one row per `followed` (`3`, `6`, `12` months after the training could show first, as far as
        they have passed, each as it could be told then; and `now`): `return_verdict` (`paid`, `lost` where the whole
        interval of the return is above or below 0, else `open`), `cost_cny`, `benefit_cny`, `benefit_cost_ratio` and
        `roi_rate` with intervals, `paid_probability` (that benefit is above cost) and `target_probability` (that the
        return is above `[returns] roi_target`).

    Raises
    ------
    NotEnoughData
        If no cost is told, nothing that those trained do has a price, too few have months before and after, or there
        is nobody to compare with.
    """
    now = return_of(evaluated)
    told = [(str(months), found) for months in FOLLOWED_MONTHS if (found := _after(evaluated, months))]
    rows = [_row(name, one) for name, one in (*told, ("now", now))]
    served = now.inputs.service
    return Finding(
        key="returns.paid", table=pd.DataFrame(rows), sentences=(rows[-1]["return_verdict"], "both"),
        facts=facts(evaluated, now, rows[-1]) | {"months": float(served.worked.sum()) / served.people},
        caveats=("returns_counted", *caveats(evaluated, now)), design=design(now.inputs),
        hidden=_ASIDE,
    )  # fmt: skip


def _after(evaluated: Evaluation, months: int) -> Return | None:
    """Return what was known so many months after the training could show first; None while they have not passed."""
    day = evaluated.trained["works_from"].min() + pd.DateOffset(months=months)
    if pd.isna(day) or day.date() >= evaluated.data.as_of:
        return None
    try:
        return return_of(Evaluation(evaluated.data.before(day.date()), evaluated.course.training_id))
    except NotEnoughData:
        return None


def _row(name: str, one: Return) -> dict[str, Any]:
    told = outcome(one, float(so_far(one.inputs, one.likely)[0]), so_far(one.inputs, one.draws))
    shown = {column: value for column, value in told.items() if not column.startswith("net_cny")}
    return {"followed": name, "return_verdict": verdict(told), "cost_cny": one.inputs.cost} | shown
