"""How large an effect would have paid for the training, and was it that large?"""

import pandas as pd
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick import break_even
from tests.kirkpatrick.returns.selling import (
    AFTER,
    BEFORE,
    COST,
    COSTS,
    SINCE,
    TRAINED,
    nobody_compared,
    opened,
    paid,
    rows_of_kpis,
    unlike,
)


def needed(found):
    """Return what each had to be, as it is written."""
    return [one.say("en") for one in found.table["effect_needed"]]


def test_the_effect_that_just_pays_by_hand_and_said_whole():
    found = break_even(opened())
    # 10,000 over 4 people · 12 months are 208.33 of margin each, so 208.33 / 0.12 / 100 = 17.36 a customer asked: with
    # orders of 1,000 that is 1.736 of 100 customers more, with half of them buying an order dearer by 34.72.
    assert found.facts["needed"] == pytest.approx(COST / 48)
    assert found.facts["person_months"] == 48
    assert needed(found) == ["+¥17", "+1.7 points", "+¥35"]
    assert found.table["metric"].tolist() == ["sales_per_asked_cny", "conversion_rate", "order_value_cny"]
    assert found.table["effect_reaches"].tolist() == ["surely", "surely", "surely"]
    assert found.design is Design.RANDOMISED
    assert found.sentence("en") == (
        "To pay its ¥10,000 within 12 months, Selling had to bring ¥208 more margin by each person and month, over 48 "
        "person-months of 4 people, fading and leavers allowed for. That is Sales per customer asked +¥17, or "
        "Conversion +1.7 points, or Order value +¥35, each by itself. Measured are +¥1,920 by each person and month."
    )
    assert found.sentence("zh") == (
        "要在 12 个月内收回 ¥10,000，Selling须使每人每月多带来毛利 ¥208，按 4 人共 48 个人月计，"
        "已考虑效果消退和可能的离职。"
        "单靠一项，相当于每位咨询者带来的销售额 +¥17，或转化率 +1.7 个百分点，或客单价 +¥35。"
        "实测为每人每月 +¥1,920。"
    )


@pytest.mark.parametrize(("cost", "reaches"), [(91_000.0, "open"), (150_000.0, "surely_not")])
def test_a_dearer_training_needs_more_than_was_measured(cost, reaches):
    assert break_even(opened(training_costs=[paid("wages", cost)])).table["effect_reaches"].iloc[0] == reaches


def test_with_nobody_to_compare_it_says_what_would_have_paid_and_claims_nothing():
    found = break_even(nobody_compared())
    assert needed(found) == ["+¥17", "+1.7 points", "+¥35"]
    assert set(found.table["effect_reaches"]) == {"change_only"}
    assert found.design is None
    assert found.sentence("en").endswith(
        "Against the months before it is +¥1,920 by each person and month; with nobody to compare with that is no "
        "effect, and no return can be told of it."
    )
    assert found.sentence("zh").endswith("与训前相比为每人每月 +¥1,920；没有可对照的人，这不是效果，因此不报回报。")


def test_where_groups_were_not_alike_nothing_is_claimed_of_any_part():
    found = break_even(unlike())
    assert set(found.table["effect_reaches"]) == {"doubtful"}
    assert found.design is None
    assert "as they were not alike before, that is no effect to rely on" in found.sentence("en")
    assert "两组训前就不相近，这不是可靠的效果" in found.sentence("zh")


def test_of_a_kpi_of_which_less_is_better_a_fall_is_needed():
    # Each of those trained needs 2 hours a month less, and a bit; no sales are known. An hour is worth 50.
    def spent(one, month):
        return 20 + (ord(one) * int(month[5:])) % 3 / 10 - 2 * (one in TRAINED and month in AFTER)

    hours = [
        {"unit": "staff", "unit_id": one, "metric": "hours", "month": f"{month}-01", "value": spent(one, month)}
        for one in SINCE
        for month in (*BEFORE, *AFTER)
    ]
    price = {"prices": [{"metric": "hours", "low_cny": 50, "cny": 50, "high_cny": 50}]}
    found = break_even(opened(kpis=hours, returns=price, low_is_good=("hours",), training_costs=[paid("wages", 2_400)]))
    # 2,400 / 48 person-months / 50 an hour: 1 hour less.
    assert needed(found) == ["−1.0"]
    (row,) = found.presented("en").to_dict("records")
    assert row["Measured (interval)"].startswith("−2.0 (")
    assert found.table["effect_reaches"].tolist() == ["surely"]


def test_the_future_changes_nothing():
    later = rows_of_kpis(months=(*BEFORE, *AFTER, "2026-05"))
    again = break_even(opened(kpis=later, training_costs=[*COSTS, paid("venue", 5_000.0, on="2026-04-01")]))
    assert again.sentence("en") == break_even(opened()).sentence("en")
    pd.testing.assert_frame_equal(again.presented("en"), break_even(opened()).presented("en"))
