"""What does training one head cost, grade by grade?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import cost_per_head
from churnlab.kirkpatrick.returns.heads import shared_costs
from tests.kirkpatrick.returns.bought import CAME, COSTS, HOUSE, VENDOR, cost, opened


def test_a_cost_is_shared_by_the_hours_attended():
    shared = shared_costs(opened()).set_index(["training_id", "staff_id"])["cost_cny"].to_dict()
    # P1's 1,000 over 6 + 4 hours; P2's 2,000 over 5 + 5.
    assert shared == {(HOUSE, "A"): 600, (HOUSE, "B"): 400, (VENDOR, "B"): 1_000, (VENDOR, "C"): 1_000}


def test_a_head_costs_by_those_there_and_by_those_trained():
    table = cost_per_head(opened()).table.set_index("staff_grade")
    assert table.index.tolist() == ["all", "P1", "P2", "no_grade"]
    assert table["cost_cny"].to_dict() == {"all": 3_000, "P1": 600, "P2": 2_400, "no_grade": 0}
    # C of grade P2 was trained and left: her cost is in, she is not there any more. D was never trained.
    assert table["people_there"].to_dict() == {"all": 3, "P1": 1, "P2": 1, "no_grade": 1}
    assert table["people_trained"].to_dict() == {"all": 3, "P1": 1, "P2": 2, "no_grade": 0}
    assert table["head_cny"].to_dict() == {"all": 1_000, "P1": 600, "P2": 2_400, "no_grade": 0}
    assert table["trained_head_cny"]["P2"] == 1_200
    assert set(table["head_state"]) == {"no_standard"}


def test_a_grade_is_over_above_its_standard_and_all_are_an_alert_a_fifth_above_the_industry():
    rules = {"head_standards": [{"grade": "P1", "cny": 600}, {"grade": "P2", "cny": 2_000}], "industry_head_cny": 800}
    found = cost_per_head(opened(returns=rules))
    table = found.table.set_index("staff_grade")
    assert table["head_state"].to_dict() == {"all": "alert", "P1": "within", "P2": "over", "no_grade": "no_standard"}
    assert table["over_share"]["P2"] == pytest.approx(2_400 / 2_000 - 1)
    assert table["over_share"]["all"] == pytest.approx(1_000 / 800 - 1)
    assert found.sentence("en") == (
        "Trainings begun in the last 12 months cost ¥3,000, ¥1,000 for each of 3 staff, or ¥1,000 for each of 3 "
        "trained. "
        "That is 25% above the industry's ¥800, beyond the 20% allowed. "
        "Of 2 grades with a standard 1 is above it."
    )
    assert "超过允许的 20%" in found.sentence("zh")


def test_a_fifth_above_the_industry_itself_is_still_within():
    found = cost_per_head(opened(returns={"industry_head_cny": 834}))  # 1,000 / 834 - 1 = 19.9 %
    assert found.table["head_state"].iloc[0] == "within"
    assert "within the 20% allowed" in found.sentence("en")


def test_without_hours_nothing_can_be_shared():
    nobody = [one | {"status": "absent"} for one in CAME]
    untold = [{"training_id": HOUSE, "staff_id": "A", "arm": "trained"}]
    with pytest.raises(NotEnoughData) as error:
        cost_per_head(opened(training_attendance=nobody, trainees=untold))
    assert error.value.message("en") == "No training has both a cost and hours attended in these months."


def test_what_is_paid_or_learned_later_moves_nothing():
    later = opened(training_costs=[*COSTS, cost(HOUSE, "venue", 5_000.0, on="2026-07-02")])
    assert cost_per_head(later).table.equals(cost_per_head(opened()).table)
