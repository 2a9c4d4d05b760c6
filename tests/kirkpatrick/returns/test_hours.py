"""Whose hours did a training take?"""

import pytest

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.returns.cost import costs
from churnlab.kirkpatrick.returns.hours import attended, hours_of
from tests.kirkpatrick.returns.bought import HOUSE, OLD, TRAINEES, VENDOR, opened


def test_hours_are_those_of_sessions_held_that_she_came_to_or_made_up():
    hours = attended(opened()).set_index(["training_id", "staff_id"])["hours"].to_dict()
    # No attendance is told of the old one: the hours written down stand.
    assert hours == {(OLD, "A"): 3, (HOUSE, "A"): 4 + 2, (HOUSE, "B"): 4, (VENDOR, "B"): 5, (VENDOR, "C"): 5}


def test_without_any_attendance_the_hours_written_down_stand():
    hours = attended(opened(training_attendance=[{"session_id": "S9", "staff_id": "A", "status": "absent"}]))
    assert hours["hours"].sum() == pytest.approx(sum(one["hours"] for one in TRAINEES))


def test_of_those_trained_the_hours_attended_count_and_else_those_written_down():
    written = [one | {"hours": None} for one in TRAINEES]
    told, lost = (Evaluation(opened(**more), HOUSE) for more in ({}, {"trainees": written}))
    assert dict(zip(told.trained["staff_id"], hours_of(told), strict=True)) == {"A": 6, "B": 4}
    # Nobody wrote her hours down: she attended them all the same, and they cost the same.
    assert hours_of(lost).tolist() == hours_of(told).tolist()
    assert costs(lost).equals(costs(told))
    old = Evaluation(opened(), OLD)
    assert hours_of(old).tolist() == [3]
