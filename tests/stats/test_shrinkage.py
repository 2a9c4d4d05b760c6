"""Are small groups drawn to the mean as far as the data say, and do their intervals hold?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from churnlab.stats.shrinkage import beta_binomial, gamma_poisson

# Eighteen players of 1970: hits in the first 45 times at bat, and the average over the rest of the season.
PLAYERS = pd.read_csv(Path(__file__).parents[1] / "reference" / "efron_morris.csv", comment="#")
counts = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=12).filter(
    lambda groups: any(sum(group) for group in groups)
)


# 1 of 4 under a prior of strength 8 and mean 1/2 would be (1 + 8 · 1/2) / (4 + 8); so it is with the prior found.
def test_a_group_is_as_far_from_its_own_rate_as_the_prior_is_strong():
    found = beta_binomial([1, 14, 2, 9], [4, 16, 10, 30], level=0.95)
    strength, mean = found.prior_strength, found.prior_mean
    by_hand = [(y + strength * mean) / (n + strength) for y, n in ((1, 4), (14, 16), (2, 10), (9, 30))]
    assert found.mean == pytest.approx(by_hand)


def test_the_prior_is_the_most_likely_one_of_a_fine_grid():
    y, n = np.array([0, 3, 9, 2, 14, 1, 7]), np.array([10, 12, 15, 20, 22, 5, 9])
    found = beta_binomial(y, n, level=0.95)
    mean, strength = np.meshgrid(np.linspace(0.2, 0.6, 201), np.exp(np.linspace(0, 4, 201)), indexing="ij")
    likely = sum(
        stats.betabinom.logpmf(k, m, mean * strength, (1 - mean) * strength) for k, m in zip(y, n, strict=True)
    )
    place = np.unravel_index(likely.argmax(), likely.shape)
    assert found.prior_mean == pytest.approx(mean[place], abs=0.002)
    assert found.prior_strength == pytest.approx(strength[place], rel=0.02)


def test_the_prior_of_counts_is_the_most_likely_one_of_a_fine_grid():
    y, e = np.array([0, 3, 19, 2, 24, 1, 7]), np.array([10, 12, 15, 20.5, 22, 5, 9])
    found = gamma_poisson(y, e, level=0.95)
    mean, strength = np.meshgrid(np.linspace(0.3, 1.2, 201), np.exp(np.linspace(-1, 3, 201)), indexing="ij")
    likely = sum(stats.nbinom.logpmf(k, mean * strength, strength / (strength + m)) for k, m in zip(y, e, strict=True))
    place = np.unravel_index(likely.argmax(), likely.shape)
    assert found.prior_mean == pytest.approx(mean[place], abs=0.005)
    assert found.prior_strength == pytest.approx(strength[place], rel=0.02)


def test_baseball_players_are_told_better_than_by_their_own_averages():
    found = beta_binomial(PLAYERS["hits"], [45] * 18, level=0.95)
    raw, rest = PLAYERS["hits"].to_numpy() / 45, PLAYERS["rest_average"].to_numpy()
    assert found.prior_mean == pytest.approx(raw.mean(), abs=1e-5)
    # Stein's factor is published as .212 [Efron B, Morris C, Scientific American 1977;236(5):119–127].
    factor = 1 - (18 - 3) * raw.mean() * (1 - raw.mean()) / 45 / ((raw - raw.mean()) ** 2).sum()
    assert factor == pytest.approx(0.212, abs=5e-4)
    stein = raw.mean() + factor * (raw - raw.mean())
    plain, steins, ours = (((told - rest) ** 2).sum() for told in (raw, stein, found.mean))
    # The likelihood draws them further than Stein did; both err less than a third as much as the plain averages.
    assert (np.diff(found.mean) <= 0).all()
    assert np.ptp(found.mean) < np.ptp(stein)
    assert ours == pytest.approx(steins, rel=0.1)
    assert max(ours, steins) < plain / 3
    assert (found.low <= rest).mean() == (found.high >= rest).mean() == 1


def test_groups_that_do_not_differ_have_one_rate_and_still_an_interval():
    found = beta_binomial([2, 2, 4], [10, 10, 20], level=0.95)
    assert found.prior_strength == np.inf
    assert found.mean.tolist() == [1 / 5] * 3
    assert found.low.max() < 0.15
    assert found.high.min() > 0.25
    assert gamma_poisson([3, 3], [6, 6], level=0.95).prior_strength == np.inf


@pytest.mark.parametrize("estimate", [beta_binomial, gamma_poisson])
def test_where_nothing_happened_it_may_still(estimate):
    found = estimate([0, 0, 0], [5, 10, 40], level=0.95)
    assert found.mean.tolist() == [0] * 3 == found.low.tolist()
    assert found.high.min() > 0
    assert np.diff(found.high).max() <= 0  # the more were seen, the less it may be


def test_where_nothing_happened_at_all_the_interval_is_no_shorter_than_that_of_all_together():
    # None of 29: a rate of 11.9 % shows none in one of forty, 0.881^29 = 0.025.
    found = beta_binomial([0, 0, 0, 0], [8, 7, 7, 7], level=0.95)
    assert found.high.min() >= 1 - 0.025 ** (1 / 29) - 1e-12
    assert found.low.tolist() == [0] * 4
    # No event in an exposure of 10: 0.369 a unit shows none in one of forty, exp(−3.69) = 0.025.
    assert gamma_poisson([0, 0], [4, 6], level=0.95).high.min() >= -np.log(0.025) / 10 - 1e-12


def test_where_all_seem_alike_the_interval_holds_the_exact_one_of_all_together():
    # One of 45, spread as chance has it.
    found = beta_binomial([1, 0, 0, 0], [12, 11, 11, 11], level=0.95)
    assert found.prior_strength == np.inf
    exact = stats.binomtest(1, 45).proportion_ci(0.95, method="exact")
    assert found.low.max() <= exact.low + 1e-12
    assert found.high.min() >= exact.high - 1e-12


def test_where_all_did_it_need_not_be_all():
    found = beta_binomial([5, 10], [5, 10], level=0.95)
    assert found.mean.tolist() == [1, 1] == found.high.tolist()
    assert (found.low < 1).all()


def test_of_a_group_without_trials_what_is_common_is_expected():
    found = beta_binomial([1, 9, 5, 0], [10, 12, 20, 0], level=0.95)
    assert found.mean[3] == pytest.approx(found.prior_mean)
    assert found.high[3] - found.low[3] > (found.high - found.low)[:3].max()


@example(groups=[(0, 5), (2, 0)])
@settings(deadline=None, max_examples=60)
@given(groups=counts)
def test_an_estimate_lies_between_the_own_rate_and_the_common_one(groups):
    y, others = np.array(groups, dtype=float).T
    for estimate, size in ((beta_binomial, y + others), (gamma_poisson, others + 1)):
        found = estimate(y, size, level=0.9)
        raw = np.divide(y, size, out=np.full(len(y), found.prior_mean), where=size > 0)
        assert (np.minimum(raw, found.prior_mean) - 1e-12 <= found.mean).all()
        assert (found.mean <= np.maximum(raw, found.prior_mean) + 1e-12).all()
        assert (found.low <= found.mean).all()
        assert (found.mean <= found.high).all()
        assert found.low.min() >= 0
    assert beta_binomial(y, y + others, level=0.9).high.max() <= 1


@pytest.mark.parametrize("estimate", [beta_binomial, gamma_poisson])
def test_the_order_of_groups_changes_nothing(estimate):
    y, n = np.array([0, 3, 9, 2, 14, 1, 7]), np.array([10, 12, 15, 20, 22, 5, 9])
    one, other = estimate(y, n, level=0.95), estimate(y[::-1], n[::-1], level=0.95)
    assert (one.prior_mean, one.prior_strength) == (other.prior_mean, other.prior_strength)
    for name in ("mean", "low", "high"):
        assert getattr(one, name).tolist() == getattr(other, name)[::-1].tolist()


def _rates(rng, groups, shape, size):
    return rng.beta(shape, size - shape, groups)


def _counts(rng, groups, shape, size):
    return rng.gamma(shape, 1 / size, groups)


@pytest.mark.parametrize(("groups", "shape", "size"), [(10, 3, 15), (30, 3, 15), (30, 1, 20), (30, 60, 300)])
@pytest.mark.parametrize("kind", ["rates", "counts"])
def test_intervals_hold_over_simulated_groups(kind, groups, shape, size):
    """At 95 %, over 200 simulated sets of groups; where groups hardly differ they hold more often."""
    rng, held = np.random.default_rng(7), []
    for _ in range(200):
        n = rng.integers(3, 60, groups)
        if kind == "rates":
            true = _rates(rng, groups, shape, size)
            found = beta_binomial(rng.binomial(n, true), n, level=0.95)
        else:
            true = _counts(rng, groups, shape, size)
            found = gamma_poisson(rng.poisson(n * true), n, level=0.95)
        held.append(((found.low <= true) & (true <= found.high)).mean())
    assert np.mean(held) >= 0.93
    assert np.mean(held) <= (0.965 if shape <= 3 else 1)


@pytest.mark.parametrize(
    ("estimate", "handed"),
    [(beta_binomial, ([3], [2])), (beta_binomial, ([0], [0])), (gamma_poisson, ([1, 2], [0, 3]))],
)
def test_what_cannot_be_is_no_question(estimate, handed):
    with pytest.raises(AssertionError):
        estimate(*handed, level=0.95)
