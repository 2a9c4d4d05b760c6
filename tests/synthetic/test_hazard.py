"""How hazards add up, worked by hand."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic import Effects, Hazards, Institution, Made, make
from churnlab.synthetic.hazard import early_weeks
from churnlab.synthetic.training.programmes import Programme, Training


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


def _taught(churn_hazard_ratio: float) -> Institution:
    programme = Programme(
        name="x", kind="skills", format="online", instructors=("JS01",), role="教师", begins=30, weeks=2, sessions=2,
        chosen="lot", skill_life_months=24, churn_hazard_ratio=churn_hazard_ratio,
    )  # fmt: skip
    return Institution(students=300, months=14, simple=True, training=Training(programmes=(programme,)))


def test_a_training_changes_students_only_where_it_is_said_to() -> None:
    plain, same, kept = (make(one) for one in (replace(_taught(1), training=None), _taught(1), _taught(1e-9)))
    for name in ("lessons", "exits", "enrolments", "complaints", "surveys"):
        told = plain.frames[name].drop(columns=["staff_id"] if name == "enrolments" else [])  # more advisers sign
        pd.testing.assert_frame_equal(same.frames[name][list(told)], told)
    trained, truth = kept.truth.training, kept.truth.training.programmes
    assert truth["churn_hazard_ratio"].tolist() == [1e-9]
    pd.testing.assert_frame_equal(trained.trained, same.truth.training.trained)
    works = trained.trained.set_index("staff_id")["works_from"]

    def left_them(made: Made) -> int:
        """Count those who churned at a lesson of a teacher who had been trained by then."""
        gone = made.truth.episodes
        gone = gone[gone["end_kind"].isin(["not_renewed", "refunded", "dormant", "withdrawn"])]
        lessons = made.frames["lessons"].assign(left_on=lambda rows: rows["starts_at"].dt.normalize())
        last = gone.merge(lessons.drop_duplicates(["student_id", "left_on"]), on=["student_id", "left_on"])
        return int((last["left_on"] >= last["teacher_id"].map(works)).sum())

    assert left_them(same) > 5
    assert left_them(kept) == 0
