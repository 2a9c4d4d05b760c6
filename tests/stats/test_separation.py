"""Is it seen that a column tells leavers from stayers without error, and only then?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnlab.stats.separation import separating_direction

LEFT = np.array([True, True, False, False])


def with_constant(*columns: list[float]) -> np.ndarray:
    return np.column_stack([np.ones(4), *columns])


#                 leavers  stayers
#       x           3  4     1  2      x > 2.5: complete
#       touching    3  2     2  1      decided but for those at 2: quasi-complete
#       mixed       3  1     2  4      no place tells them apart
@pytest.mark.parametrize(
    ("values", "direction"),
    [
        ([3, 4, 1, 2], [-2.5, 1]),
        ([1, 2, 3, 4], [2.5, -1]),
        ([3, 2, 2, 1], [-2, 1]),
        ([3, 1, 2, 4], [0, 0]),
        ([5, 5, 5, 5], [0, 0]),
    ],
)
def test_a_column_that_separates_is_named_with_the_place(values, direction):
    assert separating_direction(with_constant(values), LEFT).tolist() == direction


def test_a_single_column_is_named_before_any_combination():
    found = separating_direction(with_constant([3, 1, 2, 4], [3, 4, 1, 2]), LEFT)
    assert found.tolist() == [-2.5, 0, 1]


# Neither column alone tells them apart: leavers have 1, -1 and -1, 1; stayers -1, -1 and 0, -0.5. Their sum does.
def test_columns_that_separate_together_are_found():
    X = with_constant([2, -1, -2, 0.9], [-1, 2, 0.9, -2])
    assert not any(separating_direction(X[:, [0, column]], LEFT).any() for column in (1, 2))
    direction = separating_direction(X, LEFT)
    decided = np.where(LEFT, 1, -1) * (X @ direction)
    assert (decided >= -1e-9).all()
    assert decided.max() > 0


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(st.integers(-3, 3), min_size=12, max_size=12),
    ends=st.lists(st.booleans(), min_size=6, max_size=6).filter(lambda ends: 0 < sum(ends) < 6),
)
def test_along_a_direction_nobody_is_on_the_wrong_side(values, ends):
    left = np.array(ends)
    X = np.column_stack([np.ones(6), np.array(values, dtype=float).reshape(6, 2)])
    direction = separating_direction(X, left)
    sides = np.where(left, 1, -1) * (X @ direction)
    assert (sides >= -1e-6).all()
    assert direction.any() == (sides.max() > 1e-9)
