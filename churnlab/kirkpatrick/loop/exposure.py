"""Who taught which student in which month, and had that teacher been trained by then?"""

import ibis
import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import CHURN_KINDS, at_risk, episodes, settled_before
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.tables.door import Data, fetch


def student_months(data: Data) -> pd.DataFrame:
    """Return who was with us on the first day of each month, who taught them, and who left in it.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        One row per `unit_id` and `month` (timestamp, its first day), months whose ends are all known: `student_id`,
        `episode`, `campus` (of the episode), `entered_on`, `left_on`, `churned` (bool: she left in this month, and that
        is churn), `teacher_id` (who gave most of her lessons in the month before, of several the first by id; without
        lessons then in the last of the `loop.look_back_months` before with any; missing: none), `first_teacher_id` (the
        same, of the first month of her episode in which she is counted).
    """
    return _student_months(data).copy()


@remembered
def _student_months(data: Data) -> pd.DataFrame:
    found, taught = episodes(data), teachers(data)
    settled = settled_before(data)
    if taught.empty:
        months = pd.DatetimeIndex([])
    else:
        months = pd.date_range(taught["month"].min() + pd.offsets.MonthBegin(1), settled, freq="MS")
    back = pd.DateOffset(months=data.settings.loop.look_back_months)
    known = [month for month in months if month + pd.offsets.MonthBegin(1) <= settled]
    parts = [_month(found, taught, month, back) for month in known]
    if not parts:
        parts = [_month(found.head(0), taught, settled, back)]
    rows = pd.concat(parts, ignore_index=True).sort_values(["unit_id", "month"], ignore_index=True)
    first = rows.groupby(["unit_id", "episode"])["teacher_id"].transform("first")
    return rows.assign(first_teacher_id=first)


def _month(found: pd.DataFrame, taught: pd.DataFrame, month: pd.Timestamp, back: pd.DateOffset) -> pd.DataFrame:
    here = at_risk(found, month)
    lately = taught[(taught["month"] >= month - back) & (taught["month"] < month)]
    last = lately.drop_duplicates("student_id", keep="last").set_index("student_id")["teacher_id"]
    gone = here["left_on"] < month + pd.offsets.MonthBegin(1)
    told = ["unit_id", "student_id", "episode", "campus", "entered_on", "left_on"]
    return here[told].assign(
        month=month, churned=gone & here["end_kind"].isin(CHURN_KINDS), teacher_id=here["student_id"].map(last)
    )


@remembered
def teachers(data: Data) -> pd.DataFrame:
    """Return who gave most of each student's lessons in each month: `student_id`, `month`, `teacher_id`, by month."""
    lessons = data.table("lessons")
    lessons = lessons.filter(lessons.teacher_id.notnull())
    month = lessons.starts_at.cast("date").truncate("M").cast("timestamp")
    many = lessons.group_by("student_id", "teacher_id", month=month).agg(lessons=ibis._.count())
    order = ["month", "student_id", ibis.desc("lessons"), "teacher_id"]
    rows = fetch(many.order_by(order)).drop_duplicates(["month", "student_id"])
    rows = rows.assign(month=pd.to_datetime(rows["month"]).astype("datetime64[ns]"))
    return rows[["student_id", "month", "teacher_id"]].reset_index(drop=True)


def exposed(evaluated: Evaluation) -> pd.DataFrame:
    """Return all student-months, and where the student's teacher stood with a training by then.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    pandas.DataFrame
        As `student_months`, and `assigned_id`: whose student she is held to be. Before the month in which the training
        began that is `teacher_id`; from then on the teacher whom she had then, whoever taught her later, or, if she
        came later, her first: who changes to or from a trained teacher takes nothing. `is_trained_now` (bool): her
        teacher of the moment had begun to work as trained and the skill's life was not over. `is_of_trained` (bool):
        that teacher is trained at some time; `is_in_training` (bool): she was chosen to be trained or compared.
    """
    rows, people = student_months(evaluated.data), evaluated.people.set_index("staff_id")
    begun = evaluated.trained["began_on"].min()
    rows = rows.assign(assigned_id=_assigned(rows, begun))
    teacher = rows["teacher_id"]
    works = teacher.map(people["works_from"])
    life = evaluated.course.skill_life_months
    since = (rows["month"].dt.year - works.dt.year) * 12 + rows["month"].dt.month - works.dt.month
    now = (since >= 0) & (since < (np.inf if life is None else life))
    of_trained = teacher.isin(evaluated.trained["staff_id"])
    return rows.assign(is_trained_now=now, is_of_trained=of_trained, is_in_training=teacher.isin(people.index))


def _assigned(rows: pd.DataFrame, begun: pd.Timestamp) -> pd.Series:
    if pd.isna(begun):
        return rows["teacher_id"]
    start = begun.to_period("M").to_timestamp()
    then = rows[rows["month"] == start].set_index(["unit_id", "episode"])["teacher_id"]
    at_start = pd.Series(then.reindex(pd.MultiIndex.from_frame(rows[["unit_id", "episode"]])).to_numpy(), rows.index)
    return rows["teacher_id"].where(rows["month"] < start, at_start.where(at_start.notna(), rows["first_teacher_id"]))
