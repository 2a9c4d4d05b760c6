"""Are items that measure one thing told from those that do not, and how surely?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr

from churnlab.stats.reliability import (
    alpha_of_covariance,
    cronbachs_alpha,
    item_rest,
    keyed,
    mcdonalds_omega,
    reverse_keyed,
    spearman_brown,
)

TOLD = json.loads((Path(__file__).parents[1] / "reference" / "reliability.json").read_text("utf-8"))
BFI, LSAT6 = TOLD["bfi"], TOLD["lsat6"]
# The scales' alphas to two digits, as psych prints them.
PUBLISHED = {"A": 0.70, "C": 0.73, "E": 0.76, "N": 0.81, "O": 0.60}
# Three items; six people, of whom the last left one out.
SMALL = np.array([[1, 2, 1], [2, 1, 2], [3, 3, 4], [4, 4, 3], [5, 5, np.nan]])


def turned(scale):
    """Return the covariances after the items that run against the others are turned."""
    sign = np.where(np.isin(scale["items"], scale["against"]), -1, 1)
    return np.array(scale["covariance"]) * np.outer(sign, sign)


def exactly(covariance, n, seed=0):
    """Return people whose answers have just these covariances."""
    drawn = np.random.default_rng(seed).normal(size=(n, len(covariance)))
    white = np.linalg.qr(drawn - drawn.mean(axis=0))[0] * np.sqrt(n - 1)
    return white @ np.linalg.cholesky(np.array(covariance)).T


def factor(loadings, n, rng):
    """Draw people from one factor."""
    loadings = np.asarray(loadings, dtype=float)
    own = rng.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)
    return rng.normal(size=(n, 1)) * loadings + own


def people_of(patterns):
    return np.array([[int(mark) for mark in marks] for marks, times in patterns.items() for _ in range(times)])


# Four answered all: the items are 1 2 3 4, 2 1 3 4 and 1 2 4 3, of variance 5/3 each.
#   two items' variances less twice their covariance is the variance of their difference: the first and second part by
#   −1 1 0 0, so 10/3 − 2 cov = 2/3: cov = 4/3; so do the first and third; the others by 1 −1 −1 1: cov = 1
#   total 3 × 5/3 + 2 × (4/3 + 4/3 + 1) = 37/3; alpha = 3/2 × (1 − 5 / (37/3)) = 3/2 × 22/37 = 33/37
def test_alpha_by_hand():
    found = cronbachs_alpha(SMALL, level=0.95)
    assert found.alpha == pytest.approx(33 / 37)
    assert found.mean_correlation == pytest.approx((4 / 5 + 4 / 5 + 3 / 5) / 3)
    assert (found.n_people, found.n_items, found.left_out) == (4, 3, 1)


@pytest.mark.parametrize("letter", PUBLISHED)
def test_the_published_alphas_are_met(letter):
    scale = BFI[letter]
    assert round(alpha_of_covariance(turned(scale)), 2) == PUBLISHED[letter]
    found = cronbachs_alpha(exactly(turned(scale), scale["n"]), level=0.95)
    assert found.alpha == pytest.approx(scale["alpha"], abs=1e-9)
    assert found.mean_correlation == pytest.approx(scale["mean_correlation"], abs=1e-9)
    assert [found.low, found.high] == pytest.approx(scale["feldt"], abs=1e-9)


# Kuder and Richardson's formula 20 with both variances divided by n: k / (k − 1) × (1 − Σ p q / variance of the total).
def test_of_right_and_wrong_it_is_formula_20():
    right = people_of(LSAT6["patterns"])
    share = right.mean(axis=0)
    by_formula = 5 / 4 * (1 - (share * (1 - share)).sum() / right.sum(axis=1).var(ddof=0))
    found = cronbachs_alpha(right, level=0.95).alpha
    assert found == pytest.approx(by_formula, abs=1e-12)
    assert found == pytest.approx(LSAT6["alpha"], abs=1e-9)
    assert round(found, 3) == 0.295


def test_two_halves_of_one_test_make_its_length():
    assert spearman_brown(1 / 2, times=2) == pytest.approx(2 / 3)
    assert spearman_brown([2 / 3, 1.0, -0.1], times=1 / 2) == pytest.approx([1 / 2, 1, np.nan], nan_ok=True)


@pytest.mark.parametrize("more", [2, 3])
def test_alpha_of_equal_items_grows_as_spearman_and_brown_say(more):
    few, many = (np.full((k, k), 0.3) + 0.7 * np.eye(k) for k in (4, 4 * more))
    assert alpha_of_covariance(many) == pytest.approx(spearman_brown(alpha_of_covariance(few), times=more))


# Three items: the factor fits exactly. r12 = .72, r13 = .63, r23 = .56, so the loadings are .9, .8, .7:
#   .9² = .72 × .63 / .56. Omega = (.9 + .8 + .7)² / (2.4² + .19 + .36 + .51) = 5.76 / 6.82
def test_omega_by_hand():
    correlation = np.array([[1, 0.72, 0.63], [0.72, 1, 0.56], [0.63, 0.56, 1]])
    found = mcdonalds_omega(exactly(correlation, 40), level=0.95, rng=np.random.default_rng(0), drawings=50)
    assert found.loadings == pytest.approx([0.9, 0.8, 0.7], abs=1e-5)
    assert found.omega == pytest.approx(5.76 / 6.82, abs=1e-5)
    assert found.low < found.omega < found.high
    assert (found.heywood, found.why, found.n_people, found.n_items, found.left_out) == (False, "", 40, 3, 0)


# The items doubled, trebled and as they were: (1.8 + 2.4 + .7)² = 24.01; own 4 × .19 + 9 × .36 + .51 = 4.51
def test_omega_is_of_the_total_in_the_items_own_scale():
    correlation = np.array([[1, 0.72, 0.63], [0.72, 1, 0.56], [0.63, 0.56, 1]])
    people = exactly(correlation, 40) * [2, 3, 1]
    found = mcdonalds_omega(people, level=0.95, rng=np.random.default_rng(0), drawings=2)
    assert found.omega == pytest.approx(24.01 / 28.52, abs=1e-5)


@pytest.mark.parametrize("letter", BFI)
def test_psych_finds_the_same_factor_and_maximum_likelihood_nearly(letter):
    scale = BFI[letter]
    people = exactly(turned(scale), 300)
    found = mcdonalds_omega(people, level=0.95, rng=np.random.default_rng(0), drawings=2)
    assert found.loadings == pytest.approx(np.abs(scale["loadings"]), abs=1e-6)
    assert found.loadings == pytest.approx(np.abs(scale["psych_loadings"]), abs=1e-5)
    assert found.loadings == pytest.approx(np.abs(scale["ml_loadings"]), abs=0.05)
    assert found.omega == pytest.approx(scale["omega"], abs=1e-6)


# r12 = .9, r13 = .9, r23 = .65: .9 × .9 / .65 = 1.25 is no squared loading. It is held at 1.
def test_a_loading_is_held_at_one_and_said_to_be():
    correlation = np.array([[1, 0.9, 0.9], [0.9, 1, 0.65], [0.9, 0.65, 1]])
    found = mcdonalds_omega(exactly(correlation, 60), level=0.95, rng=np.random.default_rng(0), drawings=50)
    assert found.heywood
    assert found.loadings[0] == 1
    # least squares with the first at 1: 2 (.9 − b) + 2 b (.65 − b²) = 0
    b = found.loadings[1]
    assert (0.9 - b) + b * (0.65 - b**2) == pytest.approx(0, abs=1e-6)
    assert found.omega <= 1


FLAT = np.column_stack([np.full(20, 0.1), np.random.default_rng(0).normal(size=(20, 3))])


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        (np.random.default_rng(0).normal(size=(20, 2)), "few_items"),
        (np.random.default_rng(0).normal(size=(9, 4)), "few_people"),
        (np.full((20, 4), np.nan), "few_people"),
        (FLAT, "no_variance"),
    ],
)
def test_where_there_is_no_factor_it_says_why(scores, why):
    found = mcdonalds_omega(scores, level=0.95, rng=np.random.default_rng(0), drawings=10)
    assert found.why == why
    assert np.isnan([found.omega, found.low, found.high, *found.loadings]).all()
    assert not found.heywood


def test_drawings_in_which_an_item_does_not_vary_are_left_out():
    rng = np.random.default_rng(0)
    scores = factor([0.7] * 4, 20, rng)
    scores[:, 0] = [1.0] + [0.0] * 19
    drawn = mcdonalds_omega(scores, level=0.95, rng=rng, drawings=400)
    # in (19/20)^20 = 36 % of the drawings nobody is drawn who gave the other answer
    assert np.isfinite([drawn.omega, drawn.low, drawn.high]).all()


def test_alpha_of_nothing_is_unknown():
    for scores in (np.empty((0, 3)), [[1, 2, 3]], [[1], [2]], np.full((5, 3), 0.1), [[1, 5], [2, 4], [3, 3]]):
        assert np.isnan(cronbachs_alpha(np.array(scores, dtype=float), level=0.95).alpha)
    found = cronbachs_alpha(FLAT, level=0.95)
    assert np.isfinite(found.alpha)
    assert np.isnan(found.mean_correlation)


@pytest.mark.parametrize("letter", BFI)
def test_the_items_that_run_against_the_others_are_found(letter):
    scale = BFI[letter]
    drawn = np.random.default_rng(1).multivariate_normal(np.zeros(5), scale["covariance"], size=scale["n"])
    found = reverse_keyed(pd.DataFrame(drawn, columns=scale["items"]), level=0.95)
    assert found.index[found["reversed"].astype(bool)].tolist() == scale["against"]
    assert found["sure"].all()


def test_the_rest_is_the_total_of_the_others_turned():
    scale = BFI["C"]
    people = pd.DataFrame(exactly(scale["covariance"], 50), columns=scale["items"])
    found = reverse_keyed(people, level=0.9)
    rest = people[["C1", "C2", "C3"]].sum(axis=1) - people["C5"]
    told = pearsonr(people["C4"], rest)
    interval = told.confidence_interval(0.9)
    assert found.loc["C4", ["correlation", "low", "high"]].tolist() == pytest.approx([told.statistic, *interval])


def test_what_is_found_and_turned_is_alphas_again():
    for scale in BFI.values():
        people = pd.DataFrame(exactly(scale["covariance"], 100) + 3, columns=scale["items"])
        against = reverse_keyed(people, level=0.95)["reversed"].astype(bool)
        again = keyed(people, against.index[against], low=-20, high=26)
        assert cronbachs_alpha(again, level=0.95).alpha == pytest.approx(scale["alpha"], abs=1e-9)


# Two run up and two down with the same thing: which two are reversed stands in the questions alone.
def test_half_against_half_cannot_be_told():
    rng = np.random.default_rng(0)
    found = reverse_keyed(factor([0.8, 0.8, -0.8, -0.8], 200, rng), level=0.95)
    assert found["reversed"].isna().all()
    assert not found["sure"].any()


def test_too_little_to_tell_a_direction_is_said():
    for scores in (np.random.default_rng(0).normal(size=(9, 4)), np.random.default_rng(0).normal(size=(30, 2))):
        found = reverse_keyed(scores, level=0.95)
        assert found["correlation"].isna().all()
        assert found["reversed"].isna().all()
        assert not found["sure"].any()
    found = reverse_keyed(FLAT, level=0.95)
    assert found["correlation"].isna().tolist() == [True, False, False, False]


def test_of_answers_that_have_nothing_to_do_with_each_other_few_are_sure():
    sure = [
        reverse_keyed(np.random.default_rng(seed).normal(size=(40, 5)), level=0.95)["sure"].mean()
        for seed in range(300)
    ]
    # 5 %, in 300 questionnaires of five items each that share their people: ± 2.58 errors of a mean of these
    assert np.mean(sure) == pytest.approx(0.05, abs=2.58 * np.std(sure) / np.sqrt(300))


# 1 to 5: 1 becomes 5, 2 becomes 4; who left it out still did.
def test_turning_by_hand():
    frame = pd.DataFrame({"good": [1.0, 2.0], "boring": [1.0, np.nan], "slow": [4, 5]})
    found = keyed(frame, ["boring", "slow"], low=1, high=5)
    pd.testing.assert_frame_equal(found, pd.DataFrame({"good": [1.0, 2], "boring": [5, np.nan], "slow": [2.0, 1]}))
    pd.testing.assert_frame_equal(keyed(frame, [], low=1, high=5), frame.astype(float))


def test_what_cannot_be_meant_is_refused():
    frame = pd.DataFrame({"good": [1.0, 6.0]})
    with pytest.raises(AssertionError, match="not among the columns"):
        keyed(frame, ["bad"], low=1, high=6)
    with pytest.raises(AssertionError, match="outside the scale"):
        keyed(frame, ["good"], low=1, high=5)
    with pytest.raises(AssertionError, match="above and below the diagonal"):
        alpha_of_covariance([[1, 0.3], [0, 1]])
    with pytest.raises(AssertionError, match="length above 0"):
        spearman_brown(0.5, times=0)


def test_an_item_and_the_rest():
    rng = np.random.default_rng(3)
    item, rest = rng.normal(size=(2, 12))
    told = pearsonr(item[1:], rest[1:])
    found = item_rest(np.r_[np.nan, item[1:]], rest, level=0.95)
    assert (found.correlation, found.n) == (pytest.approx(told.statistic), 11)
    assert [found.low, found.high] == pytest.approx(list(told.confidence_interval(0.95)))
    assert np.isnan(item_rest(item[:9], rest[:9], level=0.95).correlation)
    assert np.isnan(item_rest(np.full(12, 0.1), rest, level=0.95).correlation)
    same = item_rest(item, 2 * item, level=0.95)
    assert same.correlation == pytest.approx(1)
    assert np.isnan([same.low, same.high]).all()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.floats(0.1, 50), st.floats(-100, 100))
def test_order_unit_and_direction_of_all_change_nothing(seed, unit, shift):
    rng = np.random.default_rng(seed)
    scores = factor(rng.uniform(0.3, 0.9, size=4), 30, rng)
    other = -unit * scores[rng.permutation(30)][:, [2, 0, 3, 1]] + shift
    one, two = (cronbachs_alpha(some, level=0.9) for some in (scores, other))
    for name in ("alpha", "low", "high", "mean_correlation"):
        assert getattr(two, name) == pytest.approx(getattr(one, name), abs=1e-7)
    assert one.low < one.alpha < one.high
    first, second = (mcdonalds_omega(some, level=0.9, rng=rng, drawings=2) for some in (scores, other))
    assert second.omega == pytest.approx(first.omega, abs=1e-4, nan_ok=True)
    assert second.loadings == pytest.approx(first.loadings[[2, 0, 3, 1]], abs=1e-4, nan_ok=True)


TRUE = np.array([0.8, 0.7, 0.6, 0.5, 0.4])


def band(times):
    """Return the 99 % binomial band of 95 %."""
    return 2.58 * np.sqrt(0.95 * 0.05 / times)


@pytest.mark.parametrize(("loadings", "n"), [(np.full(5, 0.6), 15), (np.full(5, 0.6), 100), (TRUE, 40)])
def test_feldts_interval_holds_alpha_as_often_as_it_says(loadings, n):
    true = alpha_of_covariance(np.outer(loadings, loadings) + np.diag(1 - loadings**2))
    found = [cronbachs_alpha(factor(loadings, n, np.random.default_rng(seed)), level=0.95) for seed in range(1000)]
    assert np.mean([one.low <= true <= one.high for one in found]) == pytest.approx(0.95, abs=band(1000))


def test_the_interval_holds_omega_as_often_as_it_says():
    true = TRUE.sum() ** 2 / (TRUE.sum() ** 2 + (1 - TRUE**2).sum())
    held = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        found = mcdonalds_omega(factor(TRUE, 300, rng), level=0.95, rng=rng, drawings=200)
        held.append(found.low <= true <= found.high)
    assert np.mean(held) == pytest.approx(0.95, abs=band(300))
