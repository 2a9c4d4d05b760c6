import numpy as np
import pytest
from scipy.stats import fisher_exact, norm

from churnlab.stats.proportions import rates_differ


def _groups(one, other):
    """Return rows of two groups, each (how many left, of how many)."""
    left = [np.arange(n) < gone for gone, n in (one, other)]
    return np.concatenate(left), np.repeat([True, False], [one[1], other[1]])


def test_of_students_with_one_row_each_it_is_fishers_test():
    left, inside = _groups((8, 20), (5, 40))
    exact = fisher_exact([[8, 12], [5, 35]]).pvalue
    assert rates_differ(left, inside, np.arange(60)) == pytest.approx(exact)


def test_rows_of_a_student_that_are_alike_make_nothing_surer_by_hand():
    # Each student has 4 rows, all alike: 4 of 10 left against 2 of 20. Pooled rate 1/5; a student who left adds
    # 4 · 4/5, one who stayed −4 · 1/5, over 40 rows in the group and over 80 outside.
    left, inside = _groups((4, 10), (2, 20))
    squares = 4 * 0.08**2 + 6 * 0.02**2 + 2 * 0.04**2 + 18 * 0.01**2
    z = (4 / 10 - 2 / 20) / np.sqrt(squares * 30 / 29)
    told = rates_differ(np.repeat(left, 4), np.repeat(inside, 4), np.repeat(np.arange(30), 4))
    assert told == pytest.approx(2 * norm.sf(z))
    assert told > 100 * fisher_exact([[16, 24], [8, 72]]).pvalue


def test_rows_of_a_student_that_differ_make_nothing_surer_either():
    # every student has a row in either group; four left in one and stayed in the other
    left, inside = _groups((4, 10), (0, 10))
    whose = np.tile(np.arange(10), 2)
    assert rates_differ(left, inside, whose) == pytest.approx(fisher_exact([[4, 6], [0, 10]]).pvalue)


@pytest.mark.parametrize("gone", [0, 6])
def test_where_nobody_or_everybody_left_nothing_differs(gone):
    left, inside = np.arange(6) < gone, np.arange(6) < 3
    assert rates_differ(left, inside, [1, 1, 2, 3, 3, 4]) == 1


def test_groups_that_are_alike_are_called_different_as_seldom_as_they_should():
    """Students of 1 to 4 rows who leave with all of them or none: at 5 %, some 20 of 400."""
    rng, found = np.random.default_rng(3), 0
    for _ in range(400):
        whose = np.repeat(np.arange(120), rng.integers(1, 5, 120))
        left, inside = (rng.random(120) < 0.2)[whose], (np.arange(120) < 50)[whose]
        found += rates_differ(left, inside, whose) < 0.05
    assert 7 <= found <= 33
