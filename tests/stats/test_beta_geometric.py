"""Does the renewal curve agree with what was published, and stay honest at its edges?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import logit
from scipy.stats import chi2

from churnlab.stats.beta_geometric import BetaGeometric, fit_beta_geometric, one_for_all, renewal, survival
from tests.truth.coverage import band

# Fader P S, Hardie B G S, J Interactive Marketing 2007;21:76–90: customers left of 1,000 after 0, 1, 2, … years.
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
LEVEL = 0.95


def cohort(left: list[int]) -> tuple[np.ndarray, list[int], list[int]]:
    return np.arange(1, len(left)), left[:-1], left[1:]


def test_one_cohort_worked_by_hand():
    # α = β = 1, all chances equally likely: of all, 1/2 renew; of those, 2/3; of those, 3/4.
    assert renewal(1 / 2, 1 / 3, [1, 2, 3]) == pytest.approx([1 / 2, 2 / 3, 3 / 4])
    assert survival(1 / 2, 1 / 3, [0, 1, 2, 3]) == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    fit = fit_beta_geometric([1, 2, 3], [120, 60, 40], [60, 40, 30])
    assert [fit.alpha, fit.beta] == pytest.approx([1, 1], abs=1e-4)
    assert fit.fit_quality()[0] == pytest.approx(0, abs=1e-6)


def test_the_published_parameters_are_found():
    four_years = fit_beta_geometric(*cohort(REGULAR[:5]))
    assert [four_years.alpha, four_years.beta] == pytest.approx([0.764, 1.296], abs=5e-4)
    seven = [fit_beta_geometric(*cohort(left[:8])) for left in (REGULAR, HIGH_END)]
    published = [0.704, 1.182, 0.668, 3.806]
    assert [number for fit in seven for number in (fit.alpha, fit.beta)] == pytest.approx(published, abs=5e-4)


def test_of_the_first_four_years_the_eight_held_out_lie_on_the_curve():
    four_years = fit_beta_geometric(*cohort(REGULAR[:5]))
    held_out = np.array(REGULAR[5:]) / 1000
    assert len(held_out) == 8
    np.testing.assert_allclose(four_years.survival(np.arange(5, 13)), held_out, atol=0.015)
    # One chance of all alike loses too many: it is the unlikeness that holds them on the curve.
    geometric = 0.326 ** (np.arange(5, 13) / 4)
    assert (held_out - geometric > 0.015).all()


@pytest.mark.parametrize("left", [REGULAR, HIGH_END])
def test_the_years_held_out_lie_on_the_curve(left):
    foretold = fit_beta_geometric(*cohort(left[:8])).survival(np.arange(8, 13))
    np.testing.assert_allclose(foretold, np.array(left[8:]) / 1000, atol=0.017)


def test_the_curve_of_another_implementation_is_found():
    # github.com/jdmaturen/shifted_beta_geometric_py, its README: the high-end cohort, discount 0.1 a year.
    fit = fit_beta_geometric(*cohort(HIGH_END[:8]))
    assert fit.survival(np.arange(8, 13)) == pytest.approx([0.460, 0.436, 0.414, 0.395, 0.378], abs=6e-4)


@given(st.floats(0.02, 0.98), st.floats(0, 0.98))
def test_renewal_rises_from_term_to_term_and_survival_is_its_product(leaving, unlikeness):
    terms = np.arange(1, 9)
    rates = renewal(leaving, unlikeness, terms)
    assert (np.diff(rates) >= -1e-12).all()
    # Below an unlikeness of 1e-5 survival takes all for alike.
    np.testing.assert_allclose(survival(leaving, unlikeness, terms), np.cumprod(rates), rtol=1e-3, atol=1e-5)


def test_next_to_alike_survival_is_off_by_less_than_that():
    np.testing.assert_allclose(
        survival(0.875, 8e-6, [7, 8]), np.cumprod(renewal(0.875, 8e-6, np.arange(1, 9)))[6:], atol=1e-9
    )


def test_cohorts_are_added_up_and_those_still_in_a_term_are_not_asked():
    # The second cohort of 100 has come to its second renewal only; 40 of 60 renewed.
    apart = fit_beta_geometric([1, 2, 3, 1, 2], [100, 70, 55, 100, 60], [70, 55, 46, 60, 40])
    together = fit_beta_geometric([1, 2, 3], [200, 130, 55], [130, 95, 46])
    assert [apart.alpha, apart.beta] == pytest.approx([together.alpha, together.beta], rel=1e-5)
    assert apart.fit_quality()[1] == 3  # five counts less two parameters


def test_the_interval_is_the_profile_likelihoods():
    fit = fit_beta_geometric(*cohort(REGULAR[:5]))
    low, high = fit.interval(lambda leaving, unlikeness: leaving + 0 * unlikeness, LEVEL)

    def deviance(leaving: float) -> float:
        """Of the best pair with this `leaving`, found another way."""
        found = minimize_scalar(lambda u: -_log_likelihood(fit, leaving, u), bounds=(1e-4, 0.99), method="bounded")
        return 2 * (fit.log_likelihood + float(found.fun))

    for end in (low[0], high[0]):
        assert deviance(float(end)) == pytest.approx(chi2.ppf(LEVEL, 1), rel=0.01)
    assert low[0] < fit.leaving < high[0]


def _log_likelihood(fit: BetaGeometric, leaving: float, unlikeness: float) -> float:
    rate = renewal(leaving, unlikeness, fit.term)
    return float((fit.renewed * np.log(rate) + (fit.asked - fit.renewed) * np.log(1 - rate)).sum())


@pytest.mark.parametrize(("renewed", "rate"), [([60, 40, 30], 1), ([0, 0, 0], 0)])
def test_where_all_renew_or_nobody_does_the_rate_is_told_with_an_interval_that_has_a_width(renewed, rate):
    fit = fit_beta_geometric([1, 2, 3], [60, 40, 30], renewed)
    assert fit.renewal([1, 2, 3]).tolist() == [rate] * 3
    low, high = fit.interval(lambda m, u: renewal(m, u, [1]), LEVEL)
    # Nobody of 130 did: the likelihood's interval ends where (1 − p) to the 130 is exp(−χ² / 2), or nearer.
    width = 1 - np.exp(-chi2.ppf(LEVEL, 1) / 2 / 60)
    assert 0.005 < high[0] - low[0] <= width * 1.01
    assert np.isnan(fit.fit_quality()[2])


def test_where_customers_do_not_differ_the_curve_is_geometric():
    # The rate falls: more alike than alike cannot be.
    fit = fit_beta_geometric([1, 2, 3], [200, 150, 110], [160, 110, 75])
    assert np.isinf([fit.alpha, fit.beta]).all()
    assert fit.renewal([1, 9]) == pytest.approx([345 / 460] * 2)
    assert fit.survival([2]) == pytest.approx([(345 / 460) ** 2])
    low, high = fit.interval(lambda m, u: renewal(m, u, [1, 9]), LEVEL)
    assert (low < 345 / 460).all()
    assert (high > 345 / 460).all()
    assert high[1] > high[0]  # that she who stayed long is likelier to stay is not ruled out


def test_draws_scatter_as_the_interval_says():
    fit = fit_beta_geometric(*cohort(REGULAR[:5]))
    leaving, unlikeness = fit.draws(4000, np.random.default_rng(1))
    drawn = np.quantile(renewal(leaving, unlikeness, 6), [0.025, 0.975])
    low, high = fit.interval(lambda m, u: renewal(m, u, [6]), LEVEL)
    np.testing.assert_allclose(drawn, [low[0], high[0]], atol=0.004)


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(ValueError, match="two terms"):
        fit_beta_geometric([1, 1, 2], [10, 20, 0], [5, 9, 0])
    with pytest.raises(ValueError, match="more often"):
        fit_beta_geometric([1, 2], [10, 20], [11, 9])


def test_intervals_hold_the_truth_as_often_as_they_say():
    # Chances to leave from a beta distribution with α .8 and β 2.5, 300 customers watched over three renewals.
    rng, truth = np.random.default_rng(20261), (0.8 / 3.3, 1 / 4.3)

    def values(leaving, unlikeness):
        return np.hstack([renewal(leaving, unlikeness, [1, 2, 3, 4]), survival(leaving, unlikeness, [5])])

    true = values(*(np.array([[side]]) for side in truth))[0]
    hits = []
    for _ in range(300):
        stayed = rng.geometric(rng.beta(0.8, 2.5, 300))
        reached = [(stayed >= term).sum() for term in (1, 2, 3, 4)]
        low, high = fit_beta_geometric([1, 2, 3], reached[:3], reached[1:]).interval(values, LEVEL)
        hits.append((low <= true) & (true <= high))
    least, most = band(300, len(true))
    assert all(least <= share <= most for share in np.mean(hits, axis=0)), np.mean(hits, axis=0)


def test_the_logit_of_the_mean_can_be_far_out():
    fit = fit_beta_geometric([1, 2], [5000, 4999], [4999, 4998])
    assert logit(fit.leaving) < -7
    low, high = fit.interval(lambda m, u: renewal(m, u, [1]), LEVEL)
    assert low[0] < 0.9999 < high[0]


# Of 10, 10 and 10 asked half renew at every term: five are expected to and five not to, and that is just enough.
def test_five_expected_each_way_are_enough_for_the_quality_of_a_fit():
    fit = fit_beta_geometric([1, 2, 3], [10, 10, 10], [6, 5, 4])
    assert fit.unlikeness == 0
    exact = replace(fit, leaving=1 / 2)
    assert exact.fit_quality()[:2] == pytest.approx((2 * 1**2 * 10 / (5 * 5), 3 - 1))


@pytest.mark.parametrize("left", [REGULAR[:8], HIGH_END[:8], [200, 120, 90, 75]])
def test_at_the_ends_of_a_parameters_interval_the_profile_deviance_is_the_quantile(left):
    # The profile by its definition: α held, the likelihood of β at its highest, found by another search.
    fit = fit_beta_geometric(*cohort(left))
    for place, limits in enumerate(fit.parameter_intervals(LEVEL)):
        for limit in limits:
            assert np.isfinite(limit)
            assert _profile_deviance(fit, place, limit) == pytest.approx(chi2.ppf(LEVEL, 1), abs=0.02)


def _profile_deviance(fit: BetaGeometric, place: int, held: float) -> float:
    def loss(log_other: float) -> float:
        other = np.exp(log_other)
        alpha, beta = (held, other) if place == 0 else (other, held)
        rate = (beta + fit.term - 1) / (alpha + beta + fit.term - 1)
        return -float((fit.renewed * np.log(rate) + (fit.asked - fit.renewed) * np.log(1 - rate)).sum())

    return 2 * (fit.log_likelihood + minimize_scalar(loss, bounds=(-8, 8), method="bounded").fun)


def test_where_all_may_be_alike_the_parameters_have_no_upper_end():
    # Of the second as many renew as of the first, a half: nobody looks different from another.
    fit = fit_beta_geometric([1, 2], [100, 50], [50, 25])
    (low, high), _ = fit.parameter_intervals(LEVEL)
    assert fit.alpha == high == np.inf
    assert 0 < low < np.inf


def test_groups_of_one_curve_have_no_statistic_and_others_have():
    terms, asked, renewed = cohort(REGULAR[:5])
    group = np.repeat(["2024", "2025"], 4)
    same = one_for_all([*terms, *terms], asked * 2, renewed * 2, group)
    assert same == (pytest.approx(0, abs=1e-6), 2, pytest.approx(1, abs=1e-6))
    _, other_asked, other_renewed = cohort(HIGH_END[:5])
    statistic, freedom, p_value = one_for_all([*terms, *terms], asked + other_asked, renewed + other_renewed, group)
    own = [fit_beta_geometric(*cohort(left[:5])).log_likelihood for left in (REGULAR, HIGH_END)]
    both = fit_beta_geometric(terms, np.add(asked, other_asked), np.add(renewed, other_renewed)).log_likelihood
    assert statistic == pytest.approx(2 * (sum(own) - both))
    assert (freedom, p_value < 1e-9) == (2, True)


def test_one_group_alone_cannot_be_tested():
    terms, asked, renewed = cohort(REGULAR[:5])
    assert one_for_all(terms, asked, renewed, ["2024"] * 4) == (pytest.approx(0), 0, pytest.approx(np.nan, nan_ok=True))
