"""How hazards add up, worked by hand."""

import math

import numpy as np
import pytest

from churnlab.synthetic import Effects, Hazards, Institution, make
from churnlab.synthetic.hazard import early_weeks


def test_the_first_weeks_weigh_more() -> None:
    #  weeks     0        6    8        12
    #            |========#====|--------|      the first 8 weeks count 1.5 times
    #                     <-- 2 early, 4 late
    hazards = Hazards(early_weeks=8, early_ratio=1.5)
    exposed = early_weeks(hazards, np.array([6.0, 12.0, 20.0]), np.array([6.0, 6.0, 6.0]))
    assert exposed.tolist() == [6 * 1.5, 2 * 1.5 + 4, 6]


def test_exposure_adds_up_over_any_cut() -> None:
    hazards = Hazards()
    whole = early_weeks(hazards, np.array([30.0]), np.array([30.0]))
    parts = early_weeks(hazards, np.array([3.0, 7.5, 11.0, 30.0]), np.array([3.0, 4.5, 3.5, 19.0]))
    assert parts.sum() == pytest.approx(whole.item())


def test_a_hazard_is_the_baseline_times_the_ratios() -> None:
    nothing: dict[str, float] = {}
    effects = Effects(campus={"浦东校区": math.log(2)}, channel=nothing, course=nothing, weak_teacher=0)
    made = make(Institution(students=60, simple=True, effects=effects, hazards=Hazards(early_ratio=1)))
    risk = made.truth.risk.merge(made.truth.episodes[["student_id", "campus"]], on="student_id")
    churn = risk[["not_renewed", "refunded", "dormant", "withdrawn"]].sum(axis=1)
    expected = 0.008 * risk["weeks"] * np.where(risk["campus"] == "浦东校区", 2, 1)
    assert churn.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-5)
    assert risk["personal"].to_numpy() == pytest.approx(0.0007 * risk["weeks"].to_numpy(), rel=1e-5)


def test_without_hazards_nobody_churns() -> None:
    hazards = Hazards(leaving_per_week=0, leaving_at_end=0, personal_per_week=0, graduating_per_week=0)
    ends = make(Institution(students=60, hazards=hazards)).truth.episodes["end_kind"]
    assert set(ends.dropna()) <= {"completed"}  # a finished terminal course is no hazard
