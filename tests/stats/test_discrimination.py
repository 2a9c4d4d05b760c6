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


def test_rows_of_one_student_are_summed_before_they_are_squared_by_hand():
    # a left one contract (score 3) and kept one (2), b left (1), c stayed (0): 3>2 3>0 1>0 of four pairs, area 3/4.
    # Shares of pairs won, less 3/4: leavers a +1/4, b -1/4; stayers a -1/4, c +1/4. Of two leavers and two stayers
    # each sum of squares is 2/16 over 2², times 2/1; a's product is -1/16 over 2·2, twice, times 3/2.
    area = delong([1, 0, 1, 0], [3, 2, 1, 0], 0.95, clusters=["a", "a", "b", "c"])
    assert area.auc == 3 / 4
    assert area.standard_error**2 == pytest.approx(2 * (2 / 16 / 4 * 2) - 2 * (1 / 16 / 4) * 3 / 2)


@given(SCORES, st.randoms())
def test_with_one_row_a_student_it_is_delong_to_the_last_digits(rows, random):
    left, score = _columns(rows)
    names = [f"S{number}" for number in range(len(left))]
    random.shuffle(names)
    one, other = (astuple(delong(left, score, 0.95, clusters=whose)) for whose in (None, names))
    assert other == pytest.approx(one, rel=1e-12, nan_ok=True)


@given(SCORES, st.integers(2, 4))
def test_rows_written_several_times_make_nothing_surer(rows, times):
    left, score = _columns(rows)
    again = [np.repeat(values, times) for values in (left, score, np.arange(len(left)))]
    one, other = delong(left, score, 0.95), delong(*again[:2], 0.95, clusters=again[2])
    assert astuple(other) == pytest.approx(astuple(one), rel=1e-9, nan_ok=True)


def test_one_student_with_all_leaving_rows_has_an_area_but_no_interval():
    area = delong([1, 1, 0, 0], [2, 0, 1, 3], 0.95, clusters=["a", "a", "b", "c"])
    assert area.auc == 1 / 4
    assert np.isnan(area.low)


def test_delong_by_student_covers_at_its_level_where_delong_by_row_does_not():
    """Students of 1 to 6 rows whose scores are alike and who mostly leave with all or none of them: area Φ(1/√2)."""
    rng, hits = np.random.default_rng(7), np.zeros(2)
    for _ in range(400):
        whose = np.repeat(np.arange(160), rng.integers(1, 7, 160))
        changes = rng.random(len(whose)) < 0.2
        left = np.where(changes, rng.random(len(whose)) < 0.3, (rng.random(160) < 0.3)[whose])
        score = left + np.sqrt(0.8) * rng.normal(size=160)[whose] + np.sqrt(0.2) * rng.normal(size=len(whose))
        for at, clusters in enumerate((whose, None)):
            area = delong(left, score, 0.95, clusters=clusters)
            hits[at] += area.low <= 0.7602499 <= area.high
    # 99 % binomial band of 95 % in 400 draws
    assert 368 <= hits[0] <= 391
    assert hits[1] < 340


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
