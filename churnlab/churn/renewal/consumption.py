"""How much of each contract had been used up on several days?"""

from datetime import date, timedelta

import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.service import lessons_by_contract
from churnlab.tables.door import Data, fetch


@remembered
def consumed(data: Data, days: tuple[date, ...]) -> pd.DataFrame:
    """Add up hours by contract as of several days, in one pass over the lessons; nobody changes what is returned.

    Returns
    -------
    pandas.DataFrame
        `enrolment_id`, `day` (datetime64), `hours_used` before the day, `recent_hours` (in the
        `renewal.consumption_days` before it); only contracts with a lesson on record.
    """
    lessons = lessons_by_contract(data)
    hours = lessons.hours_used.fill_null(0)
    window = timedelta(days=data.settings.renewal.consumption_days)
    sums = {}
    for place, day in enumerate(days):
        before = lessons.on_day < day
        sums[f"used_{place}"] = before.ifelse(hours, 0.0).sum()
        sums[f"recent_{place}"] = (before & (lessons.on_day >= day - window)).ifelse(hours, 0.0).sum()
    wide = fetch(lessons.group_by("enrolment_id").agg(**sums).order_by("enrolment_id"))
    parts = [
        wide[["enrolment_id"]].assign(
            day=pd.Timestamp(day),
            hours_used=wide[f"used_{place}"].astype(float),
            recent_hours=wide[f"recent_{place}"].astype(float),
        )
        for place, day in enumerate(days)
    ]
    return pd.concat(parts, ignore_index=True)
