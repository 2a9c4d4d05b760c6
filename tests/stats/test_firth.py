import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import chi2

from churnlab.stats.firth import design_effect, fit_firth, profile
from churnlab.stats.logistic import fit_logistic

REFERENCE = Path(__file__).parents[1] / "reference"
TOLD = json.loads((REFERENCE / "firth.json").read_text("utf-8"))
NAMES = ["NV", "PI", "EH"]


@pytest.fixture(scope="module")
def endometrial():
    rows = pd.read_csv(REFERENCE / "endometrial.csv")
    return rows[NAMES].to_numpy(dtype=float), rows["HG"].to_numpy() == 1


def _two_by_two(a, b, c, d):
    """Return a flag and who left: of those with it a left and b stayed, of the others c and d."""
    return np.repeat([[1.0], [1.0], [0.0], [0.0]], [a, b, c, d], axis=0), np.repeat([1, 0, 1, 0], [a, b, c, d]) == 1


@pytest.mark.parametrize("counts", [(3, 0, 2, 5), (0, 4, 3, 6), (2, 3, 4, 1)])
def test_a_flag_by_hand_is_a_half_added_to_each_cell(counts):
    # with one flag the penalty is Haldane's and Anscombe's: half a student more in each of the four cells
    a, b, c, d = (count + 1 / 2 for count in counts)
    fit = fit_firth(*_two_by_two(*counts))
    assert fit.coefficients[0] == pytest.approx(np.log(a * d / (b * c)), abs=1e-4)
    assert fit.intercept == pytest.approx(np.log(c / d), abs=1e-4)


def test_estimates_agree_with_the_published_ones(endometrial):
    fit, told = fit_firth(*endometrial), TOLD["endometrial"]["estimates"]
    assert [fit.intercept, *fit.coefficients] == pytest.approx([*told["coefficients"].values()], abs=6e-6)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx([*told["standard_errors"].values()], abs=6e-6)
    assert -2 * fit.log_likelihood == pytest.approx(TOLD["endometrial"]["penalised_deviance"]["value"], abs=6e-5)


def test_profile_limits_and_tests_agree_with_those_of_r(endometrial):
    fit, told = fit_firth(*endometrial), TOLD["endometrial"]
    for at, name in enumerate(NAMES):
        found = profile(*endometrial, fit, np.eye(3)[at], level=0.95)
        assert [found.low, found.high] == pytest.approx(told["profile_limits"][name], abs=5e-6)
        assert found.p_value == pytest.approx(told["p_values"][name], rel=1e-4)


def test_where_all_are_parted_limits_and_tests_agree_with_logistf():
    told = TOLD["eight_rows"]
    X, left = np.column_stack([told["x1"], told["x2"]]).astype(float), np.array(told["left"]) == 1
    fit = fit_firth(X, left)
    assert [fit.intercept, *fit.coefficients] == pytest.approx([told["intercept"], *told["coefficients"]], abs=2e-4)
    found = [profile(X, left, fit, weights, level=0.95) for weights in np.eye(2)]
    assert [one.low for one in found] == pytest.approx(told["low"], abs=2e-4)
    assert [one.high for one in found] == pytest.approx(told["high"], abs=2e-4)
    assert [one.p_value for one in found] == pytest.approx(told["p_value"], abs=2e-4)


def _penalised(beta, X, left):
    odds = np.column_stack([np.ones(len(X)), X]) @ beta
    p = 1 / (1 + np.exp(-odds))
    wide = np.column_stack([np.ones(len(X)), X])
    likelihood = np.where(left, np.log(p), np.log1p(-p)).sum()
    return likelihood + np.linalg.slogdet(wide.T @ np.diag(p * (1 - p)) @ wide)[1] / 2


def test_the_top_and_the_limits_are_those_of_a_search_that_knows_no_derivative(endometrial):
    """Nelder and Mead climb the likelihood itself; a limit is where they come half a quantile short of the top."""
    X, left = endometrial
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    fit = fit_firth(X, left)
    careful = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 40_000, "maxfev": 40_000}
    top = minimize(lambda beta: -_penalised(beta, X, left), np.zeros(4), method="Nelder-Mead", options=careful)
    assert -top.fun == pytest.approx(fit.log_likelihood, abs=1e-8)
    assert top.x == pytest.approx([fit.intercept, *fit.coefficients], abs=1e-4)
    weights = np.array([1.0, 0.0, -0.5])  # a comparison of two columns at once
    found = profile(X, left, fit, weights, level=0.9)
    for limit in (found.low, found.high):

        def held(rest, limit=limit):
            return -_penalised(np.array([rest[0], limit + rest[2] / 2, rest[1], rest[2]]), X, left)

        reached = minimize(held, np.zeros(3), method="Nelder-Mead", options=careful)
        assert -reached.fun == pytest.approx(fit.log_likelihood - chi2.ppf(0.9, 1) / 2, abs=1e-4)


def test_with_many_data_the_penalty_no_longer_matters():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(20_000, 2))
    left = rng.random(20_000) < 1 / (1 + np.exp(1 - X @ [0.5, -0.2]))
    firth, plain = fit_firth(X, left), fit_logistic(X, left)
    assert firth.coefficients == pytest.approx(plain.coefficients, abs=5e-4)
    found = profile(X, left, firth, [1.0, 0.0], level=0.95)
    error = plain.standard_errors[0]
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.01)


def test_a_side_on_which_the_data_say_nothing_is_open():
    # 8 students with the flag, all of whom left, beside 400 of whom half did: finite below, hardly bounded above
    X, left = _two_by_two(8, 0, 200, 200)
    found = profile(X, left, fit_firth(X, left), [1.0], level=0.999999)
    assert np.isfinite(found.low)
    assert found.high == np.inf
    lower = profile(X, ~left, fit_firth(X, ~left), [1.0], level=0.999999)
    assert (lower.low, lower.high) == (-np.inf, pytest.approx(-found.low, abs=1e-4))


def test_the_same_students_in_three_months_are_no_more_certain_than_in_one(endometrial):
    X, left = endometrial
    once, weights = fit_firth(X, left), [1.0, 0.0, 0.0]
    often, gone, whose = np.tile(X, (3, 1)), np.tile(left, 3), np.tile(np.arange(len(X)), 3)
    effect = design_effect(often, fit_firth(often, gone), weights, whose)
    assert effect == pytest.approx(3)
    again = fit_firth(often, gone, weight=1 / effect)
    assert again.coefficients == pytest.approx(once.coefficients, abs=1e-4)
    one = profile(X, left, once, weights, level=0.95)
    other = profile(often, gone, again, weights, level=0.95, weight=1 / effect)
    assert [other.low, other.high, other.p_value] == pytest.approx([one.low, one.high, one.p_value], abs=1e-3)
    assert profile(often, gone, fit_firth(often, gone), weights, level=0.95).low > one.low + 0.5


def test_where_each_student_has_one_row_nothing_is_taken_off(endometrial):
    X, left = endometrial
    assert design_effect(X, fit_firth(X, left), [1.0, 0.0, 0.0], np.arange(len(X))) == pytest.approx(1)


def test_a_flag_of_few_students_is_worth_those_students():
    # 12 rows with the flag are of 3 students, the 600 without it of 600
    X, left = _two_by_two(12, 0, 200, 400)
    whose = np.concatenate([np.repeat([0, 1, 2], 4), np.arange(3, 603)])
    assert design_effect(X, fit_firth(X, left), [1.0], whose) == pytest.approx(12 / 3, rel=0.05)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_limits_lie_around_the_estimate_and_turn_with_the_sign(seed):
    rng = np.random.default_rng(seed)
    X, left = rng.normal(size=(40, 2)), rng.random(40) < 0.3
    if left.all() or not left.any():
        return
    fit = fit_firth(X, left)
    found, turned = (profile(X, left, fit, side * np.array([1.0, 0.3]), level=0.9) for side in (1, -1))
    assert found.low < found.estimate < found.high
    assert [-turned.high, -turned.low] == pytest.approx([found.low, found.high], abs=1e-3)
    assert (found.p_value < 0.1) == (not found.low <= 0 <= found.high)


@pytest.mark.slow
def test_profile_limits_hold_the_truth_under_separation_at_least_as_often_as_they_say():
    # Estimand: the log odds ratio of a flag of one in ten of 60, which is 2.5. In a quarter of the draws all left.
    rng, covered, parted = np.random.default_rng(7), 0, 0
    for _ in range(300):
        flag, other = rng.random(60) < 0.1, rng.normal(size=60)
        flag[:3] = True
        left = rng.random(60) < 1 / (1 + np.exp(0.5 - 2.5 * flag - 0.5 * other))
        X = np.column_stack([flag, other]).astype(float)
        found = profile(X, left, fit_firth(X, left), [1.0, 0.0], level=0.95)
        covered += found.low <= 2.5 <= found.high
        parted += left[flag].all()
    assert parted > 60
    assert covered >= 275, covered  # 99 % binomial band of 95 % in 300 draws, below


def test_columns_that_nearly_agree_have_the_limits_of_columns_that_do_not():
    rng = np.random.default_rng(2)
    near, off = rng.normal(size=200), rng.normal(size=200)
    left = rng.random(200) < 1 / (1 + np.exp(-near))
    # b1·near + b2·(near + off/1000) = (b1 + b2)·near + b2/1000·off; a thousandth of b1 is asked of both
    alike, apart = np.column_stack([near, near + off / 1000]), np.column_stack([near, off])
    same = profile(apart, left, fit_firth(apart, left), [1e-3, -1.0], level=0.95)
    found = profile(alike, left, fit_firth(alike, left), [1e-3, 0.0], level=0.95)
    told, asked = ([one.estimate, one.low, one.high, one.p_value] for one in (found, same))
    assert np.isfinite(asked).all()
    assert told == pytest.approx(asked, abs=1e-5)


def test_the_rows_of_a_student_weigh_by_their_own_spread():
    # Four students with two rows each, one with the flag: two of four left, half added to each cell 2.5 / 5; of those
    # without 0.5 / 5. A row moves the ratio by 1 / (4 p q) and has an error of √(p q): so 1 / √(p q), alike for all.
    X, left = _two_by_two(2, 2, 0, 4)
    one, other = 1 / (0.5 * 0.5) ** 0.5, 1 / (0.1 * 0.9) ** 0.5
    expected = (one + other) ** 2 / (one**2 + other**2)
    assert design_effect(X, fit_firth(X, left), [1.0], np.tile(np.arange(4), 2)) == pytest.approx(expected, rel=1e-4)
