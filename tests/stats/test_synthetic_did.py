"""Is a change told that trained regions made, and others like them did not?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from churnlab.stats.synthetic_control import synthetic_control
from churnlab.stats.synthetic_did import (
    effect_of_did,
    interval_of_did,
    jackknife_error,
    placebo_error,
    placebo_p,
    synthetic_did,
)

REFERENCE = Path(__file__).parents[1] / "reference"
TOLD = json.loads((REFERENCE / "synthetic.json").read_text("utf-8"))
PACKS = pd.read_csv(REFERENCE / "california_prop99.csv", index_col="year").T.to_numpy(copy=True)
PACKS.setflags(write=False)  # nobody may change what is handed in
CALIFORNIA, BEFORE = np.arange(39) == 38, 19


def plain_did(outcomes, treated, before):
    gap = outcomes[treated].mean(axis=0) - outcomes[~treated].mean(axis=0)
    return float(gap[before:].mean() - gap[:before].mean())


def of_control(outcomes, treated, before):
    return synthetic_control(outcomes[treated].mean(axis=0), outcomes[~treated], before=before).effect


def error_of(estimator=effect_of_did, draws=200, outcomes=PACKS, treated=CALIFORNIA, before=BEFORE, seed=1):
    rng = np.random.default_rng(seed)
    return placebo_error(outcomes, treated=treated, before=before, draws=draws, rng=rng, estimator=estimator)


# Two regions alike stay at 0, 0 and rise to 1; the trained one, always 5 above, rises to 9: by 4, and 1 of it anyway.
def test_a_rise_beyond_that_of_two_alike():
    found = synthetic_did([[0, 0, 1], [0, 0, 1], [5, 5, 9]], treated=[False, False, True], before=2)
    assert found.effect_by_period == pytest.approx([3])
    assert (found.effect, found.zeta) == (pytest.approx(3), 0)


# Steps before: 2, 0 of the one, 0, 0 of the other; about their mean of 1/2 the squares are 9/4 and three times 1/4:
# noise √(3 / 4). One trained region, four periods after: zeta is 4^(1/4) times that, squared 2 · 3 / 4 = 3 / 2.
# About their means over three periods the first region is (−4/3, 2/3, 2/3), the second 0, the trained one as the first.
# With w of the first: 8/3 (1 − w)² + 3 · 3/2 (w² + (1 − w)²) is least where (8/3 + 9/2) (1 − w) = 9/2 w: w = 43 / 70.
def test_weights_by_hand():
    rows = [[0, 2, 2, 5, 5, 5, 5], [1, 1, 1, 1, 1, 1, 1], [10, 12, 12, 14, 14, 14, 14]]
    found = synthetic_did(rows, treated=[False, False, True], before=3)
    assert found.zeta**2 == pytest.approx(3 / 2)
    assert found.region_weights == pytest.approx([43 / 70, 27 / 70])
    # Freed of their mean the two regions are (2, −2) later and (1/2, −1/2) in the second and third month. Those two are
    # the same: the tiny ridge alone says how they share, to the rounding of the machine, and the effect is the same.
    assert found.period_weights[0] == pytest.approx(0, abs=1e-6)
    assert found.period_weights.sum() == pytest.approx(1)
    assert found.effect == pytest.approx(2 - 3 * 43 / 70)


def test_californias_programme_against_smoking():
    """Published −15.6, and −27.3 with equal weights (Arkhangelsky et al. 2021, table 1)."""
    found = synthetic_did(PACKS, treated=CALIFORNIA, before=BEFORE)
    assert round(found.effect, 1) == -15.6
    assert round(plain_did(PACKS, CALIFORNIA, BEFORE), 1) == -27.3
    assert found.effect_by_period.mean() == pytest.approx(found.effect)
    # quadprog
    assert found.effect == pytest.approx(TOLD["effect"][0], abs=1e-4)
    assert found.zeta == pytest.approx(TOLD["zeta"][0])
    assert found.region_weights == pytest.approx(TOLD["region_weights"], abs=1e-4)
    assert found.period_weights == pytest.approx(TOLD["period_weights"], abs=1e-4)


@pytest.mark.parametrize(
    ("estimator", "published", "exact"), [(effect_of_did, 8.4, 9.4), (of_control, 9.9, 10.6), (plain_did, 17.7, 17.3)]
)
def test_published_errors_are_among_those_that_two_hundred_draws_bring(estimator, published, exact):
    """Table 1 rests on placebos drawn at random; with one trained region there are 38, and here each is taken once."""
    assert round(error_of(estimator), 1) == exact
    found = []

    def kept(*given):
        found.append(estimator(*given))
        return found[-1]

    error_of(kept)
    assert len(found) == 38
    drawn = np.random.default_rng(5).choice(found, (4000, 200)).std(axis=1)
    assert np.quantile(drawn, 0.005) <= published <= np.quantile(drawn, 0.995)


def test_the_error_is_the_spread_of_what_is_found_where_nothing_is():
    rows = np.array([[0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 0, 9]], dtype=float)
    mask = np.array([False, False, False, True])

    def last(outcomes, treated, before):
        return float(outcomes[treated, -1].mean())

    # 1, 2 and 3 about 2.
    assert error_of(last, outcomes=rows, treated=mask, before=2) == pytest.approx(np.sqrt(2 / 3))


def test_with_several_trained_regions_all_choices_are_taken_or_some_drawn():
    rng = np.random.default_rng(3)
    rows, mask = rng.normal(0, 1, (10, 12)), np.arange(10) >= 8
    every = error_of(draws=28, outcomes=rows, treated=mask, before=8)  # 28 ways to take 2 of 8
    assert error_of(draws=28, outcomes=rows, treated=mask, before=8, seed=2) == every
    some = [error_of(draws=27, outcomes=rows, treated=mask, before=8, seed=seed) for seed in range(12)]
    assert len(set(some)) == 12
    assert np.mean(some) == pytest.approx(every, rel=0.1)


def test_too_few_regions_for_a_placebo_are_refused():
    mask = np.arange(5) >= 3
    said = "3 comparison regions for 2 trained: a placebo needs at least two more than were trained."
    with pytest.raises(ValueError, match=said):
        error_of(outcomes=np.random.default_rng(1).random((5, 6)), treated=mask, before=4)


def p_of(changes, trained, draws=99):
    """Rank by plain differences what regions did that stood still before and moved by so much after."""
    outcomes = np.array([[0.0, 0.0, change] for change in changes])
    treated = np.isin(np.arange(len(changes)), trained)
    rng = np.random.default_rng(1)
    return placebo_p(outcomes, treated=treated, before=2, draws=draws, rng=rng, estimator=plain_did)


def test_the_rank_of_an_effect_among_those_of_all_other_choices():
    # Each less the mean of the others: 5 − 1 = 4, 1 − 7/3 = −4/3, 2 − 2 = 0, 0 − 8/3 = −8/3.
    assert p_of([5, 1, 2, 0], [0]) == (1 / 4, 1 / 4)
    assert p_of([5, 1, 2, 0], [1]) == (3 / 4, 1 / 4)
    # Two of four: the first and third move by 7/2 − 1/2 = 3 more, and the other two by as much less: 2 of 6.
    assert p_of([5, 1, 2, 0], [0, 2]) == (2 / 6, 1 / 6)


def test_where_there_are_too_many_choices_some_are_drawn_and_the_true_one_counts():
    # Three of twelve: 220 choices. No other mean reaches 9, whoever is drawn.
    p, smallest = p_of([9, 9, 9, *range(9)], [0, 1, 2], draws=99)
    assert smallest == 1 / 100
    assert 1 / 100 <= p <= 3 / 100


def test_californias_programme_is_hardly_larger_than_others_by_size_alone():
    rng = np.random.default_rng(1)
    p, smallest = placebo_p(PACKS, treated=CALIFORNIA, before=BEFORE, draws=99, rng=rng)
    assert smallest == 1 / 39
    effects = [abs(effect_of_did(PACKS, np.arange(39) == one, BEFORE)) for one in range(39)]
    assert p == np.mean(np.array(effects) >= effects[38])


@pytest.mark.slow
def test_by_lot_and_without_effect_the_rank_is_as_small_as_chance_has_it():
    """Estimand: how often two of eight regions drawn by lot, trained in vain, have a rank of 2 in 28 or less."""
    found = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        outcomes = rng.normal(0, 3, (8, 1)) + rng.normal(0, 1, (1, 12)) + rng.normal(0, 1, (8, 12))
        treated = np.isin(np.arange(8), rng.choice(8, 2, replace=False))
        found.append(placebo_p(outcomes, treated=treated, before=8, draws=99, rng=rng)[0])
    hits = sum(p <= 2 / 28 for p in found)
    assert binom.ppf(0.005, 300, 2 / 28) <= hits <= binom.ppf(0.995, 300, 2 / 28), hits


def test_the_jackknife_leaves_out_each_region_once():
    rows, mask = np.random.default_rng(8).normal(0, 1, (9, 10)), np.arange(9) >= 6
    whole = synthetic_did(rows, treated=mask, before=7)
    squares = []
    for out in range(9):
        weights = np.append(whole.region_weights, [-1 / 3] * 3)
        weights[out] = 0
        weights[:6] /= weights[:6].sum()
        weights[6:] /= -weights[6:].sum()
        months = np.append(-whole.period_weights, [1 / 3] * 3)
        squares.append((-weights @ rows @ months - whole.effect) ** 2)
    assert jackknife_error(rows, treated=mask, before=7) == pytest.approx(np.sqrt(8 / 9 * sum(squares)))


def test_of_one_trained_region_the_jackknife_tells_nothing():
    assert np.isnan(jackknife_error(PACKS, treated=CALIFORNIA, before=BEFORE))
    # One comparison region that is all of the mixture.
    rows = np.array([[0, 0, 1], [0, 0, 2], [5, 5, 9], [5, 5, 9]], dtype=float)
    assert np.isnan(jackknife_error(rows, treated=[False, False, True, True], before=2))


def test_an_interval_is_some_errors_to_each_side():
    assert interval_of_did(3, 2, freedom=10, level=0.95) == pytest.approx((3 - 2 * 2.228139, 3 + 2 * 2.228139))
    assert np.isnan(interval_of_did(3, np.nan, freedom=0, level=0.95)).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-20, 20))
def test_the_level_of_each_region_changes_nothing(seed, unit, effect):
    rng = np.random.default_rng(seed)
    rows, mask = rng.normal(0, 1, (8, 10)), np.arange(8) >= 6
    first = synthetic_did(rows, treated=mask, before=7).effect
    moved = rows + rng.normal(0, 30, (8, 1))
    moved[6:, 7:] += effect
    assert synthetic_did(moved, treated=mask, before=7).effect == pytest.approx(first + effect, abs=0.01)
    assert synthetic_did(unit * rows, treated=mask, before=7).effect == pytest.approx(unit * first, abs=0.01 * unit)


@pytest.mark.parametrize(
    ("rows", "treated", "before", "said"),
    [
        ([[1, 2, np.nan]] * 3, [0, 0, 1], 2, "A value is missing"),
        ([[1, 2, 3]] * 3, [0, 0, 0], 2, "There must be a trained region, and two to compare with"),
        ([[1, 2, 3]] * 3, [0, 1, 1], 2, "There must be a trained region, and two to compare with"),
        ([[1, 2, 3]] * 3, [0, 0, 1], 1, "There must be two periods before the training, and one after"),
        ([[1, 2, 3]] * 3, [0, 0, 1], 3, "There must be two periods before the training, and one after"),
    ],
)
def test_what_cannot_be_compared_is_refused(rows, treated, before, said):
    with pytest.raises(ValueError, match=said):
        synthetic_did(rows, treated=treated, before=before)


MANY = 300


def panel(regions, periods, rng):
    """Return levels, months, two common ups and downs that regions follow more or less, and noise."""
    common = rng.normal(0, 1, (regions, 2)) @ rng.normal(0, 1, (2, periods)).cumsum(axis=1) / 2
    return common + rng.normal(0, 3, (regions, 1)) + rng.normal(0, 1, periods) + rng.normal(0, 1, (regions, periods))


@pytest.mark.parametrize(
    ("trained", "how", "said"),
    [
        (1, "placebo", 0.97),
        (5, "placebo", 0.94),
        (3, "jackknife", 0.99),
        (5, "jackknife", 0.98),
        (10, "jackknife", 0.94),
    ],
)
def test_intervals_hold_the_truth_as_often_as_is_said(trained, how, said):
    rng, held = np.random.default_rng(trained), 0
    mask = np.arange(25) >= 25 - trained
    for _ in range(MANY):
        rows = panel(25, 18, rng)
        rows[mask, 14:] += 2
        found = synthetic_did(rows, treated=mask, before=14).effect
        if how == "jackknife":
            error, freedom = jackknife_error(rows, treated=mask, before=14), trained - 1
        else:
            error, freedom = error_of(draws=40, outcomes=rows, treated=mask, before=14), 24 - trained
        low, high = interval_of_did(found, error, freedom=freedom, level=0.95)
        held += low <= 2 <= high
    assert binom.ppf(0.005, MANY, 0.95) <= held
    assert held / MANY == pytest.approx(said, abs=0.03)
