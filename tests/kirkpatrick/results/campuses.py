"""Campuses of which some are trained as a whole, two advisers each, over fourteen months."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from churnlab.kirkpatrick import Evaluation
from tests.builders import institution

NAMES = tuple("ABCDEFGHIJ")
BEFORE, AFTER = 10, 3
FIRST = pd.Timestamp("2025-01-01")
Value = Callable[[str, int], float]


def noise(seed: int = 1, campuses: int = len(NAMES)) -> np.ndarray:
    """Draw what each campus sells: its own level, a season of all, and months of its own."""
    rng = np.random.default_rng(seed)
    season = rng.normal(0, 2, BEFORE + AFTER + 1)
    return 50 + rng.normal(0, 5, (campuses, 1)) + season + rng.normal(0, 1, (campuses, BEFORE + AFTER + 1))


def opened(
    values: np.ndarray, *, trained: str = "AB", gain: float = 0.0, stray: str = "", until: int = BEFORE + AFTER + 1
) -> Evaluation:
    """Open a training of all advisers of some campuses, held in the eleventh month, with the others compared.

    Parameters
    ----------
    values : numpy.ndarray, shape (campuses, months)
        What each of a campus's two advisers sells, one of them one more and the other one less.
    trained : str
        The campuses trained.
    gain : float
        What the training adds from the month after on.
    stray : str
        A campus compared of which one adviser is trained all the same.
    until : int
        As of the first day of the so-manieth month.
    """
    staff, who, kpis = [], [], []
    begin = FIRST + pd.DateOffset(months=BEFORE)
    for row, campus in enumerate(NAMES[: len(values)]):
        for sign in (-1, 1):
            one = f"{campus}{sign:+d}"
            is_trained = campus in trained or (campus == stray and sign > 0)
            staff.append({"staff_id": one, "role": "adviser", "campus": campus, "hired_on": "2020-01-01"})
            arm = {"arm": "trained", "concluded_on": begin} if is_trained else {"arm": "comparison"}
            who.append({"training_id": "PX1", "staff_id": one, "assigned_at_random": False, "enrolled_on": begin} | arm)
            for month, value in enumerate(values[row]):
                more = gain if campus in trained and month > BEFORE else 0.0
                day = FIRST + pd.DateOffset(months=month)
                kpis.append({"unit": "staff", "unit_id": one, "month": day, "metric": "sold",
                             "value": float(value) + sign + more})  # fmt: skip
    held = {"training_id": "PX1", "name": "Selling", "starts_on": begin, "ends_on": begin + pd.Timedelta(days=20)}
    as_of = f"{FIRST + pd.DateOffset(months=until):%Y-%m-%d}"
    return Evaluation(institution(as_of, staff=staff, trainings=[held], trainees=who, kpis=kpis), "PX1")
