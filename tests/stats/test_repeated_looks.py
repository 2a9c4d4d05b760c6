"""Do all looks at a trial together find by chance no more than one look may?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chi2, norm

from churnlab.stats.repeated_looks import final_level, looks_p_value, looks_quantile

SURE = 0.999


def wandering(dimensions, *, looks=24, trials=20_000, seed=1):
    """Follow what trials without an effect tell at equal steps: one row a trial, one column a look."""
    steps = np.random.default_rng(seed).normal(size=(trials, looks, dimensions)) / np.sqrt(looks)
    return np.cumsum(steps, axis=1), np.arange(1, looks + 1) / looks


def test_the_quantile_by_hand():
    # Half of the tail is kept for having looked before: 1.25 % on each side. With a quarter in, √4 times as wide.
    assert looks_quantile(0.95, 1) == pytest.approx(norm.ppf(1 - 0.0125))
    assert looks_quantile(0.95, 1 / 4) == pytest.approx(2 * norm.ppf(1 - 0.0125))
    assert looks_quantile(0.95, 3) == looks_quantile(0.95, 1)
    assert final_level(0.95) == pytest.approx(0.975)


def test_more_than_the_planned_trial_counts_as_all_of_it():
    assert looks_quantile(0.95, 2) == looks_quantile(0.95, 1)
    assert looks_p_value(5.0, 1, 2) == looks_p_value(5.0, 1, 1) == pytest.approx(2 * chi2.sf(5.0, 1))


def test_it_is_the_constant_for_looking_all_the_time():
    """The probability that a Brownian motion leaves ± c before t = 1 (Feller, Vol. II, 1971, X.5) is 5 %."""
    c = looks_quantile(0.95, 1)
    inside = sum((-1) ** k * (norm.cdf((2 * k + 1) * c) - norm.cdf((2 * k - 1) * c)) for k in range(-9, 10))
    assert 1 - inside == pytest.approx(0.05, abs=1e-6)


def test_twenty_four_looks_together_find_by_chance_at_most_what_the_level_leaves():
    at, share = wandering(1)
    z = np.abs(at[:, :, 0]) / np.sqrt(share)
    found = (z > [looks_quantile(0.95, t) for t in share]).any(axis=1).sum()
    assert binom.ppf(1 - SURE, len(z), 0.025) < found <= binom.ppf(SURE, len(z), 0.05)
    # Testing anew each month finds something in every fourth trial.
    assert (z > norm.ppf(0.975)).any(axis=1).mean() > 0.2


@pytest.mark.parametrize("freedom", [1, 3, 8])
def test_p_values_of_all_looks_fall_below_five_percent_in_five_percent_at_most(freedom):
    at, share = wandering(freedom)
    distance = (at**2).sum(axis=2) / share
    corrected = np.minimum(2 * chi2.sf(distance * share, freedom), 1)
    assert looks_p_value(distance[0, 9], freedom, share[9]) == pytest.approx(corrected[0, 9])
    assert (corrected < 0.05).any(axis=1).sum() <= binom.ppf(SURE, len(distance), 0.05)


@given(st.floats(0.5, 0.999), st.floats(0.01, 1), st.floats(0.01, 1))
def test_the_more_is_in_the_shorter_is_the_interval(level, one, other):
    few, many = sorted([one, other])
    assert looks_quantile(level, few) >= looks_quantile(level, many)
