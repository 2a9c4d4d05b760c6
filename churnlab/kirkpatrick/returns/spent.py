"""What did all trainings cost, and whose hours were they?"""

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.returns.cost import costs
from churnlab.tables.door import Data, fetch


def spent(data: Data) -> pd.DataFrame:
    """Return the costs of all trainings of which any is told, as `costs` has them, with their `training_id`."""
    rows = fetch(data.table("trainings").select("training_id").order_by("training_id"))
    parts = []
    for training_id in rows["training_id"]:
        try:
            parts.append(costs(Evaluation(data, training_id)).assign(training_id=training_id))
        except NotEnoughData:
            continue
    if not parts:
        return pd.DataFrame({"training_id": [], "cost_category": [], "cost_cny": pd.Series(dtype=float)})
    return pd.concat(parts, ignore_index=True)


def recent(data: Data, *, ago: int = 0) -> list[str]:
    """Return the trainings begun in the last `[returns] cost_months`; `ago` 1: in as many months before these."""
    rows = fetch(data.table("trainings").select("training_id", "starts_on").order_by("training_id"))
    months, began = data.settings.returns.cost_months, pd.to_datetime(rows["starts_on"])
    since, until = (pd.Timestamp(data.as_of) - pd.DateOffset(months=months * one) for one in (ago + 1, ago))
    return [str(one) for one in rows.loc[(began >= since) & (began < until), "training_id"]]
