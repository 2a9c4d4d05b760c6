"""Are means over months that are like each other as sure as is said?"""

import numpy as np
import pytest
from scipy.stats import binom

from churnlab.stats.block_means import block_means
from churnlab.stats.serial_means import serial_means


def drawn(rng, people, months, correlation):
    """Return levels, and months whose rests have variance 1."""
    level, rest = rng.normal(size=people), np.empty((people, months))
    rest[:, 0] = rng.normal(size=people)
    for month in range(1, months):
        rest[:, month] = correlation * rest[:, month - 1] + np.sqrt(1 - correlation**2) * rng.normal(size=people)
    who, when = np.divmod(np.arange(people * months), months)
    return level, (level[:, None] + rest).ravel(), who, when


def test_two_months_each_by_hand():
    # A: 1 and 3, B: 2 and 2. Of two months each no correlation can be told. The variance is (1 + 1 + 0 + 0) / 2; of a
    # mean of two half of that.
    found = serial_means([1, 3, 2, 2], ["A", "A", "B", "B"], [1, 2, 1, 2])
    assert found["mean"].tolist() == [2, 2]
    assert found["n"].tolist() == [2, 2]
    assert found.attrs["correlation"] == 0
    assert found["error"].tolist() == pytest.approx([np.sqrt(1 / 2)] * 2)


def test_the_error_is_that_of_a_mean_of_months_that_are_alike():
    _, values, who, when = drawn(np.random.default_rng(3), 200, 12, 0.5)
    found = serial_means(values, who, when)
    assert found.attrs["correlation"] == pytest.approx(0.5, abs=0.05)
    # Of 12 months with 0.5, 0.25, …: (12 + 2 Σ (12 − k) 0.5ᵏ) / 12².
    exact = np.sqrt((12 + 2 * sum((12 - k) * 0.5**k for k in range(1, 12))) / 144)
    assert found["error"].iloc[0] == pytest.approx(exact, rel=0.07)
    # Blocks of three months are like each other, too, and say a sixth too little.
    assert block_means(values, who, when // 3)["error"].iloc[0] < 0.9 * exact


def test_who_lacks_months_is_told_less_surely():
    _, values, who, when = drawn(np.random.default_rng(4), 30, 12, 0.4)
    kept = (who > 0) | (when < 4)
    found = serial_means(values[kept], who[kept], when[kept])
    assert found["n"].tolist() == [4] + [12] * 29
    assert found["error"][0] > 1.4 * found["error"][1]


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.6])
def test_the_truth_lies_within_two_errors_as_often_as_it_should(correlation):
    rng, misses, of = np.random.default_rng(6), 0, 0
    for _ in range(100):
        level, values, who, when = drawn(rng, 20, 12, correlation)
        found = serial_means(values, who, when)
        misses += int((np.abs(found["mean"] - level) > 1.96 * found["error"]).sum())
        of += 20
    assert binom.ppf(0.005, of, 0.05) * 0.8 <= misses <= binom.ppf(0.995, of, 0.05) * 1.15, misses


def test_of_one_month_each_nothing_can_be_said_of_the_error():
    assert serial_means([1, 2], ["A", "B"], [1, 1])["error"].isna().all()
    with pytest.raises(ValueError, match="two values of one time"):
        serial_means([1, 2], ["A", "A"], [1, 1])
    assert serial_means([1, 1, 2, 2], ["A", "A", "B", "B"], [1, 2, 1, 2])["error"].tolist() == [0, 0]
