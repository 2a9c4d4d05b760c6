"""How often does something happen in a unit of time, and how surely is that known?"""

import numpy as np
import pytest
from scipy import stats

from churnlab.stats.rate import Rate


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
