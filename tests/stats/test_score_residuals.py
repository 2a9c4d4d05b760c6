"""Is what each stay adds what the risk sets say?"""

import json
from pathlib import Path

import numpy as np
import pytest

from churnlab.stats.score_residuals import by_student, score_residuals, sums_at_risk
from churnlab.stats.survival import Stays

R = {
    name: np.array(values)
    for name, values in json.loads((Path(__file__).parents[1] / "reference" / "survival.json").read_text()).items()
}
REFERENCE = Stays(entry=R["entry"], exit=R["exit"], cause=R["cause"], cluster=R["id"])
X = np.column_stack([R["x"], R["group"] == 2, R["group"] == 3]).astype(float)
# day      0   1   2
# a, x=0   x
# b, x=0   ────────o
# c, x=1       (───x    comes into view after day 1
THREE = Stays(entry=np.array([-1, -1, 1]), exit=np.array([0, 2, 2]), cause=np.array([1, 0, 1]), cluster=[5, 2, 5])


def test_residuals_worked_by_hand():
    # With a hazard ratio of 3, day 0: a and b at risk, mean 0. Day 2: b and c, weights 1 and 3, mean 3/4, hazard 1/4;
    # on that day the covariate counts double.
    found = score_residuals(THREE, np.array([[0.0], [0.0], [1.0]]), np.log([3.0]), time=np.array([1.0, 2.0]))
    assert found[:, 0].tolist() == pytest.approx(
        [0, -2 * 1 / 4 * (0 - 3 / 4), 2 * (1 - 3 / 4) - 2 * 3 / 4 * (1 - 3 / 4)]
    )


def test_sums_are_those_of_who_is_there_and_of_who_is_one_student():
    values = np.array([[1.0], [10.0], [100.0]])
    assert sums_at_risk(THREE, values, np.array([0, 1, 2])).tolist() == [[11], [10], [110]]
    assert by_student(THREE, values).tolist() == [[10], [101]]


def test_at_the_coefficients_of_r_they_add_up_to_nothing():
    days = int((REFERENCE.ends() > 0).sum())
    total = score_residuals(REFERENCE, X, R["cox_breslow"], time=np.ones(days)).sum(axis=0)
    assert total == pytest.approx(np.zeros(3), abs=1e-6)


def test_where_to_count_from_changes_nothing():
    time = np.linspace(0, 1, int((REFERENCE.ends() > 0).sum()))
    one, other = (score_residuals(REFERENCE, x, R["cox_breslow"], time=time) for x in (X, X - 3))
    assert one == pytest.approx(other)
