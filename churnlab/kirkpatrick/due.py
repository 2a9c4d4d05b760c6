"""Which trainings should this month's reports evaluate?"""

import pandas as pd

from churnlab.kirkpatrick.evaluation import Course, course_of
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

MONTHS_AFTER = (0, 3, 6, 12)
"""A training is told of in the month in which it ended and when it is followed up."""


def due(data: Data) -> list[Course]:
    """Return the trainings that ended in the month before the date, or 3, 6 or 12 months before that.

    Where there is none, the one that ended last. Ordered by id.

    Parameters
    ----------
    data : Data
        What had happened before the first day of a month.

    Raises
    ------
    NotEnoughData
        If no training had ended before the date.
    """
    need(data, "trainings")
    rows = fetch(data.table("trainings").select("training_id", "ends_on").order_by("training_id"))
    months = pd.to_datetime(rows["ends_on"]).dt.to_period("M")
    now = pd.Period(data.as_of - pd.Timedelta(days=1), "M")
    wanted = rows.loc[months.isin([now - after for after in MONTHS_AFTER]), "training_id"]
    return [course_of(data, training_id) for training_id in wanted] or [course_of(data)]
