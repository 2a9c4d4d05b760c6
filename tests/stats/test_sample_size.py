"""Is it told rightly how many people it takes, and what so many can see?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, nct, t
from statsmodels.stats.power import TTestIndPower, TTestPower

from churnlab.stats import sample_size as sized

USUAL = {"level": 0.95, "power": 0.8}


# Drawn with d = 0 the interval leaves out 0 in 5 of 100, whatever the number; and one side or the other counts.
def test_without_a_difference_one_in_twenty_is_seen_all_the_same():
    for n in (2, 10, 10_000):
        assert sized.power_of_difference(0, n, n, level=0.95) == pytest.approx(0.05)
        assert sized.power_of_gain(0, n, level=0.9) == pytest.approx(0.1)


# Of two tested twice there is one degree of freedom, t is Cauchy's, and the bar is its quantile, tan(0.45 π).
def test_the_bar_of_two_people_by_hand():
    noncentral = 0.7 * np.sqrt(2)
    rng = np.random.default_rng(1)
    drawn = (rng.normal(size=400_000) + noncentral) / np.abs(rng.normal(size=400_000))
    seen = (np.abs(drawn) > np.tan(0.45 * np.pi)).mean()
    assert sized.power_of_gain(0.7, 2, level=0.9) == pytest.approx(seen, abs=0.003)


# Cohen 1988, table 2.4.1, two-sided .05, power .80 and .90: rounded to the nearest there, up to the next here.
@pytest.mark.parametrize(
    ("d", "eighty", "ninety"),
    [(0.1, 1571, 2102), (0.2, 393, 526), (0.3, 175, 234), (0.4, 99, 132), (0.5, 64, 85), (0.6, 45, 59), (0.7, 33, 44),
     (0.8, 26, 34), (1.0, 17, 22)],
)  # fmt: skip
def test_the_table_of_cohen(d, eighty, ninety):
    for cohens, power in ((eighty, 0.8), (ninety, 0.9)):
        needed = sized.people_for_difference(d, level=0.95, power=power)
        assert needed in (cohens, cohens + 1)
        assert sized.power_of_difference(d, cohens, cohens, level=0.95) > power - 0.007


def test_the_textbooks_two_numbers_to_the_digit():
    assert sized.people_for_difference(0.5, **USUAL) == 64
    # The same half a standard deviation as a gain: R's pwr.t.test(d = .5, type = "paired") says 33.37.
    assert sized.people_for_gain(0.5, **USUAL) == 34


# R, package pwr 1.3-0: pwr.t.test(d, power = .8)$n, the same with type = "paired", and pwr.t2n.test(28, 35, d = .5).
def test_numbers_of_rs_pwr():
    assert [sized.people_for_difference(d, **USUAL) for d in (0.1, 0.2, 0.3, 1.0, 1.4)] == [1571, 394, 176, 17, 10]
    assert [sized.people_for_gain(d, **USUAL) for d in (0.2, 0.5, 0.8)] == [199, 34, 15]
    assert sized.power_of_difference(0.5, 28, 35, level=0.95) == pytest.approx(0.4924588, abs=1e-7)
    assert sized.power_of_difference(-0.6, 90, 60, level=0.95) == pytest.approx(0.9470154, abs=1e-7)


# R, package WebPower, the example of wp.crt2arm: effect .6, 20 people in each of 10 clusters, icc .1.
def test_clusters_agree_with_webpower():
    assert sized.power_with_clusters(0.6, 10 / 2, size=20, icc=0.1, level=0.95) == pytest.approx(0.5901684, abs=1e-7)


# Fleiss, Levin and Paik: shares .60 and .70, level .95, power .80: 356 in each group, uncorrected.
def test_shares_agree_with_the_textbook():
    assert sized.people_for_shares(0.6, 0.7, **USUAL) == 356 == sized.people_for_shares(0.7, 0.6, **USUAL)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
@pytest.mark.parametrize("degrees", [1, 4, 300, 10**6])
def test_power_agrees_with_scipys_distribution(degrees, level):
    bar = t.ppf((1 + level) / 2, degrees)
    for dz in np.array([0.0, 0.4, 2, 5]) / np.sqrt(degrees + 1):
        far = dz * np.sqrt(degrees + 1)
        both = nct.sf(bar, degrees, far) + nct.cdf(-bar, degrees, far)
        assert sized.power_of_gain(dz, degrees + 1, level=level) == pytest.approx(both, abs=1e-8)


def test_statsmodels_agrees():
    theirs = TTestIndPower().power(0.45, 31, 0.1, ratio=50 / 31)
    assert sized.power_of_difference(0.45, 31, 50, level=0.9) == pytest.approx(theirs)
    assert sized.smallest_gain(25, **USUAL) == pytest.approx(TTestPower().solve_power(nobs=25, alpha=0.05, power=0.8))


# Scores of 0.8 alike before and after: a gain of half a standard deviation is 0.5 / √(2 · 0.2) of the gain's.
def test_a_gain_in_its_own_standard_deviations_by_hand():
    assert sized.gain_dz(0.5, correlation=0.8) == pytest.approx(0.5 / np.sqrt(2 / 5))
    assert sized.gain_dz(0.5, correlation=0.5) == 0.5


def test_the_design_effect_by_hand():
    assert sized.design_effect(size=21, icc=1 / 10) == 3
    assert sized.design_effect(size=1, icc=1) == 1


def test_clusters_of_one_are_people():
    alone = {"size": 1, "icc": 0.3}
    assert sized.clusters_for_difference(0.5, **alone, **USUAL) == sized.people_for_difference(0.5, **USUAL)
    assert sized.smallest_with_clusters(40, **alone, **USUAL) == sized.smallest_difference(40, 40, **USUAL)


def test_more_people_in_the_same_clusters_hardly_help():
    needed = [sized.clusters_for_difference(0.25, size=size, icc=0.1, **USUAL) for size in (20, 40, 10**6)]
    assert needed[0] > needed[1] > needed[2] > 20


# Two clusters an arm leave 2 degrees of freedom, and a bar of 4.30 errors.
def test_two_clusters_an_arm_see_only_what_is_huge():
    assert sized.smallest_with_clusters(2, size=20, icc=0.1, **USUAL) > 2


def test_where_there_is_nobody_or_nothing_to_see_it_is_said():
    for needed in (sized.people_for_difference, sized.people_for_gain):
        assert needed(0, **USUAL) == np.inf
    assert sized.people_for_shares(0.4, 0.4, **USUAL) == np.inf
    assert np.isnan([
        sized.power_of_difference(1, 1, 1, level=0.95), sized.smallest_difference(1, 1, **USUAL),
        sized.smallest_gain(1, **USUAL), sized.smallest_with_clusters(1, size=9, icc=0, **USUAL),
    ]).all()  # fmt: skip


@pytest.mark.parametrize("power", [0.05, 1.0])
def test_a_power_that_chance_alone_has_or_nobody_can_have_is_refused(power):
    for ask in (
        lambda: sized.people_for_difference(0.5, level=0.95, power=power),
        lambda: sized.people_for_shares(0.5, 0.6, level=0.95, power=power),
        lambda: sized.smallest_gain(20, level=0.95, power=power),
    ):
        with pytest.raises(AssertionError):
            ask()


@settings(deadline=None, max_examples=40)
@given(st.floats(0.15, 3), st.floats(0.3, 0.95), st.sampled_from([0.8, 0.95]))
def test_so_many_are_enough_and_one_fewer_is_not(d, power, level):
    n = sized.people_for_difference(d, level=level, power=power)
    assert sized.power_of_difference(d, n, n, level=level) >= power
    if n > 2:
        assert sized.power_of_difference(d, n - 1, n - 1, level=level) < power
        assert sized.smallest_difference(n, n, level=level, power=power) <= d + 1e-9
        assert sized.smallest_difference(n - 1, n - 1, level=level, power=power) > d


def test_the_power_is_how_often_it_is_seen():
    rng, seen, n = np.random.default_rng(5), {"people": 0, "clusters": 0}, 2000
    for _ in range(n):
        first, other = rng.normal(0.6, 1, 20), rng.normal(0, 1, 30)
        pooled = (19 * first.var(ddof=1) + 29 * other.var(ddof=1)) / 48
        score = (first.mean() - other.mean()) / np.sqrt(pooled * (1 / 20 + 1 / 30))
        seen["people"] += abs(score) > t.ppf(0.975, 48)
        # Six clusters of five an arm, a quarter of the variance between them, tested by their means.
        means = rng.normal([[0.8], [0]], np.sqrt(1 / 4 + 3 / 4 / 5), (2, 6))
        score = (means[0].mean() - means[1].mean()) / np.sqrt(means.var(ddof=1, axis=1).mean() / 3)
        seen["clusters"] += abs(score) > t.ppf(0.975, 10)
    told = {
        "people": sized.power_of_difference(0.6, 20, 30, level=0.95),
        "clusters": sized.power_with_clusters(0.8, 6, size=5, icc=0.25, level=0.95),
    }
    for name, count in seen.items():
        assert binom.ppf(0.005, n, told[name]) <= count <= binom.ppf(0.995, n, told[name]), name
