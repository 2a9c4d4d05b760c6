"""Who signed for the first time, and did they ever come?"""

import pandas as pd

from churnlab.churn.funnel.journeys import first_attended, journeys
from churnlab.churn.memory import remembered
from churnlab.churn.service import as_time, started
from churnlab.tables.door import Data, fetch


def newcomers(data: Data) -> pd.DataFrame:
    """Return one row per student whose first contract on record is a new one, whether or not they had asked.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        Sorted by `signed_on`, `enrolment_id`: `student_id`, `enrolment_id`, `campus` (the contract's), `channel` (the
        student's), `signed_on`, `starts_on` (never before the signing), `first_lesson_on` (the first attended from the
        signing on; NaT: none), `has_lead`: whether a request of that person is on record.
    """
    return _newcomers(data).copy()


@remembered
def _newcomers(data: Data) -> pd.DataFrame:
    rows = data.table("enrolments")
    signed, starts = as_time(rows.signed_at), as_time(started(rows))
    rows = rows.select("student_id", "enrolment_id", "campus", "kind", signed_on=signed, starts_on=starts)
    first = fetch(rows.order_by(["signed_on", "enrolment_id"])).drop_duplicates("student_id")
    first = first[first["kind"] == "new"].drop(columns="kind").reset_index(drop=True)
    students = fetch(data.table("students").select("student_id", "channel").order_by("student_id"))
    first = first.merge(students.drop_duplicates("student_id"), on="student_id", how="left")
    marks = first[["student_id", "signed_on"]].rename(columns={"signed_on": "from_on"})
    return first.assign(
        first_lesson_on=first_attended(data, marks),
        has_lead=first["student_id"].isin(journeys(data)["student_id"].dropna()),
    )
