import numpy as np
import pytest
from statsmodels.stats.outliers_influence import variance_inflation_factor

from churnlab.stats.collinearity import independent, variance_inflation


def _columns(n=200):
    return np.random.default_rng(3).normal(size=(n, 3))


def test_a_constant_a_copy_and_a_sum_add_nothing():
    a, b, c = _columns().T
    X = np.column_stack([np.ones(200), a, np.full(200, 7.0), 2 * a - 3, b, a + b, c])
    assert independent(X).tolist() == [True, True, False, False, True, False, True]


def test_units_do_not_matter():
    a, b, _ = _columns().T
    assert independent(np.column_stack([np.ones(200), a * 1e-9, b * 1e9])).all()


def test_a_column_far_from_zero_that_varies_little_still_counts():
    a, b, _ = _columns().T
    assert independent(np.column_stack([np.ones(200), 1e6 + a, b])).all()


def test_two_columns_by_hand():
    # correlation r = 0.8: 1 / (1 − 0.64)
    X = np.array([[1.0, 1, -1, -1], [1, 0.6, -0.6, -1]]).T
    r = np.corrcoef(X.T)[0, 1]
    assert variance_inflation(X) == pytest.approx([1 / (1 - r**2)] * 2)


def test_inflation_agrees_with_statsmodels():
    a, b, c = _columns().T
    X = np.column_stack([a, b + 2 * a, c - b])
    with_constant = np.column_stack([np.ones(200), X])
    assert variance_inflation(X) == pytest.approx([variance_inflation_factor(with_constant, j) for j in (1, 2, 3)])


def test_the_columns_of_a_feature_are_judged_together():
    # Fox & Monette: det(R of its own) · det(R of the others) / det(R of all), to the power 1 / df
    a, b, c = _columns().T
    X = np.column_stack([a, b + a, c + 2 * b])
    det = np.linalg.det
    R = np.corrcoef(X.T)
    together = (det(R[:2, :2]) / det(R)) ** 0.5
    alone = variance_inflation(X)[2]
    assert variance_inflation(X, features=["x", "x", "y"]) == pytest.approx([together, together, alone])
    assert variance_inflation(X, features=["x", "y", "z"]) == pytest.approx(variance_inflation(X))


def test_a_single_column_is_not_inflated():
    assert variance_inflation(_columns()[:, :1]) == pytest.approx([1.0])
