"""By how much must a count rise to be found?"""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from churnlab.stats.detection import Chart, found_share, smallest_rise
from churnlab.stats.exceedance import Baseline, as_many_of_late

# Four a period, known for sure, and each period looked at by itself only: weighed with none before.
ALONE = Chart(baseline=Baseline(events=4e9, exposure=1e9), exposure=1.0, recent=1, share=0.001, smoothing=1.0)
LATE = replace(ALONE, recent=26, smoothing=0.2)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_an_alert_begins_with_the_first_count_that_is_rarer_than_the_share():
    # Of a Poisson of 4, eleven or more come in 0.0028, twelve in 0.0009.
    assert ALONE.alert_from == 12


def test_the_weighed_sum_from_which_an_alert_is_raised_has_the_share_for_its_tail():
    counts = np.zeros(26)
    counts[-1] = LATE.late_from / 0.2
    told = as_many_of_late(counts, np.ones(26), LATE.baseline, smoothing=0.2)
    assert told == pytest.approx(0.001, rel=1e-3)


def test_a_doubling_looked_at_once_is_found_as_often_as_poisson_says():
    # Twelve or more of eight: 0.1119; the weighed sum of one period alone begins at the same count.
    assert np.ceil(ALONE.late_from) == 12
    assert found_share(ALONE, 2.0, within=1, rng=rng()) == pytest.approx(stats.poisson.sf(11, 8), abs=0.02)


def test_looked_at_twice_it_is_missed_twice():
    missed = stats.poisson.cdf(11, 8) ** 2
    assert found_share(ALONE, 2.0, within=2, rng=rng()) == pytest.approx(1 - missed, abs=0.025)


def test_the_least_rise_is_the_one_found_as_surely_as_asked():
    # Twelve or more in at least 0.8: a mean of 15.0 or so, as 0.8152 of 15 and 0.7955 of 14.75.
    rise = smallest_rise(ALONE, within=1, share=0.8, rng=rng())
    assert rise == pytest.approx(stats.gamma.ppf(0.8, 12) / 4, rel=0.04)
    assert found_share(ALONE, rise, within=1, rng=rng()) == pytest.approx(0.8, abs=0.03)


def test_where_weeks_vary_more_a_rise_must_be_larger():
    uneven = replace(LATE, baseline=replace(LATE.baseline, dispersion=np.array([2.0, 2.5])))
    one, other = (smallest_rise(chart, within=4, share=0.8, rng=rng()) for chart in (LATE, uneven))
    assert 1 < one < other


def test_longer_is_surer_and_nothing_is_found_where_nothing_rises():
    told = [found_share(LATE, 1.8, within=weeks, rng=rng()) for weeks in (1, 2, 4, 8)]
    assert told == sorted(told)
    assert found_share(LATE, 1.0, within=4, rng=rng()) < 0.02


def test_of_next_to_nothing_no_rise_is_found():
    rare = replace(ALONE, baseline=Baseline(events=1e6, exposure=1e9))
    assert smallest_rise(rare, within=1, share=0.8, rng=rng()) == float("inf")
