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


def recent(data: Data) -> list[str]:
    """Return the trainings begun in the last `[returns] cost_months`."""
    rows = fetch(data.table("trainings").select("training_id", "starts_on").order_by("training_id"))
    since = pd.Timestamp(data.as_of) - pd.DateOffset(months=data.settings.returns.cost_months)
    return [str(one) for one in rows.loc[pd.to_datetime(rows["starts_on"]) >= since, "training_id"]]
