import numpy as np
import pytest

from churnlab.stats.cox_errors import clustered_errors
from churnlab.stats.survival import Stays
from tests.stats.test_hazards import REFERENCE, R, X

COVARIANCE = R["cox_covariance"].reshape(3, 3)


def test_the_errors_by_student_with_ties_and_late_entries_are_those_of_r():
    found = clustered_errors(REFERENCE, X, R["cox"], COVARIANCE)
    assert found == pytest.approx(R["cox_clustered_se"], rel=1e-6)
    assert found != pytest.approx(R["cox_se"], rel=0.01)


def test_two_stays_by_hand():
    # a (x = 1) ends on day 0 beside b (x = 0), who ends on day 1. At a log ratio of 0: mean on day 0 1/2, on day 1 0.
    # a: 1 − 1/2 of the end, − (1 − 1/2) · 1/2 of the hazard: 1/4; b: 0 − (0 − 1/2) · 1/2: 1/4, alone on day 1: 0
    two = Stays(entry=np.full(2, -1), exit=np.array([0, 1]), cause=np.ones(2, int), cluster=np.arange(2))
    columns, coefficients, covariance = np.array([[1.0], [0.0]]), np.zeros(1), np.array([[4.0]])
    assert clustered_errors(two, columns, coefficients, covariance) == pytest.approx([4 * np.hypot(1 / 4, 1 / 4)])
    of_one = Stays(entry=two.entry, exit=two.exit, cause=two.cause, cluster=np.zeros(2, int))
    assert clustered_errors(of_one, columns, coefficients, covariance) == pytest.approx([4 * (1 / 4 + 1 / 4)])


def test_the_names_of_students_and_the_order_of_stays_change_nothing():
    order = np.random.default_rng(2).permutation(len(X))
    other = Stays(
        entry=REFERENCE.entry[order], exit=REFERENCE.exit[order], cause=REFERENCE.cause[order],
        cluster=1000 - REFERENCE.cluster[order],
    )  # fmt: skip
    assert clustered_errors(other, X[order], R["cox"], COVARIANCE) == pytest.approx(
        clustered_errors(REFERENCE, X, R["cox"], COVARIANCE)
    )
