"""What was each student worth who was in service on an earlier day?"""

from collections.abc import Sequence

import pandas as pd

from churnlab.churn.renewal.looks import looks, stood_on
from churnlab.churn.renewal.value import prospects_of
from churnlab.tables.door import Data


def past_value(data: Data, days: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Estimate the margin that was still to be won from each student on some days, as `remaining_value` does for today.

    How each stood is as could be seen on the day: contract, term, pace, price, silence. How readily contracts are
    renewed and broken off is as known now, of all contracts together: to learn it anew for each day takes as long as
    all the rest, and it says nothing of one student that was not known.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    days : sequence of pandas.Timestamp
        On or before that date.

    Returns
    -------
    pandas.DataFrame
        One row per day and unit with a contract running or just ended, sorted by both: `day`, `unit_id`,
        `remaining_value_cny`.

    Raises
    ------
    NotEnoughData
        If too few contracts came to their end for a curve.
    """
    rows = looks(data)  # of a report as of a month's first day, these days are among its own
    rows = rows[rows["day"].isin(days)]
    if missing := sorted({*days} - {*rows["day"].unique()}):
        rows = pd.concat([rows, *stood_on(data, missing)], ignore_index=True)
    found = prospects_of(rows, data, draws=0)
    months = found.discounted_months[0, found.chains["cell"].to_numpy()]
    worth = found.chains.assign(remaining_value_cny=found.chains["monthly_margin_cny"] * months)
    return worth.groupby(["day", "unit_id"], sort=True)["remaining_value_cny"].sum().reset_index()
