"""How many of those whom each member of staff spoke with first came to the next step, month by month?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnlab.churn.funnel.journeys import journeys
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.tables.door import Data
from churnlab.tables.there import has

_LATER = {
    "booked_rate": ("contacted_on", ("trial_booked_on", "trial_done_on", "enrolled_on")),
    "visited_rate": ("trial_booked_on", ("trial_done_on", "enrolled_on")),
    "visit_signed_rate": ("trial_done_on", ("enrolled_on",)),
    "first_visit_close_rate": ("trial_done_on", ("enrolled_on",)),
}
"""Of each step the day it starts from, and the days that say it was taken: who came further has passed it."""
SIGNED_DAYS = "signed_days"


def followed_days(data: Data) -> Mapping[str, int]:
    """Return for how many days what enters a series is followed up, by the series' name."""
    settings = data.settings.staff_outcomes
    days = dict.fromkeys(_LATER, settings.step_days) | {"first_visit_close_rate": settings.first_visit_days}
    return days | {SIGNED_DAYS: settings.sign_days, "repurchase_rate": data.settings.outcome.grace_days}


def staff_requests(data: Data) -> pd.DataFrame:
    """Return the requests of new customers that somebody of the staff spoke with first: rows of `journeys`.

    Credited is who spoke with them first, whoever closed: a lead that is handed on to the one who closes would else
    bring him only leads that are won. With `staff_id` and, as `days_to_sign`, whole days from the first contact to the
    first contract (missing: none yet).
    """
    if not has(data, "leads") or not has(data, "contacts"):
        return pd.DataFrame(columns=["staff_id", "contacted_on", "days_to_sign"])
    rows = journeys(data)
    rows = rows[rows["adviser_id"].notna() & rows["contacted_on"].notna() & ~rows["was_student"]]
    rows = rows.assign(staff_id=rows["adviser_id"], days_to_sign=(rows["enrolled_on"] - rows["contacted_on"]).dt.days)
    return rows.reset_index(drop=True)


def staff_steps(data: Data) -> dict[str, pd.DataFrame]:
    """Return the steps of a sale of each member of staff as shares, by the month in which the step before was taken.

    Each is a frame with one row per `staff_id` and `month` (timestamp, its first day), `value` and `n`, the
    denominator. `booked_rate`: of those first spoken with, who booked a visit; `visited_rate`: of those who booked, who
    came; `visit_signed_rate`: of those who came, who signed (each within `staff_outcomes.step_days`);
    `first_visit_close_rate`: of those who came, who signed within `staff_outcomes.first_visit_days`. Who came further
    without a record of a step has taken it. `signed_days`: of the first `staff_outcomes.sign_days` after the first
    contact those on which the customer had signed, in the mean of all spoken with; who never signed has 0. It is the
    area above the curve of those not yet signed, not the mean of those who did. Months of which somebody could still
    take the step in time are left out.
    """
    rows, days = staff_requests(data), followed_days(data)
    if rows.empty:
        return {}
    series = {name: _share(rows, *told, days[name]) for name, told in _LATER.items()}
    signed = (days[SIGNED_DAYS] - rows["days_to_sign"]).clip(lower=0).fillna(0.0)
    series[SIGNED_DAYS] = _by_month(rows["staff_id"], rows["contacted_on"], signed)
    return {name: ripe(one, days[name], data) for name, one in series.items() if len(one)}


def _share(rows: pd.DataFrame, start: str, ends: tuple[str, ...], days: int) -> pd.DataFrame:
    entered = rows[rows[start].notna()]
    taken = entered[list(ends)].min(axis=1) <= entered[start] + pd.Timedelta(days=days)
    return _by_month(entered["staff_id"], entered[start], taken.astype(float))


def _by_month(people: pd.Series, days: pd.Series, values: pd.Series) -> pd.DataFrame:
    told = pd.DataFrame({"staff_id": people, "month": days.dt.to_period("M").dt.to_timestamp(), "each": values})
    found = told.groupby(["staff_id", "month"], as_index=False).agg(value=("each", "mean"), n=("each", "size"))
    return found.astype({"n": float})


def ripe(series: pd.DataFrame, days: int, data: Data) -> pd.DataFrame:
    """Leave out months of which somebody is followed up for less than so many days yet."""
    return series[followed_until(series["month"], days) <= pd.Timestamp(data.as_of)].reset_index(drop=True)


def followed_until(month: pd.Series, days: int) -> pd.Series:
    """Return the day by which all that entered in a month has been followed for so many days."""
    return month + pd.offsets.MonthBegin(1) + pd.Timedelta(days=days)


def not_across(evaluated: Evaluation, series: pd.DataFrame, days: int) -> pd.DataFrame:
    """Leave out the months just before a cohort's training, for all: what entered in them was followed into it.

    Else part of what the training did would be counted as how things were before.
    """
    begins = evaluated.trained["began_on"].dropna().dt.to_period("M").dt.to_timestamp().unique()
    until = followed_until(series["month"], days) if days else series["month"]
    across = np.zeros(len(series), dtype=bool)
    for begin in begins:
        across |= ((series["month"] < begin) & (until > begin)).to_numpy()
    return series[~across].reset_index(drop=True)
