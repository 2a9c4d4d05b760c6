import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import average_precision_score

from churnlab.stats.listing import Listing
from tests.stats.test_discrimination import SCORES, _columns


def _held(left, score, share=0.1):
    return Listing(left, score, np.zeros(len(left))).held(share)


def test_the_top_tenth_by_hand():
    # 20 students, 4 left; the top tenth is two names: one of them left. Blindly 2 · 4/20 = 0.4 would have.
    left = np.isin(np.arange(20), [0, 5, 6, 7])
    found = _held(left, np.arange(20, 0, -1))
    assert found.captured_share == 1 / 4
    assert found.lift == pytest.approx(1 / 0.4)


def test_equal_scores_at_the_lists_end_count_in_proportion():
    # a list of two: one name for sure, who stayed; the second is one of four with equal scores, of whom one left
    assert _held([0, 1, 0, 0, 0], [9, 5, 5, 5, 5], 0.4).captured_share == pytest.approx(1 / 4)


def test_a_list_of_everybody_holds_all_leavers():
    found = _held([1, 0, 1], [1, 2, 3], 0.99)
    assert (found.captured_share, found.lift) == (1, 1)


def test_average_precision_by_hand():
    # highest first: stayer, leaver, stayer, leaver: precisions 1/2 and 2/4
    assert _held([0, 1, 0, 1], [4, 3, 2, 1]).average_precision == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_each_month_has_its_list_by_hand():
    # months a and b, half of each is listed: in a the leaver stands first of 2, in b last of 4 below one who left;
    # precisions 1, 1, 2/4; listed 1 + 2 of 6, of 3 leavers 2
    left, score = [1, 0, 1, 0, 0, 1], [2, 1, 9, 8, 7, 6]
    found = Listing(left, score, list("aabbbb")).held(0.5)
    assert found.average_precision == pytest.approx((1 + 1 + 2 / 4) / 3)
    assert found.captured_share == pytest.approx(2 / 3)
    assert found.lift == pytest.approx(2 / 3 * 6 / 3)


@given(SCORES)
def test_average_precision_agrees_with_scikit_learn(rows):
    left, score = _columns(rows)
    assert _held(left, score).average_precision == pytest.approx(average_precision_score(left, score))


@given(SCORES)
def test_no_list_cares_for_a_rising_transform(rows):
    left, score = _columns(rows)
    assert _held(left, np.exp(score) * 3 - 1, 0.2) == _held(left, score, 0.2)


@given(SCORES)
def test_a_row_that_counts_n_times_is_as_n_rows(rows):
    left, score = _columns(rows)
    weight, month = np.arange(len(left)) % 3 + (left & (np.cumsum(left) == 1)), np.arange(len(left)) % 2
    several = np.repeat(np.arange(len(left)), weight)
    told = Listing(left, score, month).held(0.3, weight)
    again = Listing(left[several], score[several], month[several]).held(0.3)
    assert vars(told) == pytest.approx(vars(again))


def test_without_a_leaver_nothing_is_told():
    assert np.isnan(list(vars(_held([0, 0], [1, 2])).values())).all()
