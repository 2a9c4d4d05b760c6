"""How much came back for what a training cost, how surely, and has it paid?"""

from dataclasses import replace

import numpy as np
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.returns import outcome as told
from churnlab.kirkpatrick.returns.arithmetic import benefit_cost_ratio
from churnlab.kirkpatrick.returns.outcome import caveats, chance, design, outcome, return_of, still_to_come, verdict
from tests.kirkpatrick.returns.selling import COST, TRAINED, opened, rows_of_kpis, rows_of_trainees


@pytest.fixture(scope="module", name="found")
def of_sales():
    return return_of(opened())


def test_a_row_has_benefit_net_ratio_and_return_with_their_ends(found):
    # 1,001 benefits from 0 to 50,000 in steps of 50: with the level 0.95 the ends lie at 1,250 and 48,750.
    draws = np.arange(0.0, 50_001, 50)
    row = outcome(replace(found, draws=replace(found.draws, wages=np.ones(1_001))), 15_360.0, draws)
    assert (row["benefit_cny"], row["benefit_cny_low"], row["benefit_cny_high"]) == pytest.approx(
        (15_360, 1_250, 48_750)
    )
    assert (row["net_cny"], row["net_cny_low"], row["net_cny_high"]) == pytest.approx((5_360, -8_750, 38_750))
    assert row["benefit_cost_ratio"] == pytest.approx(1.536)
    assert (row["roi_rate"], row["roi_rate_low"], row["roi_rate_high"]) == pytest.approx((0.536, -0.875, 3.875))
    # Above the cost lie 800 of 1,001, above 2.5 times the cost 500.
    assert row["paid_probability"] == pytest.approx((800 + 1 / 2) / 1_002)
    assert row["target_probability"] == pytest.approx((500 + 1 / 2) / 1_002)


def test_future_tel_has_a_ratio_of_157_and_a_return_of_57_percent(found):
    cost = 392_225.0
    case = replace(found, inputs=replace(found.inputs, cost=cost))
    row = outcome(case, 617_359.0, np.full(10_000, 617_359.0))
    assert (round(row["benefit_cost_ratio"], 2), round(row["roi_rate"], 2)) == (1.57, 0.57)
    assert row["benefit_cost_ratio"] == benefit_cost_ratio(617_359, cost)


def test_a_cost_that_is_reckoned_may_be_off_too(found):
    # Of 10,000 are 4,000 wages at ¥40, which may have been 30 to 50: a benefit of 12,100 returns 10 to 34 %.
    wages = np.linspace(0.75, 1.25, 1_001)
    case = replace(found, inputs=replace(found.inputs, reckoned=4_000.0), draws=replace(found.draws, wages=wages))
    row = outcome(case, 12_100.0, np.full(1_001, 12_100.0))
    assert (row["benefit_cny_low"], row["benefit_cny_high"]) == (12_100, 12_100)
    # 2.5 % and 97.5 % of the way from 9,000 to 11,000 it cost 9,050 and 10,950.
    assert (row["net_cny_low"], row["net_cny_high"]) == pytest.approx((12_100 - 10_950, 12_100 - 9_050))
    assert row["roi_rate_low"] == pytest.approx(12_100 / 10_950 - 1)
    assert row["benefit_cost_ratio_high"] == pytest.approx(12_100 / 9_050)
    assert row["roi_rate"] == pytest.approx(0.21)


def test_the_whole_interval_decides():
    assert verdict({"roi_rate_low": 0.1, "roi_rate_high": 0.4}) == told.PAID
    assert verdict({"roi_rate_low": -0.4, "roi_rate_high": -0.1}) == told.LOST
    assert verdict({"roi_rate_low": -0.4, "roi_rate_high": 3.0}) == told.OPEN
    assert verdict({"roi_rate_low": 0.0, "roi_rate_high": 0.4}) == told.OPEN


def test_a_chance_is_never_none_and_never_sure():
    assert chance(np.array([True, False, True, False])) == 1 / 2
    assert chance(np.zeros(9, dtype=bool)) == pytest.approx(1 / 20)
    assert chance(np.ones(9, dtype=bool)) == pytest.approx(19 / 20)


def test_the_draws_are_the_same_each_time(found):
    assert np.array_equal(return_of(opened()).draws.effects, found.draws.effects)


def test_what_is_still_to_come_of_a_year(found):
    # Two months are measured of four people who all stay, nothing fades: 8 of 48 person-months.
    assert still_to_come(found, 12) == pytest.approx(40 / 48)
    assert still_to_come(found, 2) == 0


def test_what_to_know_first(found):
    assert caveats(opened(), found) == ("returns_priced",)
    fifth = {"training_id": "PX1", "staff_id": "Z", "arm": "trained", "concluded_on": "2026-01-30"}
    more = opened(trainees=[*rows_of_trainees(), fifth])
    assert caveats(more, return_of(more)) == ("returns_priced", "returns_unmeasured")


def test_the_design_is_that_of_the_weakest_gain(found):
    gain = found.inputs.gains[0]
    other = replace(gain, effect=replace(gain.effect, design=Design.COMPARISON_GROUP))
    assert design(found.inputs) is Design.RANDOMISED
    assert design(replace(found.inputs, gains=(gain, other))) is Design.COMPARISON_GROUP


def test_the_future_changes_nothing(found):
    later = rows_of_kpis(months=["2026-05"], people=TRAINED)
    again = return_of(opened(kpis=[*rows_of_kpis(), *later]))
    assert np.array_equal(again.draws.effects, found.draws.effects)
    assert again.inputs.service.worked.tolist() == found.inputs.service.worked.tolist()
    assert again.inputs.cost == COST
