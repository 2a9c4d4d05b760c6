"""How often does something happen in a unit of time, and how surely is that known?"""

import numpy as np
import pytest
from scipy import stats

from churnlab.stats.rate import Rate, rate_difference


def test_events_over_time():
    assert Rate(events=3, exposure=12.0).value == 3 / 12
    assert Rate(events=0, exposure=12.0).value == 0


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904)],
)
def test_the_exact_interval_is_that_of_the_published_table(events, low, high):
    # 95 % limits of a Poisson count, as in the table of Garwood F, Biometrika 1936;28:437–442.
    assert Rate(events=events, exposure=1.0).interval(0.95) == pytest.approx((low, high), abs=1e-4)
    assert Rate(events=events, exposure=10.0).interval(0.95) == pytest.approx((low / 10, high / 10), abs=1e-5)


def test_draws_are_those_of_jeffreys():
    found = Rate(events=4, exposure=20.0).drawn(200_000, np.random.default_rng(1))
    # A gamma with 4 + 1/2 events has the mean 4.5 / 20 and the variance 4.5 / 20².
    assert found.mean() == pytest.approx(4.5 / 20, abs=0.002)
    assert found.var() == pytest.approx(4.5 / 20**2, rel=0.03)
    ends = stats.gamma(4.5, scale=1 / 20).ppf([0.025, 0.975])
    assert np.quantile(found, [0.025, 0.975]) == pytest.approx(ends, rel=0.02)


def test_without_time_there_is_no_rate():
    with pytest.raises(ValueError, match="no time in which it could have happened"):
        Rate(events=0, exposure=0.0)


def test_a_difference_has_the_ends_of_both_rates_in_it():
    # 10 and 5 events in the same time, with 95 % limits of 4.7954 to 18.3904 and of 1.6235 to 11.6683.
    found = rate_difference(Rate(events=10, exposure=1.0), Rate(events=5, exposure=1.0), level=0.95)
    low = 5 - ((10 - 4.7954) ** 2 + (11.6683 - 5) ** 2) ** 0.5
    high = 5 + ((18.3904 - 10) ** 2 + (5 - 1.6235) ** 2) ** 0.5
    assert found == pytest.approx((5, low, high), abs=1e-3)
    turned = rate_difference(Rate(events=5, exposure=1.0), Rate(events=10, exposure=1.0), level=0.95)
    assert turned == pytest.approx((-5, -high, -low), abs=1e-3)


@pytest.mark.parametrize("rates", [(0.02, 0.02), (0.05, 0.01), (0.001, 0.03)])
def test_a_difference_is_held_as_often_as_it_says(rates):
    # True rates in 200 and 300 person-months; of every pair of counts how likely it is, so no chance in the test.
    exposure, held = (200.0, 300.0), 0.0
    counts = [
        range(int(stats.poisson.ppf(1 - 1e-9, rate * time)) + 1) for rate, time in zip(rates, exposure, strict=True)
    ]
    for first in counts[0]:
        for second in counts[1]:
            told = rate_difference(
                Rate(events=first, exposure=exposure[0]), Rate(events=second, exposure=exposure[1]), level=0.95
            )
            likely = stats.poisson.pmf(first, rates[0] * exposure[0]) * stats.poisson.pmf(
                second, rates[1] * exposure[1]
            )
            held += likely * (told[1] <= rates[0] - rates[1] <= told[2])
    assert 0.95 <= held <= 0.999
