"""What did the training bring by so many months after it?"""

import numpy as np
import pytest

from churnlab.kirkpatrick.returns.arithmetic import total_effect
from churnlab.kirkpatrick.returns.benefit import by_month, cost_cny, full_months, monthly_cny, so_far
from churnlab.kirkpatrick.returns.inputs import central, inputs_of, with_only
from churnlab.kirkpatrick.returns.worth import SALES
from tests.kirkpatrick.returns.selling import BENEFIT, COST, MONTHLY, opened, paid


def test_so_far_is_the_gain_of_each_person_and_month_measured():
    found = inputs_of(opened())
    assert monthly_cny(found, central(found)) == pytest.approx([MONTHLY])
    assert so_far(found, central(found)) == pytest.approx([4 * 2 * MONTHLY])
    assert pytest.approx(15_360) == BENEFIT


def test_what_fades_is_carried_on_from_the_months_that_told_it():
    # Of what it is just after it 131/150 and 112/150 are left in the first two months, and 0.81 on average; that
    # average is what was measured. In the third month 0.62, in the fourth 0.56 are left.
    found = inputs_of(opened(returns={"decay": "transfer"}))
    earned = by_month(found, central(found))[0]
    left = np.array([131 / 150, 112 / 150, 0.62, 0.56]) / 0.81
    assert earned[:4] == pytest.approx(4 * MONTHLY * np.cumsum(left))
    # What is measured is what it is, however it fades.
    assert earned[1] == pytest.approx(BENEFIT)


def test_it_may_fade_faster_or_slower_than_the_curve():
    # At 0 nothing fades, at 2 what is left is squared: 0.62² in the third month, with (131/150)² and (112/150)² on
    # average where it was measured.
    found = inputs_of(opened(returns={"decay": "transfer"}))
    level, fast = (by_month(found, with_only(found, "", fading=one))[0] for one in (0.0, 2.0))
    assert level[:4] == pytest.approx(4 * MONTHLY * np.array([1, 2, 3, 4]))
    told = ((131 / 150) ** 2 + (112 / 150) ** 2) / 2
    assert fast[2] - fast[1] == pytest.approx(4 * MONTHLY * 0.62**2 / told)
    assert fast[1] == pytest.approx(BENEFIT)


def test_wages_that_nobody_booked_may_be_off_and_what_was_booked_is_not():
    # 5 hours of 4 people at ¥60 beside the 9,000 of the instructor; they may have been a quarter more.
    found = inputs_of(opened(training_costs=[paid("instructor", 9_000.0)]))
    assert (found.cost, found.reckoned) == (9_000 + 4 * 5 * 60, 4 * 5 * 60)
    assert cost_cny(found, central(found)) == pytest.approx(10_200)
    assert cost_cny(found, with_only(found, "", wages=5 / 4)) == pytest.approx(9_000 + 1_500)
    booked = inputs_of(opened())
    assert cost_cny(booked, with_only(booked, "", wages=5 / 4)) == pytest.approx(COST)


def test_the_benefit_is_that_of_the_formula():
    # TE = (E2 − E1) · T · TS − C, with nobody leaving and nothing fading for a year.
    found = inputs_of(opened())
    whole = total_effect(gain_per_person_year=12 * MONTHLY, years=1, people=4, cost=COST)
    assert by_month(found, central(found))[0, 11] - COST == pytest.approx(whole)


def test_with_the_skill_the_benefit_ends():
    found = inputs_of(opened())
    earned = by_month(found, with_only(found, "", life=3.5))[0]
    assert earned[[1, 2, 3, 4, 11]] == pytest.approx(MONTHLY * np.array([8, 12, 14, 14, 14]))


def test_who_leaves_brings_nothing_any_more():
    found = inputs_of(opened())
    worked, coming = full_months(found, with_only(found, "", leaving=np.log(2)))
    assert worked[0, :3].tolist() == [4, 4, 0]
    assert coming[0, :5] == pytest.approx([0, 0, 2, 1, 1 / 2])


def test_a_training_that_does_harm_brings_less_than_nothing():
    found = inputs_of(opened())
    assert so_far(found, with_only(found, SALES, effect=-10.0)) == pytest.approx([-10 * 100 * 0.12 * 8])
