"""How did the students of each teacher fare, month by month?"""

import pandas as pd

from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.loop.exposure import exposed
from churnlab.tables.door import fetch
from churnlab.tables.there import has

CHURN, SATISFACTION, COMPLAINTS = "student_churn_rate", "student_satisfaction", "student_complaint_rate"
RECOMMENDING = "nps"
"""What somebody recommends is no satisfaction: it is told apart, and on another scale."""


def teacher_months(evaluated: Evaluation) -> dict[str, pd.DataFrame]:
    """Return the months of each teacher, for `series_effect`: students count for the teacher they were assigned to.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    dict of str to pandas.DataFrame
        By outcome, those with any row: one row per `staff_id` and `month` with `value` and `n`.
        `student_churn_rate`: who churned of those with us on its first day, `n`; `student_satisfaction`: mean of all
        answers in surveys but of recommendation, from 0 (lowest) to 100, of `n` answers; `student_complaint_rate`:
        complaints by students with us on the first day, over these, `n`.
    """
    rows = exposed(evaluated).dropna(subset=["assigned_id"])
    rows = rows.assign(staff_id=rows["assigned_id"])
    found = {CHURN: _means(rows.assign(value=rows["churned"].astype(float)))}
    if has(evaluated.data, "surveys"):
        found[SATISFACTION] = _satisfaction(evaluated, rows)
    if has(evaluated.data, "complaints"):
        found[COMPLAINTS] = _complaints(evaluated, rows)
    return {name: frame for name, frame in found.items() if len(frame)}


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    months = rows.groupby(["staff_id", "month"], as_index=False).agg(value=("value", "mean"), n=("value", "size"))
    return months.assign(n=months["n"].astype(float))


def _satisfaction(evaluated: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    told = evaluated.data.table("surveys")
    told = told.filter(told.student_id.notnull(), told.instrument.lower() != RECOMMENDING)
    answers = fetch(told.select("student_id", "at", "score", "scale_min", "scale_max").order_by("at", "student_id"))
    width = (answers["scale_max"] - answers["scale_min"]).astype(float)
    score = 100 * (answers["score"] - answers["scale_min"]).astype(float) / width
    answers = answers.assign(value=score, month=_month(answers["at"]))[width > 0]
    return _means(answers.merge(_of_whom(rows), on=["student_id", "month"]))


def _complaints(evaluated: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    told = evaluated.data.table("complaints")
    opened = fetch(told.filter(told.student_id.notnull()).select("student_id", "opened_at").order_by("opened_at"))
    if opened.empty:
        return pd.DataFrame()
    many = opened.assign(month=_month(opened["opened_at"])).groupby(["student_id", "month"]).size().rename("value")
    counted = _of_whom(rows).merge(many.reset_index(), on=["student_id", "month"], how="left")
    return _means(counted.assign(value=counted["value"].fillna(0).astype(float)))


def _of_whom(rows: pd.DataFrame) -> pd.DataFrame:
    """Return whose student each was; where enrolments are counted, a student may be several teachers'."""
    return rows[["student_id", "month", "staff_id"]].drop_duplicates()


def _month(at: pd.Series) -> pd.Series:
    return pd.Series(pd.to_datetime(at).dt.to_period("M").dt.to_timestamp(), dtype="datetime64[ns]")
