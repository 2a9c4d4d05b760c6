"""Within which limits do rates of equal cause lie?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.stats.control_charts import ewma_chart, laney_spread, p_chart, u_chart

# Montgomery, Introduction to Statistical Quality Control, 6th ed., 2009, table 7.1: cans that leak, of 50.
CANS = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
]  # fmt: skip
# The same, table 9.1: twenty values of mean 10 and standard deviation 1, then ten of mean 11.
SHIFTED = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62,
    10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
]  # fmt: skip


def test_the_cans_of_the_textbook_have_its_limits():
    chart = p_chart(CANS, [50] * 30, laney=False)
    assert (chart.center, chart.low[0], chart.high[0]) == pytest.approx((0.2313, 0.0524, 0.4102), abs=5e-5)
    assert np.flatnonzero(chart.rate > chart.high).tolist() == [14, 22]  # samples 15 and 23


def test_the_average_of_the_textbook_signals_where_it_says():
    chart = ewma_chart(SHIFTED, np.ones(30), center=10.0, smoothing=0.1, sigmas=2.7)
    assert chart.value[[0, 1, 2, 29]] == pytest.approx([9.945, 9.7495, 9.70355, 10.6341], abs=5e-4)
    assert chart.high[[0, 1, 29]] == pytest.approx([10.27, 10.36, 10.62], abs=5e-3)
    assert np.flatnonzero(chart.value > chart.high)[0] == 28


def test_complaints_a_hundred_students():
    # 4 + 6 + 5 over 100 each: center 1 / 20, sigma √(1 / 20 / 100), no lower limit.
    chart = u_chart([4, 6, 5], [100, 100, 100], laney=False)
    assert chart.center == pytest.approx(1 / 20)
    assert chart.high == pytest.approx([1 / 20 + 3 * np.sqrt(1 / 2000)] * 3)
    assert chart.low.tolist() == [0, 0, 0]


def test_the_spread_is_the_mean_step_between_neighbours():
    # Steps 1, 3, 2: their mean 2, over 2 / √π.
    assert laney_spread([0, 1, np.nan, -2, 0]) == pytest.approx(2 / (2 / np.sqrt(np.pi)))
    assert np.isnan(laney_spread([1.0]))


def test_the_spread_is_one_for_counts_of_equal_cause_and_finds_twice_the_variance():
    rng = np.random.default_rng(1)
    exposure = rng.integers(800, 1200, 4000)
    same = u_chart(rng.poisson(0.02 * exposure), exposure)
    assert same.spread == pytest.approx(1, abs=0.04)
    other = u_chart(rng.poisson(0.02 * exposure * rng.gamma(20, 1 / 20, 4000)), exposure)
    assert other.spread == pytest.approx(np.sqrt(2), abs=0.06)


def test_limits_come_from_the_baseline_alone():
    chart = u_chart([2, 2, 90], [10, 10, 10], baseline=[True, True, False])
    assert chart.center == 1 / 5
    assert chart.rate[2] > chart.high[2]


def test_a_period_without_exposure_has_no_rate_and_leaves_the_average():
    chart = u_chart([2, 0, 2], [10, 0, 10])
    assert np.isnan(chart.rate[1])
    smooth = ewma_chart([1.0, np.nan, 1.0], [1, 1, 1], center=0.0)
    assert smooth.value[1] == smooth.value[0] == pytest.approx(1 / 5)


@pytest.mark.parametrize("ask", [lambda: u_chart([0, 0], [5, 5]), lambda: p_chart([5, 5], [5, 5])])
def test_a_baseline_that_tells_nothing_is_refused(ask):
    with pytest.raises(ValueError, match="baseline"):
        ask()


@given(st.lists(st.integers(0, 50), min_size=3, max_size=30).filter(sum), st.floats(0.05, 1.0))
def test_an_average_lies_among_what_it_averages(counts, smoothing):
    chart = ewma_chart(counts, np.ones(len(counts)), center=float(counts[0]), smoothing=smoothing)
    assert chart.value.min() >= min(counts) - 1e-9
    assert chart.value.max() <= max(counts) + 1e-9
