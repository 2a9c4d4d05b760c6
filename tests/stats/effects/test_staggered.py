"""Are effects of many starts averaged as published, and right where the usual regression has the wrong sign?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from churnlab.stats.effects.regression import least_squares
from churnlab.stats.effects.staggered import group_time_effects

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "staggered.json").read_text("utf-8"))
NAMES = {"unit": "unit", "period": "period", "outcome": "outcome", "start": "start"}


def asked(panel, comparison="not_yet", level=0.95, draws=199, seed=1, **more):
    rng, before = np.random.default_rng(seed), panel.copy()
    found = group_time_effects(panel, **NAMES, comparison=comparison, level=level, draws=draws, rng=rng, **more)
    pd.testing.assert_frame_equal(panel, before)
    return found


def panel_of(outcome, starts, first=0):
    """Return the panel of units by periods."""
    units, periods = np.shape(outcome)
    rows = pd.DataFrame([(unit, period) for unit in range(units) for period in range(periods)])
    rows = rows.set_axis(["unit", "period"], axis=1)
    start, values = np.asarray(starts, dtype=float)[rows["unit"]], np.ravel(outcome).astype(float)
    return rows.assign(period=rows["period"] + first, start=start, outcome=values)


# Period             0   1   2   changes 0→1  0→2  1→2
# from 1: A          0 | 3   6            3    6
#         B          2 | 7   8            5    6
# from 2: C          1   2 | 9            1          7
#         D          4   3 | 6           −1          3
# never:  E          5   5   6            0    1     1
#         F          1   3   4            2    3     1
HAND = panel_of([[0, 3, 6], [2, 7, 8], [1, 2, 9], [4, 3, 6], [5, 5, 6], [1, 3, 4]], [1, 1, 2, 2, np.nan, np.nan])


@pytest.mark.parametrize(("comparison", "at_once"), [("never", (0 + 2) / 2), ("not_yet", (1 - 1 + 0 + 2) / 4)])
def test_six_people_by_hand(comparison, at_once):
    found = asked(HAND, comparison)
    cells = found.cells.set_index(["start", "period"])["effect"]
    assert cells[1, 1] == pytest.approx((3 + 5) / 2 - at_once)
    assert cells[1, 2] == pytest.approx(6 - (1 + 3) / 2)
    assert cells[2, 2] == pytest.approx((7 + 3) / 2 - 1)
    # Two before its start: from period 1 back to 0, −1 and 1 against 0 and −2; who starts at 1 is treated by then.
    assert cells[2, 0] == pytest.approx(0 - -1)
    assert len(cells) == 4
    # Each group has two: plain means.
    assert found.overall["effect"] == pytest.approx((cells[1, 1] + cells[1, 2] + cells[2, 2]) / 3)
    by_time = found.by_event_time.set_index("event_time")["effect"]
    assert by_time.to_dict() == pytest.approx({-2: 1, -1: 0, 0: (cells[1, 1] + cells[2, 2]) / 2, 1: cells[1, 2]})
    assert found.by_start["effect"].tolist() == pytest.approx([(cells[1, 1] + cells[1, 2]) / 2, cells[2, 2]])
    assert found.by_start["units"].tolist() == [2, 2]
    assert (found.never_units, found.left_out) == (2, 0)


def test_the_error_of_one_start_and_period_is_that_of_two_means():
    cell = asked(HAND, "never").cells.set_index(["start", "period"]).loc[(2, 2)]
    # Changes 7 and 3, variance 8; 1 and 1, variance 0.
    assert cell["error"] ** 2 == pytest.approx(8 / 2 + 0 / 2)
    assert cell["degrees_of_freedom"] == 1
    half = t.ppf(0.975, 1) * cell["error"]
    assert (cell["low"], cell["high"]) == pytest.approx((4 - half, 4 + half))


def published():
    """Return 500 counties with the means and covariances of Callaway and Sant'Anna's.

    Ours divides by n − 1 what did divides by n: so theirs are taken as of n − 1.
    """
    rng, outcomes, starts = np.random.default_rng(2), [], []
    for start, said in REFERENCE["moments"].items():
        raw = rng.normal(size=(said["units"], 5))
        raw = raw - raw.mean(axis=0)
        white = np.linalg.solve(np.linalg.cholesky(np.cov(raw.T)), raw.T).T
        outcomes.append(said["means"] + white @ np.linalg.cholesky(said["covariance"]).T)
        starts += [np.nan if start == "never" else float(start)] * said["units"]
    return panel_of(np.vstack(outcomes), starts, first=2003)


@pytest.mark.parametrize("comparison", ["never", "not_yet"])
def test_callaway_and_santannas_minimum_wages(comparison):
    found, said = asked(published(), comparison), REFERENCE[comparison]
    times, cells = found.by_event_time, found.cells
    after = {
        "overall": found.overall.to_frame().T,
        "by_event_time": times[times["event_time"] >= 0].set_index("event_time"),
        "by_start": found.by_start.set_index("start"),
        "cells": cells[cells["event_time"] >= 0].set_index(["start", "period"]),
    }
    # Those not treated yet are several groups under one mean, of which n and n − 1 cannot both be had.
    near = 1e-8 if comparison == "never" else 1e-3
    for name, table in after.items():
        *_, effects, errors = np.array(said[name]).T
        assert table["effect"].to_numpy(dtype=float) == pytest.approx(effects, abs=1e-9), name
        assert table["error"].to_numpy(dtype=float) == pytest.approx(errors, rel=near), name
    assert [*after["cells"].index] == [(start, period) for start, period, _, _ in said["cells"]]
    if comparison == "never":
        # As printed in did's introduction.
        assert round(found.overall["effect"], 4) == -0.0400
        assert found.by_start["effect"].round(4).tolist() == [-0.0797, -0.0229, -0.0261]


def two_way(panel):
    """Return the coefficient of two-way fixed effects."""
    dummies = pd.get_dummies(panel[["unit", "period"]].astype(str), dtype=float, drop_first=True)
    design = dummies.assign(one=1.0, effect=(panel["period"] >= panel["start"]).astype(float))
    return least_squares(panel["outcome"], design, variance="hc3").coefficients[-1]


# Goodman-Bacon (2021): of two who start at 1, the effect grows by 1 a period, 1, 2, 3 ...; of two who start at 6 it is
# 1; of two who never start, 0. Nobody loses, yet late starters are compared with early ones who still gain.
def test_where_effects_grow_the_usual_regression_has_the_wrong_sign():
    when = np.arange(8)
    early, late = np.clip(when, 0, None) * 1.0, (when >= 6) * 0.5
    panel = panel_of([early, early, late, late, 0 * when, 0 * when], [1, 1, 6, 6, np.nan, np.nan])
    # Late starters' own effect is positive, early ones' too.
    only = panel[panel["start"].notna()]
    assert two_way(only) < 0
    found = asked(panel)
    assert found.by_event_time.set_index("event_time").loc[0:, "effect"].tolist() == pytest.approx(
        [(1 + 0.5) / 2, (2 + 0.5) / 2, 3, 4, 5, 6, 7]
    )
    assert found.overall["effect"] == pytest.approx((sum(range(1, 8)) + 2 * 0.5) / 9)
    # Without those who never start, the early ones have somebody to be compared with until period 5.
    alone = asked(only)
    assert alone.overall["effect"] == pytest.approx((1 + 2 + 3 + 4 + 5) / 5)


def drawn(rng, units=40, periods=6, effect=1.0):
    """Return units of which a quarter starts at 2, a quarter at 4; the effect grows, and early starters' is twice."""
    starts = np.repeat([2.0, 4.0, np.nan, np.nan], units // 4)
    since = np.arange(periods) - starts[:, None]
    true = np.where(since >= 0, effect * (1 + since) * np.where(starts == 2, 2, 1)[:, None], 0.0)
    own = rng.normal(size=(units, 1)) + rng.normal(size=(units, periods)).cumsum(axis=1) / 2
    return panel_of(own + rng.normal(size=(units, periods)) + true, starts)


@pytest.mark.slow
def test_it_is_unbiased_and_intervals_and_band_hold_the_truth_as_often_as_they_say():
    rng, seeds = np.random.default_rng(4), 300
    # Event times 0 and 1 are of both starts, 2 and 3 of the early one: 2 · (1 + time), and 1 + time.
    truth = np.array([0, 0, 0, 1.5, 3, 6, 8])
    overall = (2 * (1 + 2 + 3 + 4) + 1 + 2) / 6
    found = [asked(drawn(rng), level=0.9, seed=seed) for seed in range(seeds)]
    tables = [one.by_event_time[one.by_event_time["event_time"] != -1] for one in found]
    assert tables[0]["event_time"].tolist() == [-4, -3, -2, 0, 1, 2, 3]
    effects = np.array([table["effect"] for table in tables])
    assert np.abs(effects.mean(axis=0) - truth).max() < 3.5 * effects.std(axis=0).max() / seeds**0.5
    held = np.array([(table["low"] <= truth) & (truth <= table["high"]) for table in tables])
    whole = np.array([((table["band_low"] <= truth) & (truth <= table["band_high"])).all() for table in tables])
    of_overall = [one.overall["low"] <= overall <= one.overall["high"] for one in found]
    # Sizes of groups are fixed here and drawn in the article: intervals of averages are a little wide for that.
    low, high = binom.ppf([0.005, 0.995], seeds, 0.9)
    assert low <= held.sum(axis=0)[[0, 1, 5, 6]].min()
    assert held.sum(axis=0)[[0, 1, 5, 6]].max() <= high
    assert min(sum(of_overall), whole.sum(), held.sum(axis=0).min()) >= low
    assert whole.sum() <= binom.ppf(0.995, seeds, 0.95)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from(["never", "not_yet"]))
def test_levels_of_units_and_periods_and_the_order_of_rows_change_nothing(seed, comparison):
    rng = np.random.default_rng(seed)
    panel = drawn(rng, units=12)
    moved = panel["outcome"] + 5 * rng.normal(size=12)[panel["unit"]] + 5 * rng.normal(size=6)[panel["period"]]
    first = asked(panel, comparison)
    second = asked(panel.assign(outcome=moved).sample(frac=1, random_state=1), comparison)
    for name in ("by_event_time", "by_start", "cells"):
        assert getattr(second, name).to_numpy() == pytest.approx(getattr(first, name).to_numpy(), nan_ok=True)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_the_band_is_wider_than_each_interval_and_the_same_of_the_same_seed(seed):
    panel = drawn(np.random.default_rng(seed), units=12)
    found, again = asked(panel).by_event_time, asked(panel).by_event_time
    known = found[found["event_time"] != -1]
    assert (known["band_low"] <= known["low"] + 1e-9).all()
    assert (known["band_high"] >= known["high"] - 1e-9).all()
    assert found.equals(again)


def test_the_error_by_campuses_by_hand():
    # Treated, campuses N, S, N, S: changes 4, 1, 6, 1, mean 3. Others, X, Y, Y, X: 0, 0, 4, 0, mean 1.
    panel = panel_of(np.outer([4, 1, 6, 1, 0, 0, 4, 0], [0, 1]), [1] * 4 + [np.nan] * 4)
    found = asked(panel.assign(campus=panel["unit"].map(dict(enumerate("NSNSXYYX")))), clusters="campus").overall
    # Sums about the mean: N 1 + 3, S −2 − 2; X −1 − 1, Y −1 + 3. Each side times 2 / (2 − 1), over 4².
    assert found["error"] ** 2 == pytest.approx(2 * (4**2 + 4**2) / 16 + 2 * (2**2 + 2**2) / 16)
    assert found["degrees_of_freedom"] == 1


def test_units_of_one_campus_count_as_one():
    campus = {"campus": lambda p: p["unit"] // 2}
    panel = drawn(np.random.default_rng(5)).assign(**campus)
    doubled = pd.concat([panel, panel.assign(unit=panel["unit"] + 100)])
    once, twice = asked(panel, clusters="campus").overall, asked(doubled, clusters="campus").overall
    # The same people counted twice tell no more.
    assert twice.to_numpy() == pytest.approx(once.to_numpy())
    assert asked(doubled).overall["error"] < 0.8 * once["error"]


def test_who_cannot_be_compared_is_left_out_and_counted():
    more = panel_of(np.arange(12.0).reshape(4, 3), [0, 2.5, 1, 1]).assign(unit=lambda p: p["unit"] + 10)
    # Treated from the first period on; starts after the last, so never; lacks a period; starts at 1 as others do.
    rows = pd.concat([HAND, more])
    found = asked(rows[~((rows["unit"] == 12) & (rows["period"] == 1))], "never")
    assert found.left_out == 2
    assert found.never_units == 2 + 1
    assert found.by_start["units"].tolist() == [3, 2]


def test_a_start_that_nobody_shares_is_left_out():
    found = asked(HAND[HAND["unit"] != 3])
    assert found.by_start["start"].tolist() == [1]
    assert found.left_out == 1


def test_a_start_between_two_periods_counts_as_the_second():
    between = asked(HAND.assign(start=HAND["start"] - 0.5))
    assert between.cells.equals(asked(HAND).cells)


def test_where_nobody_changes_nothing_is_known_of_the_spread():
    found = asked(HAND.assign(outcome=5.1))
    assert found.overall["effect"] == 0
    assert np.isnan(found.overall[["error", "low", "high"]]).all()
    assert np.isnan(found.by_event_time[["error", "band_low", "band_high"]].to_numpy()).all()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (HAND.assign(period=1), r"^a unit has two rows of one period$"),
        (HAND.assign(start=HAND["period"]), r"^start is not the same in all rows of one unit$"),
        (HAND.assign(outcome=HAND["outcome"].where(HAND["unit"] > 0)), r"^the outcome must be finite$"),
        (HAND.assign(start=np.nan), r"^no two clusters start together, or fewer than two are there to compare"),
        (HAND[HAND["unit"] < 2], r"^no two clusters start together, or fewer than two are there to compare"),
    ],
)
def test_what_cannot_be_compared_is_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        asked(changed)
