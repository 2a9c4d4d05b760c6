from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from churnlab.stats.calibration import calibration, calibration_curve

REFERENCE = Path(__file__).parents[1] / "reference"


def _predictions(n=5000, seed=2):
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 1, size=n)
    return odds, rng.random(n) < expit(odds)


def test_intercept_and_slope_agree_with_r():
    # tests/reference/odds_ratios.R, glm with offset(told) and glm on told
    panel = pd.read_csv(REFERENCE / "odds_ratios.csv")
    in_r = pd.read_csv(REFERENCE / "odds_ratios_fit.csv", index_col="what")
    found = calibration(panel["churned"], expit(panel["told"]), level=0.95)
    assert found.intercept == pytest.approx(in_r.loc["in_the_large", "estimate"], rel=1e-8)
    assert found.slope == pytest.approx(in_r.loc["slope", "estimate"], rel=1e-8)
    half = 1.959963984540054
    assert found.intercept_high - found.intercept == pytest.approx(half * in_r.loc["in_the_large", "model_error"])
    assert found.slope - found.slope_low == pytest.approx(half * in_r.loc["slope", "model_error"])


def test_one_rate_for_all_by_hand():
    # told 1/2 to all (log odds 0), 1 of 4 left: log odds of the truth −log 3
    found = calibration([1, 0, 0, 0], [0.5] * 4, level=0.95)
    assert found.intercept == pytest.approx(-np.log(3))
    assert np.isnan(found.slope)


def test_true_probabilities_are_called_right():
    odds, left = _predictions()
    found = calibration(left, expit(odds), level=0.99)
    assert found.intercept_low < 0 < found.intercept_high
    assert found.slope_low < 1 < found.slope_high


def test_probabilities_twice_too_extreme_have_slope_one_half():
    odds, left = _predictions()
    found, truth = calibration(left, expit(2 * odds), level=0.95), calibration(left, expit(odds), level=0.95)
    assert found.slope == pytest.approx(truth.slope / 2)


def test_nobody_left_says_nothing():
    found = calibration([0, 0], [0.1, 0.2], level=0.95)
    assert np.isnan([found.intercept, found.intercept_low, found.slope, found.slope_high]).all()


def test_curve_by_hand():
    told = calibration_curve([0, 1, 1, 1], [0.1, 0.3, 0.6, 0.8], bins=2, min_rows=1, level=0.95)
    assert told["n"].tolist() == [2, 2]
    assert told["predicted_rate"].tolist() == pytest.approx([0.2, 0.7])
    assert told["observed_rate"].tolist() == [1 / 2, 1]
    assert (told["observed_rate_low"] < told["observed_rate"]).all()


def test_the_curve_counts_everybody_once_and_keeps_equals_together():
    odds, left = _predictions(1003)
    rounded = np.round(expit(odds), 2)
    told = calibration_curve(left, rounded, bins=10, min_rows=10, level=0.95)
    assert told["n"].sum() == 1003
    assert told["events"].sum() == left.sum()
    assert told["predicted_rate"].is_monotonic_increasing
    assert (told["n"] * told["predicted_rate"]).sum() == pytest.approx(rounded.sum())


def test_few_rows_make_few_groups():
    odds, left = _predictions(25)
    assert calibration_curve(left, expit(odds), bins=10, min_rows=10, level=0.95)["n"].tolist() == [12, 13]
