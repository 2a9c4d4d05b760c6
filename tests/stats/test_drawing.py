"""What may numbers be, of which an estimate or a range is known?"""

import numpy as np
import pytest
from scipy import stats

from churnlab.stats.drawing import between, estimates

MANY = 200_000


def drawn(values, errors, freedom, correlation, seed=1):
    rng = np.random.default_rng(seed)
    return estimates(values, errors, freedom, correlation, draws=MANY, rng=rng)


def test_each_number_has_the_quantiles_of_its_own_t_interval():
    found = drawn([5.0, -1.0], [2.0, 0.5], [8.0, np.nan], [[1, 0.6], [0.6, 1]])
    # t with 8 degrees of freedom: ± 2.306 errors; without any: ± 1.960, as a normal one has.
    assert np.quantile(found[:, 0], [0.025, 0.975]) == pytest.approx([5 - 2.306 * 2, 5 + 2.306 * 2], abs=0.06)
    assert np.quantile(found[:, 1], [0.025, 0.975]) == pytest.approx([-1 - 1.96 / 2, -1 + 1.96 / 2], abs=0.02)
    assert np.median(found, axis=0) == pytest.approx([5.0, -1.0], abs=0.02)


def test_they_go_together_as_their_estimates_do():
    joined = np.array([[1, 0.6, 0], [0.6, 1, 0], [0, 0, 1]])
    found = drawn([0, 0, 0], [1, 3, 1], [np.inf, np.inf, np.inf], joined)
    assert np.corrcoef(found, rowvar=False) == pytest.approx(joined, abs=0.01)
    # A normal copula with correlation 0.6 has the rank correlation 6/π · asin(0.6 / 2), whatever the margins.
    ranks = drawn([0, 0], [1, 1], [3, 30], [[1, 0.6], [0.6, 1]])
    assert stats.spearmanr(ranks[:, 0], ranks[:, 1]).statistic == pytest.approx(6 / np.pi * np.arcsin(0.3), abs=0.01)


def test_estimates_that_are_the_same_move_as_one():
    # The matrix of ones has no Cholesky root.
    found = drawn([0.0, 10.0], [1.0, 2.0], [np.nan, np.nan], np.ones((2, 2)))
    assert found[:, 1] == pytest.approx(10 + 2 * found[:, 0])


def test_what_has_no_error_is_known():
    assert drawn([3.0], [0.0], [5.0], [[1.0]]) == pytest.approx(np.full((MANY, 1), 3.0))


def test_a_triangle_lies_within_its_ends_and_has_its_mean():
    found = between(1.0, 2.0, 6.0, draws=MANY, rng=np.random.default_rng(1))
    assert (found.min() >= 1, found.max() <= 6) == (True, True)
    assert found.mean() == pytest.approx((1 + 2 + 6) / 3, abs=0.01)
    # Below the likeliest lies (2 − 1) / (6 − 1) of it.
    assert (found < 2).mean() == pytest.approx(1 / 5, abs=0.005)


def test_a_range_without_width_is_a_number():
    assert between(4.0, 4.0, 4.0, draws=3, rng=np.random.default_rng(1)).tolist() == [4.0, 4.0, 4.0]
