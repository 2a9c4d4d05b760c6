"""Are many uncertain values drawn together as far as they should be, and do their intervals hold?"""

import numpy as np
import pytest
from scipy import integrate, stats

from churnlab.stats.normal_shrinkage import normal_normal

# Rubin 1981; Gelman et al., Bayesian Data Analysis, table 5.2: coaching in eight schools.
EFFECTS, ERRORS = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]


def test_eight_schools_come_out_as_published():
    found = normal_normal(EFFECTS, ERRORS, level=0.95)
    # Table 5.3 of the book, medians of 200 draws: 10 8 7 8 5 6 10 8; a draw's median is off by 1 or so.
    assert found.mean == pytest.approx([10, 8, 7, 8, 5, 6, 10, 8], abs=1.6)
    # Its 2.5 % and 97.5 % of school A: −2 and 31.
    assert [found.low[0], found.high[0]] == pytest.approx([-2, 31], abs=2.5)
    assert found.prior_mean == pytest.approx(8, abs=0.3)
    assert [found.mean.argmax(), found.mean.argmin()] == [0, 4]


def test_a_posterior_mean_is_its_integral():
    def weight(spread):
        total = np.square(ERRORS) + spread**2
        middle = np.sum(EFFECTS / total) / np.sum(1 / total)
        return np.prod(stats.norm.pdf(EFFECTS, middle, np.sqrt(total))) / np.sqrt(np.sum(1 / total)), middle

    def mean_of_first(spread):
        likely, middle = weight(spread)
        own = spread**2 / (spread**2 + 15**2)
        return likely * (own * 28 + (1 - own) * middle)

    top = integrate.quad(mean_of_first, 0, 150, limit=400)[0]
    below = integrate.quad(lambda spread: weight(spread)[0], 0, 150, limit=400)[0]
    assert normal_normal(EFFECTS, ERRORS, level=0.95).mean[0] == pytest.approx(top / below, abs=0.02)


def test_who_is_known_well_keeps_her_own_value_and_who_is_not_gets_that_of_all():
    found = normal_normal([-10, -5, 5, 10, 10], [0.01, 0.01, 0.01, 0.01, 1000], level=0.9)
    assert found.mean[:4] == pytest.approx([-10, -5, 5, 10], abs=0.01)
    assert found.mean[4] == pytest.approx(0, abs=0.5)


def test_values_drawn_have_the_means_and_the_intervals_told():
    found = normal_normal(EFFECTS, ERRORS, level=0.8)
    drawn = found.drawn(40_000, np.random.default_rng(1))
    assert drawn.mean(axis=0) == pytest.approx(found.mean, abs=0.3)
    assert np.quantile(drawn, [0.1, 0.9], axis=0) == pytest.approx(np.array([found.low, found.high]), abs=0.5)


@pytest.mark.parametrize("spread", [0.0, 0.5, 3.0])
def test_intervals_hold_the_true_values_at_their_level(spread):
    rng, held = np.random.default_rng(7), []
    for _ in range(150):
        true, error = spread * rng.normal(size=20), rng.uniform(0.5, 1.5, 20)
        found = normal_normal(true + error * rng.normal(size=20), error, level=0.9)
        held.append(((found.low <= true) & (true <= found.high)).mean())
    # 3,000 intervals, those of one draw alike: a standard error of some 0.01; alike values are held too often.
    assert 0.88 <= np.mean(held) <= (1 if spread == 0 else 0.95)


def test_what_cannot_be_told_is_refused():
    with pytest.raises(AssertionError, match="too few"):
        normal_normal([1, 2, 3], [1, 1, 1], level=0.95)
    with pytest.raises(AssertionError, match="without error"):
        normal_normal([1, 2, 3, 4], [1, 1, 1, 0], level=0.95)


def test_a_further_estimate_is_less_sure_than_the_true_value_and_lies_where_it_is_said_to():
    found = normal_normal(EFFECTS, ERRORS, level=0.9)
    low, high = found.predicted(np.zeros(8), level=0.9)
    assert [*low, *high] == pytest.approx([*found.low, *found.high], abs=1e-6)
    further = found.drawn(40_000, np.random.default_rng(2)) + np.random.default_rng(3).normal(size=(40_000, 8)) * ERRORS
    low, high = found.predicted(ERRORS, level=0.9)
    assert ((low <= further) & (further <= high)).mean() == pytest.approx(0.9, abs=0.005)
