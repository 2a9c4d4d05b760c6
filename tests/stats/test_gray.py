"""Is Gray's test that of R, and right where students have several stays and come late?"""

from dataclasses import replace

import numpy as np
import pytest

from churnlab.stats.gray import _Compared, clustered_gray_test, gray_test
from churnlab.stats.hazards import log_rank
from churnlab.stats.survival import Stays
from tests.stats.test_fine_gray import LATE, WHOLE, R

GROUP = R["group"].astype(int) - 1


def alone(stays):
    return replace(stays, cluster=np.arange(len(stays.exit)))


@pytest.mark.parametrize("groups", [2, 3])
@pytest.mark.parametrize("cause", [1, 2])
def test_it_is_that_of_cmprsk_with_ties(cause, groups):
    some = groups > GROUP
    found = gray_test(alone(WHOLE).of(some), GROUP[some], cause=cause)
    assert found.chi2 == pytest.approx(R[f"gray_{cause}_of_{groups}"][0], rel=1e-10)
    assert found.degrees == groups - 1


def test_who_ended_otherwise_still_counts_among_those_who_did_not_end_so():
    # day      0   1   2   3
    # a │ d    x   y       o        group 0: a ends on day 0, b otherwise on day 1, c is seen until day 3
    # On day 0 three and three are at risk; on day 2 c and b of group 0, d, e, f of group 1. d ends.
    six = Stays(
        entry=np.full(6, -1),
        exit=np.array([0, 1, 3, 2, 3, 3]),
        cause=np.array([1, 2, 0, 1, 0, 0]),
        cluster=np.arange(6),
    )
    score = _Compared.of(six, np.array([0, 0, 0, 1, 1, 1]), 1, 0).score()
    assert score.tolist() == pytest.approx([1 - 1 / 2 - 2 / 5, 1 - 1 / 2 - 3 / 5])


def test_what_each_stay_adds_is_by_how_much_the_score_falls_when_it_is_left_out():
    """Within a group, and where groups are alike: there the two are one but for terms of order 1/n."""
    rng, n = np.random.default_rng(8), 400
    length, seen, group = rng.exponential(100, n).astype(int), rng.integers(20, 300, n), np.arange(n) % 2
    stays = Stays(
        entry=np.full(n, -1), exit=np.minimum(length, seen), cause=np.where(length <= seen, rng.integers(1, 3, n), 0),
        cluster=np.arange(n),
    )  # fmt: skip
    compared = _Compared.of(stays, group, 1, 0)
    each = compared.influence(stays, group, 1)[:, 1]
    kept = [np.arange(n) != one for one in range(n)]
    fall = np.array([compared.score()[1] - _Compared.of(stays.of(k), group[k], 1, 0).score()[1] for k in kept])
    for code in (0, 1):
        assert each[group == code].sum() == pytest.approx(0, abs=1e-9)
        fall[group == code] -= fall[group == code].mean()
    for some in (stays.cause == 0, stays.cause == 1, stays.cause == 2):
        assert np.corrcoef(each[some], fall[some])[0, 1] > 0.98


def test_nothing_is_expected_of_a_stay_before_it_came_into_view():
    """What was expected of a group is what happened in it, so what its stays add is 0 together: late entries too."""
    each = _Compared.of(LATE, GROUP, 1, 0).influence(LATE, GROUP, 1)
    assert (LATE.entry > 0).any()
    for code in range(3):
        assert each[code == GROUP].sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-9)


def test_with_few_ties_the_variance_by_stay_is_near_that_of_the_formula():
    rng = np.random.default_rng(3)
    n = 4000
    length, seen = rng.exponential(150, n).astype(int), rng.integers(20, 700, n)
    stays = Stays(
        entry=np.full(n, -1), exit=np.minimum(length, seen), cause=np.where(length <= seen, rng.integers(1, 3, n), 0),
        cluster=np.arange(n),
    )  # fmt: skip
    group = rng.integers(0, 3, n)
    by_stay = clustered_gray_test(stays, group, cause=1)
    assert by_stay.chi2 == pytest.approx(gray_test(stays, group, cause=1).chi2, rel=0.05)


def test_without_other_ends_it_is_near_the_log_rank_test():
    ends = replace(alone(WHOLE), cause=(WHOLE.cause > 0).astype(int))
    assert gray_test(ends, GROUP, cause=1).chi2 == pytest.approx(log_rank(ends, GROUP).chi2, rel=0.1)


def test_stays_written_three_times_make_nothing_surer():
    rows = np.repeat(np.arange(len(GROUP)), 3)
    for stays in (WHOLE, LATE):
        once, thrice = (
            clustered_gray_test(some, group, cause=1).chi2
            for some, group in ((stays, GROUP), (stays.of(rows), GROUP[rows]))
        )
        assert thrice == pytest.approx(once)
    assert gray_test(LATE.of(rows), GROUP[rows], cause=1).p_value >= gray_test(alone(LATE), GROUP, cause=1).p_value / 2


def test_names_of_groups_and_the_order_of_stays_change_nothing():
    order = np.random.default_rng(2).permutation(len(GROUP))
    one, other = gray_test(LATE, GROUP, cause=1), gray_test(LATE.of(order), 2 - GROUP[order], cause=1)
    assert other.chi2 == pytest.approx(one.chi2)


def test_alike_groups_are_called_different_as_seldom_as_they_should_with_late_entries_and_several_stays():
    """Students of 1 to 4 stays with rates of their own, half the stays late: at 5 %, some 20 of 400; else far more."""
    rng, found = np.random.default_rng(12), np.zeros(2)
    for _ in range(400):
        whose = np.repeat(np.arange(120), rng.integers(1, 5, 120))
        rate, group = rng.gamma(1, 1 / 40, 120)[whose], (np.arange(120) < 60)[whose].astype(int)
        length, seen = rng.exponential(1 / rate).astype(int), rng.integers(20, 80, len(whose))
        entry = np.where(rng.random(len(whose)) < 1 / 2, rng.integers(0, 15, len(whose)), -1)
        exit_ = np.minimum(length, seen)
        stays = Stays(
            entry=entry, exit=np.maximum(exit_, entry + 1),
            cause=np.where(length <= seen, rng.integers(1, 3, len(whose)), 0), cluster=whose,
        ).of(exit_ > entry)  # fmt: skip
        codes = group[exit_ > entry]
        found += [gray_test(each, codes, cause=1).p_value < 0.05 for each in (stays, alone(stays))]
    assert 4 <= found[0] <= 34
    assert found[1] > found[0]


def test_a_group_that_completes_more_has_fewer_who_churn_though_its_rate_is_the_same():
    """Both churn at 1 in 100 days; of one, another 3 in 100 complete: Gray's test tells them apart, log-rank not."""
    rng = np.random.default_rng(6)
    n = 3000
    group = np.arange(n) % 2
    churn, complete = rng.exponential(100, n), rng.exponential(np.where(group == 1, 33, 1e9))
    stays = Stays(
        entry=np.full(n, -1), exit=np.minimum(churn, complete).astype(int), cause=np.where(churn < complete, 1, 2),
        cluster=np.arange(n),
    )  # fmt: skip
    assert gray_test(stays, group, cause=1).p_value < 1e-6
    assert log_rank(replace(stays, cause=(stays.cause == 1).astype(int)), group).p_value > 0.01


def test_before_the_first_day_nothing_counts():
    later = WHOLE.of(WHOLE.exit >= 5)
    moved = replace(later, exit=later.exit - 5)
    given = gray_test(WHOLE, GROUP, cause=1, first_day=5)
    assert given.chi2 == pytest.approx(gray_test(moved, GROUP[WHOLE.exit >= 5], cause=1).chi2)
    by_student = clustered_gray_test(WHOLE, GROUP, cause=1, first_day=5)
    assert by_student.chi2 == pytest.approx(clustered_gray_test(moved, GROUP[WHOLE.exit >= 5], cause=1).chi2)


def test_who_ends_on_the_first_day_counts():
    """So a day more before it, on which all are there and nobody ends, changes nothing."""
    assert (WHOLE.exit == 0).any()
    a_day_later = replace(WHOLE, exit=WHOLE.exit + 1)
    for test in (gray_test, clustered_gray_test):
        assert test(WHOLE, GROUP, cause=1).chi2 == pytest.approx(test(a_day_later, GROUP, cause=1).chi2)
