"""How likely would as many be, had nothing changed?"""

import numpy as np
import pytest
from scipy import stats

from churnlab.stats.exceedance import Baseline, as_many, as_many_of_late, dispersion


def test_nothing_in_one_week_leaves_three_or_more_a_chance():
    # Shape 1 / 2 and p = 1 / 2: P(X ≥ 1) = 1 − √(1 / 2).
    assert as_many(1, 1.0, Baseline(events=0, exposure=1)) == pytest.approx(1 - np.sqrt(1 / 2))


def test_a_known_rate_is_poisson():
    base = Baseline(events=4e9, exposure=1e9)
    assert as_many(9, 1.0, base) == pytest.approx(stats.poisson.sf(8, 4), rel=1e-6)


def test_dispersion_is_variance_over_mean():
    coming = Baseline(events=1e9, exposure=1e8, dispersion=1.5).coming(2.0)
    assert (coming.mean(), coming.var()) == pytest.approx((20, 30), rel=1e-6)


def test_one_count_of_late_is_nearly_that_count():
    base = Baseline(events=5200, exposure=52)
    assert as_many_of_late([130], [1.0], base, smoothing=0.2) == pytest.approx(as_many(130, 1.0, base), rel=0.2)


def test_without_exposure_nothing_is_unlikely():
    base = Baseline(events=5, exposure=5)
    assert as_many(9, 0.0, base) == as_many_of_late([9], [0.0], base, smoothing=0.2) == 1.0


def test_pearsons_dispersion_by_hand():
    # (4 − 2)² / 2 + (0 − 2)² / 2 over one degree of freedom.
    assert dispersion([4, 0], [2, 2], fitted=1) == 4
    assert np.isnan(dispersion([4], [2], fitted=1))


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
