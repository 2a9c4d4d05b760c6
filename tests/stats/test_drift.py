"""Do the students still resemble those who taught the model, and do as many leave as it says?"""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit, logit

from churnlab.stats.drift import (
    as_far,
    as_far_robust,
    calibration_test,
    farthest_robust,
    psi,
    psi_excess,
    psi_expected,
    psi_limit,
    spiegelhalter,
)


def test_the_index_of_two_cells_by_hand():
    # Half a count more each: 1 / 4 and 3 / 4 against 1 / 2 and 1 / 2.
    index = psi([0.5, 2.5], [1.5, 1.5])
    assert index == pytest.approx(-1 / 4 * np.log(1 / 2) + 1 / 4 * np.log(3 / 2))


def test_equal_shares_have_no_index_and_an_empty_cell_a_finite_one():
    assert psi([9.5, 9.5], [99.5, 99.5]) == 0
    assert np.isfinite(psi([10, 0], [5, 5]))


def test_the_limit_by_hand():
    # χ² of 9 degrees at .95: 16.919; (1 / 1000 + 1 / 500) of it.
    assert psi_limit(1000, 500, 10, level=0.95) == pytest.approx(16.919 * 3 / 1000, abs=1e-5)
    assert psi_limit(1000, 500, 10, level=0.95, spread=2) == pytest.approx(2 * psi_limit(1000, 500, 10, level=0.95))


@pytest.mark.parametrize(("before", "now"), [(3000, 200), (400, 400)])
def test_samples_of_one_population_stay_below_the_limit_as_often_as_it_says(before, now):
    rng = np.random.default_rng(2)
    share = np.full(10, 1 / 10)
    limit = psi_limit(before, now, 10, level=0.95)
    beyond = [psi(rng.multinomial(before, share), rng.multinomial(now, share)) > limit for _ in range(4000)]
    assert abs(np.mean(beyond) - 0.05) < 0.015


def test_the_folk_limit_is_wrong_for_small_samples():
    # Of two samples of a hundred without drift a good third lie above 0.1 in ten cells: it says "watch" of nothing.
    rng, share = np.random.default_rng(3), np.full(10, 1 / 10)
    beyond = [psi(rng.multinomial(100, share), rng.multinomial(100, share)) > 0.1 for _ in range(2000)]
    assert np.mean(beyond) > 0.3


def test_an_excess_is_held_against_the_usual_ones():
    assert psi_excess(0.009, 1000, 500, 4) == pytest.approx(1)
    assert as_far(1.0, [1.0, 1.0], 4) == pytest.approx(stats.f.sf(1, 3, 6))
    # A feature that always moves four times as far is no news when it does so again.
    assert as_far(4.0, [4.0, 4.0], 4) == as_far(1.0, [1.0, 1.0], 4)
    # One that moved less than chance is held against chance.
    assert as_far(1.0, [0.1, 0.1], 4) == as_far(1.0, [1.0, 1.0], 4)


@pytest.mark.parametrize("usual", [[1.0, 1.0], [4.0, 2.0, 9.0], [0.1]])
def test_the_farthest_is_what_is_as_far_as_the_share_says(usual):
    assert as_far_robust(farthest_robust(0.001, usual, 4), usual, 4) == pytest.approx(0.001)
    assert psi_expected(1000, 500, 4) == pytest.approx(3 * 3 / 1000)


def test_one_wild_month_does_not_blind():
    # Logarithms −1, 0, 1, 2 and 9: the median 1, absolute deviations 2, 1, 0, 1, 8 with the median 1.
    usual = np.exp([-1.0, 0.0, 1.0, 2.0, 9.0])
    spread = 1 / stats.norm.ppf(0.75) * np.sqrt(1 + 1 / 5)
    assert as_far_robust(float(np.exp(4.0)), usual, 10) == pytest.approx(stats.norm.sf(3 / spread))
    # No less than a chi-square's spread about no drift: √(2 / 9).
    assert as_far_robust(np.e, [0.1] * 5, 10) == pytest.approx(stats.norm.sf(1 / np.sqrt(2 / 9 * 6 / 5)))


# Logarithms fall by one a month: 6, 5, 4, 3, 2, 1. All lie on the line, that ends at 1.
def test_what_settles_down_is_held_against_where_it_has_come_to():
    usual = np.exp([6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    # One more is as uncertain as the line's end: 1 + 1 / 6 + 2.5² / 17.5, and no less than a chi-square's spread.
    spread = np.sqrt(2 / 9 * (1 + 1 / 6 + 2.5**2 / 17.5))
    assert as_far_robust(float(np.exp(2.0)), usual, 10) == pytest.approx(stats.norm.sf(1 / spread))
    # Two months apart the same line falls half as fast, and ends at the same point.
    apart = as_far_robust(float(np.exp(2.0)), usual, 10, periods=np.arange(0, 12, 2))
    assert apart == pytest.approx(as_far_robust(float(np.exp(2.0)), usual, 10))


def test_what_moves_ever_farther_is_not_followed():
    usual = np.exp([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    middle = farthest_robust(0.5, usual, 10)
    assert middle == pytest.approx(np.exp(3.5))


def test_spiegelhalters_z_by_hand():
    # (1 − .25)(1 − .5) + (0 − .25)(.5), variance 2 · .5² · .25 · .75.
    z = spiegelhalter([True, False], [0.25, 0.25])
    assert z == pytest.approx((0.375 - 0.125) / np.sqrt(2 * 0.25 * 0.1875))


def test_spiegelhalters_z_is_normal_where_the_probabilities_are_right():
    rng = np.random.default_rng(4)
    told = rng.beta(1, 9, (2000, 300))
    z = [spiegelhalter(rng.random(300) < row, row) for row in told]
    assert (np.mean(z), np.std(z)) == pytest.approx((0, 1), abs=0.06)


def test_the_calibration_test_is_that_of_statsmodels():
    rng = np.random.default_rng(5)
    told = expit(rng.normal(-2, 1, 500))
    left = rng.random(500) < expit(0.4 + 0.8 * logit(told))
    ours = calibration_test(left, told)
    fit = sm.Logit(left.astype(float), sm.add_constant(logit(told))).fit(disp=0)
    held = float(np.where(left, np.log(told), np.log(1 - told)).sum())
    assert ours.statistic == pytest.approx(2 * (fit.llf - held), rel=1e-6)
    assert ours.p_value == pytest.approx(stats.chi2.sf(ours.statistic, 2))


def test_the_calibration_test_holds_its_level():
    rng = np.random.default_rng(6)
    told = expit(rng.normal(-2, 1, (600, 400)))
    p = np.array([calibration_test(rng.random(400) < row, row).p_value for row in told])
    assert stats.binom.ppf(0.001, 600, 0.05) <= (p < 0.05).sum() <= stats.binom.ppf(0.999, 600, 0.05)


def test_where_nobody_left_nothing_is_tested():
    assert np.isnan(calibration_test([False, False], [0.1, 0.2]).p_value)
