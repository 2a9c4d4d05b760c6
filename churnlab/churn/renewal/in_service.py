"""What does each student now in service use a month, and for how long has it been bought?

The student's present contracts by chain: a chain is one contract and those that followed it.
"""

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import episodes
from churnlab.churn.renewal.consumption import consumed
from churnlab.churn.renewal.terms import terms
from churnlab.tables.door import Data, fetch

DAYS_A_MONTH = 365.25 / 12
_SHORTEST_DAYS = 28  # a pace measured over less says little
_MOST_MONTHS = 24.0  # a pace near 0 must not make a contract last for ever


def money(data: Data) -> pd.DataFrame:
    """Return what was paid for each contract and what of it is used up.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        Rows and order of `terms`, with `received_cny`, `price_cny` (of an hour; of a day where time was bought; by
        what is due in all, paid or not, and where that is not on record by what was paid; NaN where neither is),
        `by_hours` (flag), `hours` (bought and free; NaN where time was bought), `days` (of the period), `hours_used`,
        `recent_hours` (in the last `renewal.consumption_days`), `left_share` (0–1: what of it is unused).
    """
    return _money(data).copy()


@remembered
def _money(data: Data) -> pd.DataFrame:
    contracts = data.table("enrolments")
    bought = fetch(
        contracts.select(
            "enrolment_id",
            "billing",
            ends=contracts.ends_on.cast("date").cast("timestamp"),
            hours=contracts.hours_bought.fill_null(0) + contracts.hours_free.fill_null(0),
            due=contracts.amount_due.cast("float64"),
        ).order_by("enrolment_id")
    )
    rows = terms(data)
    for part in (bought, consumed(data, (data.as_of,)).drop(columns="day"), _paid(data)):
        rows = rows.merge(part, on="enrolment_id", how="left")
    # Neither an amount nor a payment is no price of 0: nobody knows what it costs.
    due = rows["due"].fillna(rows["received_cny"].where(rows["received_cny"] > 0))
    rows = rows.assign(**rows[["hours_used", "recent_hours", "received_cny"]].fillna(0.0))
    by_hours = (rows["billing"] == "by_hours") & (rows["hours"] > 0)
    days = (rows["ends"] - rows["starts_on"]).dt.days + 1
    passed = (pd.Timestamp(data.as_of) - rows["starts_on"]).dt.days
    size = rows["hours"].where(by_hours, days.where(days > 0))
    used = rows["hours_used"].where(by_hours, passed)
    return rows.assign(
        by_hours=by_hours,
        hours=rows["hours"].where(by_hours),
        days=days.where(~by_hours),
        price_cny=due / size,
        left_share=(1 - used / size).clip(0, 1).fillna(0.0),
    )


def _paid(data: Data) -> pd.DataFrame:
    payments = data.table("payments")
    paid = payments.group_by("enrolment_id").agg(received_cny=payments.amount.sum().cast("float64"))
    return fetch(paid.filter(paid.enrolment_id.notnull()).order_by("enrolment_id"))


def in_service(data: Data) -> pd.DataFrame:
    """Return one row per chain of contracts of the students now in service.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        Sorted by `unit_id`, `enrolment_id`.

        - `unit_id`, `student_id`, `campus` (where the stay is), `enrolment_id`, `course_id`: of its last contract
        - `term`: of the last contract, from 1
        - `months_left`: until what is bought is used up; 0 where the last contract ended and may yet be renewed
        - `term_months`: how long a contract like the last one lasts her
        - `monthly_cny`: what she uses a month at the last contract's price; NaN where price or pace are not known
        - `margin_rate`: of the course
        - `pace_is_own`: whether the pace is her own; without `_SHORTEST_DAYS` of lessons it is the course's median
    """
    rows = money(data)
    stays = episodes(data)
    here = stays[stays["left_on"].isna()].drop_duplicates("unit_id", keep="last").set_index("unit_id")["campus"]
    rows = rows[rows["outcome"].isin(["running", "open"]) & rows["unit_id"].isin(here.index)]
    chains = chains_on(rows.assign(runs=rows["outcome"] == "running"), pd.Timestamp(data.as_of), data)
    return chains.assign(campus=lambda t: t["unit_id"].map(here))[_COLUMNS].reset_index(drop=True)


_COLUMNS = [
    "unit_id", "student_id", "campus", "enrolment_id", "course_id", "term", "months_left", "term_months", "monthly_cny",
    "margin_rate", "pace_is_own",
]  # fmt: skip


def chains_on(rows: pd.DataFrame, day: pd.Timestamp, data: Data) -> pd.DataFrame:
    """Fold contracts as they stood on a day into chains, with what is left of each.

    Parameters
    ----------
    rows : pandas.DataFrame
        Contracts of students in service that run on the day or have ended and may yet be renewed, as `money` has them,
        with `runs` (flag).
    day : pandas.Timestamp
        The day, for which `hours_used`, `recent_hours`, `left_share` and `renewed_by` hold.
    data : Data
        For the settings and the courses.

    Returns
    -------
    pandas.DataFrame
        The last contract of each chain, with the columns of `in_service`.
    """
    rows = _paced(rows, day, data)
    months = rows["hours"] / rows["pace"]
    months = months.where(rows["by_hours"], rows["days"] / DAYS_A_MONTH).clip(upper=_MOST_MONTHS)
    months = months.fillna(months.median() if months.notna().any() else 1.0)
    ahead = (rows["starts_on"] - day).dt.days.clip(lower=0) / DAYS_A_MONTH
    left = (months * rows["left_share"]).where(rows["runs"], 0.0)
    return _last_of_chains(rows.assign(term_months=months.clip(lower=1.0), left=left, ahead=ahead))


def _paced(rows: pd.DataFrame, day: pd.Timestamp, data: Data) -> pd.DataFrame:
    """Add `pace` (hours a month), `pace_is_own`, `monthly_cny` and `margin_rate`."""
    window = data.settings.renewal.consumption_days
    days = (day - rows["starts_on"]).dt.days.clip(upper=window)
    own = (rows["recent_hours"] / days * DAYS_A_MONTH).where((days >= _SHORTEST_DAYS) & (rows["recent_hours"] > 0))
    typical = own.groupby(rows["course_id"]).transform("median")
    pace = own.fillna(typical).fillna(own.median() if own.notna().any() else np.nan)
    margin = rows["course_id"].map(_margins(data))
    monthly = (pace * rows["price_cny"]).where(rows["by_hours"], rows["price_cny"] * DAYS_A_MONTH)
    return rows.assign(
        pace=pace,
        pace_is_own=own.notna() | ~rows["by_hours"],
        monthly_cny=monthly,
        margin_rate=margin.astype(float),
    )


@remembered
def _margins(data: Data) -> pd.Series:
    courses = fetch(data.table("courses").select("course_id", "margin_rate").order_by("course_id"))
    return courses.drop_duplicates("course_id").set_index("course_id")["margin_rate"]


@remembered
def terminal_courses(data: Data) -> tuple[str, ...]:
    """Return the courses after which a student is done: there is nothing to renew."""
    courses = data.table("courses")
    by_nature = fetch(courses.filter(courses.terminal).select("course_id").order_by("course_id"))["course_id"]
    return (*by_nature, *data.settings.outcome.terminal_courses)


def _last_of_chains(rows: pd.DataFrame) -> pd.DataFrame:
    """Fold each chain into its last contract; what the others still hold, and the wait for its start, comes before."""
    followed = rows.dropna(subset="renewed_by").set_index("renewed_by")["left"]
    last = rows[~rows["renewed_by"].isin(rows["enrolment_id"])]
    before = last["enrolment_id"].map(followed.groupby(level=0).sum()).fillna(0.0)
    months = last["left"] + np.maximum(before, last["ahead"])
    return last.assign(months_left=months).sort_values(["unit_id", "enrolment_id"])
