"""Is it seen that neighbours in time resemble each other, and not where they do not?"""

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.stattools import durbin_watson as their_durbin_watson

from churnlab.stats.serial_correlation import durbin_watson, ljung_box, newey_west_lags

NILE = json.loads((Path(__file__).parents[1] / "reference" / "serial_regression.json").read_text("utf-8"))


def test_errors_that_change_sign_every_time_by_hand():
    # Steps of −2, 2 and −2 make 12, over 4 squares of 1. Of lag 1 three products of −1 over 4: −3 / 4.
    assert durbin_watson([1, -1, 1, -1]) == 12 / 4
    statistic, p_value = ljung_box([1, -1, 1, -1], lags=1)
    assert statistic == pytest.approx(4 * 6 * (3 / 4) ** 2 / 3)
    assert p_value == pytest.approx(0.0338949, abs=1e-7)  # 4.5, chi-squared with one degree of freedom


def test_of_no_errors_nothing_is_said():
    assert np.isnan(durbin_watson([0, 0, 0]))
    assert np.isnan(ljung_box([0, 0, 0], lags=1)).all()


@pytest.mark.parametrize(("n", "lags"), [(1, 0), (2, 1), (11, 2), (36, 3), (100, 4), (1000, 6)])
def test_errors_may_be_correlated_over_a_few_periods(n, lags):
    assert newey_west_lags(n) == lags


def test_it_agrees_with_r():
    time = np.arange(100) - 28
    later = time >= 0
    line = sm.OLS(NILE["series"], np.column_stack([np.ones(100), time, later, later * time])).fit()
    assert durbin_watson(line.resid) == pytest.approx(NILE["durbin_watson"][0])
    assert ljung_box(line.resid, lags=5) == pytest.approx(NILE["ljung_box"])


@settings(deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=6, max_size=40).filter(lambda one: np.ptp(one) > 0.01))
def test_it_agrees_with_statsmodels(residuals):
    left = np.array(residuals) - np.mean(residuals)
    theirs = acorr_ljungbox(left, lags=[3]).iloc[0]
    assert durbin_watson(left) == pytest.approx(their_durbin_watson(left))
    assert ljung_box(left, lags=3) == pytest.approx((theirs["lb_stat"], theirs["lb_pvalue"]), abs=1e-9)


def test_independent_errors_are_found_correlated_as_seldom_as_is_said_and_a_few_of_weak_ones():
    rng = np.random.default_rng(2)
    alone = [ljung_box(rng.standard_normal(100), lags=5)[1] <= 0.05 for _ in range(600)]
    assert binom.ppf(0.005, 600, 0.05) <= sum(alone) <= binom.ppf(0.995, 600, 0.05)
    weak = []
    for _ in range(600):
        new = rng.standard_normal(20)
        for at in range(1, 20):
            new[at] += 0.3 * new[at - 1]
        weak.append(ljung_box(new, lags=4)[1] <= 0.05)
    assert 0.12 <= np.mean(weak) <= 0.22  # one of six, as is said
