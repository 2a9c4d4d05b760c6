"""Is it seen when a comparison finds something where there is nothing?"""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, permutation_test, ttest_ind

from churnlab.stats.interrupted import interrupted_series
from churnlab.stats.multiplicity import holm
from churnlab.stats.placebo import max_t, placebo_dates, placebo_outcomes
from churnlab.stats.synthetic_did import effect_of_did


def change(series, start):
    return series[start:].mean() - series[:start].mean()


# Months 0 0 3 0 0 0 | 2 2. The mean rises by 2 − 1/2 = 3/2 at the start. Two months follow, so two are looked at after
# a pretended start: at 2 by 3/2 − 0 = 3/2, at 3 by 0 − 1 = −1, at 5, of which one month is left, by 0 − 3/5.
def test_three_dates_by_hand():
    found = placebo_dates([0, 0, 3, 0, 0, 0, 2, 2], start=6, pretended=[2, 3, 5], estimate=change)
    assert found.estimate == 3 / 2
    assert found.pretended["start"].tolist() == [2, 3, 5]
    assert found.pretended["estimate"].tolist() == pytest.approx([3 / 2, -1, -3 / 5])
    assert (found.as_large, found.share_as_large) == (1, 1 / 3)


def test_a_fall_is_as_large_as_a_rise():
    found = placebo_dates([4, 4, 0, 0, 1, 1], start=4, pretended=[2], estimate=change)
    assert (found.estimate, found.as_large) == (-1, 1)


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=3))
def test_what_came_after_the_true_start_changes_no_placebo(later):
    first, second = (
        placebo_dates([0, 1, 3, 0, 5, 2, *one], start=6, pretended=[2, 3, 4], estimate=change)
        for one in (later, [0, 0, 0])
    )
    assert first.pretended.equals(second.pretended)


def test_an_estimator_that_cannot_tell_is_not_counted():
    def late_only(series, start):
        return change(series, start) if start > 2 else np.nan

    found = placebo_dates([0, 0, 3, 0, 0, 0, 2, 2], start=6, pretended=[2, 3], estimate=late_only)
    assert (found.as_large, found.share_as_large) == (0, 0)
    assert np.isnan(placebo_dates([1, 2, 3], start=2, pretended=[], estimate=change).share_as_large)


@pytest.mark.parametrize("pretended", [0, 6, 7])
def test_a_start_that_is_not_before_the_true_one_is_refused(pretended):
    with pytest.raises(ValueError, match=rf"Pretended starts \[{pretended}\] do not lie before the true one, 6"):
        placebo_dates(np.arange(8), start=6, pretended=[2, pretended], estimate=change)


def test_estimators_of_the_house_are_taken_as_they_are():
    rng = np.random.default_rng(1)
    panel, trained = rng.normal(0, 1, (8, 24)), np.arange(8) == 7
    panel[7, 18:] += 6
    panel.setflags(write=False)  # nobody may change what is handed in
    regions = placebo_dates(
        panel, start=18, pretended=range(9, 16), estimate=lambda rows, at: effect_of_did(rows, trained, at)
    )
    assert regions.estimate == pytest.approx(6, abs=1.5)
    assert regions.as_large == 0
    months = placebo_dates(
        panel[7],
        start=18,
        pretended=range(9, 16),
        estimate=lambda row, at: interrupted_series(row, start=at, level=0.95).mean_effect,
    )
    assert len(months.pretended) == 7
    assert months.estimate > 3


def test_outcomes_that_cannot_have_changed_are_adjusted_together():
    rng = np.random.default_rng(2)
    pairs = {"rain": rng.normal(0, 1, (2, 30)), "rent": rng.normal([[0], [2]], 1, (2, 30))}
    found = placebo_outcomes(pairs, estimate=lambda two: (two[1].mean() - two[0].mean(), ttest_ind(*two).pvalue))
    assert found["outcome"].tolist() == ["rain", "rent"]
    assert found["effect"].tolist() == pytest.approx([pairs[one][1].mean() - pairs[one][0].mean() for one in pairs])
    assert found["p_value_holm"].tolist() == pytest.approx(holm(found["p_value"]).tolist())
    assert (found["p_value_holm"] < 0.01).tolist() == [False, True]
    assert placebo_outcomes({}, estimate=lambda two: (0, 1)).empty


def asked(outcomes, treated, draws=2000, seed=1):
    return max_t(outcomes, treated, draws=draws, rng=np.random.default_rng(seed))


def by_brute_force(outcomes, treated):
    """Do step-down by its definition, one deal after another."""
    values, n = np.asarray(outcomes, dtype=float), len(treated)
    ways = [np.isin(np.arange(n), one) for one in combinations(range(n), int(np.sum(treated)))]
    scores = np.array([abs(ttest_ind(values[way], values[~way]).statistic) for way in ways])
    own = abs(ttest_ind(values[treated], values[~treated]).statistic)
    order, adjusted, above = np.argsort(-own), np.empty(len(own)), 0.0
    for place, one in enumerate(order):
        above = max(above, np.mean(scores[:, order[place:]].max(axis=1) >= own[one] - 1e-9))
        adjusted[one] = above
    return adjusted


def test_one_outcome_of_five_units_by_hand():
    # 4 and 5 of 1 to 5 were trained: of 10 pairs only 1 and 2 are as far from the rest.
    assert asked([[1], [2], [3], [4], [5]], [0, 0, 0, 1, 1]) == pytest.approx([2 / 10])


def test_a_copy_costs_nothing_and_pure_chance_something():
    rng = np.random.default_rng(4)
    one, trained = rng.normal(0, 1, 12), np.arange(12) >= 6
    alone = asked(one[:, None] + 2 * trained[:, None], trained)
    twice = asked(np.column_stack([one, 3 * one + 1]) + np.outer(trained, [2, 6]), trained)
    assert twice == pytest.approx([alone[0], alone[0]])
    assert holm([alone[0]] * 2) == pytest.approx([2 * alone[0]] * 2)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_all_ways_are_taken_as_the_definition_says(seed, many):
    rng = np.random.default_rng(seed)
    values, trained = rng.normal(0, 1, (7, many)).cumsum(axis=1), np.arange(7) >= 4
    values.setflags(write=False)
    assert asked(values, trained) == pytest.approx(by_brute_force(values, trained))


def test_of_one_outcome_it_is_the_permutation_test_of_scipy():
    values = np.random.default_rng(6).normal(0, 1, 11)
    theirs = permutation_test(
        (values[7:], values[:7]),
        lambda first, second, axis: abs(first.mean(axis=axis) - second.mean(axis=axis)),
        vectorized=True,
        alternative="greater",
        n_resamples=np.inf,
    )
    assert asked(values[:, None], np.arange(11) >= 7) == pytest.approx([theirs.pvalue])


def test_drawn_ways_come_near_all_ways_and_no_probability_is_below_what_they_tell():
    rng = np.random.default_rng(7)
    values, trained = rng.normal(0, 1, (14, 3)), np.arange(14) >= 7
    assert asked(values, trained, draws=3000) == pytest.approx(asked(values, trained, draws=3432), abs=0.04)
    assert asked(values + 50 * trained[:, None], trained, draws=99) == pytest.approx([1 / 100] * 3, abs=0.011)


def test_what_is_missing_for_some_is_told_of_the_others():
    rng = np.random.default_rng(8)
    values, trained = rng.normal(0, 1, (10, 2)), np.arange(10) >= 5
    values[:, 1] += 3 * trained
    values[[1, 8], 1] = np.nan
    assert asked(values[:, [1]], trained, draws=5000)[0] == pytest.approx(0.03, abs=0.03)
    values[:, 0] = 7
    assert np.isnan(asked(values, trained)).tolist() == [True, False]
    values[5:, 1] = np.nan
    assert np.isnan(asked(values, trained)).all()


@pytest.mark.parametrize("treated", [[0, 0, 0], [1, 1, 1]])
def test_without_anybody_to_compare_with_it_is_refused(treated):
    with pytest.raises(ValueError, match="There must be units that were trained, and some that were not"):
        asked(np.eye(3), treated)


MANY = 400


def test_a_training_of_no_effect_is_found_to_have_any_as_seldom_as_is_said_and_a_real_one_more_often_than_by_holm():
    """Five outcomes that go together, of twelve trained and twelve others; a real effect is on the first two."""
    rng, trained = np.random.default_rng(9), np.arange(24) >= 12
    false, found, by_holm = 0, 0, 0
    for seed in range(MANY):
        values = rng.normal(0, 1, (24, 5)) + 2 * rng.normal(0, 1, (24, 1))
        false += bool((asked(values, trained, draws=199, seed=seed) <= 0.05).any())
        values[:, :2] += 2.4 * trained[:, None]
        found += int((asked(values, trained, draws=199, seed=seed)[:2] <= 0.05).sum())
        by_holm += int((holm(ttest_ind(values[trained], values[~trained]).pvalue)[:2] <= 0.05).sum())
    assert binom.ppf(0.005, MANY, 0.05) <= false <= binom.ppf(0.995, MANY, 0.05)
    assert found > 1.05 * by_holm
