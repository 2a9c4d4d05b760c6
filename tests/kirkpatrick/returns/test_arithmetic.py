"""Do published cases come out to their digits?"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.kirkpatrick.returns.arithmetic import (
    benefit_cost_ratio,
    break_even_gain,
    return_on_investment,
    total_effect,
    utility,
)

AMOUNTS = st.floats(0.01, 1e6)


def test_the_utility_of_schmidt_hunter_and_pearlman():
    assert utility(people=100, years=2, effect_size=0.65, sd_of_worth=10_413, cost_per_person=500) == pytest.approx(
        1_303_690, abs=1e-6
    )


def test_a_benefit_cost_ratio_is_no_return():
    assert round(benefit_cost_ratio(617_359, 392_225), 2) == 1.57
    assert round(return_on_investment(617_359, 392_225), 2) == 0.57


def test_total_effect_by_hand():
    # Ten people who each bring 3,000 a year more for one year and a half cost 20,000.
    assert total_effect(gain_per_person_year=3_000, years=3 / 2, people=10, cost=20_000) == 3_000 * 3 / 2 * 10 - 20_000
    assert total_effect(gain_per_person_year=-100, years=1, people=2, cost=0) == -200


@given(years=AMOUNTS, people=AMOUNTS, cost=AMOUNTS)
def test_at_break_even_nothing_is_left(years, people, cost):
    gain = break_even_gain(years=years, people=people, cost=cost)
    left = total_effect(gain_per_person_year=gain, years=years, people=people, cost=cost)
    assert math.isclose(left, 0, abs_tol=1e-9 * cost)


@given(benefit=st.floats(-1e6, 1e6), cost=AMOUNTS)
def test_the_return_is_one_less_than_the_ratio(benefit, cost):
    assert math.isclose(
        return_on_investment(benefit, cost), benefit_cost_ratio(benefit, cost) - 1, rel_tol=1e-9, abs_tol=1e-6
    )


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: total_effect(gain_per_person_year=1, years=-1, people=1, cost=1), "years must be 0 or more, not -1"),
        (lambda: total_effect(gain_per_person_year=1, years=1, people=1, cost=math.nan), "cost must be 0 or more"),
        (
            lambda: utility(people=1, years=1, effect_size=1, sd_of_worth=-1, cost_per_person=1),
            "sd_of_worth must be 0 or more",
        ),
        (lambda: benefit_cost_ratio(1, 0), "a cost above 0 is needed, not 0"),
        (lambda: return_on_investment(1, -5), "a cost above 0 is needed"),
        (lambda: break_even_gain(years=0, people=1, cost=1), "years and people above 0 are needed, not 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, said):
    with pytest.raises(ValueError, match=said):
        ask()
