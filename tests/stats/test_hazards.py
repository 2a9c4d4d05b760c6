import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnlab.stats.hazards import (
    clustered_log_rank,
    clustered_proportionality,
    distinct,
    log_rank,
    observed_over_expected,
    proportionality,
)
from churnlab.stats.survival import Stays

R = {
    name: np.array(values)
    for name, values in json.loads((Path(__file__).parents[1] / "reference" / "survival.json").read_text()).items()
}
REFERENCE = Stays(entry=R["entry"], exit=R["exit"], cause=R["cause"], cluster=R["id"])
ALONE = replace(REFERENCE, cluster=np.arange(len(REFERENCE.exit)))
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
    whole = ALONE.entry == -1
    assert log_rank(ALONE.of(whole), R["group"][whole] - 1).chi2 == pytest.approx(R["logrank_chi2"][0])


def test_log_rank_with_late_entries_is_the_score_test_of_r():
    late = Stays(
        entry=R["late_entry"], exit=R["late_exit"], cause=R["late_dead"], cluster=np.arange(len(R["late_exit"]))
    )
    assert log_rank(late, R["late_group"] - 1).chi2 == pytest.approx(R["late_logrank_chi2"][0])


def test_proportionality_with_late_entries_is_that_of_r():
    tests = proportionality(ALONE, X, R["cox_breslow"])
    assert [test.chi2 for test in tests] == pytest.approx(R["zph_chi2"].tolist(), rel=1e-5)
    assert [test.p_value for test in tests] == pytest.approx(R["zph_p"].tolist(), rel=1e-5)


def test_clustered_log_rank_worked_by_hand():
    # Ann has a and b, Ben c, Cy d. Stays less what was expected of them, in group 1 (c, d):
    # day 0: a b | c d at risk, a ends, share 1/2   a -1/2 + 1/8, b +1/8, c -1/8, d -1/8
    # day 1:   b | c d at risk, c ends, share 2/3   b +2/9, c 1/3 - 1/9, d -1/9
    stays = Stays(
        entry=np.full(4, -1), exit=np.array([0, 2, 1, 2]), cause=np.array([1, 0, 1, 0]), cluster=np.array([7, 7, 1, 3])
    )
    ann, ben, cy = (-1 / 2 + 1 / 8) + (1 / 8 + 2 / 9), -1 / 8 + 1 / 3 - 1 / 9, -1 / 8 - 1 / 9
    test = clustered_log_rank(stays, np.array([0, 0, 1, 1]))
    assert test.chi2 == pytest.approx((ann + ben + cy) ** 2 / (ann**2 + ben**2 + cy**2))
    assert ann + ben + cy == pytest.approx(1 - 1 / 2 - 2 / 3)


def test_clustered_log_rank_with_ties_and_late_entries_is_the_robust_score_test_of_r():
    for group, score in (("group", "robust_score"), ("whole", "robust_score_whole")):
        test = clustered_log_rank(REFERENCE, (R[group] - 1).astype(int))
        assert (test.chi2, test.degrees) == (pytest.approx(R[score][0], rel=1e-10), 2)


def test_clustered_proportionality_is_that_of_the_score_residuals_of_r():
    tests = clustered_proportionality(REFERENCE, X, R["cox_breslow"])
    assert [test.chi2 for test in tests] == pytest.approx(R["clustered_zph_chi2"].tolist(), rel=1e-6)


def test_stays_written_three_times_make_nothing_surer():
    rows = np.repeat(np.arange(len(REFERENCE.exit)), 3)
    again, group = REFERENCE.of(rows), (R["whole"] - 1).astype(int)
    assert clustered_log_rank(again, group[rows]).chi2 == pytest.approx(clustered_log_rank(REFERENCE, group).chi2)
    once = clustered_proportionality(REFERENCE, X, R["cox_breslow"])
    thrice = clustered_proportionality(again, X[rows], R["cox_breslow"])
    assert [test.chi2 for test in thrice] == pytest.approx([test.chi2 for test in once])


def test_where_a_student_has_several_stays_the_test_that_is_less_sure_is_told():
    group = (R["whole"] - 1).astype(int)
    assert log_rank(REFERENCE, group) == clustered_log_rank(REFERENCE, group)
    assert log_rank(ALONE, group).p_value < log_rank(REFERENCE, group).p_value
    told, plain = (proportionality(stays, X, R["cox_breslow"]) for stays in (REFERENCE, ALONE))
    clustered = clustered_proportionality(REFERENCE, X, R["cox_breslow"])
    assert [t.p_value for t in told] == [max(p.p_value, c.p_value) for p, c in zip(plain, clustered, strict=True)]
    assert told[0] == plain[0] != clustered[0]
    assert told[3] == clustered[3] != plain[3]


def test_that_nobody_left_a_small_group_makes_nothing_surer():
    # ten of 180 leave one a day, and none of the 20 of the other group: one was expected, so nothing was shown
    exit_ = np.r_[np.arange(1, 11), np.full(190, 20)]
    stays = Stays(
        entry=np.full(200, -1), exit=exit_, cause=(exit_ < 20).astype(int), cluster=np.r_[0, 0, np.arange(2, 200)]
    )
    group = (np.arange(200) >= 180).astype(int)
    assert clustered_log_rank(stays, group).p_value < 0.02
    assert log_rank(stays, group).p_value > 0.2


def test_without_several_stays_the_two_tests_are_near():
    rng = np.random.default_rng(2)
    length, watched, group = rng.exponential(60, 3000).astype(int), rng.integers(1, 120, 3000), np.arange(3000) % 3
    length[group == 2] += 3
    stays = Stays(
        entry=np.full(3000, -1), exit=np.minimum(length, watched), cause=(length <= watched).astype(int),
        cluster=np.arange(3000),
    )  # fmt: skip
    assert clustered_log_rank(stays, group).chi2 == pytest.approx(log_rank(stays, group).chi2, rel=0.1)


def test_groups_that_are_alike_are_called_different_as_seldom_as_they_should():
    """Students of 1 to 5 stays with a rate of their own: at 5 %, some 20 of 400; else far more."""
    rng, found = np.random.default_rng(11), np.zeros(2)
    for _ in range(400):
        whose = np.repeat(np.arange(90), rng.integers(1, 6, 90))
        rate, group = rng.gamma(1, 1 / 40, 90)[whose], (np.arange(90) < 40)[whose].astype(int)
        length, watched = rng.exponential(1 / rate).astype(int), rng.integers(20, 80, len(whose))
        stays = Stays(
            entry=np.full(len(whose), -1), exit=np.minimum(length, watched), cause=(length <= watched).astype(int),
            cluster=whose,
        )  # fmt: skip
        alone = replace(stays, cluster=np.arange(len(whose)))
        found += [log_rank(each, group).p_value < 0.05 for each in (stays, alone)]
    assert 4 <= found[0] <= 34
    assert found[1] > 60


def test_constant_equal_and_summed_columns_are_left_out():
    frame = pd.DataFrame({"a": [1, 2, 3], "one": [1, 1, 1], "b": [0, 1, 5], "again": [1, 2, 3], "sum": [1, 3, 8]})
    assert list(distinct(frame)) == ["a", "b"]


def test_observed_over_expected_worked_by_hand():
    # a, b leave on days 1 and 2, c on day 3, d is seen until day 4. Of a and b 2/4 + 1/3 = 5/6 are expected,
    # of c and d 2/4 + 2/3 + 2/2
    four = Stays(entry=np.full(4, -1), exit=np.array([1, 2, 3, 4]), cause=np.array([1, 1, 1, 0]), cluster=np.arange(4))
    ratio = observed_over_expected(four, np.array([0, 0, 1, 1]))
    assert ratio == pytest.approx([2 / (5 / 6), 1 / (2 / 4 + 2 / 3 + 2 / 2)])
