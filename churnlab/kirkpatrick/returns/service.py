"""How many months do those trained stay and work with what they learned?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.kirkpatrick.evaluation import Evaluation, staff
from churnlab.stats.rate import Rate

Floats = NDArray[np.float64]
_DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Service:
    """Person-months with which those trained repay.

    Attributes
    ----------
    worked : numpy.ndarray, shape (months,)
        Person-months measured in the so-manieth whole month since the training, from 1.
    told : numpy.ndarray, shape (months,)
        Those of them that told the effect.
    here : tuple of (int, int)
        Those still there, by the last month in which they were measured: that month, and how many.
    leaving : Rate
        Leavers of the same roles per person-month.
    people : int
        Trained people who are measured at all; of the others nothing is known, and nothing is gained.
    """

    worked: Floats
    told: Floats
    here: tuple[tuple[int, int], ...]
    leaving: Rate
    people: int

    def coming(self, rates: Floats) -> Floats:
        """Return person-months still to come, shape (rates, months): who is there stays on with exp(−rate) a month.

        Parameters
        ----------
        rates : numpy.ndarray, shape (n,)
            Leavers per person-month, 0 or above.
        """
        months = np.arange(1, len(self.worked) + 1)
        found = np.zeros((len(rates), len(months)))
        for last, many in self.here:
            ahead = np.maximum(months - last, 0)
            found += many * np.exp(-np.outer(rates, ahead)) * (ahead > 0)
        return found


def service(
    told: pd.DataFrame, evaluated: Evaluation, *, first: pd.Timestamp, last: pd.Timestamp, months: int
) -> Service:
    """Count the months that those trained worked after it, and who is left to go on.

    Who was measured in the last month that anybody was, and is on the list of staff still, goes on.

    Parameters
    ----------
    told : pandas.DataFrame
        One row per `staff_id` and `month` measured after the training, with `since` (from 1).
    evaluated : Evaluation
        Which training.
    first, last : pandas.Timestamp
        Of the months that told the effect.
    months : int
        How far to look.
    """
    rows = told.drop_duplicates(["staff_id", "month"])
    by_month = [
        np.bincount(part["since"].clip(upper=months + 1) - 1, minlength=months + 1)[:months].astype(float)
        for part in (rows, rows[rows["month"].between(first, last)])
    ]
    gone = set(evaluated.trained.loc[evaluated.trained["left_on"].notna(), "staff_id"])
    still = rows[(rows["month"] == rows["month"].max()) & ~rows["staff_id"].isin(gone)]
    here = tuple((int(since), int(many)) for since, many in still["since"].value_counts().sort_index().items())
    return Service(
        worked=by_month[0], told=by_month[1], here=here, leaving=leaving(evaluated), people=rows["staff_id"].nunique()
    )


def leaving(evaluated: Evaluation) -> Rate:
    """Return how many of the roles of those trained left per person-month, in the last `[returns] staying_months`."""
    people, end = staff(evaluated.data), pd.Timestamp(evaluated.data.as_of)
    people = people[people["role"].isin(evaluated.trained["role"].dropna()) & (people["hired_on"] < end)]
    begin = end - pd.DateOffset(months=evaluated.data.settings.returns.staying_months)
    days = (people["left_on"].fillna(end) - people["hired_on"].where(people["hired_on"] > begin, begin)).dt.days
    left = people["left_on"].between(begin, end, inclusive="left")
    # Of nobody nothing is known; a thousandth of a month says as much.
    return Rate(events=int(left.sum()), exposure=max(float(days.clip(lower=0).sum()) / _DAYS_PER_MONTH, 1e-3))
