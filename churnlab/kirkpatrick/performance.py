"""What did the people of a training achieve, month by month, before and after it?"""

import pandas as pd

from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.tables.door import Data, fetch

OF_STAFF = "staff"


def staff_kpis(data: Data) -> pd.DataFrame:
    """Return the KPIs of single members of staff.

    One row per `staff_id`, `metric` and `month` (timestamp, its first day), in that order: `value`, `target` and `n`
    (the denominator of a share; missing: not told).
    """
    rows = data.table("kpis")
    told = fetch(rows.filter(rows.unit == OF_STAFF))
    told = told.assign(
        month=pd.to_datetime(told["month"]).dt.to_period("M").dt.to_timestamp(), n=told["n"].astype(float)
    )
    told = told.rename(columns={"unit_id": "staff_id"})[["staff_id", "metric", "month", "value", "target", "n"]]
    return told.sort_values(["staff_id", "metric", "month"], ignore_index=True)


def kpi_panel(evaluated: Evaluation) -> pd.DataFrame:
    """Return the KPIs of all people of a training, of those compared too.

    One row per `staff_id`, `metric` and `month` as `staff_kpis`, and `campus`, `role`, `arm`, `cohort`, `is_trained`
    and `works_from` as `Evaluation.people` has them; `months_since` is 0 in the month `works_from`, negative before it,
    missing for who is not trained.
    """
    of_people = evaluated.people[["staff_id", "campus", "role", "arm", "cohort", "is_trained", "works_from"]]
    panel = staff_kpis(evaluated.data).merge(of_people, on="staff_id", validate="m:1")
    months, begin = panel["month"], panel["works_from"]
    since = (months.dt.year - begin.dt.year) * 12 + months.dt.month - begin.dt.month
    return panel.assign(months_since=since.astype(float))
