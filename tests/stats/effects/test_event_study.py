"""Are the periods before and after told apart, and is no more read into a quiet past than it holds?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, f, ncf, t

from churnlab.stats.effects.event_study import detectable_slope, event_study

NAMES = {"unit": "unit", "period": "period", "outcome": "outcome", "start": "start"}


def asked(panel, leads=3, lags=2, level=0.95, **more):
    before = panel.copy()
    study = event_study(panel, **NAMES, leads=leads, lags=lags, level=level, **more)
    pd.testing.assert_frame_equal(panel, before)
    return study


def panel_of(outcome, starts):
    """Return the panel of units by periods."""
    units, periods = np.shape(outcome)
    rows = pd.DataFrame([(unit, period) for unit in range(units) for period in range(periods)])
    return rows.set_axis(["unit", "period"], axis=1).assign(
        start=lambda p: np.asarray(starts, dtype=float)[p["unit"]], outcome=np.ravel(outcome).astype(float)
    )


def drawn(rng, units=16, periods=6, start=3, trend=0.0, effect=0.0):
    """Return units that go each their own way, the first half of them treated."""
    treated = np.arange(units)[:, None] < units / 2
    when = np.arange(periods)
    own = rng.normal(size=(units, periods)).cumsum(axis=1) * 0.3 + rng.normal(size=(units, periods))
    return panel_of(own + treated * (trend * when + effect * (when >= start)), np.where(treated[:, 0], start, np.nan))


# Period          0   1   2 | 3     from 2:  −2  −1    +1
# trained A       1   2   4 | 9              −3  −2     5
#         B       3   2   4 | 7              −1  −2     3
# others  C       5   5   6 | 6              −1  −1     0
#         D       0   2   1 | 3              −1   1     2
HAND = panel_of([[1, 2, 4, 9], [3, 2, 4, 7], [5, 5, 6, 6], [0, 2, 1, 3]], [3, 3, np.nan, np.nan])


def test_four_people_by_hand():
    study = asked(HAND, leads=3, lags=0)
    assert study.effects["event_time"].tolist() == [-3, -2, -1, 0]
    assert study.effects["effect"].tolist() == pytest.approx([-2 - -1, -2 - 0, 0, 4 - 1])
    # Sample variances of the changes, over two each: 2/2 + 0/2, 0/2 + 2/2, and 2/2 + 2/2.
    assert study.effects["error"].tolist() == pytest.approx([1, 1, np.nan, 2**0.5], nan_ok=True)
    assert study.effects["degrees_of_freedom"].tolist() == pytest.approx([2, 2, np.nan, 2], nan_ok=True)
    assert study.effects["units"].tolist() == [2, 2, 2, 2]
    assert study.mean_effect == pytest.approx(3)
    # A trend that makes up 3 in the one period after the base.
    assert study.slope_as_large == pytest.approx(3)


def test_what_lies_outside_of_the_window_is_left_out():
    study = asked(HAND, leads=2, lags=0)
    assert study.effects["event_time"].tolist() == [-2, -1, 0]
    assert study.effects["effect"].tolist() == pytest.approx([-2, 0, 3])
    # Of one lead the test is its own t: −2 with an error of 1 and 2 degrees of freedom.
    assert study.pre_trend_p == pytest.approx(2 * t.sf(2, 2))


def test_a_straight_trend_that_is_as_large_as_the_effect():
    study = asked(drawn(np.random.default_rng(2), effect=2.0))
    late = study.effects[study.effects["event_time"] >= 0]
    trend = study.slope_as_large * (late["event_time"] + 1)
    assert trend.mean() == pytest.approx(late["effect"].mean())
    assert study.mean_effect == pytest.approx(late["effect"].mean())


@pytest.mark.slow
def test_the_power_is_that_of_hotellings_test():
    """Sixteen units, two kinds, two leads: T² is exact, with 14 degrees of freedom."""
    rng, slope, seeds = np.random.default_rng(3), 1.0, 300
    walk = np.tril(np.ones((3, 3))) * 0.3
    from_base = np.array([[1, 0, -1], [0, 1, -1]])
    variance = from_base @ (walk @ walk.T + np.eye(3)) @ from_base.T * (1 / 8 + 1 / 8)
    trend = slope * np.array([-2, -1])
    power = ncf.sf(f.ppf(0.95, 2, 13), 2, 13, trend @ np.linalg.solve(variance, trend))
    studies = [asked(drawn(rng, trend=slope), lags=0) for _ in range(seeds)]
    refused = sum(study.pre_trend_p <= 0.05 for study in studies)
    assert binom.ppf(0.005, seeds, power) <= refused <= binom.ppf(0.995, seeds, power)
    # Each study says how steep a trend it finds as often as that: on the mean, the one that there is.
    steep = np.array([detectable_slope(study, power=power) for study in studies])
    assert (1 / steep**2).mean() == pytest.approx(1 / slope**2, rel=0.1)


def test_the_detectable_slope_is_where_the_power_is_as_asked():
    study = asked(drawn(np.random.default_rng(4), effect=1.0))
    steeper = [detectable_slope(study, power=power) for power in (0.5, 0.8, 0.95)]
    assert steeper == sorted(steeper)
    # Where the trend asked about is the one as large as the effect, its power comes back.
    assert detectable_slope(study, power=study.pre_trend_power) == pytest.approx(abs(study.slope_as_large), rel=1e-6)


def test_a_test_of_few_noisy_units_could_find_little_and_says_so():
    weak = asked(drawn(np.random.default_rng(5), units=8, effect=1.0))
    strong = asked(drawn(np.random.default_rng(5), units=80, effect=10.0))
    assert weak.pre_trend_power < 0.3
    assert strong.pre_trend_power > 0.99


@pytest.mark.slow
def test_the_trend_test_refuses_no_more_often_than_it_says_and_intervals_hold():
    rng, seeds = np.random.default_rng(6), 300
    studies = [asked(drawn(rng, units=10, effect=1.0), level=0.9) for _ in range(seeds)]
    refused = sum(study.pre_trend_p <= 0.1 for study in studies)
    assert binom.ppf(0.005, seeds, 0.1) <= refused <= binom.ppf(0.995, seeds, 0.1)
    for time, truth in ((-3, 0), (-2, 0), (0, 1), (2, 1)):
        rows = [study.effects.set_index("event_time").loc[time] for study in studies]
        held = sum(row["low"] <= truth <= row["high"] for row in rows)
        assert binom.ppf(0.005, seeds, 0.9) <= held <= binom.ppf(0.995, seeds, 0.9)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_levels_of_units_and_periods_and_the_order_of_rows_change_nothing(seed):
    rng = np.random.default_rng(seed)
    panel = drawn(rng, units=8)
    moved = panel["outcome"] + 5 * rng.normal(size=8)[panel["unit"]] + 5 * rng.normal(size=6)[panel["period"]]
    first, second = asked(panel), asked(panel.assign(outcome=moved).sample(frac=1, random_state=1))
    assert second.effects.to_numpy() == pytest.approx(first.effects.to_numpy(), nan_ok=True)
    assert second.pre_trend_p == pytest.approx(first.pre_trend_p)
    assert second.pre_trend_power == pytest.approx(first.pre_trend_power)


@pytest.mark.parametrize("scatter", [0.0, 1e-300, 1e-170, 1e-160, 1e-80, 1e-16])
def test_where_nothing_scatters_before_the_slope_is_tiny_or_not_told(scatter):
    rng = np.random.default_rng(1)
    flat = np.where(np.arange(5) < 3, scatter, 1.0) * rng.normal(size=(8, 5))
    study = asked(panel_of(flat, [3] * 4 + [np.nan] * 4), leads=3, lags=1)
    found = detectable_slope(study, power=0.8)
    assert np.isnan(found) or 0 < found < 1e-6


@pytest.mark.parametrize("variance", [-1e-33, 0.0, np.nan])
def test_a_variance_that_rounding_took_below_nothing_tells_no_slope(variance):
    study = asked(drawn(np.random.default_rng(3)), leads=3, lags=1)
    covariance = study.before_covariance.copy()
    covariance[0, 0] = variance
    assert np.isnan(detectable_slope(replace(study, before_covariance=covariance), power=0.8))


def test_without_a_second_period_before_there_is_no_test():
    study = asked(HAND, leads=1, lags=0)
    assert np.isnan([study.pre_trend_p, study.pre_trend_power, detectable_slope(study, power=0.8)]).all()


def test_too_few_clusters_for_so_many_leads_leave_no_test_but_the_effects():
    study = asked(drawn(np.random.default_rng(7), units=4, periods=8, start=6), leads=6, lags=1)
    assert np.isnan([study.pre_trend_p, study.pre_trend_power]).all()
    assert np.isfinite(study.effects["effect"]).all()


def test_where_nobody_changes_nothing_is_known_of_the_spread():
    study = asked(HAND.assign(outcome=5.1), leads=3, lags=0)
    assert (study.effects["effect"] == 0).all()
    assert np.isnan(study.effects[["error", "low", "high"]].to_numpy()).all()
    assert np.isnan(study.pre_trend_p)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (HAND.assign(period=1), r"^a unit has two rows of one period$"),
        (HAND.assign(start=HAND["period"]), r"^start is not the same in all rows of one unit$"),
        (HAND[HAND["unit"] > 0], r"^clusters treated: 1, others: 2; at least two of each are needed$"),
        (HAND[HAND["unit"] < 3], r"^clusters treated: 2, others: 1; at least two of each are needed$"),
        (HAND[HAND["period"] != 2], r"^no treated unit has a row in the last period before the start, or none from"),
        (HAND[HAND["period"] < 3], r"^no treated unit has a row in the last period before the start, or none from"),
        (HAND.assign(outcome=np.nan), r"must be finite"),
    ],
)
def test_what_cannot_be_followed_is_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        asked(changed, leads=3, lags=0)


def test_units_of_one_campus_count_as_one_cluster():
    panel = drawn(np.random.default_rng(8)).assign(campus=lambda p: p["unit"] // 2)
    apart, together = asked(panel), asked(panel, clusters="campus")
    assert together.effects["effect"].tolist() == pytest.approx(apart.effects["effect"].tolist())
    assert together.before_degrees_of_freedom == pytest.approx(8 - 2)
    assert apart.before_degrees_of_freedom == pytest.approx(16 - 2)
