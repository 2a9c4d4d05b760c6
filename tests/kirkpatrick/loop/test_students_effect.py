"""Is it said rightly whether the students of trained teachers stayed?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.loop.series import CHURN
from churnlab.kirkpatrick.loop.students_effect import student_outcomes, students_kept
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.programmes import Programme, Training
from tests.kirkpatrick.loop.school import school


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
    assert CHURN in set(table["student_outcome"])
    smallest = table["p_value"].idxmin()
    assert table.loc[smallest, "holm_p_value"] == pytest.approx(min(1, len(table) * table.loc[smallest, "p_value"]))


def test_too_few_teachers_are_refused_whole() -> None:
    with pytest.raises(NotEnoughData, match="at least 4 of each"):
        students_kept(Evaluation(school(), "PX1"))
    with pytest.raises(NotEnoughData, match="fewer than 4 of those trained"):
        student_outcomes(Evaluation(school(), "PX1"))
