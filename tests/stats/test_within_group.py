"""Does rWG say how far raters of one person agree, and from where on that is more than chance?"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from churnlab.stats.within_group import SLIGHT_SKEW, mean_rwg_critical, rwg, rwg_critical


# Five options: chance has a variance of (25 − 1) / 12 = 2.
#   a: 3 4 4 5, variance 2 / 3: 1 − (2 / 3) / 2.   b: 4 4: 1.   c: 1 5, variance 8, above chance: 0.   d: one rater.
def test_rwg_by_hand():
    found = rwg([3, 4, 4, 5, 4, 4, 1, 5, 2], list("aaaabbccd"), options=5)
    assert found.targets["rwg"].to_numpy() == pytest.approx([2 / 3, 1, 0, np.nan], nan_ok=True)
    assert found.targets["raters"].tolist() == [4, 2, 2, 1]
    assert (found.mean, found.median) == (pytest.approx(5 / 9), pytest.approx(2 / 3))
    assert found.share_enough == 1 / 3
    assert rwg([3, 4, 4, 5], list("aaaa"), options=5, enough=2 / 3).share_enough == 1


# Two items with variances 2 / 3 and 0: on average 1 / 3, a sixth of chance.
#   2 × 5 / 6 / (2 × 5 / 6 + 1 / 6)
def test_several_items_by_hand():
    found = rwg([[3, 4], [4, 4], [4, 4], [5, 4]], list("aaaa"), options=5)
    assert found.targets.loc["a", "rwg"] == pytest.approx(10 / 11)


# James, Demaree & Wolf 1984: five options, slightly skewed, have a variance of 1.34.
def test_a_skewed_null_asks_for_more():
    found = rwg([3, 4, 4, 5], list("aaaa"), options=5, null=SLIGHT_SKEW)
    assert found.targets.loc["a", "rwg"] == pytest.approx(1 - (2 / 3) / 1.34)


def test_where_nobody_has_two_raters_nothing_is_known():
    for ratings, targets in (([1, 2], ["a", "b"]), ([], []), ([1, np.nan], ["a", "a"])):
        found = rwg(ratings, targets, options=5)
        assert np.isnan([found.mean, found.median, found.share_enough]).all()


def test_a_rating_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="ratings: expected 1 to 5; got 0 to 6"):
        rwg([0, 3, 6], list("aaa"), options=5)


# All 5 ** raters ways in which chance can tick.
@pytest.mark.parametrize("raters", [2, 3, 5])
def test_the_critical_value_is_that_of_all_ways_to_tick(raters):
    ways = np.array(list(product(range(1, 6), repeat=raters)))
    every = np.sort(np.maximum(1 - np.var(ways, axis=1, ddof=1) / 2, 0))
    exact = every[int(np.ceil(0.95 * len(every))) - 1]
    found = rwg_critical(raters, 5, 1, level=0.95, rng=np.random.default_rng(1), drawings=40_000)
    assert found == pytest.approx(exact)
    assert (every > found + 1e-9).mean() <= 0.05


def test_chance_exceeds_the_critical_value_as_seldom_as_it_says():
    rng = np.random.default_rng(2)
    for items in (1, 4):
        critical = rwg_critical(8, 5, items, level=0.95, rng=rng, drawings=20_000)
        marks, who = rng.integers(1, 6, size=(8 * 4000, items)), np.repeat(np.arange(4000), 8)
        above = (rwg(marks, who, options=5).targets["rwg"] > critical + 1e-9).mean()
        # Up to 95 % exactly, less where values come in steps; 2.58 errors of 4,000.
        assert 0.03 < above < 0.05 + 2.58 * np.sqrt(0.05 * 0.95 / 4000) * 1.2


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=20),
    st.randoms(),
)
def test_order_and_the_direction_of_the_scale_change_nothing(rows, random):
    def of(some, turn):
        marks = np.array([[a, b] for _, a, b in some])
        return rwg(6 - marks if turn else marks, [name for name, _, _ in some], options=5).targets["rwg"]

    found = of(rows, False)
    assert found.dropna().between(0, 1).all()
    for again in (of(random.sample(rows, len(rows)), False), of(rows, True)):
        assert again.to_numpy() == pytest.approx(found.to_numpy(), abs=1e-12, nan_ok=True)


# Two raters and two options: the same in 1 / 2 of all cases (1), else 0. The mean of two targets is 0, 1 / 2 or 1 in
# 1 / 4, 1 / 2 and 1 / 4 of all cases: 1 / 2 is exceeded in 1 / 4.
def test_the_mean_of_several_targets_by_hand():
    def critical(level):
        return mean_rwg_critical([2, 2], 2, level=level, rng=np.random.default_rng(1), drawings=20_000)

    assert (critical(0.2), critical(0.7), critical(0.8)) == (0, 1 / 2, 1)


def test_of_one_target_the_mean_is_its_own():
    for raters in (2, 4):
        one = mean_rwg_critical([raters], 5, level=0.9, rng=np.random.default_rng(2), drawings=40_000)
        assert one == pytest.approx(
            rwg_critical(raters, 5, 1, level=0.9, rng=np.random.default_rng(3), drawings=40_000)
        )


def test_many_targets_of_two_raters_can_be_told_from_chance_where_one_cannot():
    assert rwg_critical(2, 5, 1, level=0.95, rng=np.random.default_rng(4), drawings=20_000) == 1
    critical = mean_rwg_critical([2] * 20 + [3] * 10, 5, level=0.95, rng=np.random.default_rng(5), drawings=20_000)
    rng, means = np.random.default_rng(6), []
    for _ in range(400):
        targets = np.repeat(np.arange(30), [2] * 20 + [3] * 10)
        means.append(rwg(rng.integers(1, 6, len(targets)), targets, options=5).mean)
    assert binom.ppf(0.005, 400, 0.05) <= sum(mean > critical for mean in means) <= binom.ppf(0.995, 400, 0.05)
    assert critical < 0.6
