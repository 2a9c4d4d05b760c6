"""Does the interval hold the ratio of hazards of students while, and while not, with a trained teacher?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, t

from churnlab.kirkpatrick.loop import hazard

DRAWS, TEACHERS, MONTHS, STUDENTS = 300, 30, 12, 15
LEAVING, STUDENT_SD, TEACHER_SD = 0.04, 0.4, 0.3


def drawn(rng: np.random.Generator, ratio: float) -> pd.DataFrame:
    """Draw student-months: half of the teachers are trained from the seventh month; whoever leaves makes room."""
    teacher, month, seat = np.indices((TEACHERS, MONTHS, STUDENTS)).reshape(3, -1)
    own = STUDENT_SD * rng.normal(size=(TEACHERS, STUDENTS)) + TEACHER_SD * rng.normal(size=(TEACHERS, 1))
    is_of_trained = teacher % 2 == 0
    now = is_of_trained & (month >= MONTHS // 2)
    days = np.ceil(rng.exponential(30 / (LEAVING * np.exp(own[teacher, seat]) * np.where(now, ratio, 1))))
    return pd.DataFrame({
        "teacher_id": teacher, "campus": "x", "is_trained_now": now, "is_of_trained": is_of_trained, "is_new": False,
        "entry": 30 * month, "exit": 30 * month + np.minimum(days, 30), "churned": days <= 30,
    })  # fmt: skip


@pytest.mark.slow
def test_the_interval_covers_the_planted_ratio() -> None:
    # Estimand: the hazard ratio of all students at risk, the planted one: seats are filled again by students alike.
    rng, held = np.random.default_rng(31), 0
    for draw in range(DRAWS):
        ratio = (1.0, 0.7)[draw % 2]
        log, error = hazard._fit(drawn(rng, ratio))
        held += abs(log - np.log(ratio)) <= t.ppf(0.975, TEACHERS // 2 - 1) * error
    low, high = binom.ppf([0.005, 0.995], DRAWS, 0.95)
    assert low <= held <= high
