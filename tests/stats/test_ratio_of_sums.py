"""Does the interval of a ratio of sums hold what other people like these would have had?"""

import numpy as np
import pytest
from scipy.stats import binom

from churnlab.stats.ratio_of_sums import ratio_of_sums


# Two people had 1 and 3 and have 2 and 4: 6 / 4 = 1.5. Off by 2 − 1.5 = 0.5 and 4 − 4.5 = −0.5.
#   error of the logarithm: √(2 / 1 · (0.25 + 0.25)) / 6 = 1 / 6; t of one degree at 95 % is 12.7062
def test_two_people_by_hand() -> None:
    found = ratio_of_sums([2, 4], [1, 3], level=0.95)
    assert found.ratio == 1.5
    assert found.high == pytest.approx(1.5 * np.exp(12.7062 / 6), rel=1e-5)
    assert found.low == pytest.approx(1.5 / np.exp(12.7062 / 6), rel=1e-5)


def test_people_who_all_grew_alike_leave_nothing_to_chance() -> None:
    found = ratio_of_sums([2, 4, 8], [1, 2, 4], level=0.95)
    assert (found.low, found.high) == (pytest.approx(2), pytest.approx(2))


def test_what_cannot_be_told_is_not() -> None:
    assert np.isnan(ratio_of_sums([1, 2], [0, 0], level=0.95).ratio)
    assert np.isnan(ratio_of_sums([1], [2], level=0.95).low)
    nothing = ratio_of_sums([0, 0], [1, 2], level=0.95)
    assert nothing.ratio == 0
    assert np.isnan(nothing.high)


@pytest.mark.parametrize("people", [8, 20])
def test_intervals_hold_the_ratio_of_all(people: int) -> None:
    """Of sales that differ from person to person, planted to grow by 12 % on the mean."""
    rng, draws = np.random.default_rng(people), 2000
    own = rng.gamma(6, 100, (draws, people))
    before = own * rng.gamma(20, 1 / 20, (draws, people))
    after = own * rng.gamma(20, 1.12 / 20, (draws, people))
    found = [ratio_of_sums(a, b, level=0.95) for a, b in zip(after, before, strict=True)]
    held = sum(one.low <= 1.12 <= one.high for one in found)
    # A linearised error of eight people is a little small.
    assert binom.ppf(0.005, draws, 0.93 if people < 10 else 0.94) <= held <= binom.ppf(0.995, draws, 0.96)
