"""Is what is said of places as uncertain as the numbers are?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm, studentized_range

from churnlab.stats.rank_intervals import rank_intervals


def asked(estimates, errors, level=0.95, draws=4000, seed=1):
    return rank_intervals(estimates, errors, level=level, draws=draws, rng=np.random.default_rng(seed))


# Errors of 1 each: a difference has one of √2. Two differ surely if they lie 1.96 √2 = 2.77 apart.
@pytest.mark.parametrize(("gap", "places"), [(2.6, [[1, 2], [1, 2]]), (2.95, [[1, 1], [2, 2]])])
def test_two_by_hand(gap, places):
    found = asked([gap, 0], [1, 1], draws=40_000)
    assert found["place"].tolist() == [1, 2]
    assert found[["low", "high"]].to_numpy().tolist() == places
    # Of two there is one difference: all at once are as this one.
    assert found[["low_of_all", "high_of_all"]].to_numpy().tolist() == places


# 10, 9 and 0 with errors of 1: the third is surely below both, of the first two nobody can tell.
def test_one_surely_below_two_others_is_third():
    found = asked([9, 0, 10], [1, 1, 1])
    assert found["place"].tolist() == [2, 3, 1]
    assert found[["low", "high"]].to_numpy().tolist() == [[1, 2], [3, 3], [1, 2]]


def test_with_errors_alike_the_bar_for_all_is_tukeys():
    """Two of five lie just within or just beyond the studentised range's quantile; the other three are far off."""
    bar = studentized_range.ppf(0.95, 5, np.inf)
    for factor, best in ((0.97, 2), (1.03, 1)):
        found = asked([factor * bar, 0, -50, -100, -150], np.ones(5), draws=40_000)
        assert found["high_of_all"].tolist() == [best, 2, 3, 4, 5]


def test_with_errors_alike_the_bar_for_one_is_dunnetts():
    """Of three compared with one, Dunnett's two-sided critical value for large samples at .05 is 2.35."""
    for distance, best in ((2.30, 2), (2.40, 1)):
        found = asked([distance * np.sqrt(2), 0, -50, -100], np.ones(4), draws=100_000)
        assert found["high"].iloc[0] == best


def test_a_number_without_error_is_placed_by_what_the_others_have():
    # One difference of error 1: the bar is 1.96.
    for value, high in ((1.9, 2), (2.05, 1)):
        assert asked([value, 0], [0, 1], draws=40_000)["high"].tolist() == [high, 2]
    assert asked([3, 1, 1], [0, 0, 0])[["place", "low", "high"]].to_numpy().tolist() == [[1] * 3, [2, 2, 3], [2, 2, 3]]


def test_what_is_not_known_has_no_place_and_takes_none():
    found = asked([np.nan, 5, 50], [1, 1, 1])
    assert found.iloc[0].isna().all()
    assert found.iloc[1:].to_numpy().tolist() == [[2] * 5, [1] * 5]
    assert asked([np.nan], [np.nan]).isna().all(axis=None)
    assert asked([], []).shape == (0, 5)
    assert asked([7], [3]).to_numpy().tolist() == [[1] * 5]


@pytest.mark.parametrize("error", [-1, np.nan])
def test_an_estimate_without_an_error_is_refused(error):
    with pytest.raises(AssertionError, match="a standard error is missing or below 0"):
        asked([1, 2], [1, error])


numbers = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 3)), min_size=1, max_size=7)


@settings(deadline=None)
@given(numbers)
def test_a_place_lies_within_its_interval_and_that_of_one_within_that_of_all(pairs):
    found = asked(*zip(*pairs, strict=True), draws=200)
    ladder = found[["low_of_all", "low", "place", "high", "high_of_all"]].to_numpy()
    # Equals share the better place.
    assert (np.diff(ladder, axis=1) >= 0).all()
    assert ladder.min() >= 1
    assert ladder.max() <= len(pairs)


@settings(deadline=None)
@given(numbers, st.floats(0.1, 100))
def test_units_change_nothing_and_other_side_up_the_places_turn_round(pairs, scale):
    value, error = (np.array(part) for part in zip(*pairs, strict=True))
    first, scaled, turned = (asked(k * value, abs(k) * error, draws=200) for k in (1, scale, -1))
    assert (first - scaled).abs().to_numpy().max() <= 1  # rounding may tip a difference that lies on the bar
    last = len(pairs) + 1
    assert (last - turned["high"]).tolist() == first["low"].tolist()
    assert (last - turned["low_of_all"]).tolist() == first["high_of_all"].tolist()


# Errors that differ, and true values of which some are equal: their places are a range, and any of it will do.
@pytest.mark.parametrize("truth", [np.zeros(6), np.array([0, 0.5, 1, 2, 3, 6.0])])
def test_true_places_are_held_at_least_as_often_as_is_said(truth):
    error, seeds = np.array([0.3, 1, 0.6, 0.8, 1.2, 0.5]), 400
    best, worst = 1 + (truth[None, :] > truth[:, None]).sum(axis=1), (truth[None, :] >= truth[:, None]).sum(axis=1)
    one, every = np.zeros(6), 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        found = rank_intervals(rng.normal(truth, error), error, level=0.9, draws=600, rng=rng)
        one += (found["low"] <= best) & (worst <= found["high"])
        every += ((found["low_of_all"] <= best) & (worst <= found["high_of_all"])).all()
    floor, ceiling = binom.ppf([0.005, 0.995], seeds, 0.9)
    assert (one >= floor).all(), one
    assert every >= floor
    if not truth.any():
        # Where all are equal nothing is given away: it is just as often as is said.
        assert every <= ceiling
        assert (one <= ceiling).all(), one


def test_two_that_are_named_beforehand_are_told_apart_as_by_a_plain_test():
    found = asked([2.1 * np.sqrt(2), 0], [1, 1], level=0.95, draws=40_000)
    assert 2 * norm.sf(2.1) < 0.05
    assert found["high"].iloc[0] == 1
