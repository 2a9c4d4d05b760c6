"""Is the change of people measured twice told in points, standardised and in ranks as published, and held?"""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from churnlab.stats.paired import paired_difference, signed_rank

REFERENCE = pd.read_csv(Path(__file__).parents[1] / "reference" / "paired.csv", index_col="name")
SCORES = {
    # Student, Biometrika 1908;6:1–25: hours of sleep gained with two drugs.
    "sleep": (
        [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
        [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    ),
    "depression": (
        [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30],
        [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29],
    ),
}
NAMES = ["n", "mean", "low", "high", "t", "dz", "dz_low", "dz_high", "dav", "dav_low", "dav_high", "gav", "improved"]


# Three have both scores: 60 → 70, 70 → 70, 80 → 100; one was not there afterwards.
#   changes 10, 0, 20: mean 10, variance (0 + 100 + 100) / 2 = 100, error 10 / √3, t = √3
#   variances 100 and 300, mean 200: dz = 10 / 10, dav = 10 / √200; covariance ((−10)(−10) + 0 + 10 · 20) / 2 = 150
def test_three_people_by_hand():
    found = paired_difference([60, 70, 80, 90], [70, 70, 100, np.nan], level=0.95)
    assert (found.n, found.incomplete, found.before, found.after, found.mean) == (3, 1, 70, 80, 10)
    assert found.standard_error == pytest.approx(10 / 3**0.5)
    assert found.t == pytest.approx(3**0.5)
    assert (found.dz, found.dav) == (pytest.approx(1), pytest.approx(10 / 200**0.5))
    assert found.correlation == pytest.approx(150 / (100 * 300) ** 0.5)
    assert found.improved == 2 / 3
    # A t of 2 degrees of freedom has the quantile function 2 q / √(1 − q²) / √2 with q = 2 p − 1.
    assert found.high - found.mean == pytest.approx(10 / 3**0.5 * 2 * 0.95 / (1 - 0.95**2) ** 0.5 / 2**0.5)


# Changes 1, 2, 3: means of two 1, 1.5, 2, 2, 2.5, 3, median 2. All three rank sums are positive: p = 2 / 8.
# At 75 % a rank sum of 0, one way in eight, may be left out on each side: from the smallest to the largest.
def test_ranks_of_three_people_by_hand():
    found = signed_rank([0, 0, 0], [1, 2, 3], level=0.75)
    assert (found.shift, found.low, found.high, found.p_value) == (2, 1, 3, 2 / 8)
    wider = signed_rank([0, 0, 0], [1, 2, 3], level=0.95)
    assert (wider.low, wider.high) == (-np.inf, np.inf)


def test_students_sleep_is_met():
    found = paired_difference(*SCORES["sleep"], level=0.95)
    assert found.t == pytest.approx(4.0621, abs=5e-5)
    assert found.p_value == pytest.approx(0.002833, abs=5e-7)


@pytest.mark.parametrize("name", SCORES)
def test_r_finds_the_same(name):
    found, other = paired_difference(*SCORES[name], level=0.95), REFERENCE.loc[name]
    for ours, theirs in (("t", "t"), ("p_value", "p"), ("low", "low"), ("high", "high")):
        assert getattr(found, ours) == pytest.approx(other[theirs], rel=1e-8)
    assert (found.dz_low, found.dz_high) == (
        pytest.approx(other.dz_low, abs=1e-7), pytest.approx(other.dz_high, abs=1e-7)
    )  # fmt: skip


def test_r_finds_the_same_ranks():
    found, other = signed_rank(*SCORES["depression"], level=0.95), REFERENCE.loc["depression"]
    assert (found.p_value, found.shift) == (pytest.approx(other.rank_p), pytest.approx(other["shift"]))
    assert (found.low, found.high) == (pytest.approx(other.shift_low), pytest.approx(other.shift_high))


# Bonett's R package statpsych, help of ci.stdmean.ps: means 110.4 and 102.1, deviations 15.3 and 14.6, correlation .75,
# 25 people: .5550 with error .1610, 95 % interval .2395 to .8706.
def test_a_published_interval_of_dav_is_met():
    grid = np.random.default_rng(0).normal(size=(25, 2))
    grid = np.linalg.qr(grid - grid.mean(axis=0))[0] * 24**0.5
    after = 110.4 + 15.3 * grid[:, 0]
    before = 102.1 + 14.6 * (0.75 * grid[:, 0] + (1 - 0.75**2) ** 0.5 * grid[:, 1])
    found = paired_difference(before, after, level=0.95)
    assert found.correlation == pytest.approx(0.75)
    assert (found.dav, found.dav_low, found.dav_high) == (
        pytest.approx(0.5550319, abs=1e-6), pytest.approx(0.2394905, abs=1e-6), pytest.approx(0.8705732, abs=1e-6)
    )  # fmt: skip


@pytest.mark.parametrize("n", [8, 40, 300])
def test_scipy_finds_the_same_ranks(n):
    change = np.random.default_rng(n).normal(0.1, 1, n)
    exact = stats.wilcoxon(change, method="exact" if n < 200 else "asymptotic", correction=False)
    assert signed_rank(np.zeros(n), change, level=0.95).p_value == pytest.approx(exact.pvalue, rel=1e-9)


def test_tied_ranks_are_counted_out_over_all_signs():
    change = np.array([1, 1, -1, 2, 2, 3, -4, 0])
    moved = change[change != 0]
    ranks = stats.rankdata(np.abs(moved))
    sums = [ranks[np.array(signs) > 0].sum() for signs in product([-1, 1], repeat=len(moved))]
    seen, middle = ranks[moved > 0].sum(), ranks.sum() / 2
    found = signed_rank(np.zeros(8), change, level=0.9)
    assert found.p_value == np.mean(np.abs(np.array(sums) - middle) >= abs(seen - middle))
    assert (found.n, found.unchanged) == (8, 1)


# 85.3 − 85.2 and 0.3 − 0.2 and 0.2 − 0.1 are not the same number in a machine: without care they would not be ties.
def test_rounding_pulls_no_ties_apart():
    before, after = np.array([85.2, 0.2, 0.2, 50.0]), np.array([85.3, 0.3, 0.1, 50.5])
    assert signed_rank(before, after, level=0.5).p_value == signed_rank([0] * 4, [1, 1, -1, 5], level=0.5).p_value
    assert np.isnan(paired_difference(before + 0.1, before + 0.4, level=0.95).t)


def test_where_nothing_can_be_known_nothing_is_said():
    nobody = paired_difference([np.nan], [1.0], level=0.95)
    assert (nobody.n, nobody.incomplete) == (0, 1)
    assert np.isnan([nobody.mean, nobody.low, nobody.dz, nobody.dav, nobody.improved, nobody.correlation]).all()
    one = paired_difference([1.0], [3.0], level=0.95)
    assert one.mean == 2
    assert np.isnan([one.low, one.t, one.p_value, one.dz_high, one.dav_high]).all()
    alike = paired_difference([1.0, 2.0, 3.0], [2.1, 3.1, 4.1], level=0.95)
    assert (alike.mean, alike.improved) == (pytest.approx(1.1), 1)
    assert np.isnan([alike.low, alike.p_value, alike.dz, alike.dav, alike.gav]).all()
    assert np.isnan(signed_rank([], [], level=0.95).shift)
    assert signed_rank([1, 2], [1, 2], level=0.95).p_value == 1
    with pytest.raises(AssertionError, match="same people"):
        paired_difference([1, 2], [1, 2, 3], level=0.95)


PEOPLE = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=15)


@settings(deadline=None)
@given(PEOPLE)
def test_points_of_another_size_change_no_standardised_number_and_turning_time_turns_signs(people):
    before, after = np.array(people, dtype=float).T
    found = paired_difference(before, after, level=0.9)
    larger = paired_difference(5 * before + 3, 5 * after + 3, level=0.9)
    back = paired_difference(after, before, level=0.9)
    for name in NAMES:
        factor = 5 if name in ("mean", "low", "high") else 1
        assert getattr(larger, name) == pytest.approx(factor * getattr(found, name), rel=1e-6, abs=1e-6, nan_ok=True)
    assert (back.low, back.dz_low, back.dav_low, back.gav) == pytest.approx(
        (-found.high, -found.dz_high, -found.dav_high, -found.gav), rel=1e-6, abs=1e-6, nan_ok=True
    )
    ranks, turned = signed_rank(before, after, level=0.9), signed_rank(after, before, level=0.9)
    assert (turned.shift, turned.low, turned.p_value) == pytest.approx((-ranks.shift, -ranks.high, ranks.p_value))
    assert ranks.low <= ranks.shift <= ranks.high


@pytest.mark.parametrize(("n", "correlation"), [(12, 0.3), (25, 0.8)])
def test_intervals_hold_and_the_correction_corrects(n, correlation):
    rng, times, true = np.random.default_rng(7), 800, 0.6
    held, corrected = np.zeros(3), []
    for _ in range(times):
        shared = rng.normal(size=n) * correlation**0.5
        before, after = (shared + rng.normal(size=n) * (1 - correlation) ** 0.5 for _ in range(2))
        found = paired_difference(before, after + true, level=0.95)
        dz = true / (2 - 2 * correlation) ** 0.5
        held += [found.low <= true <= found.high, found.dz_low <= dz <= found.dz_high,
                 found.dav_low <= true <= found.dav_high]  # fmt: skip
        corrected.append(found.gav)
    band = 2.58 * (0.95 * 0.05 / times) ** 0.5
    assert (np.abs(held / times - 0.95) <= band).all(), held / times
    assert abs(np.mean(corrected) - true) <= 2.58 * np.std(corrected) / times**0.5


def test_the_interval_of_the_shift_holds_with_skew_and_with_whole_points():
    rng, times = np.random.default_rng(3), 600
    sharp = sum(
        found.low <= 1 <= found.high
        for found in (signed_rank(np.zeros(9), 1 + rng.standard_t(2, 9), level=0.9) for _ in range(times))
    )
    # Of nine signs the nearest level that is at least 90 % is 1 − 2 · 25 / 512.
    assert abs(sharp / times - (1 - 50 / 512)) <= 2.58 * (0.9 * 0.1 / times) ** 0.5
    whole = sum(
        found.low <= 1 <= found.high
        for found in (signed_rank(np.zeros(9), 1 + rng.integers(-2, 3, 9), level=0.9) for _ in range(times))
    )
    assert whole / times >= 0.9 - 2.58 * (0.9 * 0.1 / times) ** 0.5
