"""What did all trainings cost, and whose hours were they?"""

from churnlab.kirkpatrick.returns.spent import recent, spent
from tests.kirkpatrick.returns.bought import COSTS, HOUSE, OLD, VENDOR, cost, opened


def by_training(data):
    return spent(data).groupby("training_id")["cost_cny"].sum().to_dict()


def test_the_costs_of_all_trainings_add_up():
    assert by_training(opened()) == {OLD: 100, HOUSE: 1_000, VENDOR: 2_000}


def test_a_training_of_which_no_cost_is_told_has_none():
    assert by_training(opened(training_costs=COSTS[:2])) == {HOUSE: 1_000}


def test_what_is_paid_later_is_not_spent_yet():
    later = [*COSTS, cost(HOUSE, "venue", 5_000.0, on="2026-07-01")]
    assert by_training(opened(training_costs=later)) == by_training(opened())


def test_recent_are_those_begun_in_the_months_of_the_settings():
    assert recent(opened()) == [HOUSE, VENDOR]
    assert recent(opened(returns={"cost_months": 2})) == []
    assert recent(opened(returns={"cost_months": 24})) == [OLD, HOUSE, VENDOR]
