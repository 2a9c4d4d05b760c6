"""Are gains, what was kept of them and what chance brings worked out as published?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from churnlab.stats.gain import expected_by_regression, normalised_gain, ratio_of_means, retention, toward_the_mean


# Before 40, 60, 100; after 70, 60, 90; the highest is 100.
#   of means: (220 − 200) / (300 − 200) = 1 / 5; own gains 30 / 60 and 0 / 40: mean 1 / 4; one was at the top
#   changes: 30 / 60, 0, −10 / 100: mean 2 / 15
def test_gains_of_three_people_by_hand():
    found = normalised_gain([40, 60, 100, 50], [70, 60, 90, np.nan], highest=100, level=0.95)
    assert (found.n, found.incomplete, found.at_top) == (3, 1, 1)
    assert (found.gain, found.single, found.change) == (pytest.approx(1 / 5), 1 / 4, pytest.approx(2 / 15))


# Marx and Cummings: who stays at the top or at the bottom is left out; a drop is divided by what there was to lose.
def test_who_cannot_rise_or_fall_further_is_left_out_of_the_change():
    found = normalised_gain([0, 20, 10], [0, 20, 5], highest=20, level=0.95)
    assert found.change == -5 / 10
    assert np.isnan([found.change_low, found.change_high]).all()


# Hake's course averages: 0.23 and 0.48 of what there was to learn, whatever the single people did.
@pytest.mark.parametrize(("gain", "after"), [(0.23, 61.5), (0.48, 74.0)])
def test_the_gain_is_one_of_class_means(gain, after):
    before = np.array([30.0, 45, 50, 55, 70])
    found = normalised_gain(before, np.array([4.0, -6, 2, -1, 1]) + after, highest=100, level=0.95)
    assert found.gain == pytest.approx(gain)
    assert found.single != pytest.approx(gain, abs=0.01)


# Learned 10 and 20, kept 5 and 10 of it: a half of it.
def test_what_was_kept_by_hand():
    found = retention([0, 0, 3], [10, 20, 8], [5, 10, np.nan], level=0.95)
    assert (found.n, found.incomplete, found.ratio) == (2, 1, 1 / 2)


# Above and below: 1 and 3 over 2 and 2. The mean below is known: 2 / 2, ± t of one degree of freedom (tan of 0.45 π
# for 95 %, by its quantile function) times the error 1, over 2.
def test_a_known_denominator_by_hand():
    found = ratio_of_means([1, 3], [2, 2], level=0.9)
    assert (found.ratio, found.bounded) == (1, True)
    assert (found.low, found.high) == (pytest.approx(1 - np.tan(0.45 * np.pi) / 2), pytest.approx(2 - found.low))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(-5, 9), st.integers(-3, 9)), min_size=4, max_size=9, unique=True),
    st.floats(-4, 4),
)
def test_a_ratio_is_held_where_the_t_test_does_not_reject_it(people, ratio):
    above, below = np.array(people, dtype=float).T
    found = ratio_of_means(above, below, level=0.9)
    left = above - ratio * below
    if np.ptp(left) < 1e-6 or not np.isfinite(found.ratio):
        return
    p = stats.ttest_1samp(left, 0).pvalue
    held = found.low <= ratio <= found.high and not found.gap_low < ratio < found.gap_high
    if abs(p - 0.1) > 1e-6:
        assert held == (p > 0.1)


def test_where_nothing_may_have_been_learned_the_share_kept_has_no_ends():
    any_ratio = ratio_of_means([1, -1, 2, -2], [1, -1, -2, 2.5], level=0.95)
    assert (any_ratio.low, any_ratio.high, any_ratio.bounded) == (-np.inf, np.inf, False)
    assert np.isnan(any_ratio.gap_low)
    with_gap = ratio_of_means([10, 11, 9, 10], [1, -1, -2, 2.5], level=0.95)
    assert (with_gap.low, with_gap.high, with_gap.bounded) == (-np.inf, np.inf, False)
    assert with_gap.gap_low < 0 < with_gap.gap_high


# Cut at the mean: half of all, their mean √(2 / π) deviations below it; of that 1 − reliability comes back.
def test_regression_by_hand_and_by_drawing():
    found = expected_by_regression(70, 10, 0.6, 70)
    assert (found.share, found.first) == (1 / 2, pytest.approx(70 - 10 * (2 / np.pi) ** 0.5))
    assert found.gain == pytest.approx(0.4 * 10 * (2 / np.pi) ** 0.5)
    assert found.second == pytest.approx(found.first + found.gain)
    rng = np.random.default_rng(3)
    true = 70 + 10 * 0.6**0.5 * rng.normal(size=400_000)
    first, second = (true + 10 * 0.4**0.5 * rng.normal(size=len(true)) for _ in range(2))
    low = first < 60
    expected = expected_by_regression(70, 10, 0.6, 60)
    assert (second - first)[low].mean() == pytest.approx(expected.gain, abs=0.1)
    assert low.mean() == pytest.approx(expected.share, abs=3e-3)
    assert first[low].mean() == pytest.approx(expected.first, abs=0.1)


def test_chosen_far_down_most_comes_back_and_a_perfect_test_brings_nothing_back():
    assert expected_by_regression(0, 1, 1, -1).gain == 0
    far = expected_by_regression(0, 1, 0, -50)
    assert far.gain == pytest.approx(50, rel=1e-3)
    with pytest.raises(AssertionError):
        expected_by_regression(0, 1, 1.2, -1)


def test_the_interval_of_the_gain_holds():
    rng, times = np.random.default_rng(4), 600
    held = 0
    for _ in range(times):
        before = np.clip(rng.normal(50, 12, 20), 0, 95)
        after = before + (100 - before) * rng.beta(3, 5, 20)
        found = normalised_gain(before, after, highest=100, level=0.95)
        held += found.low <= 3 / 8 <= found.high
    assert abs(held / times - 0.95) <= 2.58 * (0.95 * 0.05 / times) ** 0.5


def test_where_nothing_can_be_known_no_gain_is_said():
    full = normalised_gain([10, 10], [10, 9], highest=10, level=0.95)
    assert (full.at_top, full.change) == (2, -0.1)
    assert np.isnan([full.gain, full.low, full.high, full.single]).all()
    nobody = normalised_gain([], [], highest=10, level=0.95)
    assert np.isnan([nobody.gain, nobody.single, nobody.change]).all()
    with pytest.raises(AssertionError, match="between 0"):
        normalised_gain([11], [3], highest=10, level=0.95)


def test_a_group_comes_back_by_what_its_scores_do_not_measure():
    # Kelley: a true score is expected at 50 + .8 · (40 − 50) = 42, that is 2 up from 40.
    assert toward_the_mean(50, 40, 0.8) == pytest.approx(2)
    cut = expected_by_regression(50, 10, 0.8, 45)
    assert toward_the_mean(50, cut.first, 0.8) == pytest.approx(cut.gain)
