"""Did a training pay?"""

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import return_forecast, returns_compared, training_return
from tests.kirkpatrick.returns.selling import (
    AFTER,
    BEFORE,
    BENEFIT,
    COSTS,
    HALF,
    nobody_compared,
    opened,
    paid,
    rows_of_kpis,
    unlike,
)

UNTIL_MAY = rows_of_kpis(months=(*BEFORE, *AFTER, "2026-04", "2026-05"))
NUMBERS = [
    f"{name}{end}" for name in ("benefit_cny", "benefit_cost_ratio", "roi_rate") for end in ("", "_low", "_high")
]  # fmt: skip


def test_what_came_back_by_hand_and_said_whole():
    found = training_return(opened())
    (row,) = found.table.to_dict("records")
    assert (row["followed"], row["return_verdict"]) == ("now", "paid")
    assert row["benefit_cny"] == pytest.approx(BENEFIT)
    assert row["benefit_cost_ratio"] == pytest.approx(15_360 / 10_000)
    assert row["roi_rate"] == pytest.approx(5_360 / 10_000)
    # The margin is known and all months are measured: the interval is that of the effect, 160 give or take 44.78.
    assert (row["benefit_cny_low"], row["benefit_cny_high"]) == pytest.approx(
        (8 * 12 * (160 - HALF), 8 * 12 * (160 + HALF)), rel=0.01
    )
    assert found.design is Design.RANDOMISED
    assert found.sentence("en") == (
        "Selling has paid for itself: in 2.0 measured months a person it brought ¥15,360 of margin (95% interval "
        "¥11,015 to ¥19,631) for ¥10,000. For each yuan spent 1.54 came back (benefit-cost ratio); the return on "
        "investment is 54% (10% to 96%). That it has paid has a probability of 99.0%, a return above 150% one of 0.1%."
    )
    assert found.sentence("zh") == (
        "Selling已经回本：人均实测 2.0 个月，带来毛利 ¥15,360（95% 区间 ¥11,015 至 ¥19,631），花费 ¥10,000。"
        "每花一元收回 1.54 元（收益成本比），投资回报率为 54%（10% 至 96%）。"
        "已回本的概率为 99.0%，回报率超过 150% 的概率为 0.1%。"
    )
    assert found.warnings("en")[0].startswith("Counted is only what was measured by then")


@pytest.mark.parametrize(
    ("cost", "verdict", "en", "zh"),
    [
        (15_360.0, "open", "Whether Selling has paid for itself cannot be told yet", "Selling是否已经回本还无法判断"),
        (40_000.0, "lost", "Selling has not paid for itself so far", "Selling到目前还没有回本"),
    ],
)
def test_the_whole_interval_decides_what_is_said(cost, verdict, en, zh):
    found = training_return(opened(training_costs=[paid("wages", cost)]))
    assert found.table["return_verdict"].tolist() == [verdict]
    assert found.sentence("en").startswith(en)
    assert found.sentence("zh").startswith(zh)


def test_it_is_followed_after_three_six_and_twelve_months_as_it_was_told_then():
    evaluated = opened("2026-06-01", kpis=UNTIL_MAY)
    table = training_return(evaluated).table
    assert table["followed"].tolist() == ["3", "now"]  # from February: May; August has not come
    assert table["benefit_cny"].tolist() == pytest.approx([3 / 2 * BENEFIT, 2 * BENEFIT])
    then = training_return(opened("2026-05-01", kpis=UNTIL_MAY)).table
    pd.testing.assert_series_equal(table[NUMBERS].iloc[0], then[NUMBERS].iloc[-1])
    year = opened("2027-03-01", kpis=UNTIL_MAY)
    assert training_return(year).table["followed"].tolist() == ["3", "6", "12", "now"]


def test_a_bill_that_came_late_counts_from_its_day():
    late = [*COSTS, paid("venue", 2_000.0, on="2026-05-20")]
    table = training_return(opened("2026-06-01", kpis=UNTIL_MAY, training_costs=late)).table
    assert table["cost_cny"].tolist() == [10_000, 12_000]


def test_all_that_tell_of_the_return_by_now_say_the_same_number():
    evaluated = opened("2026-06-01", kpis=UNTIL_MAY, returns={"decay": "transfer", "life_error_share": 0.25})
    now = training_return(evaluated).table.iloc[-1]
    for other in (return_forecast(evaluated).table.iloc[0], returns_compared(evaluated.data).table.iloc[0]):
        assert now[NUMBERS].tolist() == other[NUMBERS].tolist()
        assert (now["return_verdict"], now["paid_probability"]) == (other["return_verdict"], other["paid_probability"])


@pytest.mark.parametrize(("ask", "why"), [(nobody_compared, "no_comparison"), (unlike, "doubtful")])
def test_without_a_fair_comparison_no_return_is_told(ask, why):
    with pytest.raises(NotEnoughData) as refused:
        training_return(ask())
    assert refused.value.key == f"returns.{why}"


def test_the_future_changes_nothing():
    pd.testing.assert_frame_equal(training_return(opened(kpis=UNTIL_MAY)).table, training_return(opened()).table)
