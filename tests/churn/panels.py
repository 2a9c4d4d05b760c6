"""Panels made up from a known logistic truth: no feature or label code takes part."""

from datetime import date

import numpy as np
import pandas as pd
from scipy.special import expit

from churnlab.churn.evaluation import Backtest
from churnlab.settings import Settings

TRUTH = {"attendance_rate_28d": -4.0, "hours_left": -0.03, "course C": 0.6}


def settings(**model) -> Settings:
    """Return the default settings, with other choices for the model, and a short bootstrap."""
    return Settings.model_validate({"model": model, "uncertainty": {"bootstrap": 60}})


def made_up(*, students=300, months=8, seed=1, base=-2.0) -> pd.DataFrame:
    """Return a panel in which log odds are linear in three features, and a fourth says nothing.

    A student who churned is not there in the months after.
    """
    rng = np.random.default_rng(seed)
    size = (months, students)
    attendance, hours = rng.beta(6, 2, size), rng.gamma(3, 10, size)
    contact = rng.exponential(30, size)
    course = rng.choice(["A", "B", "C"], students, p=[0.5, 0.3, 0.2])
    odds = base - 4 * (attendance - 0.75) - 0.03 * (hours - 30) + 0.6 * (course == "C")
    churned = rng.random(size) < expit(odds)
    here = np.vstack([np.ones(students, bool), ~np.logical_or.accumulate(churned)[:-1]])
    month, student = np.nonzero(here)
    names = np.array([f"S{number:04}" for number in range(students)])
    return pd.DataFrame(
        {
            "as_of": pd.date_range("2026-01-01", periods=months, freq="MS").to_numpy("datetime64[ns]")[month],
            "unit_id": names[student],
            "student_id": names[student],
            "attendance_rate_28d": attendance[here],
            "hours_left": hours[here],
            "days_since_contact": contact[here],
            "course_id": course[student],
            "churned": churned[here],
        }
    )


def by_hand(rows: str) -> pd.DataFrame:
    """Return a panel from lines of `month student churned hours course`, `-` for unknown."""
    cells = [line.split() for line in rows.strip().splitlines()]
    frame = pd.DataFrame(cells, columns=["as_of", "student_id", "churned", "hours_left", "course_id"])
    return frame.assign(
        as_of=pd.to_datetime(frame["as_of"] + "-01").astype("datetime64[ns]"),
        unit_id=frame["student_id"],
        churned=frame["churned"] == "1",
        hours_left=pd.to_numeric(frame["hours_left"].replace("-", None)),
        course_id=frame["course_id"].where(frame["course_id"] != "-", None),
    )


def month_of(rows: list[tuple[int, float]], *, months: int = 1, **rivals: float | list[float]) -> Backtest:
    """Return the backtest of (left, probability) pairs, the same in each month."""
    left, told = zip(*rows, strict=True)
    day = np.repeat(pd.date_range("2026-01-01", periods=months, freq="MS"), len(rows))
    names = [f"S{number}" for number in range(len(rows))] * months
    frame = pd.DataFrame({"as_of": day, "unit_id": names, "student_id": names})
    frame = frame.assign(churned=np.tile(left, months) == 1, churn_probability=np.tile(told, months).astype(float))
    return Backtest(
        scored=frame.assign(last_rate=0.5, **rivals),
        rivals=("last_rate", *rivals),
        months=tuple(date(2026, month + 1, 1) for month in range(months)),
        skipped=(),
    )
