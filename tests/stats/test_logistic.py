from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from churnlab.stats import logistic
from churnlab.stats.logistic import fit_logistic

REFERENCE = Path(__file__).parents[1] / "reference"
COLUMNS = ["attendance", "hours", "sibling"]


@pytest.fixture(scope="module")
def panel():
    return pd.read_csv(REFERENCE / "odds_ratios.csv")


@pytest.fixture(scope="module")
def in_r():
    # tests/reference/odds_ratios.R
    return pd.read_csv(REFERENCE / "odds_ratios_fit.csv", index_col="what")


def _random(n=600, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    return X, rng.random(n) < 1 / (1 + np.exp(1 - X[:, 0])), rng


def test_one_flag_by_hand():
    # 3 of 4 with the flag left, 2 of 6 without: odds 3 and 1/2, ratio 6
    flag, left = np.repeat([1, 0], [4, 6])[:, None], np.array([1, 1, 1, 0, 1, 1, 0, 0, 0, 0])
    fit = fit_logistic(flag, left)
    assert np.exp(fit.coefficients[0]) == pytest.approx(6)
    assert np.exp(fit.intercept) == pytest.approx(1 / 2)
    # Woolf: the variance of a log odds ratio is the sum of the four cells' reciprocals
    assert fit.standard_errors[0] ** 2 == pytest.approx(1 / 3 + 1 / 1 + 1 / 2 + 1 / 4)


def test_coefficients_and_both_errors_agree_with_r(panel, in_r):
    names = ["(Intercept)", *COLUMNS]
    plain = fit_logistic(panel[COLUMNS], panel["churned"])
    clustered = fit_logistic(panel[COLUMNS], panel["churned"], clusters=panel["student"])
    assert [plain.intercept, *plain.coefficients] == pytest.approx(in_r.loc[names, "estimate"].tolist(), rel=1e-8)
    assert [plain.intercept_error, *plain.standard_errors] == pytest.approx(
        in_r.loc[names, "model_error"].tolist(), rel=1e-8
    )
    assert [clustered.intercept_error, *clustered.standard_errors] == pytest.approx(
        in_r.loc[names, "clustered_error"].tolist(), rel=1e-8
    )


def test_an_offset_is_taken_as_given_as_in_statsmodels():
    X, left, rng = _random()
    offset = rng.normal(size=len(left))
    ours = fit_logistic(X, left, offset=offset)
    theirs = sm.GLM(left, sm.add_constant(X), family=sm.families.Binomial(), offset=offset).fit(tol=1e-12)
    assert [ours.intercept, *ours.coefficients] == pytest.approx(theirs.params.tolist(), rel=1e-6)
    assert ours.standard_errors == pytest.approx(theirs.bse[1:], rel=1e-5)


def test_clusters_of_one_row_give_nearly_the_errors_without():
    X, left, _ = _random(4000)
    plain, alone = fit_logistic(X, left), fit_logistic(X, left, clusters=np.arange(4000))
    assert alone.standard_errors == pytest.approx(plain.standard_errors, rel=0.05)


def test_rows_written_twice_add_nothing_when_clustered():
    X, left, _ = _random()
    once = fit_logistic(X, left, clusters=np.arange(600))
    twice = fit_logistic(np.tile(X, (2, 1)), np.tile(left, 2), clusters=np.tile(np.arange(600), 2))
    assert twice.standard_errors == pytest.approx(once.standard_errors)


def test_a_flag_whose_bearers_all_stayed_is_named_and_the_others_are_fitted_without_them():
    X, left, rng = _random()
    flag = rng.random(600) < 0.1
    left = left & ~flag
    fit = fit_logistic(np.column_stack([X, flag]), left)
    others = fit_logistic(X[~flag], left[~flag])
    assert fit.separated.tolist() == [False, False, True]
    assert np.isnan(fit.coefficients[2])
    assert fit.coefficients[:2] == pytest.approx(others.coefficients)
    assert fit.standard_errors[:2] == pytest.approx(others.standard_errors)


def test_a_column_that_parts_all_is_named_and_no_number_is_told():
    X, _, _ = _random()
    fit = fit_logistic(X, X[:, 0] > 0.3)
    assert fit.separated.tolist() == [True, False]
    assert np.isnan(fit.coefficients).all()
    assert np.isnan(fit.standard_errors).all()


def test_columns_that_part_all_only_together_are_named_together():
    X, _, rng = _random()
    fit = fit_logistic(np.column_stack([X, rng.normal(size=600)]), X[:, 0] + X[:, 1] > 0.2)
    assert fit.separated[:2].tolist() == [True, True]


def test_an_overwhelming_effect_that_parts_nothing_is_no_separation():
    X, _, rng = _random(3000)
    left = rng.random(3000) < 1 / (1 + np.exp(-12 * X[:, 0]))
    fit = fit_logistic(X, left)
    assert not fit.separated.any()
    assert abs(fit.coefficients[0] - 12) < 4 * fit.standard_errors[0]


def test_few_rows_of_many_that_are_separated_are_seen():
    """Of 100,000 two alone have a word, and neither left: its log odds ratio is minus infinity."""
    rng = np.random.default_rng(20261)
    n = 100_000
    X = np.column_stack([rng.normal(size=n), (np.arange(n) < 2).astype(float)])
    left = rng.random(n) < 0.1
    left[:2] = False
    fit = fit_logistic(X, left)
    assert list(fit.separated) == [False, True]


def test_rows_that_are_all_but_certain_are_no_separation(monkeypatch):
    """Log odds from -40 to 9 that tell the truth: the slope is 1, and no linear program is needed to see it."""
    rng = np.random.default_rng(20261)
    odds = np.clip(rng.normal(-6, 4, 20_000), -40, 9)
    monkeypatch.setattr(logistic, "separating_direction", None)
    fit = fit_logistic(odds[:, None], rng.random(20_000) < 1 / (1 + np.exp(-odds)))
    assert abs(fit.coefficients[0] - 1) < 3 * fit.standard_errors[0] < 0.1
