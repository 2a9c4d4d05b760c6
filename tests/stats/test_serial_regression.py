"""Does a line through months that resemble each other know how little they tell?"""

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from churnlab.stats.serial_regression import ar1_regression, contrasts, newey_west_regression

NILE = json.loads((Path(__file__).parents[1] / "reference" / "serial_regression.json").read_text("utf-8"))
TRIED = np.linspace(-0.99, 0.99, 100)


def segments(n, start):
    time = np.arange(n) - start
    later = (time >= 0).astype(float)
    return np.column_stack([np.ones(n), time, later, later * time])


def drawn(n, rho, rng):
    """Return a stationary autoregression."""
    new = rng.standard_normal(n)
    new[0] /= np.sqrt(1 - rho**2)
    for at in range(1, n):
        new[at] += rho * new[at - 1]
    return new


# The mean of 0 and 2. At correlation ρ the first counts √(1 − ρ²), the second is new by 1 − ρ: squares of the column
# of ones sum to 1 − ρ² + (1 − ρ)² = 2 (1 − ρ), those of the errors −1 and 1 to 1 − ρ² + (1 + ρ)² = 2 (1 + ρ). How
# likely ρ is: √(1 − ρ²) / √(2 (1 − ρ)) / √(2 (1 + ρ)) = 1 / 2, whatever ρ. Variance of the mean: (1 + ρ) / (1 − ρ).
def test_two_points_do_not_tell_how_alike_they_are():
    fit = ar1_regression(np.ones((2, 1)), [0, 2])
    assert fit.weights == pytest.approx(np.full(100, 1 / 100))
    assert fit.coefficients == pytest.approx(np.ones((100, 1)))
    assert fit.covariances[:, 0, 0] == pytest.approx((1 + TRIED) / (1 - TRIED))
    assert (fit.freedom, fit.rho) == (1, pytest.approx(0, abs=1e-12))


def test_newey_west_errors_of_a_mean_by_hand():
    # Errors 1, 1, −1, −1: squares 4; of lag 1 the products 1, −1, 1 count half, twice: 1. 5 / 16, times 4 / 3.
    fit = newey_west_regression(np.ones((4, 1)), [3, 3, 1, 1], lags=1)
    assert fit.coefficients[0, 0] == pytest.approx(2)
    assert fit.covariances[0, 0, 0] == pytest.approx(5 / 16 * 4 / 3)
    assert newey_west_regression(np.ones((4, 1)), [3, 3, 1, 1]).covariances[0, 0, 0] == pytest.approx(5 / 12)


def test_at_each_correlation_it_agrees_with_r():
    fit = ar1_regression(segments(100, 28), NILE["series"])
    at = [int(np.argmin(abs(TRIED - rho))) for rho in NILE["rho"]]
    assert TRIED[at] == pytest.approx(NILE["rho"])
    assert fit.coefficients[at] == pytest.approx(np.array(NILE["coefficients"]), rel=1e-6)
    errors = np.sqrt(np.diagonal(fit.covariances[at], axis1=1, axis2=2))
    assert errors == pytest.approx(np.array(NILE["errors"]), rel=1e-6)
    assert np.diff(np.log(fit.weights[at])) == pytest.approx(np.diff(NILE["log_likelihood"]), rel=1e-6)


def test_newey_west_errors_agree_with_r():
    fit = newey_west_regression(segments(100, 28), NILE["series"])
    assert np.sqrt(np.diag(fit.covariances[0])) == pytest.approx(NILE["newey_west"])


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(8, 60), st.integers(0, 5))
def test_newey_west_errors_agree_with_statsmodels(seed, n, lags):
    rng = np.random.default_rng(seed)
    design, series = np.column_stack([np.ones(n), np.arange(n)]), rng.standard_normal(n)
    theirs = sm.OLS(series, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    fit = newey_west_regression(design, series, lags=lags)
    assert fit.covariances[0] == pytest.approx(theirs.cov_params(), rel=1e-6, abs=1e-12)


def test_the_correlation_is_found_in_a_long_series():
    series = drawn(2000, 0.6, np.random.default_rng(4))
    fit = ar1_regression(np.ones((2000, 1)), series)
    assert fit.rho == pytest.approx(0.6, abs=0.06)
    assert np.corrcoef(fit.innovations[1:], fit.innovations[:-1])[0, 1] == pytest.approx(0, abs=0.06)
    assert np.corrcoef(fit.residuals[1:], fit.residuals[:-1])[0, 1] == pytest.approx(0.6, abs=0.06)


def test_an_interval_leaves_the_same_share_of_the_weighted_answers_on_each_side():
    fit = ar1_regression(segments(18, 12), drawn(18, 0.3, np.random.default_rng(7)))
    row = np.array([0, 0, 1, 3])
    centres, spreads = fit.coefficients @ row, np.sqrt([row @ one @ row for one in fit.covariances])
    said = contrasts(fit, row, level=0.9)

    def below(at):
        return fit.weights @ t.cdf((at - centres) / spreads, fit.freedom)

    assert (below(said.low[0]), below(said.high[0])) == pytest.approx((0.05, 0.95), abs=1e-9)
    assert said.p_value[0] == pytest.approx(2 * min(below(0), 1 - below(0)))
    assert said.estimate[0] == pytest.approx(fit.weights @ centres)


def test_of_one_answer_the_interval_is_the_one_of_t():
    fit = newey_west_regression(np.ones((4, 1)), [3, 3, 1, 1], lags=1)
    said = contrasts(fit, [[1], [0]], level=0.95)
    half = t.ppf(0.975, 3) * np.sqrt(5 / 12)
    assert said.low == pytest.approx([2 - half, 0])
    assert said.high == pytest.approx([2 + half, 0])
    assert said.p_value[0] == pytest.approx(2 * t.sf(2 / np.sqrt(5 / 12), 3))


@pytest.mark.parametrize("fit", [ar1_regression, newey_west_regression])
@pytest.mark.parametrize("series", [np.zeros(9), np.full(9, 0.1), np.arange(9) * 0.3])
def test_where_nothing_is_left_over_nobody_knows_how_sure_it_is(fit, series):
    found = fit(np.column_stack([np.ones(9), np.arange(9)]), series)
    said = contrasts(found, np.eye(2), level=0.95)
    assert said.estimate == pytest.approx([series[0], series[1] - series[0]], abs=1e-9)
    assert np.isnan([said.low, said.high, said.p_value]).all()
    assert np.isnan(found.rho)


@pytest.mark.parametrize(
    ("design", "series", "said"),
    [
        (np.ones((3, 1)), [1, np.nan, 2], "The series has a gap: a value of every period is needed."),
        (np.eye(2), [1, 2], "2 points cannot carry 2 coefficients and an error."),
        (np.ones((4, 2)), [1, 2, 3, 5], "The columns of the design say the same: one is a sum of others."),
    ],
)
@pytest.mark.parametrize("fit", [ar1_regression, newey_west_regression])
def test_what_cannot_be_fitted_is_refused(fit, design, series, said):
    with pytest.raises(ValueError, match=said):
        fit(design, series)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-1000, 1000))
def test_units_change_nothing_but_units(seed, unit, zero):
    series = drawn(18, 0.3, np.random.default_rng(seed))
    rows = [[0, 0, 1, 3], [0, 1, 0, 0]]
    first, second = (
        contrasts(ar1_regression(segments(18, 12), one), rows, level=0.95) for one in (series, zero + unit * series)
    )
    assert second.estimate == pytest.approx(unit * first.estimate, rel=1e-5, abs=1e-5 * unit)
    assert second.high == pytest.approx(unit * first.high, rel=1e-5, abs=1e-5 * unit)
    assert second.p_value == pytest.approx(first.p_value, abs=1e-5)


MANY = 400


def held(fit, before, after, rho, seed):
    """Return in how many of 400 series of no effect the interval of the effect in the middle of what follows held 0."""
    rng, design, row = np.random.default_rng(seed), segments(before + after, before), [0, 0, 1, after / 2]
    said = [contrasts(fit(design, drawn(before + after, rho, rng)), row, level=0.95) for _ in range(MANY)]
    return sum(bool(one.low[0] <= 0 <= one.high[0]) for one in said)


@pytest.mark.parametrize(("before", "after"), [(8, 3), (12, 6), (24, 12), (36, 12)])
def test_intervals_hold_the_truth_as_often_as_is_said_at_a_correlation_of_a_third(before, after):
    kept = held(ar1_regression, before, after, 0.3, before)
    assert binom.ppf(0.005, MANY, 0.95) <= kept
    assert kept / MANY <= 0.995


def test_newey_west_intervals_are_too_short_in_short_series_as_is_said():
    assert held(newey_west_regression, 12, 6, 0.3, 1) / MANY == pytest.approx(0.73, abs=0.06)
    assert held(newey_west_regression, 36, 12, 0.3, 2) / MANY == pytest.approx(0.83, abs=0.06)


def test_strongly_correlated_months_are_held_nearly_as_often():
    assert held(ar1_regression, 8, 3, 0.6, 3) / MANY >= 0.89
    assert held(ar1_regression, 24, 12, 0.6, 4) / MANY >= 0.92
