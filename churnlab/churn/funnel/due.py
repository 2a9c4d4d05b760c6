"""Of those who enrolled, who should have come to a first lesson by now?

Who books a summer course in spring has not stayed away: neither as one who came nor as one who did not may she count.
"""

import pandas as pd

from churnlab.churn.funnel.ripeness import followed, ripe_days
from churnlab.tables.door import Data


def due_days(data: Data, new: pd.DataFrame) -> int:
    """Return how many days after the start agreed `funnel.ripe_share` of those who come have come.

    Parameters
    ----------
    data : Data
        As of when; its settings.
    new : pandas.DataFrame
        As `newcomers` returns it, of all campuses.

    Raises
    ------
    NotEnoughData
        If nobody came, or too few should have.
    """
    as_of = pd.Timestamp(data.as_of)
    new = new[new["starts_on"] < as_of].reset_index(drop=True)
    days = (new["first_lesson_on"] - new["starts_on"]).dt.days.clip(lower=0)
    seen = (as_of - new["starts_on"]).dt.days - 1
    whose = pd.Series(pd.factorize(new["student_id"])[0], index=new.index)
    return ripe_days(followed(days, seen, whose, data.settings.funnel.longest_days), data.settings)


def due(rows: pd.DataFrame, as_of: pd.Timestamp, days: int) -> pd.Series:
    """Tell whose agreed start lies so many whole days before a date; who has no contract has no start.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `starts_on`.
    as_of : pandas.Timestamp
        What had happened before this date is known.
    days : int
        From `due_days`.

    Returns
    -------
    pandas.Series of bool
    """
    return rows["starts_on"] < as_of - pd.Timedelta(days=days)
