"""What did a treatment do in the mean unit and period that had it?"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.stats.effects import difference_in_differences
from churnlab.stats.effects.rollout import rollout_effect

ASKED = {"unit": "unit", "period": "period", "outcome": "y", "start": "start", "level": 0.95, "leads": 3, "power": 0.8}


def panel(values: dict[str, list[float | None]], starts: dict[str, int]) -> pd.DataFrame:
    """Return one row per unit and period told, from 0."""
    rows = [
        {"unit": unit, "period": at, "y": y, "start": starts.get(unit, np.nan)}
        for unit, told in values.items()
        for at, y in enumerate(told)
        if y is not None
    ]
    return pd.DataFrame(rows)


def test_the_mean_is_over_treated_units_and_periods():
    # A and B start at 2 and gain 6, then 3, then 0; C starts at 4 and gains 6. D and E never do, and rise by 1 at 3.
    found = rollout_effect(
        panel(
            {
                "A": [10, 10, 16, 14, 11], "B": [12, 12, 18, 16, 13], "C": [9, 9, 9, 10, 16],
                "D": [8, 8, 8, 9, 9], "E": [7, 7, 7, 8, 8],
            },
            {"A": 2, "B": 2, "C": 4},
        ),
        **ASKED,
    )  # fmt: skip
    # C's own mean before is (9 + 9 + 9 + 10) / 4 = 9.25; D's and E's up to then 8.25 and 7.25: 16 − 9.25 − 3 / 4 = 6.
    assert found.effect == pytest.approx((2 * 6 + 2 * 3 + 2 * 0 + 1 * 6) / 7)
    events = found.by_event_time.set_index("event_time")
    assert events.loc[0, "effect"] == pytest.approx((6 + 6 + 6) / 3)
    assert events.loc[[1, 2], "effect"].tolist() == pytest.approx([3, 0])
    assert events["units"].to_dict() == {-4: 1, -3: 1, -2: 3, -1: 3, 0: 3, 1: 2, 2: 2}
    assert (found.treated_clusters, found.other_clusters) == (3, 3)  # C is on either side


def test_no_treated_unit_serves_as_a_comparison():
    # An effect that grows by 1 each period, and no unit that never starts: C is beside A and B until it starts itself.
    grows = panel(
        {"A": [0, 1, 2, 3], "B": [0, 1, 2, 3], "C": [5, 5, 5, 6], "D": [4, 4, 4, 5]}, {"A": 1, "B": 1, "C": 3, "D": 3}
    )
    found = rollout_effect(grows, **ASKED)
    assert found.effect == pytest.approx((1 + 1 + 2 + 2) / 4)
    # Of A and B only the periods before 3 are told; C and D, with nobody left beside them, not at all.
    assert grows[found.told]["unit"].value_counts().to_dict() == {"A": 2, "B": 2}


def test_who_leaves_counts_until_then():
    left = panel({"A": [1, 5, None], "B": [1, 5, 2], "C": [0, 0, 0], "D": [2, 2, 2]}, {"A": 1, "B": 1})
    assert rollout_effect(left, **ASKED).effect == pytest.approx((4 + 4 + 1) / 3)


def test_a_row_is_as_heavy_as_its_weight():
    rows = panel({"A": [1, 5], "B": [1, 2], "C": [0, 0], "D": [2, 6]}, {"A": 1, "B": 1})
    rows["heavy"] = [1, 3, 1, 1, 1, 3, 1, 1]
    # Trained: (3 × 4 + 1 × 1) / 4; compared: (3 × 0 + 1 × 4) / 4.
    assert rollout_effect(rows, **ASKED, weights="heavy").effect == pytest.approx(13 / 4 - 4 / 4)


def drifting(rng, starts, *, periods=12, effect=0.0, trend=0.0):
    """Draw campuses of 2 to 8 people whose months hang together; `starts` has the period of each, NaN if never."""
    parts = []
    for campus, start in enumerate(starts):
        people, drift = int(rng.integers(2, 9)), np.empty(periods)
        drift[0], shocks = rng.normal() * 1.25, rng.normal(size=periods)
        for at in range(1, periods):
            drift[at] = 0.6 * drift[at - 1] + shocks[at]
        is_on = np.arange(periods) >= (np.inf if np.isnan(start) else start)
        own = 2 * rng.normal(size=(people, 1)) + rng.normal(size=(people, periods))
        own = own + drift + effect * is_on + trend * np.arange(periods) * (not np.isnan(start))
        unit = np.repeat([f"{campus}-{one}" for one in range(people)], periods)
        part = {"unit": unit, "period": np.tile(np.arange(periods), people), "y": own.ravel()}
        parts.append(pd.DataFrame({**part, "campus": campus, "start": start}))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("clusters", [None, "campus"])
def test_with_one_start_it_is_the_difference_in_differences(clusters):
    rows = drifting(np.random.default_rng(4), [6.0] * 4 + [np.nan] * 5, effect=1.0)
    found = rollout_effect(rows, **ASKED, clusters=clusters)
    plain = rows.assign(treated=rows["start"].notna(), after=rows["period"] >= 6)
    asked = {"unit": "unit", "period": "period", "outcome": "y", "treated": "treated", "after": "after", "level": 0.95}
    other = difference_in_differences(plain, **asked, clusters=clusters)
    assert (found.effect, found.error) == pytest.approx((other.effect, other.error))
    # Satterthwaite's degrees differ a little: there each period before is a row, here the mean of them.
    assert found.degrees_of_freedom == pytest.approx(other.degrees_of_freedom, rel=0.1)


def within_chance(many: int, of: int, rate: float) -> bool:
    """Tell whether so many are no more than chance makes of the rate, but for one in 200."""
    return many <= binom.ppf(0.995, of, rate)


@pytest.mark.slow
@pytest.mark.parametrize("starts", [[4.0] * 3 + [7.0] * 3 + [np.nan] * 3, [4.0, 6.0, 8.0, np.nan, np.nan]])
def test_campuses_that_drift_are_not_taken_for_an_effect(starts):
    rng, seeds = np.random.default_rng(11), 120
    by_campus = by_person = held = 0
    for _ in range(seeds):
        rows = drifting(rng, starts, effect=1.0)
        found, alone = (rollout_effect(rows, **ASKED, clusters=clusters) for clusters in ("campus", None))
        held += found.low <= 1.0 <= found.high
        by_campus += not found.low <= 1.0 <= found.high
        by_person += not alone.low <= 1.0 <= alone.high
    assert within_chance(by_campus, seeds, 0.05), by_campus
    assert held >= 0.9 * seeds
    assert not within_chance(by_person, seeds, 0.05)  # people of one campus are no independent witnesses


@pytest.mark.slow
def test_the_least_slope_is_found_as_often_as_said():
    rng, seeds = np.random.default_rng(12), 100
    starts = [6.0] * 8 + [np.nan] * 8
    least = np.median([rollout_effect(drifting(rng, starts), **ASKED).detectable_slope for _ in range(10)])
    found = [rollout_effect(drifting(rng, starts, trend=least), **ASKED) for _ in range(seeds)]
    assert np.mean([one.slope for one in found]) == pytest.approx(least, rel=0.15)
    none = [rollout_effect(drifting(rng, starts), **ASKED, clusters="campus").slope_p <= 0.05 for _ in range(seeds)]
    assert within_chance(sum(none), seeds, 0.05)


def test_one_cluster_on_a_side_has_no_interval():
    rows = drifting(np.random.default_rng(1), [4.0, np.nan, np.nan])
    found = rollout_effect(rows, **ASKED, clusters="campus")
    assert np.isfinite(found.effect)
    assert np.isnan([found.error, found.low, found.high, found.p_value, found.slope_p]).all()
    whole = rollout_effect(rows, **ASKED)
    assert found.effect == pytest.approx(whole.effect)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="no treated row has untreated ones beside it"):
        rollout_effect(panel({"A": [1, 2], "B": [1, 2]}, {"A": 1, "B": 1}), **ASKED)
    with pytest.raises(ValueError, match="two rows of one period"):
        rollout_effect(pd.concat([panel({"A": [1, 2], "B": [1, 1]}, {"A": 1})] * 2), **ASKED)
    twice = panel({"A": [1, 2], "B": [1, 1]}, {"A": 1})
    with pytest.raises(ValueError, match="start is not the same"):
        rollout_effect(twice.assign(start=[0, 1, np.nan, np.nan]), **ASKED)
