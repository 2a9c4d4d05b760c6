"""Is what a training did told rightly from people like the trained?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import binom

from churnlab.stats.balance import balance
from churnlab.stats.matching import matched
from churnlab.stats.randomised import difference_in_means

REFERENCE = Path(__file__).parents[1] / "reference"
NSW = pd.read_csv(REFERENCE / "lalonde_nsw.csv", comment="#")
BEFORE = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]


def asked(outcome, treated, score, **choices):
    """Match by one score on its own scale: in one dimension Mahalanobis's nearest are the plainly nearest."""
    return matched(outcome, treated, pd.DataFrame({"score": score}), **({"by": "mahalanobis", "level": 0.95} | choices))


# Trained: score 1, outcome 5; 4, 9. Others: 1, 3; 4, 4; 4, 6; 9, 100. Differences 5 − 3 and 9 − (4 + 6) / 2.
def test_those_equally_near_share_the_place_by_hand():
    found = asked([5, 9, 3, 4, 6, 100], [1, 1, 0, 0, 0, 0], [1, 4, 1, 4, 4, 9], adjust=False)
    assert found.weights.tolist() == [1, 1, 1, 1 / 2, 1 / 2, 0]
    assert found.estimate == pytest.approx((2 + 4) / 2)
    # Nobody stands for two: the error is that of the differences 2 and 4 about their mean alone.
    assert found.standard_error == pytest.approx(np.sqrt((1 + 1) / 2**2))
    assert (found.treated, found.unmatched, found.controls, found.used) == (2, 0, 4, 3)


# Trained: 1, 5; 1, 9; 4, 8. Others: 1, 3; 4, 4. Differences 2, 6, 4. The first of the others stands for two: beside
# the nearest of her own kind her outcome varies by (3 − 4)² / 2, and that counts 2² − (1 + 1) times.
def test_one_who_stands_for_two_brings_her_luck_in_twice_by_hand():
    found = asked([5, 9, 8, 3, 4], [1, 1, 1, 0, 0], [1, 1, 4, 1, 4], adjust=False)
    assert found.estimate == pytest.approx(4)
    assert found.standard_error == pytest.approx(np.sqrt((4 + 4 + 0 + 2 * 1 / 2) / 3**2))
    assert (found.used, found.weights.tolist()) == (2, [1, 1, 1, 2, 1])


# Trained: 2, 10; 4, 10. Others: 1, 1; 5, 9: two points of outcome a point of score. 10 − 1 − 2 · 1 and 10 − 9 + 2 · 1.
def test_adjusting_takes_away_what_the_score_says_of_the_rest_by_hand():
    told = [10, 10, 1, 9], [1, 1, 0, 0], [2, 4, 1, 5]
    found, plain = asked(*told), asked(*told, adjust=False)
    assert found.estimate == pytest.approx((7 + 3) / 2)
    assert found.standard_error == pytest.approx(np.sqrt((4 + 4) / 2**2))
    assert plain.standard_error == pytest.approx(np.sqrt((16 + 16) / 2**2))


# Two neighbours each: 3 has 2 and 4 (3 is nobody's), so 9 − (1 + 5) / 2.
def test_several_neighbours_are_averaged_by_hand():
    found = asked([9, 10, 1, 5, 40, 60], [1, 1, 0, 0, 0, 0], [3, 30, 2, 4, 29, 31], neighbours=2, adjust=False)
    assert found.estimate == pytest.approx(((9 - 3) + (10 - 50)) / 2)
    assert found.weights.tolist() == [1, 1, 1 / 2, 1 / 2, 1 / 2, 1 / 2]


# Scores have a standard deviation of √(38 / 4) = 3.08, so that 9 and 7 are 0.65 apart, and 2 and 2 not at all.
@pytest.mark.parametrize(("caliper", "unmatched"), [(0.6, 1), (0.7, 0)])
def test_who_has_nobody_like_her_within_the_caliper_is_counted_and_left_out(caliper, unmatched):
    found = asked([5, 9, 3, 4, 2], [1, 1, 0, 0, 0], [2, 9, 2, 7, 5], caliper=caliper, adjust=False)
    assert found.unmatched == unmatched
    assert found.weights[1] == 1 - unmatched
    if unmatched:
        assert found.estimate == 5 - 3
        assert np.isnan(found.standard_error)  # of one difference nothing says how far it is off


def test_matches_have_in_common_what_they_must():
    told = [5, 9, 4, 3, 2, 1], [1, 1, 1, 0, 0, 0], [1, 2, 3, 1, 2, 3]
    found = asked(*told, exact=["a", "a", "b", "a", "b", "a"], adjust=False)
    # The second may not take the other of score 2, who is b's, and the two of a are equally near.
    assert found.weights.tolist() == [1, 1, 1, 1.5, 1, 0.5]
    alone = asked(*told, exact=["a", "a", "c", "a", "b", "a"], adjust=False)
    assert (alone.unmatched, alone.weights[2]) == (1, 0)


def test_where_nobody_has_a_match_nothing_is_said():
    found = asked([1, 2, 3], [1, 0, 0], [1, 2, 3], exact=["a", "b", "b"])
    assert (found.unmatched, found.used, found.comparable, found.after) == (1, 0, False, None)
    assert np.isnan([found.estimate, found.standard_error, found.low, found.high]).all()


def test_people_who_are_still_unlike_after_matching_are_not_compared():
    found = asked([9, 9, 9, 1, 2, 3], [1, 1, 1, 0, 0, 0], [7, 8, 9, 1, 2, 3])
    assert (found.comparable, found.after.verdict) == (False, "not_comparable")
    assert np.isnan([found.estimate, found.low]).all()
    assert found.used == 1  # who they were is told all the same


def test_the_balance_is_that_of_the_rows_and_of_the_weights():
    found = matched(NSW["re78"], NSW["treat"], NSW[BEFORE], level=0.95, neighbours=3)
    pd.testing.assert_frame_equal(found.before.table, balance(NSW[BEFORE], NSW["treat"], level=0.95).table)
    again = balance(NSW[BEFORE], NSW["treat"], level=0.95, weights=found.weights)
    pd.testing.assert_frame_equal(found.after.table, again.table)
    assert found.weights[NSW["treat"] == 0].sum() == pytest.approx(185)


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("mahalanobis", {"by": "mahalanobis", "adjust": False}),
        ("mahalanobis_three", {"by": "mahalanobis", "neighbours": 3, "adjust": False}),
        ("mahalanobis_adjusted", {"by": "mahalanobis", "neighbours": 3}),
        ("propensity", {"adjust": False}),
        ("propensity_three", {"neighbours": 3, "adjust": False}),
    ],
)
def test_rs_matching_agrees(name, choices):
    theirs = json.loads((REFERENCE / "matching.json").read_text("utf-8"))[name]
    columns = ["age", "educ", "re74", "re75"] if "mahalanobis" in name else BEFORE
    found = matched(NSW["re78"], NSW["treat"], NSW[columns], level=0.95, **choices)
    assert [found.estimate, found.standard_error] == pytest.approx(theirs[:2], rel=1e-7)
    assert found.used == theirs[3]


@pytest.fixture(scope="module")
def lalonde():
    """Return the men who were trained, and those of the survey, whom nobody trained."""
    survey = pd.read_csv(REFERENCE / "lalonde_cps.zip", comment="#")
    men = pd.concat([NSW[NSW["treat"] == 1], survey], ignore_index=True)
    return men.assign(none74=men["re74"] == 0, none75=men["re75"] == 0, age2=men["age"] ** 2, educ2=men["educ"] ** 2)


@pytest.mark.parametrize(
    "choices",
    [{"neighbours": 3}, {"neighbours": 10}, {"neighbours": 5, "caliper": 0.05}, {"by": "mahalanobis"}],
)
def test_beside_men_like_them_the_trained_gain_about_what_the_draw_says(lalonde, choices):
    """The draw says 1,794, the plain difference to the survey −8,498; Dehejia and Wahba matched to 1,300 to 2,000."""
    columns = [*BEFORE, "none74", "none75", "age2", "educ2"]
    naive = difference_in_means(lalonde["re78"], lalonde["treat"], level=0.95)
    assert naive.estimate == pytest.approx(-8498, abs=1)
    found = matched(lalonde["re78"], lalonde["treat"], lalonde[columns].astype(float), level=0.95, **choices)
    assert found.before.worst_g > 1
    assert found.comparable
    assert found.unmatched == 0
    assert 1300 < found.estimate < 2100
    assert found.low < 1794 < found.high


def test_by_a_regression_that_forgets_who_earned_nothing_the_men_do_not_become_comparable(lalonde):
    found = matched(lalonde["re78"], lalonde["treat"], lalonde[BEFORE], level=0.95)
    assert not found.comparable
    assert found.after.worst_g > 0.25
    assert np.isnan(found.estimate)


def test_a_column_that_parts_the_trained_from_others_does_not_stop_the_matching():
    """Only trained people are new: the log odds would be infinite, Firth's are not."""
    rng = np.random.default_rng(3)
    score, treated = rng.normal(size=80), np.arange(80) < 30
    is_new = (np.arange(80) < 3).astype(float)
    found = matched(score, treated, pd.DataFrame({"score": score, "is_new": is_new}), level=0.95)
    assert found.used > 10
    assert found.after is not None
    assert not found.comparable  # three of thirty are new, and nobody like them is


def test_columns_that_say_nothing_new_change_nothing():
    frame = NSW[BEFORE].assign(months=12 * NSW["age"], nobody=0)
    first, again = (
        matched(NSW["re78"], NSW["treat"], columns, level=0.95, neighbours=3) for columns in (NSW[BEFORE], frame)
    )
    assert again.estimate == pytest.approx(first.estimate)
    assert again.standard_error == pytest.approx(first.standard_error)


@pytest.mark.parametrize("by", ["propensity", "mahalanobis"])
def test_where_nothing_varies_all_are_alike(by):
    found = asked([1, 3, 5, 2, 6], [1, 1, 0, 0, 0], [7] * 5, by=by)
    assert found.estimate == pytest.approx(2 - 13 / 3)
    assert found.used == 3


@pytest.mark.parametrize(
    ("outcome", "choices", "said"),
    [
        ([1, np.nan], {}, "outcomes are missing"),
        ([1, 2], {"by": "age"}, "age"),
        ([1, 2], {"neighbours": 0}, "0"),
    ],
)
def test_what_a_caller_must_not_ask_is_refused(outcome, choices, said):
    with pytest.raises(AssertionError, match=said):
        asked(outcome, [1, 0], [1, 2], **choices)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from(["propensity", "mahalanobis"]), st.booleans())
def test_units_and_order_change_nothing(seed, by, adjust):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(60, 2)), columns=["score", "tenure"])
    treated, outcome, order = rng.permutation(np.arange(60) < 15), rng.normal(size=60), rng.permutation(60)
    choices = {"level": 0.95, "by": by, "neighbours": 2, "adjust": adjust}
    first = matched(outcome, treated, frame, **choices)
    turned = (frame * [3, 40] + [5, -7]).iloc[order]
    again = matched((2 * outcome + 1)[order], treated[order], turned, **choices)
    assert again.comparable == first.comparable
    assert again.weights == pytest.approx(first.weights[order])
    assert [again.estimate / 2, again.standard_error / 2] == pytest.approx(
        [first.estimate, first.standard_error], nan_ok=True
    )


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_beside_their_twins_the_trained_differ_by_what_the_training_did(seed):
    rng = np.random.default_rng(seed)
    frame, outcome = pd.DataFrame(rng.normal(size=(12, 3))), rng.normal(size=12)
    both, treated = pd.concat([frame, frame]), np.arange(24) < 12
    found = matched(np.tile(outcome, 2) + 5 * treated, treated, both, level=0.95, by="mahalanobis")
    assert found.estimate == pytest.approx(5)
    assert found.standard_error == pytest.approx(0, abs=1e-9)
    assert found.after.worst_g == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("choices", [{"neighbours": 3}, {"by": "mahalanobis", "neighbours": 2}])
def test_the_interval_holds_the_truth_as_often_as_it_says(choices):
    held, answered = 0, 0
    for seed in range(350):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame(rng.normal(size=(150, 2)), columns=["score", "tenure"])
        treated = rng.random(150) < expit(-1.2 + 0.5 * frame["score"])
        outcome = frame.sum(axis=1) + treated + rng.normal(size=150)
        found = matched(outcome, treated, frame, level=0.95, **choices)
        answered += found.comparable
        held += found.low <= 1 <= found.high
    assert answered > 300
    assert binom.ppf(0.005, answered, 0.95) <= held <= binom.ppf(0.995, answered, 0.95)
