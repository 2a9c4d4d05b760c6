"""Is the hazard ratio that of the partial likelihood, worked by hand?"""

import pandas as pd
import pytest

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.loop import hazard
from churnlab.kirkpatrick.loop.hazard import hazard_ratio
from tests.kirkpatrick.loop.school import school


def test_a_ratio_worked_by_hand(monkeypatch) -> None:
    # Day 1: of 8 students, 4 with trained teachers, 1 of the trained and 2 of the others leave, and no one is new. With
    # ties by Efron and ratio r: r solves the score 1 = r·4/(4r+4) + r(4−1/3)/(r(4−1/3)+(4−2/3)) + r(4−2/3)/(…).
    rows = pd.DataFrame({
        "teacher_id": list("abcdefgh"), "is_trained_now": [True] * 4 + [False] * 4,
        "is_of_trained": False, "is_new": False, "campus": "x", "entry": 0, "exit": 1,
        "churned": [True, False, False, False, True, True, False, False],
    })  # fmt: skip
    monkeypatch.setattr(hazard, "_rows", lambda evaluated: rows)
    r = hazard_ratio(Evaluation(school(), "PX1")).ratio
    deaths = [(4 - one / 3, 4 - one * 2 / 3) for one in range(3)]
    assert sum(r * mine / (r * mine + others) for mine, others in deaths) == pytest.approx(1)
