"""Is this week's count more than usual?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from churnlab.stats.poisson import more_than_usual, usual_range


def test_three_where_nobody_was_in_two_weeks_is_one_chance_in_twenty_seven():
    # Each of the three fell into one of three weeks: all into the last with (1 / 3)³.
    assert more_than_usual(3, 0, 2) == pytest.approx(1 / 27)


def test_as_many_as_usual_is_no_surprise():
    # Two of four in the last of two weeks: P(X ≥ 2), X ~ B(4, 1 / 2) = 11 / 16.
    assert more_than_usual(2, 2, 1) == pytest.approx(11 / 16)
    assert more_than_usual(0, 0, 12) == 1.0


@pytest.mark.parametrize("ask", [lambda: usual_range(3, 0, 0.95), lambda: more_than_usual(3, 3, 0)])
def test_with_nothing_to_compare_with_nothing_is_said(ask):
    with pytest.raises(ValueError, match="no period"):
        ask()


def test_after_no_event_in_one_week_the_next_may_have_some():
    # Negative binomial, shape 1/2 and p = 1/2: P(0) = .707, then .177, .066, .028: P(≤ 2) = .950, P(≤ 3) = .978.
    assert usual_range(0, 1, 0.95) == (0, 3)


def test_the_range_holds_the_next_count_as_often_as_it_says():
    rng = np.random.default_rng(1)
    for rate in (0.4, 3.0, 20.0):
        before, now = rng.poisson(rate * 12, 4000), rng.poisson(rate, 4000)
        ranges = {many: usual_range(int(many), 12, 0.95) for many in set(before)}
        held = np.mean([ranges[b][0] <= n <= ranges[b][1] for b, n in zip(before, now, strict=True)])
        assert held >= 0.945


def test_the_test_rejects_no_more_often_than_it_says():
    rng = np.random.default_rng(2)
    p = [more_than_usual(n, b, 12) for n, b in zip(rng.poisson(3, 4000), rng.poisson(36, 4000), strict=True)]
    assert np.mean(np.array(p) <= 0.05) <= stats.binom.ppf(0.999, 4000, 0.05) / 4000


@given(st.integers(0, 60), st.integers(0, 400), st.integers(1, 30))
def test_more_is_never_less_surprising(count, events, periods):
    assert more_than_usual(count + 1, events, periods) <= more_than_usual(count, events, periods) + 1e-12
