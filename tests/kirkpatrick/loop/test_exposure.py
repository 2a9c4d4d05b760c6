"""Whose student was whom, month by month?"""

import pandas as pd

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.loop.exposure import exposed, student_months
from tests.kirkpatrick.loop.school import school

# Student s1:  Jan   Feb   Mar   Apr   May ...       A is trained in March: it works from April
# taught by     A     A     A     B     B            B is compared
# s2:           B     B     B     B     B            left after her lesson in May


def told(data, *columns, student="s1"):
    rows = exposed(Evaluation(data, "PX1"))
    rows = rows[rows["student_id"] == student]
    rows = rows.set_index(rows["month"].dt.strftime("%m"))
    return {name: rows[name].to_dict() for name in columns}


def test_the_teacher_is_that_of_the_month_before() -> None:
    found = told(school(), "teacher_id")["teacher_id"]
    assert found == {"02": "A", "03": "A", "04": "A", "05": "B", "06": "B", "07": "B", "08": "B"}


def test_who_is_held_to_be_the_teacher_does_not_change_once_the_training_began() -> None:
    found = told(school(), "assigned_id", "is_trained_now")
    assert set(found["assigned_id"].values()) == {"A"}
    # With A in April, when it works; with B, who never was trained, from May on.
    assert [month for month, now in found["is_trained_now"].items() if now] == ["04"]


def test_a_student_who_came_later_is_her_first_teachers() -> None:
    assert set(told(school(), "assigned_id", student="s3")["assigned_id"].values()) == {"B"}


def test_who_left_is_counted_in_that_month_and_no_more() -> None:
    found = told(school(), "churned", student="s2")["churned"]
    assert found == {"02": False, "03": False, "04": False, "05": True}


def test_months_whose_ends_are_not_all_known_are_left_out() -> None:
    rows = student_months(school())
    assert rows["month"].max() == pd.Timestamp("2026-08-01")


def test_the_future_changes_nothing() -> None:
    later = {"student_id": "s1", "enrolment_id": "e1", "teacher_id": "A", "starts_at": "2026-12-20 09:00"}
    later |= {"status": "present", "campus": "East", "course_id": "C"}
    pd.testing.assert_frame_equal(student_months(school()), student_months(school(lessons=[later])))


def test_until_her_teacher_is_trained_a_student_counts_as_with_an_untrained_one() -> None:
    # Immortal time: s3 came in April to B and is A's from May on; s1 was A's before A was trained. Had they been called
    # a trained teacher's from their first month on, months in which nobody can have left a trained teacher would count.
    rows = exposed(Evaluation(school(), "PX1")).set_index(["student_id", "month"])
    months = rows.index.get_level_values("month")
    assert not rows.loc[months < "2026-04-01", "is_trained_now"].any()
    assert rows.loc["s3", "is_trained_now"].to_numpy().tolist() == [False] + [True] * 3
    # And both months before were spent with somebody who is trained later, which the model holds fixed.
    assert rows.loc["s1", "is_of_trained"].to_numpy().tolist() == [True] * 3 + [False] * 4
