"""Is a group found to be worse by what other visits could have brought it?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from churnlab.stats.permutation import worse_by_permutation

MANY = 20_000


def asked(failed, checked, groups, draws=MANY, seed=1):
    return worse_by_permutation(failed, checked, groups, draws=draws, rng=np.random.default_rng(seed))


# Four visits, one item each: it fails on both of A's and on none of B's. Of the six ways to deal out two visits of
# four, one gives A both failures; every way gives B as many or more than none.
def test_two_visits_of_four_are_dealt_out_in_six_ways():
    a, b = asked([[1], [1], [0], [0]], np.ones((4, 1)), ["A", "A", "B", "B"])
    assert a == pytest.approx(1 / 6, abs=0.01)
    assert b == 1


# Of one item that is looked at once a visit, the number of failures is hypergeometric: Fisher's one-sided test.
def test_of_one_item_it_is_fishers_exact_test():
    failed = np.repeat([1, 0, 1, 0], [5, 3, 2, 10])[:, None]
    groups = np.repeat(["A", "B"], [8, 12])
    a, _ = asked(failed, np.ones((20, 1)), groups)
    assert a == pytest.approx(hypergeom.sf(4, 20, 7, 8), abs=0.006)


def test_what_fails_together_on_one_visit_stays_together():
    """Twelve items of one of three visits: any visit could have been the bad one, so that A had it in half of all."""
    failed = np.zeros((6, 12))
    failed[0] = 1
    a, b = asked(failed, np.ones((6, 12)), list("AAABBB"))
    assert a == pytest.approx(1 / 2, abs=0.02)
    assert b == 1


def test_an_item_that_seldom_fails_tells_more():
    """A fails six times more than B: at what B never fails, or at what B fails three times of twelve."""
    rare, often = np.zeros((24, 2)), np.zeros((24, 2))
    rare[:, 1] = often[:, 1] = np.tile([1, 0, 0, 0], 6)
    rare[3:9, 0] = 1
    often[3:12:4, 1] = often[2:12:4, 1] = 1
    groups = np.repeat(["A", "B"], 12)
    assert asked(rare, np.ones((24, 2)), groups)[0] < asked(often, np.ones((24, 2)), groups)[0] < 0.05


def test_no_probability_is_below_what_the_deals_can_tell():
    failed = np.repeat([[1], [0]], 30, axis=0)
    assert asked(failed, np.ones((60, 1)), np.repeat(["A", "B"], 30), draws=99)[0] == 1 / 100


@pytest.mark.parametrize("failed", [0, 1])
def test_where_nothing_fails_or_all_nobody_is_worse(failed):
    assert asked(np.full((6, 2), failed), np.ones((6, 2)), list("AABBCC"), draws=99).tolist() == [1, 1, 1]


def test_an_item_that_only_one_group_has_tells_nothing():
    failed, checked = np.zeros((6, 2)), np.ones((6, 2))
    checked[3:, 1] = 0
    failed[:3, 1] = [1, 0, 1]
    assert asked(failed, checked, list("AAABBB"), draws=999)[0] > 0.3


@given(st.integers(0, 1000))
def test_a_groups_name_and_the_order_of_items_change_nothing(seed):
    rng = np.random.default_rng(seed)
    failed = rng.random((9, 3)) < 0.4
    groups = np.repeat(["A", "B", "C"], 3)
    first = asked(failed, np.ones((9, 3)), groups, draws=99)
    assert asked(failed[:, ::-1], np.ones((9, 3)), groups, draws=99) == pytest.approx(first)
    assert asked(failed, np.ones((9, 3)), np.repeat(["x", "y", "z"], 3), draws=99) == pytest.approx(first)


def test_visits_of_very_different_strictness_name_nobody_more_often_than_is_said():
    """Four hundred times twelve visits to each of two campuses; on some nearly all fails, on most nearly nothing."""
    rng, found = np.random.default_rng(3), 0
    for seed in range(400):
        failed = rng.random((24, 8)) < rng.beta(0.2, 1.0, (24, 1))
        found += asked(failed, np.ones((24, 8)), np.repeat(["A", "B"], 12), draws=199, seed=seed)[0] <= 0.05
    assert binom.ppf(0.005, 400, 0.05) <= found <= binom.ppf(0.995, 400, 0.05)
