"""Is a mixture of other regions what the region would have been?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from churnlab.stats.synthetic_control import (
    fewest_comparisons,
    placebo_in_space,
    simplex_weights,
    synthetic_control,
)

REFERENCE = Path(__file__).parents[1] / "reference"
TOLD = json.loads((REFERENCE / "synthetic.json").read_text("utf-8"))
PACKS = pd.read_csv(REFERENCE / "california_prop99.csv", index_col="year").T.to_numpy(
    copy=True
)  # California is the last
PACKS.setflags(write=False)  # nobody may change what is handed in
OTHERS, CALIFORNIA, BEFORE = PACKS[:-1], PACKS[-1], 19


# The region lies half way between two others: of 0 and 4, at 2, it is 9.
#   before  0 0 | 0     half of each: 1 2 | 2, the region 1 2 | 9
#           2 4 | 4
def test_a_region_half_way_between_two_others():
    found = synthetic_control([1, 2, 9], [[0, 0, 0], [2, 4, 4]], before=2)
    assert found.weights == pytest.approx([1 / 2, 1 / 2])
    assert found.synthetic == pytest.approx([1, 2, 2])
    assert found.effect_by_period == pytest.approx([7])
    assert (found.effect, found.rmspe_before, found.rmspe_after) == pytest.approx((7, 0, 7))


def test_a_region_beyond_all_others_is_compared_with_the_nearest():
    found = synthetic_control([5, 7, 5], [[0, 0, 0], [2, 4, 4]], before=2)
    assert found.weights == pytest.approx([0, 1])
    assert found.rmspe_before == pytest.approx(3)  # √((3² + 3²) / 2): told, not hidden


def test_a_ridge_draws_towards_equal_weights_by_hand():
    # Of 0 and 4 to make 1: 1/4 of the second. With a ridge r, (4 w − 1)² + r (w² + (1 − w)²) is least where
    # 32 w − 8 + 4 r w − 2 r = 0, so that r = 8 makes w = 24 / 64.
    assert simplex_weights([[0, 4]], [1]) == pytest.approx([3 / 4, 1 / 4])
    assert simplex_weights([[0, 4]], [1], ridge=8) == pytest.approx([5 / 8, 3 / 8])
    assert simplex_weights([[3]], [1]) == pytest.approx([1])


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 12), st.sampled_from([0.0, 0.1, 5.0]))
def test_no_shift_of_weight_comes_closer(seed, rows, many, ridge):
    rng = np.random.default_rng(seed)
    columns, target = rng.normal(0, 50, (rows, many)), rng.normal(0, 50, rows)
    weights = simplex_weights(columns, target, ridge=ridge)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    slope = columns.T @ (columns @ weights - target) + ridge * weights
    assert (slope >= slope @ weights - 1e-6 * (abs(slope).max() + 1)).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.001, 1000), st.floats(-100, 100))
def test_units_change_nothing_but_units(seed, unit, zero):
    # More periods than regions, so that one mixture is closest.
    panel = np.random.default_rng(seed).normal(0, 1, (6, 14)).cumsum(axis=1)
    first = synthetic_control(panel[0], panel[1:], before=10)
    second = synthetic_control(zero + unit * panel[0], zero + unit * panel[1:], before=10)
    assert second.weights == pytest.approx(first.weights, abs=1e-5)
    assert second.effect == pytest.approx(unit * first.effect, rel=1e-4, abs=1e-4 * unit)


def test_californias_programme_against_smoking():
    """Published: −19.6 (Arkhangelsky et al. 2021, table 1), by a solver that stops at a fit of 1.665, not 1.656."""
    found = synthetic_control(CALIFORNIA, OTHERS, before=BEFORE)
    assert found.effect == pytest.approx(-19.6, abs=0.15)
    assert found.rmspe_before == pytest.approx(1.6564, abs=1e-4)
    assert found.effect == pytest.approx(TOLD["control_effect"][0], abs=1e-4)  # quadprog
    assert found.weights == pytest.approx(TOLD["control_weights"], abs=1e-5)


def test_most_of_california_is_made_of_the_states_that_are_published():
    """Utah, Nevada, Montana, Colorado and Connecticut (Abadie et al. 2010, table 2; by more predictors)."""
    names = pd.read_csv(REFERENCE / "california_prop99.csv", index_col="year").columns
    weights = pd.Series(synthetic_control(CALIFORNIA, OTHERS, before=BEFORE).weights, index=names[:-1])
    assert weights[["Utah", "Nevada", "Montana", "Colorado", "Connecticut"]].sum() > 0.95
    assert weights.idxmax() == "Utah"


@pytest.mark.parametrize(("level", "fewest"), [(0.95, 19), (0.9, 9), (0.8, 4), (0.99, 99), (0.5, 1)])
def test_how_many_regions_it_takes(level, fewest):
    assert fewest_comparisons(level=level) == fewest


def test_too_few_regions_are_refused_with_the_reason():
    said = r"With 18 comparison regions no p-value lies below 1 / 19; a level of 0.95 needs at least 19\."
    with pytest.raises(ValueError, match=said):
        placebo_in_space(np.arange(6), np.random.default_rng(1).random((18, 6)), before=4, level=0.95)


# Three comparison regions, one period before and one after, each mixed of the other three.
#   region 10 | 20 ; a 0 | 1 ; b 4 | 5 ; c 12 | 13.  The region is 1/4 b + 3/4 c: 11 → gap 9 after, none before.
def test_where_nothing_remains_before_the_ratio_is_infinite():
    found = placebo_in_space([10, 20], [[0, 1], [4, 5], [12, 13]], before=1, level=0.75)
    assert found.ratio > 1e9
    assert found.ratios[0] == pytest.approx(4 / 4)  # a lies below all: nearest is b, 4 away before and after
    assert found.ratios[2] == pytest.approx(7 / 2)  # c lies above all: nearest is the region, 2 away before, 7 after


def test_california_stands_third_of_thirty_nine():
    found = placebo_in_space(CALIFORNIA, OTHERS, before=BEFORE, level=0.95)
    fitted = synthetic_control(CALIFORNIA, OTHERS, before=BEFORE)
    assert found.ratio == pytest.approx(fitted.rmspe_after / fitted.rmspe_before)
    assert found.p_value == 3 / 39
    assert found.effects.shape == (38, 12)
    assert found.low < fitted.effect < 0 < found.high


@pytest.mark.parametrize("regions", [10, 12])
def test_the_interval_holds_what_the_same_test_does_not_reject(regions):
    """Of 10 regions the smallest p-value is just 0.1, which rejects; of 12 the two smallest lie on both sides of it."""
    rng = np.random.default_rng(11)
    panel = rng.normal(0, 1, (regions, 18)) + 3 * rng.normal(0, 1, (regions, 2)) @ rng.normal(0, 1, (2, 18))
    region = panel[0] + np.where(np.arange(18) >= 14, 4.0, 0.0)
    found = placebo_in_space(region, panel[1:], before=14, level=0.9)
    assert np.isfinite([found.low, found.high]).all()
    for effect in np.linspace(found.low - 5, found.high + 5, 60):
        without = region - np.where(np.arange(18) >= 14, effect, 0.0)
        p_value = placebo_in_space(without, panel[1:], before=14, level=0.9).p_value
        assert (p_value > 0.1 + 1e-12) == (found.low <= effect <= found.high)


def test_of_a_region_that_nothing_resembles_no_effect_is_ruled_out():
    panel = np.random.default_rng(2).normal(0, 1, (10, 12))
    panel[0] = np.where(np.arange(12) % 2, 80.0, -80.0)
    # Whatever is taken out of it, it takes part in no mixture, and its ratio has its own large misfit below it.
    found = placebo_in_space(panel[0], panel[1:], before=9, level=0.9)
    assert found.low < -50
    assert found.high > 50


@pytest.mark.parametrize(
    ("own", "others", "before"),
    [([1, np.nan], [[1, 2]], 1), ([1, 2], [[1, 2]], 2), ([1, 2], [[1, 2]], 0), ([1, 2], [[1, 2, 3]], 1)],
)
def test_what_cannot_be_compared_is_refused(own, others, before):
    with pytest.raises(ValueError, match=r"missing|There must be"):
        synthetic_control(own, others, before=before)


MANY = 300


def test_a_region_like_the_others_is_found_unusual_as_seldom_as_is_said():
    """Drawn by lot among twenty with common ups and downs: p falls to 1 / 20 in 5 of 100, and the interval holds 0."""
    rng = np.random.default_rng(6)
    unusual = held = 0
    for _ in range(MANY):
        panel = rng.normal(0, 1, (20, 16)) + 2 * rng.normal(0, 1, (20, 2)) @ rng.normal(0, 1, (2, 16))
        found = placebo_in_space(panel[0], panel[1:], before=12, level=0.95)
        unusual += found.p_value <= 0.05
        held += bool(found.low <= 0 <= found.high)
    assert binom.ppf(0.005, MANY, 0.05) <= unusual <= binom.ppf(0.995, MANY, 0.05)
    assert held >= MANY - unusual
