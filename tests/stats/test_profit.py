"""Is the profit of calling the best of a ranking told as Verbraken, Verbeke and Baesens define it?"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from churnlab.stats.profit import Costs, expected_maximum_profit, maximum_profit, profits

USUAL = Costs(value=200, call=1, offer=10)


def test_the_profit_by_hand():
    # Ranked: leaver, stayer, leaver, stayer. γ = 1/2, V = 200, f = 1, d = 10.
    # A leaver called earns 1/2 · 190 − 1 = 94, a stayer called costs 11; over four students.
    share, profit = profits([1, 0, 1, 0], [4, 3, 2, 1], USUAL, 1 / 2)
    assert share.tolist() == [0, 1 / 4, 2 / 4, 3 / 4, 1]
    assert profit == pytest.approx(np.array([0, 94, 94 - 11, 2 * 94 - 11, 2 * 94 - 22]) / 4)
    best = maximum_profit([1, 0, 1, 0], [4, 3, 2, 1], USUAL, 1 / 2)
    assert (best.profit, best.share) == pytest.approx((177 / 4, 3 / 4))


def test_who_is_gone_costs_a_call_and_takes_no_offer():
    # Ranked: gone, leaver, stayer. γ = 1/2: −1, then 94 for the leaver, then −11 for the stayer.
    gone = [1, 0, 0]
    _, profit = profits([0, 1, 0], [3, 2, 1], USUAL, 1 / 2, gone=gone)
    assert profit == pytest.approx(np.array([0, -1, 93, 82]) / 3)
    best = maximum_profit([0, 1, 0], [3, 2, 1], USUAL, 1 / 2, gone=gone)
    assert (best.profit, best.share) == pytest.approx((93 / 3, 2 / 3))
    # A leaver called earns 1/2 · 50 − 10 = 15; before each stands one who is gone, or would stay and take the offer.
    dear = Costs(value=100, call=10, offer=50)
    assert maximum_profit([0, 1] * 6, range(12, 0, -1), dear, 0.5, gone=[1, 0] * 6).share == 1  # −10 + 15 a pair
    assert maximum_profit([0, 1] * 6, range(12, 0, -1), dear, 0.5).share == 0  # −60 + 15 if they had stayed


def test_equal_scores_are_called_together():
    share, _ = profits([1, 0, 1, 0], [2, 2, 1, 1], USUAL, 0.3)
    assert share.tolist() == [0, 1 / 2, 1]


def integrated(left, score, costs, gone=None, alpha=6.0, beta_=14.0):
    """The definition itself, integrated numerically: at each γ the best depth of all."""

    def best(accepted):
        return profits(left, score, costs, accepted, gone=gone)[1].max() * beta.pdf(accepted, alpha, beta_)

    grid = np.linspace(0, 1, 201)
    return sum(quad(best, a, b)[0] for a, b in pairwise(grid))


@pytest.mark.parametrize("costs", [USUAL, Costs(value=3000, call=15), Costs(value=40, call=9, offer=2)])
def test_the_expected_maximum_is_the_integral_of_its_definition(costs):
    rng = np.random.default_rng(5)
    left = rng.random(80) < 0.2
    score = np.round(rng.normal(left * 0.8), 1)
    found = expected_maximum_profit(left, score, costs, alpha=6, beta_=14)
    assert found.profit == pytest.approx(integrated(left, score, costs), rel=1e-6)
    assert 0 <= found.share <= 1
    gone = ~left & (rng.random(80) < 0.3)
    found = expected_maximum_profit(left, score, costs, gone=gone, alpha=6, beta_=14)
    assert found.profit == pytest.approx(integrated(left, score, costs, gone), rel=1e-6)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=4, max_size=25))
def test_knowing_how_many_accept_is_worth_something(rows):
    left, score = zip(*rows, strict=True)
    known = maximum_profit(left, score, USUAL, 0.3).profit
    expected = expected_maximum_profit(left, score, USUAL, alpha=6, beta_=14).profit
    # The depth may follow γ: by Jensen the expectation of the best is at least the best of the expectation.
    assert expected >= known - 1e-9
    assert known >= 0


def test_nobody_is_called_where_no_call_pays():
    poor = Costs(value=2, call=5)
    assert maximum_profit([1, 0], [2, 1], poor, 0.3).profit == 0
    assert expected_maximum_profit([1, 0], [2, 1], poor, alpha=6, beta_=14).profit == pytest.approx(0)


def test_the_example_of_another_package_comes_out():
    # The documentation of the Python package empulse (EMPC, α 6, β 14, CLV 200, d 10, f 1).
    left, score = [0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]
    found = expected_maximum_profit(left, score, USUAL, alpha=6, beta_=14)
    assert found.profit == pytest.approx(23.875593418348124, rel=1e-12)
