"""How likely is which return, given how far every input may be off?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import return_chances, return_forecast
from tests.kirkpatrick.returns.selling import COST, opened, unlike


@pytest.fixture(scope="module", name="found")
def of_sales():
    return return_chances(opened(returns={"horizon_months": 2}))


def test_half_of_all_draws_reach_the_middle_and_the_ends_are_those_of_the_interval(found):
    reached = found.table.set_index("at_least_probability")["roi_at_least_rate"]
    assert reached.is_monotonic_increasing
    assert reached[0.5] == pytest.approx(15_360 / COST - 1, abs=0.01)
    row = return_forecast(opened(returns={"horizon_months": 2})).table.iloc[1]
    assert reached[[0.975, 0.025]].tolist() == pytest.approx([row["roi_rate_low"], row["roi_rate_high"]])


def test_the_chance_of_the_target_is_read_off_the_same_draws(found):
    # A return above 53.6 % is as likely as not, so that it is the target's chance where that is looked for.
    half = return_chances(opened(returns={"horizon_months": 2, "roi_target": 0.536}))
    assert half.facts["p_target"] == pytest.approx(0.5, abs=0.02)
    assert np.isclose(half.facts["p_paid"], found.facts["p_paid"])


def test_a_wider_margin_makes_both_ends_less_sure(found):
    wide = return_chances(opened(returns={"horizon_months": 2, "margin_error_share": 0.5})).table["roi_at_least_rate"]
    plain = found.table["roi_at_least_rate"]
    assert wide.iloc[1] < plain.iloc[1]
    assert wide.iloc[-2] > plain.iloc[-2]


def test_it_is_said_whole(found):
    assert found.sentence("en") == (
        "With a probability of 99.0% Selling pays within 2 months, and with 0.1% it returns more than 150%: 10,000 "
        "draws of all inputs within what they may be: effect, margin and prices, how long it lasts and how fast it "
        "fades, who leaves, wages that nobody booked."
    )
    assert found.sentence("zh") == (
        "Selling在 2 个月内回本的概率为 99.0%，回报率超过 150% 的概率为 0.1%：效果、毛利率与价格、"
        "持续多久、消退多快、离职、未登记的工时工资，各按其可能范围抽取 10,000 次。"
    )


def test_no_chance_is_told_where_no_return_is():
    with pytest.raises(NotEnoughData, match="not alike before"):
        return_chances(unlike())
