import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from churnlab.stats.intervals import cluster_bootstrap, normal_quantile, wilson


def test_one_of_two_by_hand_at_z_of_one():
    # z = 1: centre = (1/2 + 1/4) / (1 + 1/2) = 1/2; half = 1/(3/2) · √(1/8 + 1/16) = 2/3 · √3/4
    level = 0.6826894921370859
    low, high = wilson(1, 2, level)
    assert low == pytest.approx(1 / 2 - 2 / 3 * 3**0.5 / 4)
    assert high == pytest.approx(1 / 2 + 2 / 3 * 3**0.5 / 4)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe R G, Stat Med 1998;17:857-872, table I, method 3 (score, no continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_newcombes_table(successes, n, low, high):
    assert np.round(wilson(successes, n, 0.95), 4).tolist() == [low, high]


@given(st.integers(1, 10_000), st.floats(0, 1), st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels_and_stays_within_0_and_1(n, share, level):
    k = int(share * n)
    low, high = wilson(k, n, level)
    assert (low, high) == pytest.approx(proportion_confint(k, n, alpha=1 - level, method="wilson"), abs=1e-12)
    assert 0 <= low <= k / n <= high <= 1


def test_wilson_takes_arrays_and_says_nothing_of_nobody():
    low, high = wilson([0, 0, 3], [0, 5, 3], 0.95)
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] == 0
    assert high[2] == 1


def test_the_normal_quantile_of_95_percent_is_the_known_one():
    assert normal_quantile(0.95) == pytest.approx(1.959963985)


def _mean(values):
    return lambda rows: values[rows].mean()


def test_a_bootstrap_of_single_rows_has_the_width_of_the_standard_error():
    values = np.random.default_rng(1).normal(size=400)
    low, high = cluster_bootstrap(_mean(values), np.arange(400), level=0.95, resamples=2000, seed=2)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.08)


def test_rows_copied_within_a_cluster_add_no_certainty():
    values = np.random.default_rng(1).normal(size=100)
    once = cluster_bootstrap(_mean(values), np.arange(100), level=0.9, resamples=200, seed=3)
    often = cluster_bootstrap(
        _mean(np.repeat(values, 5)), np.repeat(np.arange(100), 5), level=0.9, resamples=200, seed=3
    )
    assert np.allclose(often, once)


def test_row_order_and_the_names_of_clusters_change_no_draw():
    rng = np.random.default_rng(4)
    values, clusters = rng.normal(size=90), np.repeat(np.arange(30), 3)
    shuffled = rng.permutation(90)
    one = cluster_bootstrap(_mean(values), clusters, level=0.9, resamples=100, seed=5)
    other = cluster_bootstrap(_mean(values[shuffled]), clusters[shuffled], level=0.9, resamples=100, seed=5)
    assert np.allclose(other, one)


def test_resamples_without_an_answer_are_left_out_unless_they_are_most():
    def both(rows):
        return [np.nan, 1.0 if 0 in rows else np.nan]

    low, high = cluster_bootstrap(both, np.arange(20), level=0.9, resamples=100, seed=6)
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert (low[1], high[1]) == (1, 1)
