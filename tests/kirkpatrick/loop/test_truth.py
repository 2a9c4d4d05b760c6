"""Does the interval hold the ratio of hazards of students while, and while not, with a trained teacher?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, t

from churnlab.kirkpatrick.loop import hazard

DRAWS, TEACHERS, MONTHS, STUDENTS = 150, 30, 12, 15
CHOSEN_FOR = (3, 4, 5)
"""Months, of twelve, for which teachers are chosen who begin to work as trained in the seventh."""
LEAVING, STUDENT_SD, TEACHER_SD = 0.04, 0.4, 0.3


def drawn(rng: np.random.Generator, ratio: float, *, weakest: bool) -> pd.DataFrame:
    """Draw student-months: half of the teachers are trained from the seventh month; whoever leaves makes room.

    Either every other teacher, or those whom most students left in the months before, which are then left out.
    """
    teacher, month, seat = np.indices((TEACHERS, MONTHS, STUDENTS)).reshape(3, -1)
    own = STUDENT_SD * rng.normal(size=(TEACHERS, STUDENTS)) + TEACHER_SD * rng.normal(size=(TEACHERS, 1))
    stays = rng.exponential(30 / (LEAVING * np.exp(own[teacher, seat])))
    left = np.isin(month, CHOSEN_FOR) & (stays <= 30)
    worst = np.argsort(-np.bincount(teacher[left], minlength=TEACHERS), kind="stable")[: TEACHERS // 2]
    is_of_trained = np.isin(teacher, worst) if weakest else teacher % 2 == 0
    now = is_of_trained & (month >= MONTHS // 2)
    days = np.ceil(np.where(now, stays / ratio, stays))
    rows = pd.DataFrame({
        "teacher_id": teacher, "campus": "x", "is_trained_now": now, "is_of_trained": is_of_trained, "is_new": False,
        "entry": 30 * month, "exit": 30 * month + np.minimum(days, 30), "churned": days <= 30,
    })  # fmt: skip
    return rows[~np.isin(month, CHOSEN_FOR)] if weakest else rows


@pytest.mark.slow
@pytest.mark.parametrize("weakest", [False, True])
def test_the_interval_covers_the_planted_ratio(weakest: bool) -> None:
    # Estimand: the hazard ratio of all students at risk, the planted one: seats are filled again by students alike.
    rng, held = np.random.default_rng(31), 0
    for draw in range(DRAWS):
        ratio = (1.0, 0.7)[draw % 2]
        log, error = hazard._fit(drawn(rng, ratio, weakest=weakest))
        held += abs(log - np.log(ratio)) <= t.ppf(0.975, TEACHERS // 2 - 1) * error
    low, high = binom.ppf([0.005, 0.995], DRAWS, 0.95)
    assert low <= held <= high
