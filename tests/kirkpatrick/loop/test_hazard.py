"""Is the hazard ratio that of the partial likelihood, worked by hand?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.loop import hazard
from churnlab.kirkpatrick.loop.hazard import hazard_ratio
from churnlab.settings import Results, Settings
from tests.kirkpatrick.loop.school import school


def test_a_ratio_worked_by_hand(monkeypatch) -> None:
    # Day 1: of 16 students, 8 with trained teachers, 2 of the trained and 4 of the others leave; no one is new. With
    # ties by Efron, ratio r solves 2 = Σ r(8 − 2k/6) / (r(8 − 2k/6) + 8 − 4k/6) over k = 0, …, 5.
    rows = pd.DataFrame({
        "teacher_id": [*"aabbccdd", *"eeffgghh"], "is_trained_now": [True] * 8 + [False] * 8,
        "is_of_trained": False, "is_new": False, "campus": "x", "entry": 0, "exit": 1,
        "churned": [*[True, False] * 2, *[False] * 4, *[True, False] * 4],
    })  # fmt: skip
    monkeypatch.setattr(hazard, "_rows", lambda evaluated: rows)
    r = hazard_ratio(Evaluation(school(), "PX1")).ratio
    deaths = [(8 - one * 2 / 6, 8 - one * 4 / 6) for one in range(6)]
    assert sum(r * mine / (r * mine + others) for mine, others in deaths) == pytest.approx(2)


def test_who_was_not_seen_at_risk_is_not_at_risk() -> None:
    # Left truncation. Day 1: two students are with trained teachers and two are not, of whom one leaves. On day 2 more
    # have come: two leave of three with trained teachers, and two of five others. With ties by Efron, r solves
    # 2 = 2r/(2r + 2) + Σ r(3 − 2k/4) / (r(3 − 2k/4) + 5 − 2k/4) over k = 0, …, 3.
    came = {"trained": [0, 0, 1], "others": [0, 0, 1, 1, 1, 1]}
    left = {"trained": [2, 0, 2], "others": [1, 2, 2, 0, 0, 0]}
    rows = pd.DataFrame([
        {
            "teacher_id": f"{side}{number % 4}", "is_trained_now": side == "trained", "is_of_trained": False,
            "is_new": False, "campus": "x", "entry": came[side][number], "exit": out or 2, "churned": out > 0,
        }
        for side in came
        for number, out in enumerate(left[side])
    ])  # fmt: skip
    r = float(np.exp(hazard._fit(rows)[0]))
    day = [(3 - one * 2 / 4, 5 - one * 2 / 4) for one in range(4)]
    told = 2 * r / (2 * r + 2) + sum(r * mine / (r * mine + others) for mine, others in day)
    assert told == pytest.approx(2)


def test_what_happened_before_the_window_is_not_at_risk() -> None:
    data = school(settings=Settings(results=Results(months_before=3, months_after=2, selection_months=0)))
    rows = hazard._rows(Evaluation(data, "PX1"))
    # Three months before 2 March, and two from April, when it works: s1 of January was not yet counted (no lesson in
    # the month before), so her first month is February, 31 days after she came.
    assert rows["month"].min() == pd.Timestamp("2026-02-01")
    assert rows["month"].max() == pd.Timestamp("2026-05-01")
    first = rows[rows["student_id"] == "s1"].iloc[0]
    assert first["entry"] == (pd.Timestamp("2026-01-31") - pd.Timestamp(0)).days
    # s2 left after her lesson of 22 May: at risk until then, not to the month's end.
    last = rows[rows["student_id"] == "s2"].iloc[-1]
    assert last["exit"] == (pd.Timestamp("2026-05-22") - pd.Timestamp(0)).days


@pytest.mark.parametrize("by_lot", [False, True])
def test_months_that_teachers_were_chosen_for_and_of_being_trained_tell_nothing(by_lot) -> None:
    who = [
        {
            "training_id": "PX1",
            "staff_id": one,
            "arm": "trained",
            "enrolled_on": f"2026-{begun}-02",
            "concluded_on": f"2026-{begun}-19",
            "assigned_at_random": by_lot,
        }
        for one, begun in (("A", "03"), ("B", "06"))
    ] + [{"training_id": "PX1", "staff_id": "C", "arm": "comparison", "assigned_at_random": by_lot}]
    data = school(trainees=who, settings=Settings(results=Results(selection_months=1)))
    months = hazard._rows(Evaluation(data, "PX1")).groupby("teacher_id")["month"].agg(set)
    of = {name: {month.month for month in told} for name, told in months.items()}
    # A in March and B in June are being trained; the month before A began, of all, and B's own May, unless by lot.
    assert of["A"] == {4, 6, 7, 8} | ({2} if by_lot else set())
    assert of["B"] == {3, 4, 7, 8} | ({2, 5} if by_lot else set())


def test_after_the_skills_life_a_teacher_is_no_comparison_for_herself() -> None:
    short = {"training_id": "PX1", "name": "x", "starts_on": "2026-03-02", "ends_on": "2026-03-20"}
    rows = hazard._rows(Evaluation(school(trainings=[short | {"skill_life_months": 4.0}]), "PX1"))
    # Trained from April, for four months: to July.
    assert rows.loc[rows["teacher_id"] == "A", "month"].max() == pd.Timestamp("2026-07-01")
    assert rows.loc[rows["teacher_id"] == "B", "month"].max() > pd.Timestamp("2026-07-01")
