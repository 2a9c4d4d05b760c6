"""Which trainings were there, for whom, and how can each be judged?"""

import pandas as pd

from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need


def portfolio(data: Data) -> Finding:
    """List all trainings begun by the date, the latest first.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    Finding
        `training.portfolio`, one row per training: `training_id`, `training_name`, `training_kind`, `format`,
        `vendor_id` (missing: the house itself), `starts_on`, `ends_on`, `trained` and `compared` (people by the date),
        `judged_by` (the design that its people allow), `cost_cny` (told of by the date; missing: nothing told).

    Raises
    ------
    NotEnoughData
        If none had begun.
    """
    need(data, "trainings")
    rows = fetch(data.table("trainings").select("training_id", "starts_on").order_by("training_id"))
    costs = fetch(data.table("training_costs").select("training_id", "amount_cny"))
    spent = costs["amount_cny"].astype(float).groupby(costs["training_id"]).sum()
    told = [_row(Evaluation(data, training_id)) for training_id in rows["training_id"]]
    table = pd.DataFrame(told).assign(cost_cny=rows["training_id"].map(spent).astype(float))
    table = table.sort_values(["starts_on", "training_id"], ascending=[False, True], ignore_index=True)
    counts = table["judged_by"].value_counts()
    facts = {
        "trainings": len(table), "cost_cny": float(spent.sum()), "trained": int(table["trained"].sum()),
        "by_lot": int(counts.get("randomised", 0)), "compared": int(counts.get("comparison_group", 0)),
        "alone": int(counts.get("before_after_only", 0)),
    }  # fmt: skip
    return Finding(key="training.portfolio", table=table, facts=facts)


def _row(evaluated: Evaluation) -> dict[str, object]:
    course = evaluated.course
    return {
        "training_id": course.training_id,
        "training_name": course.name,
        "training_kind": course.kind,
        "format": course.format,
        "vendor_id": course.vendor_id,
        "starts_on": course.starts_on,
        "ends_on": course.ends_on,
        "trained": len(evaluated.trained),
        "compared": len(evaluated.compared),
        "judged_by": str(evaluated.design),
    }
