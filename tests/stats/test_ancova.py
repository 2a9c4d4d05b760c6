"""Is the gain of the trained over others worked out both ways, and told where they part?"""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import binom

from churnlab.stats.ancova import adjusted_and_gain


# Others before 0, 2, 4, after 1, 2, 3; trained before 4, 6, 8, after 5, 6, 7: the line within groups rises by 1 / 2.
#   gains: trained (1 + 0 − 1) / 3 = 0, others (1 + 0 − 1) / 3 = 0, so no more; before they differ by 4
#   adjusted: 4 after − 4 before · 1 / 2 = 2
def test_lords_two_answers_by_hand():
    found = adjusted_and_gain([0, 2, 4, 4, 6, 8], [1, 2, 3, 5, 6, 7], [0, 0, 0, 1, 1, 1], level=0.95)
    assert (found.gain, found.baseline_difference) == (pytest.approx(0, abs=1e-12), 4)
    assert (found.slope, found.adjusted, found.apart) == pytest.approx((1 / 2, 2, -2))
    assert (found.n_trained, found.n_others, found.incomplete) == (3, 3, 0)


@pytest.mark.parametrize("unequal", [False, True])
def test_statsmodels_finds_the_same_comparison(unequal):
    rng = np.random.default_rng(5)
    trained = np.arange(40) < 15
    before = rng.normal(60, 10, 40) - 8 * trained
    after = 30 + 0.5 * before + 4 * trained + rng.normal(0, 5, 40) * np.where(trained & unequal, 3, 1)
    found = adjusted_and_gain(before, after, trained, level=0.9)
    X = sm.add_constant(np.column_stack([trained, before]).astype(float))
    for columns, y, name in ((X, after, "adjusted"), (X[:, :2], after - before, "gain")):
        other = sm.OLS(y, columns).fit(cov_type="HC3", use_t=True)
        low, high = other.conf_int(0.1)[1]
        numbers = [getattr(found, name + end) for end in ("", "_low", "_high", "_p")]
        assert numbers == pytest.approx([other.params[1], low, high, other.pvalues[1]], rel=1e-8)
    assert found.slope == pytest.approx(sm.OLS(after, X).fit().params[2])
    assert found.apart == pytest.approx((found.slope - 1) * found.baseline_difference)


# Lord 1967: two groups of unlike weight; nothing is done, each person goes back towards his own group's mean.
def test_lords_paradox_is_told():
    rng = np.random.default_rng(1)
    group = np.arange(200) < 100
    usual = np.where(group, 70.0, 55.0) + rng.normal(0, 5, 200)
    before, after = (usual + rng.normal(0, 3, 200) for _ in range(2))
    found = adjusted_and_gain(before, after, group, level=0.95)
    assert found.gain_low < 0 < found.gain_high
    assert found.adjusted_low > 0
    assert found.disagree


# Within a group the score after rises by 25 / (25 + 9) with the one before; the groups differ by 15.
def test_the_interval_of_how_far_they_are_apart_holds():
    rng, times, true = np.random.default_rng(6), 500, (25 / 34 - 1) * 15
    group, held = np.arange(60) < 30, 0
    for _ in range(times):
        usual = np.where(group, 70.0, 55.0) + rng.normal(0, 5, 60)
        before, after = (usual + rng.normal(0, 3, 60) for _ in range(2))
        found = adjusted_and_gain(before, after, group, level=0.9)
        held += found.apart_low <= true <= found.apart_high
    assert abs(held / times - 0.9) <= 2.58 * (0.9 * 0.1 / times) ** 0.5


def test_the_two_part_as_seldom_as_stated_where_a_coin_chose_and_both_hold():
    rng, times, true = np.random.default_rng(2), 500, 3
    held, parted = np.zeros(2), 0
    for _ in range(times):
        trained = rng.permutation(30) < 12
        before = rng.normal(60, 10, 30)
        after = 20 + 0.7 * before + true * trained + rng.normal(0, 4, 30) * np.where(trained, 1.5, 1)
        found = adjusted_and_gain(before, after, trained, level=0.9)
        held += [found.adjusted_low <= true <= found.adjusted_high, found.gain_low <= true <= found.gain_high]
        parted += found.disagree
    band = 2.58 * (0.9 * 0.1 / times) ** 0.5
    assert (held / times >= 0.9 - band).all()
    assert (held / times <= 0.9 + band + 0.02).all()  # HC3 errs on the wide side
    assert parted / times <= 0.1 + band


def test_who_misses_a_test_is_counted_and_left_out():
    whole = adjusted_and_gain([1, 2, 4, 5, 7], [2, 4, 5, 5, 9], [1, 0, 1, 0, 0], level=0.95)
    gaps = adjusted_and_gain([1, 2, 4, 5, 7, np.nan, 3], [2, 4, 5, 5, 9, 1, np.nan], [1, 0, 1, 0, 0, 1, 0], level=0.95)
    assert gaps.incomplete == 2
    assert {**vars(gaps), "incomplete": 0} == vars(whole)


def test_where_nothing_can_be_known_neither_is_said():
    lone = adjusted_and_gain([1, 2, 3], [2, 4, 5], [True, False, False], level=0.95)
    assert (lone.n_trained, lone.n_others, lone.disagree) == (1, 2, False)
    assert np.isnan([lone.adjusted, lone.gain_low, lone.apart_high]).all()
    alike = adjusted_and_gain([1, 1, 2, 2], [2, 4, 5, 6], [True, True, False, False], level=0.95)
    assert np.isnan([alike.adjusted, alike.adjusted_p]).all()
    assert alike.baseline_difference == -1


# Gains of three clusters of one trained and one other: 2 and 0, 3 and 0, 7 and 0: 4 more on the mean.
#   without one: (3 + 7) / 2 = 5, (2 + 7) / 2 = 4.5, (2 + 3) / 2 = 2.5; off by 1, 0.5 and −1.5
#   error: √(2 / 3 · (1 + 0.25 + 2.25)) = √(7 / 3); t of two degrees at 95 % is 4.30265
def test_errors_by_clusters_by_hand():
    before, after = [1, 2, 3, 1, 2, 3], [3, 5, 10, 1, 2, 3]
    trained, clusters = [1, 1, 1, 0, 0, 0], list("abcabc")
    found = adjusted_and_gain(before, after, trained, level=0.95, clusters=clusters)
    assert found.gain == pytest.approx(4)
    assert found.gain_high - found.gain == pytest.approx(4.30265 * np.sqrt(7 / 3), rel=1e-5)
    alone = adjusted_and_gain(before, after, trained, level=0.95, clusters=list("aaabbb"))
    assert np.isnan([alone.gain_low, alone.adjusted_low, alone.adjusted_p]).all()  # one cluster stands alone


@pytest.mark.parametrize("clusters", [8, 20])
def test_where_whole_clusters_were_trained_and_nothing_was_learned_little_is_found(clusters):
    rng, draws, false = np.random.default_rng(clusters), 600, {"clusters": 0, "people": 0}
    of = np.repeat(np.arange(clusters), 6)
    trained = of % 2 == 0
    for _ in range(draws):
        before = rng.normal(0, 1, len(of))
        after = 0.5 * before + rng.normal(0, 0.5, clusters)[of] + rng.normal(0, 1, len(of))
        for name, groups in (("clusters", of), ("people", None)):
            found = adjusted_and_gain(before, after, trained, level=0.95, clusters=groups)
            false[name] += found.adjusted_p < 0.05
    assert false["clusters"] <= binom.ppf(0.995, draws, 0.05)
    assert false["people"] > 0.1 * draws
