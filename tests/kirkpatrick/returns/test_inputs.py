"""What goes into the return of a training, and how far may each of it be off?"""

from dataclasses import replace

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.returns.benefit import so_far
from churnlab.kirkpatrick.returns.inputs import central, claimed, drawn, error, inputs_of, with_only
from churnlab.kirkpatrick.returns.worth import SALES
from tests.kirkpatrick.returns.selling import (
    AFTER,
    BEFORE,
    BENEFIT,
    COST,
    COSTS,
    OTHERS,
    PX,
    TRAINED,
    nobody_compared,
    opened,
    rows_of_kpis,
    rows_of_staff,
    rows_of_trainees,
    unlike,
)

WIDE = {"margin_error_share": 0.25, "life_error_share": 0.5, "life_months": 8}


@pytest.fixture(scope="module", name="found")
def of_known():
    return inputs_of(opened(returns=WIDE))


def test_everything_by_hand(found):
    assert found.cost == COST
    assert (found.life, found.life_low, found.life_high) == (8, 4, 12)
    assert found.months == 12
    assert found.service.worked.tolist() == [4, 4] + 10 * [0]
    assert found.service.leaving.events == 0
    assert found.service.leaving.exposure == pytest.approx(8 * 24, rel=0.01)
    assert (found.is_compared, found.is_doubtful) == (True, False)
    likely = central(found)
    assert likely.effects == pytest.approx(np.array([[160.0]]))
    assert (likely.prices.tolist(), likely.life.tolist(), likely.leaving.tolist()) == ([[0.12]], [8], [0])


def test_a_gain_of_one_role_of_two_counts_for_its_own_people_only():
    # Four more, in service, were trained and saved 2 hours a month each from February, at 50 an hour; four more not.
    service, others = ("S", "T", "U", "V"), ("W", "X", "Y", "Z")
    own = dict(zip((*service, *others), (0.1, -0.1, 0.2, -0.2) * 2, strict=True))
    hours = [
        {"unit": "staff", "unit_id": one, "metric": "saved", "month": f"{month}-01", "value": 5.0}
        | ({"value": 5.0 + own[one] + 2 * (one in service)} if month in AFTER else {})
        for one in own
        for month in (*BEFORE, *AFTER)
    ]
    arms = {one: "trained" if one in (*TRAINED, *service) else "comparison" for one in (*TRAINED, *OTHERS, *own)}
    staff = [*rows_of_staff(), *({**one, "role": "service"} for one in rows_of_staff(people=tuple(own)))]
    price = {"metric": "saved", "low_cny": 50, "cny": 50, "high_cny": 50}
    told = opened(
        trainees=rows_of_trainees(arms), staff=staff, kpis=rows_of_kpis(more=hours), returns={"prices": [price]}
    )
    found = inputs_of(told)
    # Sales: 4 people · 2 months · 1,920. Hours: 4 people · 2 months · 2 hours · 50. Not 8 people each.
    assert found.service.worked.sum() == 8 * 2
    assert so_far(found, central(found)) == pytest.approx(BENEFIT + 4 * 2 * 2 * 50)


def test_the_skill_lives_as_long_as_its_training_says_and_as_long_as_it_was_seen():
    told = opened(trainings=[PX | {"skill_life_months": 6.0}], returns=WIDE)
    assert inputs_of(told).life == 6
    # At one month, as at none, the effect would be over before the month that is known to show it.
    assert inputs_of(opened(trainings=[PX | {"skill_life_months": 0.5}], returns=WIDE)).life_low == 1


def test_each_is_drawn_from_what_it_may_be(found):
    draws = drawn(found, 50_000, np.random.default_rng(1))
    effect = found.gains[0].effect
    assert np.quantile(draws.effects, [0.025, 0.975]) == pytest.approx([effect.low, effect.high], rel=0.02)
    # Any margin from 0.09 to 0.15 alike; the life a triangle from 4 over 8 to 12.
    assert np.quantile(draws.prices, [0, 0.25, 1]) == pytest.approx([0.09, 0.105, 0.15], abs=1e-3)
    assert draws.life.mean() == pytest.approx(8, abs=0.05)
    assert ((draws.life >= 4) & (draws.life <= 12)).all()
    # From not at all, most often as the curve has it, to twice as fast; wages a quarter off at the most.
    assert np.quantile(draws.fading, [0, 0.5, 1]) == pytest.approx([0, 1, 2], abs=0.02)
    assert np.quantile(draws.wages, [0, 0.5, 1]) == pytest.approx([0.75, 1, 1.25], abs=0.01)
    # Nobody of 8 people left in 24 months: by Jeffreys 1/2 in so many.
    assert draws.leaving.mean() == pytest.approx(0.5 / found.service.leaving.exposure, rel=0.05)
    again = drawn(found, 50_000, np.random.default_rng(1))
    assert np.array_equal(draws.effects, again.effects)


def test_trainings_with_the_same_price_share_its_draws_and_err_each_on_its_own(found):
    prices = {}
    one, other = (drawn(found, 1_000, np.random.default_rng(seed), prices) for seed in (1, 2))
    assert np.array_equal(one.prices, other.prices)
    assert abs(np.corrcoef(one.effects[:, 0], other.effects[:, 0])[0, 1]) < 0.2


def test_an_effect_told_by_an_interval_alone_has_the_error_of_a_normal_one(found):
    gain = found.gains[0]
    assert error(gain) == gain.effect.error
    without = replace(gain, effect=replace(gain.effect, error=np.nan, low=100.0, high=100 + 2 * 1.959964 * 7))
    assert error(without) == pytest.approx(7)


def test_one_input_is_moved_and_the_others_stay(found):
    plain = central(found)
    moved = with_only(found, SALES, effect=-5.0)
    assert (moved.effects.tolist(), moved.prices.tolist()) == ([[-5]], plain.prices.tolist())
    assert with_only(found, SALES, price=0.2).prices.tolist() == [[0.2]]
    assert with_only(found, "another", price=0.2).prices.tolist() == plain.prices.tolist()
    assert with_only(found, "", life=3.0).life.tolist() == [3]
    assert with_only(found, "", leaving=0.1).leaving.tolist() == [0.1]


@pytest.mark.parametrize(
    ("ask", "en", "zh"),
    [
        (
            nobody_compared,
            "There is nobody to compare those trained in PX1 with, and their sales before and after are no return: "
            "they may have changed without it. What effect would have paid for it can be told.",
            "没有可对照的人",
        ),
        (
            unlike,
            "Those trained in PX1 and those compared were not alike before it, or are in too few groups: what it "
            "returned cannot be told. What effect would have paid for it can be.",
            "训前就不相近",
        ),
    ],
)
def test_without_a_fair_comparison_no_return_is_claimed(ask, en, zh):
    evaluated = ask()
    assert inputs_of(evaluated).gains  # what would pay can be told of them all the same
    with pytest.raises(NotEnoughData) as refused:
        claimed(evaluated)
    assert refused.value.message("en") == en
    assert zh in refused.value.message("zh")


def test_a_line_drawn_on_from_the_months_before_is_no_comparison(found):
    drawn_on = replace(found.gains[0], effect=replace(found.gains[0].effect, design=Design.TIME_SERIES))
    assert not replace(found, gains=(drawn_on,)).is_compared


def test_without_a_cost_there_is_no_return():
    with pytest.raises(NotEnoughData) as refused:
        inputs_of(opened(training_costs=[row | {"amount_cny": 0.0} for row in COSTS]))
    assert refused.value.key == "returns.no_costs"
