"""Which of Phillips' conservative rules does this return keep, and which does it break?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import conservative_rules
from tests.kirkpatrick.returns.selling import (
    COSTS,
    PX,
    SINCE,
    nobody_compared,
    opened,
    paid,
    rows_of_kpis,
    rows_of_staff,
    rows_of_trainees,
    unlike,
)

SIX = {"A2": SINCE["A"], "B2": SINCE["B"], **SINCE}


def states(evaluated):
    """Return each rule's state."""
    return conservative_rules(evaluated).table.set_index("roi_rule")["rule_state"].to_dict()


def because(evaluated, rule, lang="en"):
    """Return what decides a rule."""
    return conservative_rules(evaluated).table.set_index("roi_rule")["rule_because"][rule].say(lang)


def six_trained(since):
    """Open it with six of those trained, so that one can be left out."""
    arms = {one: "comparison" if one in "EFGH" else "trained" for one in since}
    return opened(
        kpis=rows_of_kpis(since, people=tuple(since)), staff=rows_of_staff(people=tuple(since)),
        trainees=rows_of_trainees(arms), returns={"horizon_months": 4},
    )  # fmt: skip


def test_of_a_training_with_sales_alone_it_is_said_whole_what_is_broken():
    found = conservative_rules(opened())
    assert found.sentence("en") == (
        "2 of 9 conservative rules are broken for Selling: tell of the levels below too; a result, not a forecast. 3 "
        "are kept. 3 hold by the way the return is worked out. Of 1 the data do not tell."
    )
    assert found.sentence("zh") == (
        "Selling违反了 9 条保守规则中的 2 条：同时报告下面各层；是结果而不是预测。遵守 3 条。"
        "3 条由计算方法本身保证。1 条无法判断。"
    )
    assert states(opened()) == {
        "lower_levels": "broken",
        "isolated": "kept",
        "unknown_is_nothing": "always",
        "error_adjusted": "always",
        "no_extremes": "unknown",  # four people: none can be left out
        "first_year": "kept",
        "not_forecast": "broken",
        "fully_loaded": "kept",
        "intangible_apart": "always",
    }


def test_who_tells_of_the_levels_below_keeps_the_first():
    reaction = {"training_id": "PX1", "respondent_id": "A", "item": "q1", "score": 4, "answered_at": "2026-01-30"}
    assert because(opened(reactions=[reaction]), "lower_levels") == "nothing is stored of level 2, 3"
    assert because(opened(), "lower_levels") == "nothing is stored of level 1, 2, 3"


@pytest.mark.parametrize("ask", [nobody_compared, unlike])
def test_an_effect_that_is_not_isolated_breaks_its_rule_and_leaves_open_what_needs_a_return(ask):
    found = states(ask())
    assert found["isolated"] == "broken"
    assert {found["error_adjusted"], found["not_forecast"]} == {"unknown"}


def test_without_anything_that_has_a_price_only_the_costs_can_be_judged():
    found = states(opened(kpis=[row for row in rows_of_kpis() if row["metric"] == "order_value_cny"]))
    assert [rule for rule, state in found.items() if state == "unknown"] == [
        "isolated", "unknown_is_nothing", "error_adjusted", "no_extremes", "not_forecast",
    ]  # fmt: skip
    assert found["fully_loaded"] == "kept"


def test_where_no_return_is_told_that_comes_first():
    reactions = [{"training_id": "PX1", "respondent_id": "A", "item": "q1", "score": 4, "answered_at": "2026-01-30"}]
    found = conservative_rules(opened(kpis=[], reactions=reactions))
    assert found.sentence("en") == (
        "No return of Selling is told. 1 of 9 conservative rules is broken for Selling: tell of the levels below too. "
        "2 are kept. 1 holds by the way the return is worked out. Of 5 the data do not tell."
    )
    assert found.sentence("zh") == (
        "Selling没有报出回报。Selling违反了 9 条保守规则中的 1 条：同时报告下面各层。遵守 2 条。"
        "1 条由计算方法本身保证。5 条无法判断。"
    )


def test_one_who_achieves_most_of_it_breaks_the_rule_of_extremes():
    # Six trained sell 660 a customer asked on average; then one of them sells 6,600.
    plain = states(six_trained(SIX))
    assert plain["no_extremes"] == "kept"
    wild = six_trained(SIX | {"A2": (0.66, 10_000.0)})
    assert states(wild)["no_extremes"] == "broken"
    # Without her (682 + 2 · 638 + 690 + 630) / 5 = 655.6, with her (5 · 655.6 + 6,600) / 6; less 500, times 100 · 0.12.
    assert because(wild, "no_extremes") == (
        "without the one who matters most the gain is only ¥1,867 a month instead of ¥13,756"
    )
    assert because(wild, "no_extremes", "zh").startswith("去掉影响最大的一人")


def test_a_short_training_counts_its_first_year_only():
    assert states(opened(returns={"horizon_months": 13}))["first_year"] == "broken"
    assert states(opened(returns={"horizon_months": 12}))["first_year"] == "kept"
    long = PX | {"starts_on": "2025-10-01"}
    assert states(opened(trainings=[long], returns={"horizon_months": 13}))["first_year"] == "kept"


def test_half_of_the_benefit_may_be_a_forecast():
    # Two of four months are measured.
    assert states(opened(returns={"horizon_months": 4}))["not_forecast"] == "kept"
    assert states(opened(returns={"horizon_months": 5}))["not_forecast"] == "broken"


def test_costs_must_be_whole():
    assert states(opened(training_costs=[COSTS[1]]))["fully_loaded"] == "broken"  # wages alone
    # Wages that nobody told are reckoned and so are there.
    assert states(opened(training_costs=[paid("venue", 5.0)]))["fully_loaded"] == "kept"


def test_what_has_no_price_is_counted_apart():
    calls = {"unit": "staff", "unit_id": "A", "metric": "calls", "month": "2026-02-01", "value": 9}
    assert because(opened(kpis=rows_of_kpis(more=[calls])), "intangible_apart") == (
        "1 KPIs of the trained have no price and are in no return"
    )


def test_without_costs_nothing_is_judged():
    with pytest.raises(NotEnoughData) as refused:
        conservative_rules(opened(training_costs=[]))
    assert refused.value.key == "returns.no_costs"
