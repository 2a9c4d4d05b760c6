import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnlab.stats.hazards import distinct, log_rank, observed_over_expected, proportionality
from churnlab.stats.survival import Stays

R = {
    name: np.array(values)
    for name, values in json.loads((Path(__file__).parents[1] / "reference" / "survival.json").read_text()).items()
}
REFERENCE = Stays(entry=R["entry"], exit=R["exit"], cause=R["cause"], cluster=R["id"])
X = np.column_stack([R["x"], R["group"] == 2, R["group"] == 3]).astype(float)


def test_log_rank_worked_by_hand():
    # day 0: a b | c d at risk, a ends    expected in group 1: 1/2, variance 1/4
    # day 1:   b | c d at risk, c ends    expected in group 1: 2/3, variance 2/9
    # day 2:   b |   d at risk, nobody ends
    four = Stays(entry=np.full(4, -1), exit=np.array([0, 2, 1, 2]), cause=np.array([1, 0, 1, 0]), cluster=np.arange(4))
    test = log_rank(four, np.array([0, 0, 1, 1]))
    assert test.chi2 == pytest.approx((1 - 1 / 2 - 2 / 3) ** 2 / (1 / 4 + 2 / 9))
    assert test.degrees == 1


def test_log_rank_is_that_of_r():
    whole = REFERENCE.entry == -1
    assert log_rank(REFERENCE.of(whole), R["group"][whole] - 1).chi2 == pytest.approx(R["logrank_chi2"][0])


def test_log_rank_with_late_entries_is_the_score_test_of_r():
    late = Stays(
        entry=R["late_entry"], exit=R["late_exit"], cause=R["late_dead"], cluster=np.arange(len(R["late_exit"]))
    )
    assert log_rank(late, R["late_group"] - 1).chi2 == pytest.approx(R["late_logrank_chi2"][0])


def test_proportionality_with_late_entries_is_that_of_r():
    tests = proportionality(REFERENCE, X, R["cox_breslow"])
    assert [test.chi2 for test in tests] == pytest.approx(R["zph_chi2"].tolist(), rel=1e-5)
    assert [test.p_value for test in tests] == pytest.approx(R["zph_p"].tolist(), rel=1e-5)


def test_constant_equal_and_summed_columns_are_left_out():
    frame = pd.DataFrame({"a": [1, 2, 3], "one": [1, 1, 1], "b": [0, 1, 5], "again": [1, 2, 3], "sum": [1, 3, 8]})
    assert list(distinct(frame)) == ["a", "b"]


def test_observed_over_expected_worked_by_hand():
    # a, b leave on days 1 and 2, c on day 3, d is seen until day 4. Of a and b 2/4 + 1/3 = 5/6 are expected,
    # of c and d 2/4 + 2/3 + 2/2
    four = Stays(entry=np.full(4, -1), exit=np.array([1, 2, 3, 4]), cause=np.array([1, 1, 1, 0]), cluster=np.arange(4))
    ratio = observed_over_expected(four, np.array([0, 0, 1, 1]))
    assert ratio == pytest.approx([2 / (5 / 6), 1 / (2 / 4 + 2 / 3 + 2 / 2)])
