"""Do students leave less readily while a trained teacher teaches them?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.loop.exposure import exposed
from churnlab.stats.cox import NoFitError, fit_cox

NEW_DAYS = 91
"""Who has been with us for less than a quarter leaves more readily, whoever teaches."""
_NOW, _COLUMNS = "is_trained_now", ("is_trained_now", "is_of_trained", "is_new")


@dataclass(frozen=True, kw_only=True, eq=False)
class HazardRatio:
    """How many times as readily students leave while their teacher is trained.

    Attributes
    ----------
    ratio, low, high, p_value : float
        Below 1: they stay. Errors by teacher, with t on the smaller side's teachers, fewer than two: no such answer.
    trained_teachers, compared_teachers, teachers : int
        With students while trained; with students while never trained, or not yet; and in all: who began in between is
        of both kinds.
    student_months, churned : int
        That tell it.
    """

    ratio: float
    low: float
    high: float
    p_value: float
    trained_teachers: int
    compared_teachers: int
    teachers: int
    student_months: int
    churned: int


def hazard_ratio(evaluated: Evaluation) -> HazardRatio:
    """Compare the hazards of churn on the same day at the same campus, of students now with a trained teacher or not.

    Cox's model on the calendar: each student-month is a row of its own, with the teacher as of its beginning; strata
    are campuses. Beside the training stand whether the teacher is of those trained at some time (who may have kept
    their students better before) and whether the student is new.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Raises
    ------
    NotEnoughData
        If fewer than `results.fewest_people` teachers have students while trained, or while not; or there is no fit.
    """
    settings = evaluated.data.settings
    rows = _rows(evaluated)
    sides = [rows.loc[rows[_NOW] == side, "teacher_id"].nunique() for side in (True, False)]
    least, churned = settings.results.fewest_people, int(rows["churned"].sum())
    if not sides[0]:
        raise NotEnoughData("loop.nobody_teaches", training=evaluated.course.name, least=least)
    if min(sides) < least:
        raise NotEnoughData("loop.few_teachers", trained=sides[0], compared=sides[1], least=least)
    used = [name for name in _COLUMNS if rows[name].nunique() > 1]
    try:
        found = fit_cox(
            rows["entry"], rows["exit"], rows["churned"], rows[used].astype(float),
            strata=pd.factorize(rows["campus"])[0], clusters=pd.factorize(rows["teacher_id"])[0],
        )  # fmt: skip
    except NoFitError as no_fit:
        raise NotEnoughData("loop.few_churned", churned=churned) from no_fit
    teachers = rows["teacher_id"].nunique()
    error = float(found.robust_errors[used.index(_NOW)]) * np.sqrt(teachers / (teachers - 1))
    log, freedom = float(found.coefficients[used.index(_NOW)]), min(sides) - 1
    half = float(t.ppf((1 + settings.uncertainty.level) / 2, freedom)) * error
    return HazardRatio(
        ratio=float(np.exp(log)), low=float(np.exp(log - half)), high=float(np.exp(log + half)),
        p_value=float(2 * t.sf(abs(log) / error, freedom)), trained_teachers=sides[0], compared_teachers=sides[1],
        teachers=teachers, student_months=len(rows), churned=churned,
    )  # fmt: skip


def _rows(evaluated: Evaluation) -> pd.DataFrame:
    """Return the student-months about the training, as runs of days."""
    settings, trained = evaluated.data.settings.results, evaluated.trained
    rows = exposed(evaluated)
    rows = rows[rows["is_in_training"]]
    first = trained["began_on"].min() - pd.DateOffset(months=settings.months_before)
    last = trained["works_from"].max() + pd.DateOffset(months=settings.months_after)
    rows = rows[(rows["month"] >= first) & (rows["month"] < last)]
    day = (rows["month"] - pd.Timestamp(0)).dt.days
    end = rows["month"] + pd.offsets.MonthEnd(0)
    until = rows["left_on"].where(rows["left_on"] < end, end)
    return rows.assign(
        entry=day - 1, exit=(until - pd.Timestamp(0)).dt.days,
        is_new=(rows["month"] - rows["entered_on"]).dt.days < NEW_DAYS,
    )  # fmt: skip
