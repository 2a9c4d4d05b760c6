"""Is what the training brought told apart from where the months were going anyway?"""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from churnlab.stats.interrupted import interrupted_series
from tests.stats.test_serial_regression import drawn

NILE = json.loads((Path(__file__).parents[1] / "reference" / "serial_regression.json").read_text("utf-8"))


def asked(series, start, **choices):
    return interrupted_series(series, start=start, level=0.95, **choices)


# Eight months on the line 10, 11, … 17; it would have gone on with 18, 19, 20, 21. What came was 23, 23, 23, 23: a jump
# of 5, and 1 less of it each month. In the middle of what follows, 1.5 months after the start, 3.5; after 4 months 1.
#   month  0  1  2  3  4  5  6  7 | 8  9 10 11
#          10 11 12 13 14 15 16 17| 23 23 23 23
def test_a_jump_that_wears_off_by_hand():
    found = asked([*range(10, 18), 23, 23, 23, 23], 8, after=[0, 1, 3, 4, 6])
    assert found.coefficients["estimate"].tolist() == pytest.approx([18, 1, 5, -1])
    assert found.coefficients["term"].tolist() == ["level_before", "slope_before", "level_change", "slope_change"]
    assert found.effects["effect"].tolist() == pytest.approx([5, 4, 2, 1, np.nan], nan_ok=True)
    assert found.mean_effect == pytest.approx(3.5)
    assert found.path["counterfactual"].tolist() == pytest.approx(range(10, 22))
    assert found.path["fitted"].tolist() == pytest.approx(found.path["observed"].tolist())
    assert (found.before, found.after, found.freedom) == (8, 4, 8)


def test_a_series_without_any_noise_does_not_say_how_sure_it_is():
    found = asked([*range(10, 18), 23, 23, 23, 23], 8)
    told = found.coefficients[["low", "high", "p_value"]].to_numpy()
    assert np.isnan(told).all()
    assert np.isnan([found.mean_low, found.rho, found.durbin_watson, found.ljung_box_p]).all()
    assert asked(np.zeros(12), 8).mean_effect == 0
    assert np.isnan(asked(np.zeros(12), 8).mean_high)


def test_with_newey_west_errors_it_is_the_regression_of_r():
    found = asked(NILE["series"], 28, errors="newey_west").coefficients
    # R counts level_before at 1899 as here; with least squares at no correlation.
    half = t.ppf(0.975, 96) * np.array(NILE["newey_west"])
    assert (found["high"] - found["estimate"]).tolist() == pytest.approx(half)
    assert (found["estimate"] - found["low"]).tolist() == pytest.approx(half)
    assert found["estimate"].tolist() == pytest.approx(NILE["coefficients"][1], rel=0.01)


def test_the_nile_fell_in_1899_by_what_is_known():
    """By 248 if the level alone changed (Cobb 1978)."""
    found = asked(NILE["series"], 28)
    change = found.coefficients.set_index("term").loc["level_change"]
    assert change["low"] < -248 < change["high"] < 0
    assert change["p_value"] < 0.01
    assert found.rho == pytest.approx(0.17, abs=0.05)
    assert found.durbin_watson == pytest.approx(NILE["durbin_watson"][0])
    assert found.ljung_box_p > 0.05


SHAPE = np.array([5, 9, 1, -2, -4, 0, 3, -7, -1, 2, -3, -3])  # of twelve months, together 0


@pytest.mark.parametrize(
    ("season", "choices"),
    [
        (SHAPE, {}),
        (4 * np.sin(2 * np.pi * np.arange(12) / 12) + np.cos(np.pi * np.arange(12) / 3), {"fourier_pairs": 2}),
    ],
)
def test_what_comes_every_year_is_no_effect(season, choices):
    series = 50 + np.tile(season, 3) + np.where(np.arange(36) >= 30, 6.0, 0.0)
    found = asked(series, 30, season_length=12, **choices)
    assert found.coefficients["estimate"].tolist() == pytest.approx([50, 0, 6, 0], abs=1e-8)
    assert found.mean_effect == pytest.approx(6)
    assert found.path["counterfactual"].to_numpy() == pytest.approx(50 + np.tile(season, 3))
    assert asked(series, 30).mean_effect != pytest.approx(6, abs=0.1)


def test_what_befell_others_as_well_is_no_effect():
    rng = np.random.default_rng(1)
    elsewhere = 30 + np.where(np.arange(20) >= 14, 8.0, 0.0) + rng.normal(0, 3, 20)
    series = elsewhere + 5 + np.where(np.arange(20) >= 14, 2.0, 0.0)
    found = asked(series, 14, comparison=elsewhere)
    assert found.mean_effect == pytest.approx(2)
    assert found.path["counterfactual"].to_numpy() == pytest.approx(elsewhere + 5)
    assert found.path["fitted"].to_numpy() == pytest.approx(series)


@pytest.mark.parametrize(
    ("n", "start", "season", "said"),
    [
        (20, 7, None, "7 periods before the start; at least 8 are needed to see where the line was going."),
        (
            20,
            18,
            None,
            "2 periods after the start; at least 3 are needed to tell a jump, a change of slope and a good month "
            "apart.",
        ),
        (
            23,
            15,
            12,
            "23 periods are less than 2 years of 12: what is season and what the training cannot be told apart. "
            "Leave the season out, and say so.",
        ),
        (
            24,
            12,
            12,
            "12 periods before the start: with a season of 12 none comes twice before it, and the slope cannot be told "
            "from the season. Leave the season out, and say so.",
        ),
    ],
)
def test_what_is_too_short_is_refused_with_the_reason(n, start, season, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        asked(np.arange(n) % 5, start, season_length=season)


def test_the_shortest_series_that_are_taken():
    noise = np.random.default_rng(1).standard_normal(24)
    assert asked(noise[:11], 8).freedom == 7
    assert asked(noise, 13, season_length=12).freedom == 9


def test_a_gap_is_refused():
    with pytest.raises(ValueError, match="gap"):
        asked([*range(10), np.nan, 3, 4, 5], 9)


def test_nothing_is_told_of_months_that_nobody_saw():
    found = asked(np.random.default_rng(3).standard_normal(20), 14, after=[3, 6, 7, 12]).effects
    assert found.set_index("periods_after").isna().all(axis=1).tolist() == [False, False, True, True]
    assert asked(np.random.default_rng(3).standard_normal(20), 14, after=[]).effects.empty


def test_the_band_widens_the_further_the_line_is_drawn_on():
    path = asked(drawn(30, 0.3, np.random.default_rng(5)), 20).path
    width = (path["high"] - path["low"]).to_numpy()
    assert (np.diff(width[20:]) > 0).all()
    assert ((path["low"] < path["counterfactual"]) & (path["counterfactual"] < path["high"])).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(-50, 50), st.floats(-5, 5), st.floats(-20, 20))
def test_where_the_months_were_going_changes_nothing_and_what_came_is_told(seed, level, slope, jump):
    series, time = drawn(20, 0.3, np.random.default_rng(seed)), np.arange(20)
    first = asked(series, 14)
    second = asked(series + level + slope * time + np.where(time >= 14, jump, 0.0), 14)
    assert second.mean_effect == pytest.approx(first.mean_effect + jump, abs=1e-5)
    assert second.mean_low == pytest.approx(first.mean_low + jump, abs=1e-5)
    gap = (second.path["fitted"] - second.path["counterfactual"])[14:]
    assert gap.mean() == pytest.approx(second.mean_effect, abs=1e-6)


def test_a_series_is_left_as_it_was():
    series = np.arange(14.0) ** 1.5
    kept = series.copy()
    asked(series, 9, comparison=series)
    assert (series == kept).all()


MANY = 300


@pytest.mark.slow
@pytest.mark.parametrize("choices", [{}, {"season_length": 12}, {"season_length": 12, "fourier_pairs": 2}])
def test_a_training_without_effect_is_told_to_have_none_as_often_as_is_said(choices):
    rng = np.random.default_rng(8)
    found = [asked(drawn(36, 0.3, rng), 24, after=[6], **choices) for _ in range(MANY)]
    for held in (
        sum(one.mean_low <= 0 <= one.mean_high for one in found),
        sum(one.effects["p_value"][0] > 0.05 for one in found),
    ):
        assert held >= binom.ppf(0.005, MANY, 0.95)


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_the_line_is_carried_on_over_periods_left_out(gap):
    # A line of slope 2 with a season, and nothing else: whatever lies in between, nothing changed at the start.
    time = np.arange(40 + gap)
    whole = 2.0 * time + np.sin(2 * np.pi * time / 12) + 0.01 * np.random.default_rng(1).normal(size=len(time))
    series = np.r_[whole[:26], whole[26 + gap :]]
    found = interrupted_series(series, start=26, gap=gap, level=0.95, season_length=12, fourier_pairs=1)
    assert found.mean_effect == pytest.approx(0, abs=0.05)
    if gap:
        closed = interrupted_series(series, start=26, level=0.95, season_length=12, fourier_pairs=1)
        assert closed.mean_effect > gap
