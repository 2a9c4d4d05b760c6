"""Is the chance of those here now that of the curves from each tenure on?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.stats.conditional import Chance, at_steady_rate, can_be_told, left_by, still_here, together
from churnlab.stats.survival import Stays, aalen_johansen, kaplan_meier
from tests.stats.test_fine_gray import LATE


def test_two_tenures_worked_by_hand():
    # day   0   1   2   3   4
    # a     ────────x               churned on day 2
    # b     ────────────x           completed on day 3
    # c     ────────────────o
    # d         (───────────o       into view after day 1
    # S(2) / S(1) = 3/4 (a of a, b, c, d), S(3) / S(2) = 2/3 (b of b, c, d), S(4) / S(3) = 1
    four = Stays(
        entry=np.array([-1, -1, -1, 1]), exit=np.array([2, 3, 4, 4]), cause=np.array([1, 2, 0, 0]), cluster=np.arange(4)
    )
    now = np.array([1, 1, 2])  # two have been here for a day, one for two
    assert still_here(four, now, days=2).value == pytest.approx(2 / 3 * (3 / 4 * 2 / 3) + 1 / 3 * (2 / 3 * 1))
    assert left_by(four, now, days=2, cause=1).value == pytest.approx(2 / 3 * 1 / 4)
    assert left_by(four, now, days=2, cause=2).value == pytest.approx(2 / 3 * (3 / 4 * 1 / 3) + 1 / 3 * 1 / 3)


@pytest.mark.parametrize("tenure", [0, 7, 15])
def test_of_one_tenure_value_and_error_are_those_of_the_curves_from_there_on(tenure):
    now, days = np.array([tenure, tenure]), 20
    here = kaplan_meier(LATE, first_day=tenure + 1)
    found = still_here(LATE, now, days=days)
    assert found.value == pytest.approx(here.value[days - 1])
    assert found.standard_error == pytest.approx(here.standard_error[days - 1])
    low, high = here.interval(0.95)
    assert found.interval(0.95) == pytest.approx((low[days - 1], high[days - 1]))
    for cause in (1, 2):
        curve, chance = aalen_johansen(LATE, cause, first_day=tenure + 1), left_by(LATE, now, days=days, cause=cause)
        assert chance.value == pytest.approx(curve.value[days - 1])
        assert chance.standard_error == pytest.approx(curve.standard_error[days - 1])


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(1, 25))
def test_here_and_the_ways_of_leaving_add_up_to_one_and_longer_is_never_likelier(tenure, days):
    now = np.array(tenure)
    here = still_here(LATE, now, days=days)
    assert here.value + sum(left_by(LATE, now, days=days, cause=cause).value for cause in (1, 2)) == pytest.approx(1)
    assert still_here(LATE, now, days=days + 1).value <= here.value + 1e-12
    alone = [still_here(LATE, np.array([one]), days=days).value for one in tenure]
    assert here.value == pytest.approx(np.mean(alone))


def test_several_tenures_share_the_chance_of_the_days_that_they_share():
    """The error is that of leaving out each student in turn (the jackknife), but for terms of order 1/n."""
    now, days = np.array([2, 5, 5, 9]), 15
    students = np.unique(LATE.cluster)
    for ask in (lambda stays: still_here(stays, now, days=days), lambda stays: left_by(stays, now, days=days, cause=1)):
        left_out = [ask(LATE.of(LATE.cluster != student)).value for student in students]
        jackknife = np.sqrt((len(students) - 1) * np.var(left_out))
        assert ask(LATE).standard_error == pytest.approx(jackknife, rel=0.05)


def test_only_tenures_with_enough_at_risk_on_every_day_ahead_can_be_told():
    # at risk: 3 on days 0–4, 2 on 5–9, 1 on 10–12
    three = Stays(entry=np.full(3, -1), exit=np.array([4, 9, 12]), cause=np.zeros(3, int), cluster=np.arange(3))
    told = can_be_told(three, np.array([0, 1, 2, 4, 7, 12]), days=3, min_at_risk=2)
    assert told.tolist() == [True, True, True, True, False, False]
    assert can_be_told(three, np.array([0, 9, 10]), days=3, min_at_risk=1).tolist() == [True, True, False]


def test_what_nobody_did_yet_is_not_certain():
    # an end of chance p spares all of 20 with probability (1 − p) ** 20: 1 in 40 for p = 1 − 0.025 ** (1 / 20)
    nobody, everybody = (Chance(value=value, standard_error=0.0, at_risk=20) for value in (1.0, 0.0))
    assert nobody.interval(0.95) == (pytest.approx(0.025 ** (1 / 20)), 1)
    assert everybody.interval(0.95) == (0, pytest.approx(1 - 0.025 ** (1 / 20)))
    assert still_here(LATE, np.array([3, 8]), days=10).at_risk == LATE.at_risk()[4:19].min()


def test_the_fewest_at_risk_are_counted_over_all_tenures_not_the_last():
    # two are watched from day 0, three more come into view after day 5: on days 2–3 two are at risk, on days 9–10 five
    five = Stays(entry=np.array([-1, -1, 5, 5, 5]), exit=np.full(5, 20), cause=np.zeros(5, int), cluster=np.arange(5))
    for now in ([1, 8], [8, 1]):
        assert still_here(five, np.array(now), days=2).at_risk == 2
        assert left_by(five, np.array(now), days=2, cause=1).at_risk == 2


def test_a_student_of_several_stays_is_one_source_of_chance():
    rows = np.repeat(np.arange(len(LATE.exit)), 3)
    once, thrice = (still_here(stays, np.array([3, 8]), days=10) for stays in (LATE, LATE.of(rows)))
    assert thrice.standard_error == pytest.approx(once.standard_error)
    apart = replace(LATE.of(rows), cluster=np.arange(len(rows)))
    assert still_here(apart, np.array([3, 8]), days=10).standard_error < 0.7 * once.standard_error


def test_a_steady_rate_is_a_root_of_what_stayed():
    # 36 of 100 left in 60 days, 27 of them one way; of two times 30 days each leaves 8 in 10.
    here, churned = at_steady_rate(100, 36, 27, watched_days=60, days=30)
    assert (here.value, churned.value) == pytest.approx((8 / 10, 2 / 10 * 27 / 36))
    # d sqrt(s) = ds / (2 sqrt(s)), with the standard error of s = 0.64 of 100
    assert here.standard_error == pytest.approx((0.64 * 0.36 / 100) ** 0.5 / (2 * 0.8))
    # (1 − s) w: of s, and of w = 3/4 of 36
    of_stay, of_way = 3 / 4 * here.standard_error, 2 / 10 * (3 / 4 * 1 / 4 / 36) ** 0.5
    assert churned.standard_error == pytest.approx((of_stay**2 + of_way**2) ** 0.5)
    nobody, none = at_steady_rate(50, 0, 0, watched_days=60, days=30)
    assert (nobody.value, none.value) == (1, 0)
    assert nobody.interval(0.95)[0] < 1


def test_groups_are_taken_together_by_their_size():
    one, other = Chance(value=0.8, standard_error=0.03, at_risk=50), Chance(value=0.5, standard_error=0.04, at_risk=20)
    both = together([one, other], [30, 10])
    assert (both.value, both.at_risk) == (pytest.approx(0.725), 20)
    assert both.standard_error == pytest.approx(((0.75 * 0.03) ** 2 + (0.25 * 0.04) ** 2) ** 0.5)


def test_what_comes_scatters_more_the_fewer_they_are():
    chance = Chance(value=0.8, standard_error=0.02, at_risk=50)
    few, many, all_ = (chance.foretold(0.95, people) for people in (20, 200, 10**9))
    assert few[0] < many[0] < all_[0] == pytest.approx(chance.interval(0.95)[0], abs=1e-6)
    # with no error of its own it is the scatter of a binomial share
    known = Chance(value=0.8, standard_error=0.0, at_risk=50).foretold(0.95, 400)
    assert known == pytest.approx((0.8 - 1.96 * 0.02, 0.8 + 1.96 * 0.02), abs=0.005)
