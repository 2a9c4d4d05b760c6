"""Did the mix of kinds change in one group, and more than in another?"""

import numpy as np
import pytest
from scipy.stats import binom, f, ttest_1samp, ttest_ind

from churnlab.stats.composition_change import composition_change

# Treated: a and b have 4 before (2 of the first kind) and 4 after (3, 4 of them): 4/8 → 7/8. Others: c, d 2/8 → 4/8.
COUNTS = [[1, 3], [3, 1], [3, 1], [4, 0], [1, 3], [1, 3], [1, 3], [3, 1]]
WHO = ["a", "b", "a", "b", "c", "d", "c", "d"]
AFTER = [False, False, True, True, False, False, True, True]
TREATED = [True] * 4 + [False] * 4


def found(counts=COUNTS, who=WHO, after=AFTER, treated=TREATED):
    return composition_change(counts, who, after=after, treated=treated, level=0.95)


def test_shares_and_how_much_more_they_moved():
    told = found()
    assert told.shares[:, 0] == pytest.approx([4 / 8, 7 / 8, 2 / 8, 4 / 8])
    assert told.change == pytest.approx([3 / 8 - 2 / 8, -1 / 8])


def test_of_two_kinds_and_even_sums_it_is_welchs_test_of_each_persons_change():
    # a: 3/4 − 1/4, b: 4/4 − 3/4; c: 0, d: 3/4 − 1/4.
    welch = ttest_ind([2 / 4, 1 / 4], [0, 2 / 4], equal_var=False)
    told = found()
    assert told.p_value == pytest.approx([welch.pvalue, welch.pvalue])
    assert told.joint_p_value == pytest.approx(welch.pvalue)
    low, high = welch.confidence_interval(0.95)
    assert (told.low[0], told.high[0]) == pytest.approx((low, high))


def test_without_others_it_is_hotellings_test_of_the_change():
    rng = np.random.default_rng(3)
    many, kinds = 12, 3
    before = rng.multinomial(20, [0.5, 0.3, 0.2], many)
    after = rng.multinomial(20, [0.4, 0.3, 0.3], many)
    told = found(
        np.vstack([before, after]), np.tile(np.arange(many), 2), np.repeat([False, True], many), np.ones(2 * many, bool)
    )
    moved = (after - before) / 20
    assert told.p_value == pytest.approx(ttest_1samp(moved, 0).pvalue)
    # T² = n d' S⁻¹ d, and (n − p) / (p (n − 1)) T² has the F distribution with p and n − p.
    two = moved[:, :2]
    squared = many * two.mean(axis=0) @ np.linalg.inv(np.cov(two.T)) @ two.mean(axis=0)
    left = many - (kinds - 1)
    assert told.joint_p_value == pytest.approx(f.sf(squared * left / ((kinds - 1) * (many - 1)), kinds - 1, left))
    assert np.isnan(told.shares[2:]).all()


def test_which_kind_stands_last_changes_nothing():
    rng = np.random.default_rng(4)
    counts = rng.multinomial(9, [0.2, 0.3, 0.1, 0.4], 60)
    who, after, treated = np.repeat(np.arange(30), 2), np.tile([False, True], 30), np.repeat([True, False], 30)
    told, turned = (found(one, who, after, treated) for one in (counts, counts[:, [2, 0, 3, 1]]))
    assert turned.joint_p_value == pytest.approx(told.joint_p_value)
    assert turned.change == pytest.approx(told.change[[2, 0, 3, 1]])


def test_too_few_people_for_so_many_kinds_have_no_joint_test():
    counts = np.random.default_rng(5).multinomial(30, np.full(6, 1 / 6), 8)
    assert np.isnan(found(counts).joint_p_value)


def test_a_group_with_nothing_after_is_refused():
    with pytest.raises(ValueError, match="nothing before or after"):
        found(after=[False] * 8)


def test_of_people_who_differ_it_errs_as_often_as_it_says():
    # Estimand: the chance to reject that nothing moved where nothing did; 5 %.
    rng, rejected, hits = np.random.default_rng(6), [], []
    who, after, treated = np.repeat(np.arange(40), 2), np.tile([False, True], 40), np.repeat([True, False], 40)
    for _ in range(800):
        own = np.repeat(rng.dirichlet([10, 6, 4], 40), 2, axis=0)
        counts = np.array([rng.multinomial(n, p) for n, p in zip(rng.poisson(8, 80), own, strict=True)])
        told = found(counts, who, after, treated)
        rejected.append(told.joint_p_value <= 0.05)
        hits.append(told.low[0] <= 0 <= told.high[0])
    assert sum(rejected) <= binom.ppf(0.995, 800, 0.05), sum(rejected)
    low, high = binom.ppf([0.005, 0.995], 800, 0.95)
    assert low <= sum(hits) <= high, sum(hits)
