"""Is the difference of changes told rightly, and how sure it is?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from churnlab.stats.effects.difference_in_differences import difference_in_differences

REFERENCE = Path(__file__).parents[2] / "reference" / "effects.json"
NAMES = {"unit": "unit", "period": "period", "outcome": "outcome", "treated": "treated", "after": "after"}


def asked(panel, level=0.95, **more):
    before = panel.copy()
    found = difference_in_differences(panel, **NAMES, level=level, **more)
    pd.testing.assert_frame_equal(panel, before)
    return found


def two_periods(before, after, treated):
    """Return the panel of units with one row before and one after."""
    many = len(before)
    return pd.DataFrame({
        "unit": np.tile(np.arange(many), 2),
        "period": np.repeat([1, 2], many),
        "outcome": np.concatenate([before, after]),
        "treated": np.tile(np.asarray(treated, dtype=bool), 2),
        "after": np.repeat([False, True], many),
    })  # fmt: skip


#           before  after  change
# trained A   10     15      5
#         B   12     19      7
# others  C   20     21      1
#         D    8     11      3
#         E    9     11      2
HAND = two_periods([10, 12, 20, 8, 9], [15, 19, 21, 11, 11], [1, 1, 0, 0, 0])


def test_five_people_by_hand():
    found = asked(HAND)
    assert found.effect == pytest.approx((5 + 7) / 2 - (1 + 3 + 2) / 3)
    # Variances of the changes: 2 of two, 1 of three.
    assert found.error**2 == pytest.approx(2 / 2 + 1 / 3)
    # As for a difference of means with weights 1/2 and 1/3 and 1 and 2 degrees of freedom.
    assert found.degrees_of_freedom == pytest.approx((1 / 2 + 1 / 3) ** 2 / (1 / 4 / 1 + 1 / 9 / 2))
    assert (found.treated_clusters, found.control_clusters) == (2, 3)
    assert found.low < found.effect < found.high
    assert (found.low + found.high) / 2 == pytest.approx(4)


def test_the_four_cells_are_shown():
    means = asked(HAND).means
    assert [*means.columns] == ["treated", "after", "rows", "units", "mean"]
    assert means["mean"].tolist() == pytest.approx([37 / 3, 43 / 3, 22 / 2, 34 / 2])
    assert means[["treated", "after", "rows", "units"]].to_numpy().tolist() == [
        [False, False, 3, 3], [False, True, 3, 3], [True, False, 2, 2], [True, True, 2, 2],
    ]  # fmt: skip


def with_moments(many, mean, error):
    """Return as many numbers of this mean, and this standard error of it."""
    raw = np.random.default_rng(many).normal(size=many)
    return mean + (raw - raw.mean()) / raw.std(ddof=1) * error * many**0.5


# Card and Krueger (1994, table 3): full-time equivalents of restaurants in two states before and after one raised its
# minimum wage. Row 4, stores with both waves: changes .47 (.48) and −2.28 (1.25), difference 2.75 (1.34).
def test_card_and_kruegers_minimum_wage():
    change = np.concatenate([with_moments(309, 0.47, 0.48), with_moments(75, -2.28, 1.25)])
    found = asked(two_periods(np.full(384, 20.0), 20 + change, np.arange(384) < 309))
    assert round(found.effect, 2) == 2.75
    assert round(found.error, 2) == 1.34


@pytest.mark.parametrize(("clusters", "name"), [("campus", "by_campus"), (None, "by_unit")])
def test_it_agrees_with_r_where_units_lack_periods_and_belong_to_campuses(clusters, name):
    said = json.loads(REFERENCE.read_text("utf-8"))
    panel = pd.DataFrame({key[6:]: values for key, values in said.items() if key.startswith("panel_")})
    found = asked(panel.astype({"treated": bool, "after": bool}), clusters=clusters)
    assert (found.effect, found.error, found.degrees_of_freedom) == pytest.approx(said[name], rel=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_what_units_or_periods_have_of_their_own_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    panel = pd.DataFrame([(unit, period) for unit in range(7) for period in range(4)], columns=["unit", "period"])
    panel = panel.assign(treated=panel["unit"] < 3, after=panel["period"] >= 2, outcome=rng.normal(size=28))
    moved = panel["outcome"] + rng.normal(size=7)[panel["unit"]] * 9 + rng.normal(size=4)[panel["period"]] * 9
    first = asked(panel)
    second = asked(
        panel.assign(outcome=moved + 2.0 * (panel["treated"] & panel["after"])).sample(frac=1, random_state=1)
    )
    assert second.effect == pytest.approx(first.effect + 2)
    assert second.error == pytest.approx(first.error)


def test_fewer_than_two_clusters_of_a_kind_are_refused():
    few = HAND[HAND["unit"] != 1]
    with pytest.raises(ValueError, match=r"^clusters treated: 1, others: 3; at least two of each are needed$"):
        asked(few)
    with pytest.raises(ValueError, match=r"^clusters treated: 1, others: 2; at least two of each are needed$"):
        asked(HAND.assign(campus=HAND["unit"].map({0: "N", 1: "N", 2: "S", 3: "S", 4: "W"})), clusters="campus")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (HAND.assign(period=1), r"^a unit has two rows of one period$"),
        (HAND.assign(treated=HAND["after"]), r"^treated is not the same in all rows of one unit$"),
        (HAND.assign(after=HAND["treated"]), r"^after is not the same in all rows of one period$"),
        (HAND.assign(after=True), r"^treated and others, before and after, are four cells; 2 of them empty$"),
        (HAND.assign(outcome=HAND["outcome"].where(HAND["unit"] > 0)), r"^the outcome must be finite$"),
    ],
)
def test_what_cannot_be_compared_is_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        asked(changed)


def test_a_cluster_is_the_same_for_all_rows_of_a_unit():
    with pytest.raises(ValueError, match=r"^campus is not the same in all rows of one unit$"):
        asked(HAND.assign(campus=range(10)), clusters="campus")


def test_where_nobody_changes_nothing_is_known_of_the_spread():
    found = asked(HAND.assign(outcome=5.1))
    assert found.effect == 0
    assert np.isnan([found.error, found.low, found.high, found.p_value]).all()


@pytest.mark.slow
@pytest.mark.parametrize(("treated", "most"), [(2, 1.0), (4, 0.9)])
def test_the_interval_holds_the_truth_as_often_as_it_says_with_few_campuses(treated, most):
    """Of two treated it holds it more often: a degree of freedom or two is a cautious guess."""
    rng, held, seeds = np.random.default_rng(8), 0, 300
    panel = pd.DataFrame(
        [(campus, 3 * campus + one, period) for campus in range(9) for one in range(3) for period in range(4)],
        columns=["campus", "unit", "period"],
    ).assign(treated=lambda p: p["campus"] < treated, after=lambda p: p["period"] >= 2)
    for _ in range(seeds):
        # Campuses go each their own way; so do people.
        drift = rng.normal(size=(9, 4)).cumsum(axis=1)[panel["campus"], panel["period"]]
        outcome = 1.5 * (panel["treated"] & panel["after"]) + drift + rng.normal(size=len(panel))
        found = asked(panel.assign(outcome=outcome), level=0.9, clusters="campus")
        held += found.low <= 1.5 <= found.high
    assert binom.ppf(0.005, seeds, 0.9) <= held <= binom.ppf(0.995, seeds, most)
