"""Which input moves the return most?"""

import pytest

from churnlab.kirkpatrick import return_tornado
from tests.kirkpatrick.returns.selling import COST, HALF, MONTHLY, opened, paid


@pytest.fixture(scope="module", name="found")
def of_sales():
    return return_tornado(opened(returns={"margin_error_share": 0.25, "life_error_share": 0.5, "life_months": 8}))


def ends(found):
    """Return the return at the lowest and highest of each input, by its English name."""
    table = found.table.assign(name=[one.say("en") for one in found.table["return_input"]]).set_index("name")
    return table[["roi_at_low_rate", "roi_at_high_rate"]].T.to_dict("list")


def test_each_input_goes_to_its_ends_alone(found):
    # Nobody left, nothing fades: 4 people · 8 months of life.
    whole, ends_of = 32 * MONTHLY, ends(found)
    assert found.facts["roi"] == pytest.approx(whole / COST - 1)
    assert ends_of["Margin of a further sale"] == pytest.approx([whole * 3 / 4 / COST - 1, whole * 5 / 4 / COST - 1])
    # A life of 4 and of 12 months.
    assert ends_of["Life of the skill (months)"] == pytest.approx([16 * MONTHLY / COST - 1, 48 * MONTHLY / COST - 1])
    # The effect from 160 − 44.78 to 160 + 44.78.
    effect = [whole * (160 + side * HALF) / 160 / COST - 1 for side in (-1, 1)]
    assert ends_of["Effect: Sales per customer asked"] == pytest.approx(effect, rel=1e-4)
    # Nobody can leave less than nobody did; the more leave, the less it returns.
    none, many = ends_of["Leaving in a month"]
    assert none == pytest.approx(whole / COST - 1)
    assert many < none


def test_the_one_that_moves_it_most_comes_first(found):
    span = (found.table["roi_at_high_rate"] - found.table["roi_at_low_rate"]).abs()
    assert span.is_monotonic_decreasing
    assert found.table["return_input"].iloc[0].say("en") == "Life of the skill (months)"


def test_fading_and_wages_that_nobody_booked_are_inputs_too():
    # 4 people · 12 months. Of the effect 34 % are left then by the curve, all where nothing fades, 0.34² where it goes
    # twice as fast. 9,000 are booked, 1,200 are wages that may have been 900 or 1,500.
    found = return_tornado(opened(returns={"decay": "transfer"}, training_costs=[paid("instructor", 9_000.0)]))
    rows, ends_of = found.presented("en").set_index("Input"), ends(found)
    fading, wages = "Left of the effect after 12 months", "Wages that nobody booked"
    assert rows.loc[fading, ["Lowest", "Likeliest", "Highest"]].tolist() == ["11.6%", "34.0%", "100.0%"]
    assert ends_of[fading][1] == pytest.approx(48 * MONTHLY / 10_200 - 1)
    assert ends_of[fading][0] < found.facts["roi"] < ends_of[fading][1]
    assert rows.loc[wages, ["Lowest", "Likeliest", "Highest"]].tolist() == ["¥900", "¥1,200", "¥1,500"]
    likely = (found.facts["roi"] + 1) * 10_200
    assert ends_of[wages] == pytest.approx([likely / 9_900 - 1, likely / 10_500 - 1])
    assert found.sentence("en").endswith(
        "Of the cost of ¥10,200, ¥1,200 are wages that nobody booked; the rest is known."
    )
    assert found.sentence("zh").endswith("成本 ¥10,200 中有 ¥1,200 是未登记、推算的工时工资，其余是确知的。")


def test_it_is_said_whole(found):
    assert found.sentence("en") == (
        "Life of the skill (months) moves the return of Selling most: it is 207% at the lowest and 822% at the "
        "highest, 514% at the likeliest of everything. The cost of ¥10,000 is known."
    )
    assert found.sentence("zh") == (
        "最能左右Selling回报的是“技能寿命（月）”：取最低时回报率为 207%，取最高时为 822%，各项都取最可能值时为 514%。"
        "成本 ¥10,000 是确知的。"
    )
    shown = found.presented("en").set_index("Input")
    assert shown.loc["Margin of a further sale", ["Lowest", "Likeliest", "Highest"]].tolist() == [
        "9.0%", "12.0%", "15.0%",
    ]  # fmt: skip
