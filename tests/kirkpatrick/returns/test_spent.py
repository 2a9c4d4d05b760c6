"""What did all trainings cost, and whose hours were they?"""

import pytest

from churnlab.kirkpatrick.returns.spent import attended, recent, spent
from tests.kirkpatrick.returns.bought import COSTS, HOUSE, OLD, TRAINEES, VENDOR, cost, opened


def by_training(data):
    return spent(data).groupby("training_id")["cost_cny"].sum().to_dict()


def test_the_costs_of_all_trainings_add_up():
    assert by_training(opened()) == {OLD: 100, HOUSE: 1_000, VENDOR: 2_000}


def test_a_training_of_which_no_cost_is_told_has_none():
    assert by_training(opened(training_costs=COSTS[:2])) == {HOUSE: 1_000}


def test_what_is_paid_later_is_not_spent_yet():
    later = [*COSTS, cost(HOUSE, "venue", 5_000.0, on="2026-07-01")]
    assert by_training(opened(training_costs=later)) == by_training(opened())


def test_hours_are_those_of_sessions_held_that_she_came_to_or_made_up():
    hours = attended(opened()).set_index(["training_id", "staff_id"])["hours"].to_dict()
    # No attendance is told of the old one: the hours written down stand.
    assert hours == {(OLD, "A"): 3, (HOUSE, "A"): 4 + 2, (HOUSE, "B"): 4, (VENDOR, "B"): 5, (VENDOR, "C"): 5}


def test_without_any_attendance_the_hours_written_down_stand():
    hours = attended(opened(training_attendance=[{"session_id": "S9", "staff_id": "A", "status": "absent"}]))
    assert hours["hours"].sum() == pytest.approx(sum(one["hours"] for one in TRAINEES))


def test_recent_are_those_begun_in_the_months_of_the_settings():
    assert recent(opened()) == [HOUSE, VENDOR]
    assert recent(opened(returns={"cost_months": 2})) == []
    assert recent(opened(returns={"cost_months": 24})) == [OLD, HOUSE, VENDOR]
