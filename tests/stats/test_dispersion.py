"""How much more do counts vary than chance alone would have them vary?"""

import numpy as np
import pytest
from scipy import stats

from churnlab.stats.dispersion import dispersion, drawn_together, freedom, likely_dispersions


def test_pearsons_dispersion_by_hand():
    # (4 − 2)² / 2 + (0 − 2)² / 2 over one degree of freedom.
    assert dispersion([4, 0], [2, 2], fitted=1) == 4
    assert dispersion([4, 0], [2, 2], fitted=1, scale=2) == 2
    assert np.isnan(dispersion([4], [2], fitted=1))


def test_few_events_tell_less():
    assert freedom(3.0, 50, 1e9) == pytest.approx(50)
    # φ of 2 and a mean of 1: 2 · 50 / (2 + 13 / 2).
    assert freedom(2.0, 50, 1.0) == pytest.approx(100 / 8.5)


def test_likely_dispersions_are_a_chi_square_about_the_estimate():
    # The middle of the ten lies between the 45th and the 55th of the hundred.
    assert likely_dispersions(3.0, 50) == pytest.approx(3 * 50 / stats.chi2.ppf(np.arange(0.05, 1, 0.1), 50))
    assert likely_dispersions(0.5, 100).min() == pytest.approx(1)


def test_what_is_alike_is_drawn_together_and_rests_on_all():
    ratio, told = drawn_together([1.1, 1.0, 0.9], [50, 50, 50])
    assert ratio == pytest.approx([1.0] * 3)
    assert told == pytest.approx([150] * 3)


def test_one_alone_is_as_it_is():
    assert [part.tolist() for part in drawn_together([2.0], [50.0])] == [[2.0], [50.0]]


def test_one_that_varies_more_keeps_its_own_and_does_not_widen_the_others():
    ratio, told = drawn_together([3.0, 1.0, 1.0, 1.0], [50] * 4)
    # Logarithms over 1.5: 0.693 and three of −0.405; their squares less four of 2 / 50, over three.
    between = (np.log(2) ** 2 + 3 * np.log(1.5) ** 2 - 4 / 25) / 3
    kept = between / (between + 1 / 25)
    assert ratio == pytest.approx([1.5 * 2**kept, *[1.5 * 1.5**-kept] * 3])
    assert told == pytest.approx(50 + (1 - kept) * 150)


def test_the_order_of_series_changes_nothing():
    ratio, _ = drawn_together([3.0, 1.0, 1.5], [50, 20, 30])
    other, _ = drawn_together([1.5, 3.0, 1.0], [30, 50, 20])
    assert other == pytest.approx(ratio[[2, 0, 1]])
