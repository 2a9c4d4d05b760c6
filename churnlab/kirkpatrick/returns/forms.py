"""How much of the training money went online, in person, and into both?"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.returns.hours import attended
from churnlab.kirkpatrick.returns.spent import recent, spent
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

Floats = NDArray[np.float64]
FORMS, NOT_TOLD = ("online", "blended", "offline"), "not_told"


def cost_by_form(data: Data) -> Finding:
    """Split the cost of the trainings of the last months by their form.

    Returns
    -------
    Finding
        `returns.forms`, one row a `training_form` (`online`, `blended`, `offline`, and `not_told` if any): `trainings`
        begun in the last `[returns] cost_months`, `cost_cny`, `cost_share`, `form_before_share` (the same of those
        begun in as many months before these; missing: none), `trainee_hours`, `hour_cny`.

    Raises
    ------
    NotEnoughData
        If no cost is told of a training of these months.
    """
    need(data, "training_costs")
    form = fetch(data.table("trainings").select("training_id", "format")).set_index("training_id")["format"]
    told = pd.DataFrame({
        "cost": spent(data).groupby("training_id")["cost_cny"].sum(),
        "hours": attended(data).groupby("training_id")["hours"].sum(),
    })  # fmt: skip
    told = told.dropna(subset=["cost"]).fillna({"hours": 0.0})
    told = told.assign(form=form.reindex(told.index).fillna(NOT_TOLD))
    earlier = told[told.index.isin(recent(data, ago=1))].groupby("form")["cost"].sum()
    told = told[told.index.isin(recent(data))]
    if told.empty:
        raise NotEnoughData("returns.no_recent", months=data.settings.returns.cost_months)
    sums = told.groupby("form").agg(trainings=("cost", "size"), cost=("cost", "sum"), hours=("hours", "sum"))
    sums = sums.reindex([*FORMS, *([NOT_TOLD] if NOT_TOLD in sums.index else [])]).fillna(0.0)
    total, hours = float(sums["cost"].sum()), sums["hours"]
    table = pd.DataFrame(
        {
            "training_form": sums.index, "trainings": sums["trainings"].astype(int).to_numpy(),
            "cost_cny": sums["cost"].to_numpy(), "cost_share": (sums["cost"] / total).to_numpy(),
            "form_before_share": _shares(earlier, sums.index),
            "trainee_hours": hours.to_numpy(), "hour_cny": (sums["cost"] / hours.where(hours > 0, np.nan)).to_numpy(),
        }
    )  # fmt: skip
    share = table.set_index("training_form")["cost_share"]
    facts: dict[str, Any] = {
        "cost": total, "months": data.settings.returns.cost_months, "trainings": int(table["trainings"].sum()),
        **{name: float(share[name]) for name in FORMS},
    }  # fmt: skip
    target = data.settings.returns.blended_target_share
    facts |= {"target": target, "before": float(table.set_index("training_form")["form_before_share"]["blended"])}
    sentences = ["sentence", *(["before"] if earlier.sum() > 0 else [])]
    sentences += [] if not target else ["reached" if facts["blended"] >= target else "short"]
    return Finding(key="returns.forms", table=table, facts=facts, sentences=tuple(sentences))


def _shares(cost: pd.Series, forms: pd.Index) -> Floats:
    total = float(cost.sum())
    return np.asarray(cost.reindex(forms).fillna(0.0) / (total if total > 0 else np.nan), dtype=float)
