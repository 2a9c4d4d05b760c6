"""What is the mean of several estimates, and how sure is it?"""

import math

import pytest

from churnlab.stats.intervals import wilson
from churnlab.stats.weighted_mean import weighted_mean


def test_distances_add_up_as_squares_or_as_they_are():
    # 1 (0 to 2) and 3 (1 to 7), by 3 : 1.
    estimates = ([1, 3], [0, 1], [2, 7], [3, 1])
    apart = weighted_mean(*estimates, independent=True)
    assert apart.mean == pytest.approx((3 * 1 + 1 * 3) / 4)
    assert apart.mean - apart.low == pytest.approx(math.hypot(3 / 4 * 1, 1 / 4 * 2))
    assert apart.high - apart.mean == pytest.approx(math.hypot(3 / 4 * 1, 1 / 4 * 4))
    together = weighted_mean(*estimates, independent=False)
    assert (together.low, together.high) == pytest.approx(((3 * 0 + 1) / 4, (3 * 2 + 7) / 4))


def test_newcombes_difference_of_two_shares_is_a_case_of_it():
    """56 of 70 less 48 of 80: 0.0524 to 0.3339 (Newcombe R G, Stat Med 1998;17:873–890, table II, method 10)."""
    low, high = wilson([56, 48], [70, 80], 0.95)
    # The mean of one share and of what the other lacks to 1 is (difference + 1) / 2.
    found = weighted_mean(
        [56 / 70, 1 - 48 / 80], [low[0], 1 - high[1]], [high[0], 1 - low[1]], [1, 1], independent=True
    )
    assert [round(2 * one - 1, 4) for one in (found.mean, found.low, found.high)] == [0.2, 0.0524, 0.3339]


def test_what_weighs_nothing_does_not_count():
    alone = weighted_mean([2, 9], [1, 8], [4, 99], [1, 0], independent=False)
    assert (alone.mean, alone.low, alone.high) == (2, 1, 4)
