"""Do tests made for few clusters say what going through all possibilities says?"""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from churnlab.stats.effects.difference_in_differences import difference_in_differences
from churnlab.stats.effects.wild_bootstrap import few_clusters, randomisation_test, wild_cluster

NAMES = {"unit": "unit", "period": "period", "outcome": "outcome", "treated": "treated", "after": "after"}


def rng(seed=1):
    return np.random.default_rng(seed)


def panel_of(changes, treated, seed=3):
    """Return campuses with three people each and two periods, in which each campus changes by so much."""
    many = len(changes)
    rows = pd.DataFrame(
        [(campus, campus * 3 + one, period) for campus in range(many) for one in range(3) for period in range(2)],
        columns=["campus", "unit", "period"],
    )
    level = rng(seed).normal(size=3 * many)[rows["unit"]]
    return rows.assign(
        treated=np.asarray(treated, dtype=bool)[rows["campus"]],
        after=rows["period"] == 1,
        outcome=level + np.asarray(changes, dtype=float)[rows["campus"]] * rows["period"],
    )


def asked(panel, distribution="rademacher", level=0.9, draws=999):
    before = panel.copy()
    found = few_clusters(
        panel, **NAMES, clusters="campus", level=level, distribution=distribution, draws=draws, rng=rng()
    )
    pd.testing.assert_frame_equal(panel, before)
    return found


# Changes 5 | 1, 2, 0: of four campuses each could have been the treated one; 5 less the mean 1 is 4. Had it been
# another, the difference were 1 − 7/3, 2 − 2, 0 − 8/3: none as far out as 4, so p = 1 / 4.
def test_one_treated_campus_by_hand():
    found = asked(panel_of([5, 1, 2, 0], [1, 0, 0, 0]))
    assert found.effect == pytest.approx(4)
    assert found.p_value == 1 / 4
    assert found.method == "randomisation"
    assert found.smallest_p == 1 / 4
    # One in four can never refuse at 0.1: nothing is left out.
    assert (found.low, found.high) == (-np.inf, np.inf)


# The end of the interval of level 0.7: the treated one's change less the null, 5 − b, is x. It is refused where its
# distance |x − 1| to the mean of 1, 2, 0 is above all others': |2 − (x + 1) / 3| and |0 − (x + 3) / 3| ... above x = 1
# the last is the largest: x − 1 > (x + 3) / 3 from x = 3 on, that is b below 2. Below: 1 − x > 2 − (x + 1) / 3 from
# x = −1 on, that is b above 6.
def test_the_interval_of_one_treated_campus_by_hand():
    found = asked(panel_of([5, 1, 2, 0], [1, 0, 0, 0]), level=0.7)
    assert (found.low, found.high) == pytest.approx((2, 6))


def test_one_campus_that_was_not_treated_is_dealt_out_alike():
    found = asked(panel_of([-1, 3, 4, 2], [0, 1, 1, 1]))
    assert found.method == "randomisation"
    assert found.effect == pytest.approx(4)
    assert found.p_value == 1 / 4


def test_two_campuses_tell_nothing():
    found = asked(panel_of([9, 0], [1, 0]))
    assert found.p_value == found.smallest_p == 1
    assert (found.low, found.high) == (-np.inf, np.inf)


def by_hand(y, X, clusters, null):
    """Return the p-value by fitting each sample anew, as the article says."""
    rest = sm.OLS(y - null * X[:, 1], X[:, [0, 2]]).fit()
    found = []
    for signs in product([1, -1], repeat=clusters.max() + 1):
        sample = rest.fittedvalues + null * X[:, 1] + rest.resid * np.array(signs)[clusters]
        fit = sm.OLS(sample, X).fit(cov_type="cluster", cov_kwds={"groups": clusters})
        found.append(abs((fit.params[1] - null) / fit.bse[1]))
    return (np.array(found) >= found[0] * (1 - 1e-9)).mean()


@pytest.mark.parametrize("seed", range(3))
def test_sums_by_cluster_give_what_fitting_every_sample_anew_gives(seed):
    draw = rng(seed)
    clusters = np.repeat(np.arange(6), draw.integers(3, 9, 6))
    n = len(clusters)
    X = np.column_stack([np.ones(n), draw.normal(size=n) + draw.normal(size=6)[clusters], draw.normal(size=n)])
    y = X @ [1, 0.4, 0.5] + draw.normal(size=6)[clusters] + draw.normal(size=n)
    found = wild_cluster(y, X, column=1, clusters=clusters, level=0.9, distribution="rademacher", draws=1, rng=draw)
    assert found.p_value == by_hand(y, X, clusters, 0.0)
    assert found.smallest_p == 1 / 32
    # The ends of the interval are where the test begins to refuse.
    for end, side in ((found.low, -1), (found.high, 1)):
        assert by_hand(y, X, clusters, end + side * 1e-5) <= 0.1 < by_hand(y, X, clusters, end - side * 1e-5)


def test_many_clusters_are_drawn_and_agree_with_the_normal_answer():
    draw = rng(4)
    clusters = np.repeat(np.arange(60), 5)
    X = np.column_stack([np.ones(300), clusters < 30])
    y = 0.6 * X[:, 1] + draw.normal(size=60)[clusters] + draw.normal(size=300)
    fit = sm.OLS(y, X).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
    for distribution in ("rademacher", "webb"):
        found = wild_cluster(
            y, X, column=1, clusters=clusters, level=0.95, distribution=distribution, draws=9999, rng=draw
        )
        assert found.smallest_p == 1 / 10_000
        assert found.effect == pytest.approx(fit.params[1])
        assert (found.low, found.high) == pytest.approx(fit.conf_int()[1], abs=0.04)
        assert found.p_value == pytest.approx(fit.pvalues[1], abs=0.02)


def test_six_points_tell_more_of_five_clusters_than_signs_can():
    panel = panel_of([9, 8.8, 1, 0, 0.5], [1, 1, 0, 0, 0])
    panel["outcome"] += rng(7).normal(size=30) / 20
    signs, points = asked(panel), asked(panel, "webb")
    assert signs.smallest_p == 1 / 16
    assert signs.p_value >= 1 / 16
    assert points.smallest_p == 1 / 1000
    assert signs.effect == points.effect == pytest.approx(8.9 - 0.5, abs=0.1)


def test_the_effect_is_that_of_the_difference_in_differences():
    panel = panel_of(rng(5).normal(size=8), [1, 1, 1, 0, 0, 0, 0, 0])
    found = asked(panel)
    other = difference_in_differences(panel, **NAMES, level=0.9, clusters="campus")
    assert found.method == "wild"
    assert found.effect == pytest.approx(other.effect)
    assert found.low < found.effect < found.high


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_dealing_out_goes_through_every_choice_once(seed, treated):
    changes = rng(seed).normal(size=6)
    own = np.arange(6) < treated
    found = randomisation_test(changes, own, level=0.9, draws=20, rng=rng())
    all_of_them = [
        changes[list(chosen)].mean() - np.delete(changes, chosen).mean() for chosen in combinations(range(6), treated)
    ]
    assert found.effect == pytest.approx(changes[own].mean() - changes[~own].mean())
    assert found.p_value == pytest.approx((np.abs(all_of_them) >= abs(found.effect) - 1e-9).mean())
    # Shifting the treated shifts the interval.
    moved = randomisation_test(changes + 3 * own, own, level=0.9, draws=20, rng=rng())
    assert (moved.low - 3, moved.high - 3) == pytest.approx((found.low, found.high), abs=1e-6)


def test_too_many_choices_are_drawn():
    found = randomisation_test(np.arange(30.0), np.arange(30) >= 20, level=0.95, draws=499, rng=rng())
    assert found.p_value == 1 / 500
    assert 0 < found.low < found.effect < found.high


def test_what_randomisation_cannot_deal_out_is_refused():
    panel = panel_of([5, 1, 2], [1, 0, 0])
    mixed = panel.assign(treated=panel["unit"] < 2)
    with pytest.raises(ValueError, match=r"^a cluster has treated units and others$"):
        asked(mixed)
    with pytest.raises(ValueError, match=r"^a cluster lacks all rows before or after$"):
        asked(panel[(panel["campus"] < 2) | panel["after"]])


def test_where_nobody_changes_nothing_is_known():
    found = asked(panel_of([0, 0, 0, 0], [1, 1, 0, 0]).assign(outcome=5.1))
    assert found.effect == 0
    assert np.isnan([found.p_value, found.low, found.high]).all()


def test_what_is_not_finite_or_said_twice_is_refused():
    panel = panel_of([5, 1, 2, 0], [1, 1, 0, 0])
    with pytest.raises(ValueError, match=r"^the outcome must be finite$"):
        asked(panel.assign(outcome=np.nan))
    with pytest.raises(ValueError, match=r"^these columns say what the others say: 0, 1$"):
        wild_cluster(
            [1, 2, 4], np.ones((3, 2)), column=0, clusters=[1, 2, 3], level=0.9, distribution="webb", draws=9, rng=rng()
        )


@pytest.mark.slow
@pytest.mark.parametrize("distribution", ["rademacher", "webb"])
def test_no_effect_is_found_no_more_often_than_is_said(distribution):
    """Ten campuses, five of them treated, each of which goes its own way."""
    draw, seeds, refused, left_out = rng(9), 400, 0, 0
    clusters = np.repeat(np.arange(10), 4)
    X = np.column_stack([np.ones(40), clusters < 5])
    for _ in range(seeds):
        y = X[:, 1] + draw.normal(size=10)[clusters] + draw.normal(size=40)
        found = wild_cluster(
            y, X, column=1, clusters=clusters, level=0.9, distribution=distribution, draws=199, rng=draw
        )
        none = wild_cluster(
            y - X[:, 1], X, column=1, clusters=clusters, level=0.9, distribution=distribution, draws=199, rng=draw
        )
        refused, left_out = refused + (none.p_value <= 0.1), left_out + (not found.low <= 1 <= found.high)
    for wrong in (refused, left_out):
        assert binom.ppf(0.005, seeds, 0.1) <= wrong <= binom.ppf(0.995, seeds, 0.1)
