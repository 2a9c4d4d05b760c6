"""Is it said rightly whether the students of trained teachers stayed?"""

import sys
from dataclasses import replace

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.levels import answers_of
from churnlab.kirkpatrick.loop.series import CHURN
from churnlab.kirkpatrick.loop.students_effect import _effects as effects
from churnlab.kirkpatrick.loop.students_effect import student_outcomes, students_kept
from churnlab.stats.multiplicity import holm
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.programmes import Programme, Training
from tests.kirkpatrick.loop.school import school

students_effect = sys.modules["churnlab.kirkpatrick.loop.students_effect"]


@pytest.fixture(scope="module")
def evaluated() -> Evaluation:
    programme = Programme(
        name="课堂", kind="skills", format="offline", instructors=("JS01",), role="教师", begins=60, weeks=4,
        sessions=4, chosen="lot", skill_life_months=36, churn_hazard_ratio=0.25,
    )  # fmt: skip
    institution = Institution(students=1500, simple=True, training=Training(programmes=(programme,)))
    return Evaluation(make(institution).data(), "PX001")


def test_a_large_effect_is_found_and_covered(evaluated) -> None:
    finding = students_kept(evaluated)
    row = finding.table.iloc[0]
    assert row["hazard_ratio_low"] < 0.25 < row["hazard_ratio_high"] < 1
    assert finding.design is Design.COMPARISON_GROUP
    assert finding.caveats[0] == "loop_students_not_by_lot"
    assert "less" in finding.sentence("en")
    assert "流失" in finding.sentence("zh")


def test_outcomes_are_corrected_for_their_number(evaluated) -> None:
    table = student_outcomes(evaluated).table
    alone = [one.p_value for one in effects(evaluated)]
    assert len(alone) > 1
    assert table["holm_p_value"].to_numpy() == pytest.approx(holm(alone))
    assert (table["holm_p_value"] >= alone).all()


@pytest.mark.parametrize(
    ("effect", "p_value", "design", "doubtful", "verdict", "answer"),
    [
        (-0.02, 1e-9, Design.COMPARISON_GROUP, False, "shown", "yes"),
        (0.02, 1e-9, Design.COMPARISON_GROUP, False, "worse", "no"),
        (-0.02, 0.04, Design.COMPARISON_GROUP, False, "not_shown", "open"),
        (-0.02, 1e-9, Design.COMPARISON_GROUP, True, "doubtful", "doubtful"),
        (-0.02, 1e-9, Design.BEFORE_AFTER_ONLY, False, "change", "change"),
    ],
)
def test_what_is_told_of_students_is_told_on_the_first_page(
    evaluated, monkeypatch, effect, p_value, design, doubtful, verdict, answer
) -> None:
    found = [one for one in effects(evaluated) if one.metric == CHURN]
    apart = 0.5 if doubtful else 0.0
    planted = [
        replace(one, effect=effect, p_value=p, design=design, by_lot=False, baseline_g=apart, pre_trend_p=0.5)
        for one in found
        for p in (p_value, 0.9)
    ]
    monkeypatch.setattr(students_effect, "_effects", lambda _: planted)
    finding = student_outcomes(evaluated)
    assert finding.table["effect_verdict"].iloc[0] == verdict
    assert answers_of(evaluated)["students"].verdict == answer
    if answer == "yes":
        assert finding.sentence("en").startswith(
            "After 课堂, 1 of 2 outcomes of the students went better than without it"
        )


def test_too_few_teachers_are_refused_whole() -> None:
    with pytest.raises(NotEnoughData, match="at least 4 of each"):
        students_kept(Evaluation(school(), "PX1"))
    with pytest.raises(NotEnoughData, match="fewer than 4 of those trained"):
        student_outcomes(Evaluation(school(), "PX1"))
