import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.stats.concordance import Concordance
from churnlab.stats.discrimination import auc


def _rows(seed, n=40):
    rng = np.random.default_rng(seed)
    return rng.random(n) < 0.4, rng.integers(0, 5, n) / 4, rng.integers(0, 3, n)


def test_two_months_by_hand():
    # month 1: leaver 3 against stayers 1 and 3: one pair won, one tied; month 2: leaver 0 against stayer 9: lost
    found = Concordance([1, 0, 0, 1, 0], [3, 1, 3, 0, 9], [1, 1, 1, 2, 2])
    assert found.share() == pytest.approx((1 + 1 / 2 + 0) / 3)


@given(st.integers(0, 500))
def test_in_one_group_it_is_the_area_under_the_curve(seed):
    left, score, _ = _rows(seed)
    assert Concordance(left, score, np.zeros(40)).share() == pytest.approx(auc(left, score), nan_ok=True)


@given(st.integers(0, 500))
def test_over_groups_it_is_their_area_weighted_by_pairs(seed):
    left, score, groups = _rows(seed)
    areas = [(auc(left[groups == g], score[groups == g]), left[groups == g]) for g in range(3)]
    pairs = [(area, at.sum() * (~at).sum()) for area, at in areas if 0 < at.sum() < len(at)]
    total = sum(n for _, n in pairs)
    expected = sum(area * n for area, n in pairs) / total if pairs else np.nan
    assert Concordance(left, score, groups).share() == pytest.approx(expected, nan_ok=True)


@given(st.integers(0, 500))
def test_a_weight_is_as_many_rows(seed):
    left, score, groups = _rows(seed)
    weight = np.random.default_rng(seed + 1).integers(0, 4, 40)
    repeated = Concordance(*(np.repeat(values, weight) for values in (left, score, groups)))
    assert Concordance(left, score, groups).share(weight) == pytest.approx(repeated.share(), nan_ok=True)


def test_without_pairs_there_is_no_share():
    assert np.isnan(Concordance([1, 0], [1, 2], [1, 2]).share())
