"""Does a student count for whom she had, and does nobody stand out by chance?"""

import numpy as np
import pytest

from churnlab.churn.causes.people import churn_per
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Causes
from tests.builders import institution
from tests.churn.stays import by_period, settings, weekly

LATER = "2026-12-31"


def _data(enrolments, lessons=(), as_of="2025-08-01", **more):
    rules = settings(inactivity_days=None).model_copy(update=more)
    return institution(as_of, settings=rules, enrolments=list(enrolments), lessons=list(lessons))


# January to June are settled. a has T1 until the end of February, then T2, and leaves on 15 May; b has T2, and stays.
# Of the lessons in the twelve weeks before, T1's are more until April begins (9 in January and February against 4 in
# March) and equal in number to none after; so a is T1's in February, March and April, T2's in May, when she leaves.
def test_a_student_counts_for_the_teacher_of_most_of_her_lessons():
    contracts = [by_period("ea", "2025-01-02", "2025-05-15"), by_period("eb", "2025-01-02", LATER, student="b")]
    lessons = weekly("ea", "2025-01-03", "2025-02-28", teacher_id="T1")
    lessons += weekly("ea", "2025-03-07", "2025-05-15", teacher_id="T2")
    lessons += weekly("eb", "2025-01-03", "2025-07-31", student="b", teacher_id="T2")
    table = churn_per(_data(contracts, lessons)).table.set_index("teacher_id")
    assert table["student_months"].to_dict() == {"T1": 3, "T2": 6}
    assert table["churned"].to_dict() == {"T1": 0, "T2": 1}
    assert table["students"].to_dict() == {"T1": 1, "T2": 2}


# Of 12 weekly lessons T1 gave 6 and T2 the later 6.
def test_of_teachers_with_equally_many_lessons_the_latest_counts():
    contracts = [by_period("ea", "2025-02-01", "2025-05-10"), by_period("eb", "2025-02-01", LATER, student="b")]
    lessons = weekly("ea", "2025-02-06", "2025-03-13", teacher_id="T1")
    lessons += weekly("ea", "2025-03-20", "2025-04-24", teacher_id="T2")
    lessons += weekly("eb", "2025-02-06", "2025-07-31", student="b", teacher_id="T3")
    table = churn_per(_data(contracts, lessons)).table.set_index("teacher_id")
    assert table.loc["T2", ["student_months", "churned"]].tolist() == [1, 1]


def test_the_adviser_is_who_signed_the_latest_contract_before_the_month():
    contracts = [
        by_period("e1", "2025-01-02", "2025-03-20", staff_id="V1"),
        by_period("e2", "2025-03-10", "2025-05-15", staff_id="V2", starts_on="2025-03-21"),
        by_period("eb", "2025-01-02", LATER, student="b", staff_id="V1"),
    ]
    table = churn_per(_data(contracts), by="adviser").table.set_index("signer_id")
    assert table["student_months"].to_dict() == {"V1": 2 + 5, "V2": 2}
    assert table["churned"].to_dict() == {"V1": 0, "V2": 1}


def _taught(plan):
    """Return contracts and lessons: of so many students of each teacher so many leave, five each month."""
    contracts, lessons = [], []
    for teacher, (students, gone) in plan.items():
        for number in range(students):
            name = f"{teacher}-{number}"
            end = f"2025-{3 + number // 5:02}-20" if number < gone else LATER
            contracts.append(by_period(f"e{name}", "2025-01-02", end, student=name))
            last = min(end, "2025-07-31")
            lessons += weekly(f"e{name}", "2025-01-03", last, student=name, teacher_id=teacher, class_id=f"C-{teacher}")
    return contracts, lessons


def test_only_who_differs_by_more_than_chance_is_named():
    plan = {"T1": (20, 20), "T2": (20, 8), "T3": (20, 6), "T4": (20, 7)}
    found = churn_per(_data(*_taught(plan)))
    assert found.table["teacher_id"].iloc[0] == "T1"
    assert found.table["stands_out"].tolist() == ["above", None, None, None]
    assert found.sentences == ("above",)
    for lang in LANGUAGES:
        assert "T1" in found.sentence(lang)
    classes = churn_per(_data(*_taught(plan)), by="class")
    assert classes.table["class_id"].iloc[0] == "C-T1"


def test_one_of_six_may_differ_by_chance():
    """Alone her students would differ from the others; of six compared one in six may."""
    plan = {"T1": (20, 11)} | {f"T{number}": (20, 5) for number in range(2, 7)}
    found = churn_per(_data(*_taught(plan)))
    first = found.table.iloc[0]
    assert first["teacher_id"] == "T1"
    assert first["adjusted_p_value"] / 6 < 0.05 < first["adjusted_p_value"]
    assert first["stands_out"] is None
    # Drawn towards the others: 11 of her student-months churned.
    assert found.facts["mean_rate"] < first["monthly_churn_rate"] < 0.9 * first["churned"] / first["student_months"]


def test_nobody_is_named_for_where_she_teaches():
    """In the east far more leave than in the west, with both teachers of each place alike."""
    east, west = ({f"{place}{number}": (20, gone) for number in (1, 2)} for place, gone in (("E", 18), ("W", 2)))
    contracts, lessons = _taught(east | west)
    placed = [row | {"campus": row["teacher_id"][0]} for row in lessons]
    table = churn_per(_data(contracts, placed)).table.set_index("teacher_id")
    assert table["stands_out"].isna().all()
    # Of each month and place half are hers: as many as left there, shared between the two.
    assert table["expected_churned"].to_dict() == pytest.approx({"E1": 18, "E2": 18, "W1": 2, "W2": 2})
    # Without places the same students would have put both above the others.
    anywhere = churn_per(_data(contracts, lessons)).table.set_index("teacher_id")
    assert anywhere.loc[["E1", "E2"], "stands_out"].tolist() == ["above", "above"]


def test_who_is_alone_at_a_campus_is_compared_with_nobody():
    contracts, lessons = _taught({"E1": (20, 18), "W1": (20, 5), "W2": (20, 4)})
    found = churn_per(_data(contracts, [row | {"campus": row["teacher_id"][0]} for row in lessons]))
    of = found.table.set_index("teacher_id")
    # The range told is of those who were compared.
    assert found.facts["raw_high"] == of.loc["W1", "churned"] / of.loc["W1", "student_months"]
    assert found.facts["mean_rate"] == of["churned"].sum() / of["student_months"].sum()
    assert (found.facts["alone"], found.sentences) == (1, ("alike",))
    assert "causes_alone" in found.caveats
    assert np.isnan(found.table.set_index("teacher_id").loc["E1", "adjusted_p_value"])
    assert found.facts["compared"] == 2


def test_where_each_is_alone_nobody_is_said_to_be_alike():
    contracts, lessons = _taught({"E1": (20, 18), "W1": (20, 5)})
    found = churn_per(_data(contracts, [row | {"campus": row["teacher_id"][0]} for row in lessons]))
    assert found.sentences == ("nobody",)
    assert "none can be compared" in found.sentence("en")
    assert "无从比较" in found.sentence("zh")


def test_small_groups_are_drawn_to_the_common_rate_and_nobody_is_ranked():
    plan = {f"T{number}": (4, number % 2) for number in range(1, 7)}
    found = churn_per(_data(*_taught(plan), causes=Causes(listed=4)))
    assert found.sentences == ("alike",)
    assert found.table["stands_out"].isna().all()
    assert np.ptp(found.table["monthly_churn_rate"]) == 0


def test_everybody_who_was_compared_is_in_the_table():
    """The workbook holds it whole, and reports print none of it: none is left out, however short lists are."""
    plan = {f"T{number:02}": (1, number % 2) for number in range(30)}
    found = churn_per(_data(*_taught(plan), causes=Causes(listed=4)))
    assert sorted(found.table["teacher_id"]) == sorted(plan)
    assert found.facts["compared"] == 30


def test_which_adviser_is_meant_is_said():
    contracts = [
        by_period("ea", "2025-01-02", "2025-05-15", staff_id="V1"),
        by_period("eb", "2025-01-02", LATER, student="b", staff_id="V2"),
    ]
    found = churn_per(_data(contracts), by="adviser")
    assert "签约顾问" in found.title("zh")
    assert "签约顾问" in found.presented("zh").columns
    assert "学管师" in found.warnings("zh")[1]
    assert "who signed" in found.title("en")
    assert "looks after them" in found.warnings("en")[1]


def test_without_lessons_or_leavers_nothing_is_compared():
    with pytest.raises(NotEnoughData):
        churn_per(_data([by_period("ea", "2025-01-02", "2025-05-15")]))
    contracts, lessons = _taught({"T1": (3, 0), "T2": (3, 0)})
    with pytest.raises(NotEnoughData) as told:
        churn_per(_data(contracts, lessons))
    assert "2 teachers are known, or none of them churned" in told.value.message("en")
