"""What may it return within the year, and over the skill's whole life, if it fades and people leave as usual?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import return_forecast
from tests.kirkpatrick.returns.selling import BENEFIT, COST, MONTHLY, nobody_compared, opened, paid, rows_of_staff


@pytest.fixture(scope="module", name="found")
def of_sales():
    return return_forecast(opened(returns={"life_months": 15.5}))


def test_so_far_within_the_year_and_to_the_end_by_hand(found):
    table = found.table
    # Four people who stay, nothing fades: 8, 48 and 62 person-months.
    assert table["benefit_cny"].tolist() == pytest.approx([BENEFIT, 48 * MONTHLY, 62 * MONTHLY])
    assert table["net_cny"].tolist() == pytest.approx([one * MONTHLY - COST for one in (8, 48, 62)])
    assert table["to_come_share"].tolist() == pytest.approx([0, 40 / 48, 54 / 62])
    assert table["return_verdict"].tolist() == ["paid", "paid", "paid"]
    assert [one.say("en") for one in table["return_span"]] == [
        "now, measured (month 2)",
        "month 12",
        "the end of the skill's life (month 16)",
    ]


def test_a_page_has_the_benefit_and_the_return_with_their_intervals_and_no_more(found):
    assert found.presented("en").columns.tolist() == [
        "Until", "Verdict", "Benefit (margin)", "Return (ROI)", "Paid for itself", "Beyond the target",
        "Of the benefit, still to come",
    ]  # fmt: skip


def test_leavers_to_come_are_those_of_late():
    gone = [
        {"staff_id": one, "role": "adviser", "department": "Sales", "hired_on": "2023-04-01", "left_on": "2025-04-01"}
        for one in "XYZ"
    ]
    found = return_forecast(opened(staff=[*rows_of_staff(), *gone]))
    # From 1 April 2024 eight were there 730 days and three 365 days, and these left.
    monthly = 3 / ((8 * 730 + 3 * 365) / (365.25 / 12))
    person_months = 8 + 4 * sum(np.exp(-monthly * month) for month in range(1, 11))
    assert found.table["benefit_cny"].iloc[1] == pytest.approx(person_months * MONTHLY)
    assert found.table["benefit_cny"].iloc[0] == pytest.approx(BENEFIT)


def test_it_is_said_whole():
    found = return_forecast(opened())
    assert found.sentence("en") == (
        "Within 12 months after it Selling returns 822% beyond its cost (ROI; 95% interval 554% to 1,066%), ¥92,160 "
        "for ¥10,000; for each yuan spent 9.22 come back (BCR). The chance that it pays is >99.9%, that it returns "
        "more than 150% is >99.9%. Measured are 2 months; 83% of the benefit is still to come, if the effect fades "
        "and people leave as usual."
    )
    assert found.sentence("zh") == (
        "Selling在训后 12 个月内能回本：投资回报率（ROI）为 822%（95% 区间 554% 至 1,066%），花费 ¥10,000，"
        "收益 ¥92,160；每花一元收回 9.22 元（BCR）。回本的概率为 >99.9%，回报率超过 150% 的概率为 >99.9%。"
        "已实测 2 个月；收益中有 83% 尚未发生，按效果照常消退、人员照常离职推算。"
    )


@pytest.mark.parametrize(
    ("cost", "verdict", "en", "zh"),
    [
        (92_160.0, "open", "Whether Selling pays within 12 months cannot be told", "能否回本无法判断"),
        (400_000.0, "lost", "Within 12 months after it Selling does not pay", "不能回本"),
    ],
)
def test_dearer_it_would_not_have_paid(cost, verdict, en, zh):
    found = return_forecast(opened(training_costs=[paid("wages", cost)]))
    assert found.table["return_verdict"].iloc[1] == verdict
    assert found.sentence("en").startswith(en)
    assert zh in found.sentence("zh")


def test_what_nobody_knows_of_fading_and_wages_widens_the_forecast():
    bills = [paid("instructor", 9_000.0)]
    known = {"decay": "transfer", "fading_error_share": 0.0, "wage_error_share": 0.0}
    ways = (known, known | {"fading_error_share": 1.0}, known | {"wage_error_share": 0.9})
    sure, fading, wages = (return_forecast(opened(returns=one, training_costs=bills)).table for one in ways)
    wide = [one["roi_rate_high"] - one["roi_rate_low"] for one in (sure, fading, wages)]
    # How it fades is nothing to what is measured already, and the more the further it is carried on.
    assert wide[1][0] == pytest.approx(wide[0][0])
    assert wide[1][1] > 1.2 * wide[0][1]
    assert (wide[2] > wide[0]).all()
    assert fading["roi_rate"].tolist() == pytest.approx(sure["roi_rate"].tolist())


def test_nothing_is_forecast_from_a_change():
    with pytest.raises(NotEnoughData, match="nobody to compare"):
        return_forecast(nobody_compared())
