"""How likely would as many be, had nothing changed?"""

import numpy as np
import pytest
from scipy import special, stats

from churnlab.stats.exceedance import Baseline, as_many, as_many_of_late


def test_nothing_in_one_week_leaves_three_or_more_a_chance():
    # Shape 1 / 2 and p = 1 / 2: P(X ≥ 1) = 1 − √(1 / 2).
    assert as_many(1, 1.0, Baseline(events=0, exposure=1)) == pytest.approx(1 - np.sqrt(1 / 2))


def test_a_known_rate_is_poisson():
    base = Baseline(events=4e9, exposure=1e9)
    assert as_many(9, 1.0, base) == pytest.approx(stats.poisson.sf(8, 4), rel=1e-6)


def test_dispersion_is_variance_over_mean():
    coming = stats.nbinom(*Baseline(events=1e9, exposure=1e8, dispersion=1.5).coming(2.0))
    assert (coming.mean()[0], coming.var()[0]) == pytest.approx((20, 30), rel=1e-6)


def test_a_season_adds_its_own_doubt():
    # Twenty expected, known but for a tenth: 20 of chance and (20 / 10)² = 4 of the season.
    coming = stats.nbinom(*Baseline(events=1e9, exposure=1e8).coming(2.0, season=1 / 10))
    assert (coming.mean()[0], coming.var()[0]) == pytest.approx((20, 24), rel=1e-6)
    base = Baseline(events=1e9, exposure=1e8)
    assert as_many(30, 2.0, base, season=1 / 10) > 1.5 * as_many(30, 2.0, base)
    late = [as_many_of_late([15, 15], [1, 1], base, smoothing=0.2, season=each) for each in (0.0, [0.3, 0], [0, 0.3])]
    assert late[0] < late[1] < late[2]


def test_several_dispersions_are_averaged():
    one, other = (Baseline(events=52, exposure=52, dispersion=phi) for phi in (1.0, 2.0))
    both = Baseline(events=52, exposure=52, dispersion=np.array([1.0, 2.0]))
    assert as_many(5, 1.0, both) == pytest.approx((as_many(5, 1.0, one) + as_many(5, 1.0, other)) / 2)
    late = [as_many_of_late([5, 4], [1, 1], base, smoothing=0.2) for base in (one, other, both)]
    assert late[2] == pytest.approx((late[0] + late[1]) / 2)


@pytest.mark.parametrize("level", [0.025, 0.5, 0.975, 0.9995])
def test_the_usual_is_the_quantile_of_scipy(level):
    base = Baseline(events=400, exposure=50, dispersion=1.3)
    assert base.usual(3.0, level) == stats.nbinom(*base.coming(3.0)).ppf(level)[0]
    assert Baseline(events=0, exposure=9).usual(0.1, 0.5) == 0


def test_one_count_of_late_is_nearly_that_count():
    base = Baseline(events=5200, exposure=52)
    assert as_many_of_late([130], [1.0], base, smoothing=0.2) == pytest.approx(as_many(130, 1.0, base), rel=0.2)


def test_the_weights_of_the_last_weeks_and_three_moments_worked_by_hand():
    # Two expected a week, G times that with a gamma G of variance 2 / 20; variance 2 and third cumulant 2 (2 · 2 − 1) a
    # count. Weights 1/4 and 1/2: E = 3/2, given G variance 2 (1/8 + 1/2) G and third cumulant 6 (1/32 + 1/4) G.
    # The law of total cumulance: variance 5/4 + (3/2)² / 10, third 27/16 + 3 (3/2) (5/4) / 10 + (3/2)³ 2 / 10².
    base = Baseline(events=19.5, exposure=10, dispersion=2)
    variance, third = 5 / 4 + 9 / 40, 27 / 16 + 9 / 16 + 27 / 400
    gamma = stats.pearson3(third / variance**1.5, loc=3 / 2, scale=variance**0.5)
    assert as_many_of_late([3, 7], [1, 1], base, smoothing=0.5) == pytest.approx(gamma.sf(3 / 4 + 7 / 2))


def test_a_chance_of_just_the_level_is_enough():
    # Shape 1 / 2 and p = 1 / 2: nought has a chance of √(1 / 2).
    base = Baseline(events=0, exposure=1)
    assert base.usual(1.0, special.betainc(1 / 2, 1, 1 / 2)) == base.usual(1.0, 0.7) == 0
    assert base.usual(1.0, 0.71) == 1


def test_without_exposure_nothing_is_unlikely():
    base = Baseline(events=5, exposure=5)
    assert as_many(9, 0.0, base) == as_many_of_late([9], [0.0], base, smoothing=0.2) == 1.0


@pytest.mark.parametrize("rate", [2.0, 8.0])
@pytest.mark.parametrize("spread", [1.0, 1.5])
def test_looks_are_as_unlikely_as_they_say(rate, spread):
    # The baseline is drawn anew each time: its own chance is part of what is promised.
    rng = np.random.default_rng(7)
    size = (3000, 65)
    drawn = rng.poisson(rate, size) if spread == 1 else rng.negative_binomial(rate / (spread - 1), 1 / spread, size)
    late, alone = [], []
    for row in drawn:
        base = Baseline(events=row[:52].sum(), exposure=52, dispersion=spread)
        late.append(as_many_of_late(row[52:], np.ones(13), base, smoothing=0.2))
        alone.append(as_many(row[-1], 1.0, base))
    for share in (0.05, 0.01):
        most = stats.binom.ppf(0.999, len(drawn), 1.15 * share) / len(drawn)
        assert np.mean(np.array(late) < share) <= most
        assert np.mean(np.array(alone) < share) <= most
    assert np.mean(np.array(late) < 0.05) >= 0.04  # nor is it too shy
