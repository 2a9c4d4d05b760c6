"""Which trainings have paid, and of which can it not be told?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.benefit import so_far
from churnlab.kirkpatrick.returns.outcome import PAID, design, outcome, return_of, verdict
from churnlab.kirkpatrick.returns.spent import spent
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

_SHOWN = ("benefit_cny", "benefit_cost_ratio", "roi_rate")
_ENDS = ("", "_low", "_high")
_ASIDE = tuple(f"benefit_cost_ratio{end}" for end in _ENDS)
"""One more than the return on investment, and no need of a page."""


def returns_compared(data: Data) -> Finding:
    """Put what all trainings returned by the date beside each other; where it cannot be told, why.

    Returns
    -------
    Finding
        `returns.compared`, one row per training, the dearest first: `training_id`, `training_name`, `return_verdict`
        (as of `returns.forecast`, or `not_told`), `cost_cny` (missing: not told), `benefit_cny`, `benefit_cost_ratio`,
        `roi_rate` with intervals, `paid_probability`, `claim_design` (what it rests on: `randomised`,
        `comparison_group`), `return_because` (why it is not told: `no_comparison`, `doubtful`, `unpriced`, `few`,
        `no_costs`).

    Raises
    ------
    NotEnoughData
        If no training or no cost is stored.
    """
    need(data, "trainings")
    need(data, "training_costs")
    paid = spent(data).groupby("training_id")["cost_cny"].sum()
    rows = fetch(data.table("trainings").select("training_id").order_by("training_id"))
    table = pd.DataFrame([_row(Evaluation(data, one), paid) for one in rows["training_id"]])
    table = table.sort_values(["cost_cny", "training_id"], ascending=[False, True], ignore_index=True)
    told = table["return_verdict"] != "not_told"
    facts: dict[str, Any] = {
        "trainings": len(table), "told": int(told.sum()), "paid": int((table["return_verdict"] == PAID).sum()),
        "cost": float(table["cost_cny"].sum()), "cost_told": float(table.loc[told, "cost_cny"].sum()),
        "margin": data.settings.returns.margin_share, "margin_error": data.settings.returns.margin_error_share,
    }  # fmt: skip
    sentences = ("sentence",) if told.all() else ("sentence", "rest")
    return Finding(
        key="returns.compared", table=table, facts=facts, sentences=sentences, caveats=("returns_priced",),
        hidden=_ASIDE,
    )  # fmt: skip


def _row(evaluated: Evaluation, paid: pd.Series) -> dict[str, Any]:
    course = evaluated.course
    row: dict[str, Any] = {
        "training_id": course.training_id, "training_name": course.name, "return_verdict": "not_told",
        "cost_cny": float(paid.get(course.training_id, np.nan)),
    }  # fmt: skip
    row |= {f"{name}{end}": np.nan for name in _SHOWN for end in _ENDS}
    row |= {"paid_probability": np.nan, "claim_design": None}
    try:
        found = return_of(evaluated)
    except NotEnoughData as error:
        return row | {"return_because": error.key.removeprefix("returns.")}
    told = outcome(found, float(so_far(found.inputs, found.likely)[0]), so_far(found.inputs, found.draws))
    kept = {name: told[name] for name in row if name in told}
    return row | kept | {
        "return_verdict": verdict(told), "claim_design": str(design(found.inputs)), "return_because": None,
    }  # fmt: skip
