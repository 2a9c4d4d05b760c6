from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from churnlab.stats.discrimination import auc, brier, delong

SCORES = st.lists(
    st.tuples(st.booleans(), st.integers(-6, 6).map(lambda step: step / 4)), min_size=4, max_size=60
).filter(lambda rows: 0 < sum(left for left, _ in rows) < len(rows))


def _columns(rows):
    left, score = zip(*rows, strict=True)
    return np.array(left), np.array(score)


def test_area_by_hand():
    # leavers 3, 2 and stayers 2, 1, 0: pairs won 3>2 3>1 3>0 2>1 2>0, one tied, of six
    assert auc([1, 1, 0, 0, 0], [3, 2, 2, 1, 0]) == pytest.approx((5 + 1 / 2) / 6)


def test_delong_agrees_with_the_published_ct_readings():
    # Hanley & McNeil, Radiology 1982;143:29-36, table I: 109 CT images rated 1-5. The answer as Stata's manual prints
    # it under `roctab`: area 0.8932, standard error 0.0307, 95 % interval 0.83295-0.95339.
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    rating = np.concatenate([np.repeat(range(1, 6), normal), np.repeat(range(1, 6), abnormal)])
    area = delong(np.repeat([False, True], [58, 51]), rating, 0.95)
    assert round(area.auc, 4) == 0.8932
    assert round(area.standard_error, 4) == 0.0307
    assert (round(area.low, 5), round(area.high, 5)) == (0.83295, 0.95339)


@given(SCORES)
def test_delong_agrees_with_all_pairs_taken_one_by_one(rows):
    left, score = _columns(rows)
    pairs = np.sign(score[left][:, None] - score[~left]) / 2 + 1 / 2
    area = delong(left, score, 0.95)
    assert area.auc == pytest.approx(pairs.mean())
    assert area.auc == pytest.approx(roc_auc_score(left, score))
    if min(pairs.shape) > 1:
        variance = pairs.mean(axis=1).var(ddof=1) / len(pairs) + pairs.mean(axis=0).var(ddof=1) / pairs.shape[1]
        assert np.nan_to_num(area.standard_error) == pytest.approx(np.sqrt(variance), abs=1e-7)


@given(SCORES)
def test_no_area_cares_for_a_rising_transform(rows):
    left, score = _columns(rows)
    risen = np.exp(score) * 3 - 1
    assert np.array_equal(astuple(delong(left, risen, 0.9)), astuple(delong(left, score, 0.9)), equal_nan=True)


@given(SCORES)
def test_scores_turned_round_turn_the_area_round(rows):
    left, score = _columns(rows)
    assert auc(left, -score) == pytest.approx(1 - auc(left, score))


@given(SCORES)
def test_brier_agrees_with_scikit_learn(rows):
    left, score = _columns(rows)
    probability = 1 / (1 + np.exp(-score))
    assert brier(left, probability) == pytest.approx(brier_score_loss(left, probability))


@pytest.mark.parametrize(("left", "score"), [([0, 0, 0], [1, 2, 3]), ([1, 1], [1, 2])])
def test_nobody_or_everybody_left_has_no_area(left, score):
    area = delong(left, score, 0.95)
    assert np.isnan([area.auc, area.standard_error, area.low, area.high]).all()


def test_scores_that_part_all_have_an_area_but_no_interval_that_looks_sure():
    area = delong([1, 1, 0, 0], [4, 3, 2, 1], 0.95)
    assert area.auc == 1
    assert np.isnan([area.low, area.high]).all()


def test_one_leaver_has_an_area_but_no_interval():
    area = delong([1, 0, 0, 0], [2, 3, 1, 0], 0.95)
    assert area.auc == pytest.approx(2 / 3)
    assert np.isnan(area.low)


def test_delong_covers_at_its_level():
    # two normals one apart: the true area is Φ(1/√2) = 0.7602
    rng = np.random.default_rng(7)
    left = np.repeat([True, False], [40, 160])
    covered = 0
    for _ in range(400):
        area = delong(left, rng.normal(size=200) + left, 0.95)
        covered += area.low <= 0.7602499 <= area.high
    # 99 % binomial band of 95 % in 400 draws
    assert 368 <= covered <= 391
