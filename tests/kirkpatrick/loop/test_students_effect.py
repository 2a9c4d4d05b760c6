"""Is it said rightly whether the students of trained teachers stayed?"""

import sys
from dataclasses import replace

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.levels import answers_of
from churnlab.kirkpatrick.loop.judged import LEAVING, family, judged
from churnlab.kirkpatrick.loop.series import CHURN
from churnlab.kirkpatrick.loop.students_effect import student_outcomes, students_kept
from churnlab.report.layout import fit
from churnlab.settings import Loop, Settings
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.programmes import Programme, Training
from churnlab.wording import is_number, presented
from tests.kirkpatrick.loop.school import school

students_effect = sys.modules["churnlab.kirkpatrick.loop.students_effect"]


@pytest.fixture(scope="module")
def made():
    programme = Programme(
        name="课堂", kind="skills", format="offline", instructors=("JS01",), role="教师", begins=60, weeks=4,
        sessions=4, chosen="lot", skill_life_months=36, churn_hazard_ratio=0.25,
    )  # fmt: skip
    return make(Institution(students=1500, simple=True, training=Training(programmes=(programme,))))


@pytest.fixture(scope="module")
def evaluated(made) -> Evaluation:
    # Some fifteen teachers: the settings let them tell.
    return Evaluation(made.data(settings=Settings(loop=Loop(fewest_teachers=8))), "PX001")


@pytest.fixture(scope="module")
def outcomes(evaluated) -> Finding:
    return student_outcomes(evaluated)


def test_a_large_effect_is_found_and_covered(evaluated) -> None:
    finding = students_kept(evaluated)
    row = finding.table.iloc[0]
    assert row["hazard_ratio_low"] < 0.25 < row["hazard_ratio_high"] < 1
    assert finding.design is Design.COMPARISON_GROUP
    assert finding.caveats == ("loop_students_not_by_lot",)
    assert finding.sentence("en").startswith(
        f"While their teacher is trained (课堂), the risk that students leave is {1 - row['hazard_ratio']:.0%} lower "
        "than it would be without the training, judged by how these teachers stood to others of the campus before "
        "(95% interval: "
        f"{1 - row['hazard_ratio_high']:.0%} to {1 - row['hazard_ratio_low']:.0%} lower)."
    )
    assert f"学员的流失风险比不培训时低 {1 - row['hazard_ratio']:.0%}" in finding.sentence("zh")


def test_of_too_few_teachers_no_verdict_is_given(made) -> None:
    few = Evaluation(made.data(), "PX001")
    finding = students_kept(few)
    assert finding.sentence("en").startswith("Whether 课堂 keeps students cannot be told from")
    assert "无法判断“课堂”是否留住了学员：至少要 30 名" in finding.sentence("zh")
    outcomes = student_outcomes(few)
    row = outcomes.table.set_index("student_outcome").loc[LEAVING]
    assert row["effect_verdict"] == "few"
    assert np.isnan(row["holm_p_value"])
    assert "loop_few_teachers" in outcomes.caveats


def test_churn_is_tested_twice_and_corrected_for_it(evaluated, outcomes) -> None:
    table = outcomes.table
    assert list(table["student_outcome"][:2]) == [LEAVING, CHURN]
    alone = sorted(one.p_value for one in judged(evaluated))
    assert min(table["holm_p_value"]) == pytest.approx(len(alone) * alone[0])
    kept = students_kept(evaluated)
    assert kept.table["holm_p_value"].iloc[0] == table["holm_p_value"].iloc[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_fits_the_page(outcomes, lang) -> None:
    shown = presented(outcomes.table, lang)
    assert len(shown.columns) <= 8
    align = ["right" if is_number(outcomes.table[name]) else "left" for name in shown.attrs["names"]]
    assert all(fit(list(shown.columns), shown.to_numpy().tolist(), align).shares)  # 0: no width would do


@pytest.mark.parametrize(
    ("change", "p_value", "design", "apart", "verdict", "answer"),
    [
        (-0.2, 1e-9, Design.COMPARISON_GROUP, False, "shown", "yes"),
        (0.2, 1e-9, Design.COMPARISON_GROUP, False, "worse", "no"),
        (-0.2, 0.04, Design.COMPARISON_GROUP, False, "not_shown", "open"),
        (-0.2, 1e-9, Design.COMPARISON_GROUP, True, "doubtful", "doubtful"),
        (-0.2, 1e-9, Design.BEFORE_AFTER_ONLY, False, "change", "change"),
    ],
)
def test_what_is_told_of_students_is_told_on_the_first_page(
    evaluated, monkeypatch, change, p_value, design, apart, verdict, answer
) -> None:
    found = [one for one in judged(evaluated) if one.outcome == CHURN]
    planted = [
        replace(one, relative=(change, -1.0, 1.0), p_value=p, design=design, is_apart=apart)
        for one in found
        for p in (p_value, 0.9)
    ]
    monkeypatch.setattr(students_effect, "judged", lambda _: family(planted, 0.05))
    finding = student_outcomes(evaluated)
    assert finding.table["effect_verdict"].iloc[0] == verdict
    assert answers_of(evaluated)["students"].verdict == answer
    if answer == "doubtful":
        assert "cannot be told: the groups were not alike before" in finding.sentence("en")
        assert "两组训前就不相近" in finding.sentence("zh")
    if answer == "yes":
        assert finding.sentence("en").startswith(
            "After 课堂, 1 of 2 outcomes of the students went better than without it"
        )


def test_too_few_teachers_are_refused_whole() -> None:
    with pytest.raises(NotEnoughData, match="at least 4 of each"):
        students_kept(Evaluation(school(), "PX1"))
    with pytest.raises(NotEnoughData, match="fewer than 4 of those trained"):
        student_outcomes(Evaluation(school(), "PX1"))
