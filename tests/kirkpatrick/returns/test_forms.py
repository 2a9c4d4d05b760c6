"""How much of the training money went online, in person, and into both?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import cost_by_form
from tests.kirkpatrick.returns.bought import COSTS, OLD, TRAININGS, VENDOR, cost, opened


def test_money_and_hours_by_form():
    found = cost_by_form(opened())
    table = found.table.set_index("training_form")
    assert table["cost_cny"].to_dict() == {"online": 2_000, "blended": 0, "offline": 1_000}
    assert table["cost_share"].to_dict() == pytest.approx({"online": 2 / 3, "blended": 0, "offline": 1 / 3})
    # Online 2,000 for B's and C's 5 hours each; in person 1,000 for A's 6 and B's 4; nothing blended has no price.
    assert table["hour_cny"]["online"] == 2_000 / 10
    assert table["hour_cny"]["offline"] == 1_000 / 10
    assert table["hour_cny"].isna().to_dict() == {"online": False, "blended": True, "offline": False}
    assert found.sentence("en") == (
        "Of ¥3,000 for 2 trainings begun in the last 12 months 0% went into blended ones, 67% online and 33% in person."
        " In the 12 months before it was 0% blended."
    )
    assert found.sentence("zh") == (
        "最近 12 个月开始的 2 项培训共花费 ¥3,000，其中混合式占 0%，线上占 67%，线下占 33%。此前 12 个月混合式占 0%。"
    )


def test_a_training_whose_form_nobody_told_stands_apart():
    untold = [{name: value for name, value in TRAININGS[0].items() if name != "format"}, *TRAININGS[1:]]
    table = cost_by_form(opened(trainings=untold)).table
    assert table["training_form"].tolist() == ["online", "blended", "offline", "not_told"]
    assert table["cost_cny"].tolist() == [2_000, 0, 0, 1_000]


def test_without_money_of_these_months_nothing_is_split():
    with pytest.raises(NotEnoughData) as error:
        cost_by_form(opened(training_costs=[cost("P0", "platform", 70.0, on="2025-03-21")]))
    assert error.value.message("en") == "No cost is recorded for a training begun in the last 12 months."


def test_the_blended_share_is_set_against_the_year_before_and_its_target():
    # Of P1 1,000 blended beside 2,000 online; before that 100 of P0, all blended.
    forms = [one | ({"format": "blended"} if one["training_id"] != VENDOR else {}) for one in TRAININGS]
    found = cost_by_form(opened(trainings=forms, returns={"blended_target_share": 0.4}))
    table = found.table.set_index("training_form")
    assert table["form_before_share"].to_dict() == {"online": 0, "blended": 1, "offline": 0}
    assert found.facts["blended"] == pytest.approx(1 / 3)
    assert found.sentence("en").endswith(
        "In the 12 months before it was 100% blended. That is short of the target of 40% blended."
    )
    reached = cost_by_form(opened(trainings=forms, returns={"blended_target_share": 0.3}))
    assert reached.sentence("zh").endswith("此前 12 个月混合式占 100%。混合式达到 30% 的目标。")


def test_without_a_year_before_none_is_said():
    found = cost_by_form(opened(training_costs=[one for one in COSTS if one["training_id"] != OLD]))
    assert found.table["form_before_share"].isna().all()
    assert "before" not in found.sentences
