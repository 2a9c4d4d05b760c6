"""Are answers counted, and do the intervals of mean and top boxes hold where nearly all say 5?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.rating import rating, share_limits


# Five answers 5 5 4 3 1 and a gap: mean 18 / 5, top two 3 / 5. In 0–1: 1, 1, 3 / 4, 1 / 2, 0, mean 13 / 20,
# sum of squares 1 + 1 + 9 / 16 + 1 / 4 = 45 / 16, so the variance of the mean is (45 / 16 − 5 · 169 / 400) / 20.
def test_five_answers_by_hand():
    found = rating([5, 5, 4, 3, 1, np.nan], level=0.95)
    assert (found.counts, found.n, found.people) == ((1, 0, 1, 1, 2), 5, 5)
    assert (found.mean, found.top) == (18 / 5, 3 / 5)
    share, variance, q = 13 / 20, (45 / 16 - 5 * 169 / 400) / 20, t.ppf(0.975, 4)
    # Wilson: the ends are where (share − p)² = q² · p (1 − p) / size, with share (1 − share) / size as the variance.
    size = share * (1 - share) / variance
    for end in ((found.mean_low - 1) / 4, (found.mean_high - 1) / 4):
        assert (share - end) ** 2 == pytest.approx(q**2 * end * (1 - end) / size)
    assert (found.top_low, found.top_high) == clustered_wilson([1, 1, 1, 0, 0], range(5), 0.95)


def test_all_fives_are_no_certainty_and_a_person_is_one_whatever_he_repeats():
    found = rating([5] * 8, level=0.95)
    assert (found.mean, found.mean_high) == (5, 5)
    assert 3 < found.mean_low < 4.5
    repeated = rating([5] * 24, clusters=np.repeat(np.arange(8), 3), level=0.95)
    assert (repeated.n, repeated.people) == (24, 8)
    assert (repeated.mean_low, repeated.top_low) == pytest.approx((found.mean_low, found.top_low))
    mixed, twice = (
        rating(np.repeat([5, 3, 4, 2, 5, 5], k), clusters=np.repeat(range(6), k), level=0.9) for k in (1, 4)
    )
    assert (mixed.mean_low, mixed.mean_high) == pytest.approx((twice.mean_low, twice.mean_high))


DISTRIBUTIONS = [
    [0, 0, 0.05, 0.25, 0.7], [0, 0.02, 0.08, 0.4, 0.5], [0.1, 0.2, 0.4, 0.2, 0.1], [0, 0, 0, 0.1, 0.9],
    [0.02, 0.02, 0.06, 0.3, 0.6], [0.01, 0, 0, 0.02, 0.97],
]  # fmt: skip


@pytest.mark.parametrize("n", [8, 20, 50])
def test_the_intervals_hold_near_the_end_of_the_scale(n):
    rng, times = np.random.default_rng(n), 300
    for shares in DISTRIBUTIONS:
        true = float(np.arange(1, 6) @ shares)
        found = [rating(rng.choice(5, n, p=shares) + 1, level=0.95) for _ in range(times)]
        held = np.mean([one.mean_low <= true + 1e-9 and true - 1e-9 <= one.mean_high for one in found])
        assert held >= 0.95 - 2.58 * (0.95 * 0.05 / times) ** 0.5, shares
        assert np.mean([one.top_low <= sum(shares[3:]) + 1e-9 <= one.top_high + 2e-9 for one in found]) >= 0.9


def test_the_interval_is_not_too_long_in_the_middle_of_the_scale():
    rng, times = np.random.default_rng(1), 800
    found = [rating(rng.choice(5, 40, p=DISTRIBUTIONS[2]) + 1, level=0.9) for _ in range(times)]
    held = np.mean([one.mean_low <= 3 <= one.mean_high for one in found])
    assert abs(held - 0.9) <= 2.58 * (0.09 / times) ** 0.5


def test_the_interval_holds_where_people_rate_several_sessions():
    rng, times, held = np.random.default_rng(2), 500, 0
    who = np.repeat(np.arange(30), rng.integers(1, 6, 30))
    for _ in range(times):
        usual = rng.choice([3, 4, 5], size=30, p=[0.2, 0.5, 0.3])[who]
        answer = np.where(rng.random(len(who)) < 0.5, usual, rng.choice([2, 4, 5], size=len(who), p=[0.2, 0.3, 0.5]))
        found = rating(answer, clusters=who, level=0.9)
        held += found.mean_low <= 4.1 <= found.mean_high  # 4.1 of a person's usual answers, and 4.1 of the others
    assert abs(held / times - 0.9) <= 2.58 * (0.09 / times) ** 0.5 + 0.01


@settings(deadline=None)
@given(st.lists(st.integers(1, 7), min_size=2, max_size=30), st.integers(1, 7))
def test_the_interval_is_on_the_scale_and_turns_with_it(answers, boxes):
    found = rating(answers, highest=7, top_boxes=boxes, level=0.95)
    turned = rating(8 - np.array(answers), highest=7, top_boxes=7 - boxes, level=0.95)
    assert 1 <= found.mean_low <= found.mean <= found.mean_high <= 7
    assert (turned.mean_low, turned.mean_high) == pytest.approx((8 - found.mean_high, 8 - found.mean_low))
    assert turned.counts == found.counts[::-1]
    assert turned.top == pytest.approx(1 - found.top)


def test_of_nobody_and_of_one_nothing_is_said():
    nobody = rating([np.nan], level=0.95)
    assert nobody.counts == (0, 0, 0, 0, 0)
    assert np.isnan([nobody.mean, nobody.mean_low, nobody.top, nobody.top_low]).all()
    one = rating([4, 5], clusters=["a", "a"], level=0.95)
    assert one.mean == 4.5
    assert np.isnan([one.mean_low, one.mean_high]).all()
    with pytest.raises(AssertionError, match="from 1 to 5"):
        rating([0], level=0.95)


def test_a_mean_of_shares_has_the_limits_of_a_rating_and_counts_people_not_rows():
    answers = np.array([5, 5, 4, 3, 1, 5])
    found = rating(answers, clusters=list("aabbcc"), level=0.9)
    low, high = share_limits((answers - 1) / 4, list("aabbcc"), level=0.9)
    assert (1 + 4 * low, 1 + 4 * high) == pytest.approx((found.mean_low, found.mean_high))
    # One half and two wholes: mean 5/6, variance 1/12 of a person and 1/36 of the mean, so of 5 answers.
    q, size = t.ppf(0.975, 2), 5 / 6 * 1 / 6 * 36
    for end in share_limits([0.5, 1.0, 1.0], [1, 2, 3], level=0.95):
        assert (5 / 6 - end) ** 2 == pytest.approx(q**2 * end * (1 - end) / size)
    assert np.isnan(share_limits([1.0, 0.0], [1, 1], level=0.95)).all()
    with pytest.raises(AssertionError, match="0 to 1"):
        share_limits([85.0, 90.0], [1, 2], level=0.95)


def test_skew_scores_of_a_dozen_people_lie_above_the_truth_as_seldom_as_below():
    rng, times = np.random.default_rng(7), 2000
    people = np.arange(12)
    ends = np.array([
        share_limits(rng.binomial(10, rng.beta(6.4, 1.6, 12)) / 10, people, level=0.95) for _ in range(times)
    ])  # fmt: skip
    for missed in (np.mean(ends[:, 0] > 0.8), np.mean(ends[:, 1] < 0.8)):
        assert missed <= 0.025 + 2.58 * (0.025 * 0.975 / times) ** 0.5
