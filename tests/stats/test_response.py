"""Are the silent given their due: any answer, or a stated shift?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, ttest_ind

from churnlab.stats.intervals import wilson
from churnlab.stats.response import late_difference, nonresponse_bounds, response_rate


def test_a_rate_has_its_interval():
    found = response_rate(30, 40, level=0.95)
    assert (found.rate, found.low, found.high) == (0.75, *wilson(30, 40, 0.95))
    assert np.isnan([response_rate(0, 0, level=0.95).rate, response_rate(0, 0, level=0.95).low]).all()
    with pytest.raises(AssertionError, match="more answers"):
        response_rate(3, 2, level=0.95)


# Six of ten answer, 4 5 5 4 3 3, mean 4: with all others 1 (24 + 4) / 10, with all others 5 (24 + 20) / 10.
# At most half a point away: (24 + 4 · 3.5) / 10 and (24 + 4 · 4.5) / 10.
def test_ten_who_were_asked_by_hand():
    found = nonresponse_bounds([4, 5, 5, 4, 3, 3], 10, lowest=1, highest=5, level=0.95)
    assert (found.least, found.most, found.answered_mean) == (pytest.approx(2.8), pytest.approx(4.4), 4)
    near = nonresponse_bounds([4, 5, 5, 4, 3, 3], 10, lowest=1, highest=5, shift=0.5, level=0.95)
    assert (near.least, near.most) == (pytest.approx(3.8), pytest.approx(4.2))
    # The bounds are means of ten numbers: 4 5 5 4 3 3 1 1 1 1, with 5 5 5 5. They lie many errors apart: one-sided.
    filled = np.array([4, 5, 5, 4, 3, 3, 1, 1, 1, 1])
    assert found.low == pytest.approx(2.8 - norm.ppf(0.95) * filled.std(ddof=1) / 10**0.5, abs=5e-3)


# Of a share, 6 of 10 answering and 3 saying yes, between 3 / 10 and 7 / 10.
def test_of_a_share_as_much_is_open_as_did_not_answer():
    found = nonresponse_bounds([1, 1, 1, 0, 0, 0], 10, lowest=0, highest=1, level=0.95)
    assert (found.least, found.most) == (pytest.approx(0.3), pytest.approx(0.7))


def test_where_all_answer_it_is_the_mean_with_its_normal_interval():
    values = np.array([4, 5, 5, 4, 3, 3, 2])
    found = nonresponse_bounds(values, 7, lowest=1, highest=5, level=0.95)
    half = norm.ppf(0.975) * values.std(ddof=1) / 7**0.5
    assert (found.least, found.most) == (pytest.approx(values.mean()), pytest.approx(values.mean()))
    assert found.low == pytest.approx(values.mean() - half, abs=1e-5)


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=30), st.integers(0, 20), st.floats(0, 4), st.floats(0, 4))
def test_more_doubt_is_never_a_shorter_interval(values, silent, one, two):
    asked = len(values) + silent
    near, far = (
        nonresponse_bounds(values, asked, lowest=1, highest=5, shift=shift, level=0.9) for shift in sorted((one, two))
    )
    whole = nonresponse_bounds(values, asked, lowest=1, highest=5, level=0.9)
    assert 1 <= whole.low <= whole.least + 1e-9
    assert whole.least <= far.least + 1e-9 <= near.least + 2e-9
    assert near.least <= near.answered_mean + 1e-9 <= near.most + 2e-9
    assert near.most <= far.most + 1e-9 <= whole.most + 2e-9
    assert whole.most <= whole.high + 1e-9 <= 5 + 1e-9


# The silent are less content, by as much as allowed: the mean of all is at the lower bound, the hardest place to hold.
@pytest.mark.parametrize(("shift", "gap"), [(None, None), (0.4, 0.4), (0.0, 0.0)])
def test_the_interval_holds_the_mean_of_all(shift, gap):
    rng, times, held = np.random.default_rng(9), 600, 0
    scores, shares, rate = np.arange(1, 6), np.array([0.05, 0.1, 0.2, 0.4, 0.25]), 0.7
    mean = float(scores @ shares)
    true = rate * mean + (1 - rate) * (1 if gap is None else mean - gap)
    for _ in range(times):
        answered = rng.binomial(60, rate)
        values = rng.choice(scores, answered, p=shares)
        found = nonresponse_bounds(values, 60, lowest=1, highest=5, shift=shift, level=0.9)
        held += found.low <= true <= found.high
    assert abs(held / times - 0.9) <= 2.58 * (0.09 / times) ** 0.5


def test_where_nobody_answers_the_whole_scale_is_open():
    silent = nonresponse_bounds([], 8, lowest=1, highest=5, level=0.95)
    assert (silent.least, silent.most, silent.low, silent.high) == (1, 5, 1, 5)
    assert np.isnan(nonresponse_bounds([], 0, lowest=1, highest=5, level=0.95).low)
    with pytest.raises(AssertionError, match="more answers"):
        nonresponse_bounds([1, 2], 1, lowest=1, highest=5, level=0.95)


# Early 4, 5, late 2, 4 and a gap: 3 − 4.5.
def test_late_answers_by_hand_and_by_scipy():
    found = late_difference([4, 5, 2, 4, np.nan], [0, 0, 1, 1, 1], level=0.9)
    assert (found.difference, found.early, found.late) == (-1.5, 2, 2)
    other = ttest_ind([2, 4], [4, 5], equal_var=False)
    assert (found.p_value, found.low) == (
        pytest.approx(other.pvalue),
        pytest.approx(other.confidence_interval(0.9).low),
    )
    # All early ones alike: the error is that of the late, 3 and 4, alone: √(1 / 2 / 2), with one degree of freedom.
    one_kind = late_difference([5, 5, 5, 3, 4], [0, 0, 0, 1, 1], level=0.9)
    assert one_kind.high - one_kind.difference == pytest.approx(np.tan(0.45 * np.pi) / 2)
    for values, late in (([1, 2, 3], [0, 0, 1]), ([5, 5, 5, 5], [0, 0, 1, 1])):
        unknown = late_difference(values, late, level=0.9)
        assert np.isnan([unknown.low, unknown.p_value]).all()
    assert np.isnan(late_difference([1], [0], level=0.9).difference)
