"""Are good questions told from bad ones, and a wrong key from a right one?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, pearsonr
from statsmodels.stats.multitest import multipletests

from churnlab.stats.intervals import wilson
from churnlab.stats.items import below_zero, distractors, items
from churnlab.stats.reliability import cronbachs_alpha

LSAT6 = json.loads((Path(__file__).parents[1] / "reference" / "reliability.json").read_text("utf-8"))["lsat6"]
NUMBERS = ["difficulty", "difficulty_low", "difficulty_high", "correlation", "correlation_low", "correlation_high",
           "discrimination", "alpha_if_dropped"]  # fmt: skip


@pytest.fixture(scope="module")
def lsat():
    return np.array([[int(mark) for mark in marks] for marks, times in LSAT6["patterns"].items() for _ in range(times)])


# Eleven people, three questions; 27 % of eleven are three.
#   person   0 1 2 3 4 5 6 7 8 9 10
#   first    1 1 1 1 1 1 1 0 0 0  1
#   second   1 1 1 1 0 0 0 1 0 0  0
#   third    1 1 1 0 1 0 0 0 0 –  0     the last was not reached by person 9
#   score    3 3 3 2 2 1 1 1 0 0  1     upper: 0 1 2; lower: 8 9, and as the third all with one point: 5 6 7 10
SMALL = pd.DataFrame(
    {
        "first": [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1],
        "second": [1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0],
        "third": [1, 1, 1, 0, 1, 0, 0, 0, 0, np.nan, 0],
    }
)


def test_questions_by_hand():
    found = items(SMALL, level=0.95)
    assert found["n"].tolist() == [11, 11, 10]
    assert found["difficulty"].tolist() == pytest.approx([8 / 11, 5 / 11, 4 / 10])
    assert found["n_upper"].tolist() == [3, 3, 3]
    assert found["n_lower"].tolist() == [6, 6, 5]
    # right in the lower group: the first 3 of 6, the second 1 of 6, the third 0 of 5 who reached it
    assert found["discrimination"].tolist() == pytest.approx([1 - 3 / 6, 1 - 1 / 6, 1 - 0])
    # nine reached all of it once person 0 is gone, and the third question: too few
    fewer = items(SMALL.iloc[1:], level=0.95)
    assert fewer["correlation"].isna().tolist() == [False, False, True]
    assert fewer["difficulty"].isna().tolist() == [False, False, True]
    assert fewer["alpha_if_dropped"].isna().all()
    low, high = wilson(8, 11, 0.95)
    assert found.loc["first", ["difficulty_low", "difficulty_high"]].tolist() == [low, high]


# The score on the others brings no point for what was not reached: 2 2 2 1 1 0 0 1 0 0 0 beside the first question.
def test_what_was_not_reached_brings_no_point_to_the_others():
    told = pearsonr(SMALL["first"], [2, 2, 2, 1, 1, 0, 0, 1, 0, 0, 0])
    found = items(SMALL, level=0.9).loc["first"]
    assert found["correlation"] == pytest.approx(told.statistic)
    assert found[["correlation_low", "correlation_high"]].tolist() == pytest.approx([*told.confidence_interval(0.9)])


# Bock and Lieberman's 1,000 people and five questions: scores 0 to 5 of 3, 20, 85, 237, 357 and 298. 27 % are 270:
# upper are the 298 with 5 points, lower the 345 with 3 or fewer. Of those with 4, 15 missed the first question.
def test_published_questions_are_met(lsat):
    found = items(lsat, level=0.95)
    assert found["difficulty"].tolist() == pytest.approx(LSAT6["right"])
    assert found["correlation"].tolist() == pytest.approx(LSAT6["item_rest"], abs=1e-9)
    assert found["alpha_if_dropped"].tolist() == pytest.approx(LSAT6["alpha_if_dropped"], abs=1e-9)
    # as R's ltm prints them
    assert found["correlation"].round(4).tolist() == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert found["alpha_if_dropped"].round(4).tolist() == [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]
    assert found[["n_upper", "n_lower"]].to_numpy().tolist() == [[298, 345]] * 5
    assert found.loc[0, "discrimination"] == pytest.approx((1000 - 924 - 15) / 345)


def test_alpha_is_of_those_who_reached_every_question(lsat):
    some = lsat[::10].astype(float)
    some[:20, 4] = np.nan
    found = items(some, level=0.95)
    assert found.loc[0, "alpha_if_dropped"] == pytest.approx(cronbachs_alpha(some[20:, 1:], level=0.95).alpha)
    assert found.loc[4, "n"] == 80


def test_too_few_are_refused_and_a_question_all_had_right_has_no_correlation(lsat):
    few = items(lsat[::112], level=0.95)
    assert few["n"].tolist() == [9] * 5
    assert few[NUMBERS].isna().all(axis=None)
    some = lsat[::20].copy()
    some[:, 0] = 1
    found = items(some, level=0.95)
    assert found.loc[0, ["difficulty", "difficulty_high", "discrimination"]].tolist() == [1, 1, 0]
    assert np.isnan(found.loc[0, "correlation"])
    assert found.loc[1:, NUMBERS].notna().all(axis=None)


def test_where_all_have_one_score_nobody_is_upper():
    found = items(np.tile(np.eye(2), (10, 1)), level=0.95)
    assert found["n_upper"].tolist() == [0, 0]
    assert found["discrimination"].isna().all()
    alone = items(np.repeat([[1], [0]], 10, axis=0), level=0.95)
    assert alone[["correlation", "alpha_if_dropped"]].isna().all(axis=None)
    assert alone.loc[0, "discrimination"] == 1


def test_nothing_but_right_and_wrong_is_taken():
    with pytest.raises(AssertionError, match="right"):
        items(np.full((12, 2), 2), level=0.95)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.integers(10, 60), st.integers(2, 6))
def test_order_changes_nothing_and_what_is_wrong_turned_turns_all(seed, people, questions):
    rng = np.random.default_rng(seed)
    marks = (rng.normal(size=(people, 1)) + rng.normal(size=(people, questions)) > 0).astype(float)
    found, order = items(marks, level=0.95), rng.permutation(questions)
    again = items(marks[rng.permutation(people)][:, order], level=0.95)
    np.testing.assert_allclose(again.to_numpy(), found.loc[order].to_numpy(), atol=1e-9)
    # wrong for right: as many points lost as were won, so the groups change places and each correlation stays
    wrong = items(1 - marks, level=0.95)
    assert wrong["difficulty"].tolist() == pytest.approx((1 - found["difficulty"]).tolist())
    for name in ("correlation", "discrimination", "alpha_if_dropped"):
        assert wrong[name].tolist() == pytest.approx(found[name].tolist(), abs=1e-9, nan_ok=True)


def knowing(n, loading, easiness, rng):
    """Return who has which of eight questions right: those who know more, more of them; the first as said."""
    threshold = np.r_[easiness, np.linspace(-1, 1, 7)]
    weight = np.r_[loading, np.full(7, 0.7)]
    return rng.normal(size=(n, 1)) * weight + rng.normal(size=(n, 8)) * np.sqrt(1 - weight**2) > threshold


@pytest.mark.parametrize("easiness", [0.0, -1.0])
def test_intervals_hold_the_truth_as_often_as_they_say(easiness):
    many = items(knowing(400_000, 0.6, easiness, np.random.default_rng(10_000)), level=0.95).loc[0]
    found = [items(knowing(60, 0.6, easiness, np.random.default_rng(seed)), level=0.95).loc[0] for seed in range(500)]
    table = pd.DataFrame(found)
    # The 99 % binomial band of 95 % in 500.
    for name in ("correlation", "difficulty"):
        held = table[f"{name}_low"].le(many[name]) & table[f"{name}_high"].ge(many[name])
        assert held.mean() == pytest.approx(0.95, abs=2.58 * np.sqrt(0.95 * 0.05 / 500))


# Twelve people, two questions, A right in both; 27 % of twelve are three.
#   person   0 1 2 3 4 5 6 7 8 9 10 11
#   first    B B B A A A A A C C C  –
#   second   A A A A A A C C C C C  C
# Beside the first, the score is that on the second: upper are 0 to 5, lower 6 to 11, of whom 11 did not reach it.
ANSWERS = pd.DataFrame({"first": [*"BBBAAAAACCC", None], "second": [*"AAAAAACCCCCC"]})


def test_options_by_hand():
    found = distractors(ANSWERS, {"first": "A", "second": "A"}, false_discovery_rate=0.5).set_index(["item", "option"])
    assert found.index.tolist() == [
        ("first", "A"), ("first", "B"), ("first", "C"), ("second", "A"), ("second", "C"),
    ]  # fmt: skip
    first = found.loc["first"]
    assert first["n"].tolist() == [11, 11, 11]
    assert first["chosen"].tolist() == [5, 3, 3]
    assert first["share"].tolist() == [5 / 11, 3 / 11, 3 / 11]
    assert first["upper"].tolist() == [3 / 6, 3 / 6, 0]
    assert first["lower"].tolist() == [2 / 5, 0, 3 / 5]
    # 3 of the upper 6 and 0 of the lower 5 chose B: 6 choose 3 of the 11 choose 3 ways to share three Bs so
    assert first.loc["B", "p_value"] == pytest.approx(20 / 165)
    assert first["p_value"].isna().tolist() == [True, False, False]
    rest = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert first.loc["B", "correlation"] == pytest.approx(pearsonr([1] * 3 + [0] * 8, rest).statistic)
    assert first["beats_key"].tolist() == [False, True, False]
    # of the second, C is what A is not; three p-values: 20/165, 1 and that of C
    q = multipletests(found["p_value"].dropna(), method="fdr_bh")[1]
    assert found["q_value"].dropna().tolist() == pytest.approx(q.tolist())
    assert found["favours_upper"].tolist() == [False, True, False, False, False]


def answered(n, rng):
    """Return answers to six questions: A is right, those who do not know choose at random."""
    knows = rng.normal(size=(n, 1)) + rng.normal(size=(n, 6)) > 0
    return pd.DataFrame(np.where(knows, "A", rng.choice([*"BCD"], size=(n, 6))), columns=[*"abcdef"])


KEY = dict.fromkeys("abcdef", "A")


def test_a_wrong_key_is_found():
    found = distractors(answered(300, np.random.default_rng(0)), KEY | {"c": "B"}, false_discovery_rate=0.05)
    assert found.loc[found["favours_upper"], ["item", "option"]].to_numpy().tolist() == [["c", "A"]]
    assert ["c", "A"] in found.loc[found["beats_key"], ["item", "option"]].to_numpy().tolist()
    assert set(found.loc[found["beats_key"], "item"]) == {"c"}


def test_good_distractors_are_hardly_ever_said_to_favour_those_who_know():
    drawn = (answered(60, np.random.default_rng(seed)) for seed in range(60))
    said = [distractors(one, KEY, false_discovery_rate=0.05)["favours_upper"].any() for one in drawn]
    assert np.mean(said) <= 0.05


# Where answers have nothing to do with each other, any distractor said to favour the upper group is said so falsely.
def test_what_is_all_chance_is_found_no_more_often_than_the_rate():
    said = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        chance = pd.DataFrame(rng.choice([*"AB"], size=(60, 4)), columns=[*"abcd"])
        said.append(distractors(chance, KEY, false_discovery_rate=0.2)["favours_upper"].any())
    assert 0 < np.mean(said) <= 0.2 + 2.58 * np.sqrt(0.2 * 0.8 / 300)


def test_the_test_of_an_option_is_fishers():
    drawn = answered(80, np.random.default_rng(4))
    found = distractors(drawn, KEY, false_discovery_rate=0.05).set_index(["item", "option"]).loc[("b", "C")]
    rest = (drawn.drop(columns="b") == "A").sum(axis=1)
    ordered = np.sort(rest)
    upper, lower = drawn["b"][rest >= ordered[-22]] == "C", drawn["b"][rest <= ordered[21]] == "C"
    square = [[upper.sum(), (~upper).sum()], [lower.sum(), (~lower).sum()]]
    assert found["p_value"] == pytest.approx(fisher_exact(square, alternative="greater")[1])


def test_an_option_that_nobody_chose_is_shown_when_it_is_named():
    options = {"first": ["A", "B", "C", "D"], "second": ["A", "C"]}
    found = distractors(ANSWERS, {"first": "A", "second": "A"}, false_discovery_rate=0.05, options=options)
    nobody = found.set_index(["item", "option"]).loc[("first", "D")]
    assert nobody[["chosen", "share", "upper", "p_value"]].tolist() == [0, 0, 0, 1]
    assert np.isnan(nobody["correlation"])
    with pytest.raises(AssertionError, match="no option"):
        distractors(ANSWERS, {"first": "A", "second": "A"}, false_discovery_rate=0.05, options={"first": ["A", "B"]})
    with pytest.raises(AssertionError, match="has no key"):
        distractors(ANSWERS, {"first": "A"}, false_discovery_rate=0.05)


@pytest.mark.parametrize("kind", ["object", "string", "category"])
def test_answers_may_be_of_any_kind_and_too_few_say_nothing(kind):
    key = {"first": "A", "second": "A"}
    told, found = (distractors(some, key, false_discovery_rate=0.05) for some in (ANSWERS, ANSWERS.astype(kind)))
    pd.testing.assert_frame_equal(found, told)
    few = distractors(ANSWERS[:9].astype(kind), key, false_discovery_rate=0.05)
    assert few["chosen"].sum() == 18
    assert few[["share", "upper", "lower", "correlation", "p_value", "q_value"]].isna().all(axis=None)
    assert not few[["favours_upper", "beats_key"]].any(axis=None)


def test_numbers_are_options_too():
    one = distractors(ANSWERS, {"first": "A", "second": "A"}, false_discovery_rate=0.05)
    numbered = pd.DataFrame({name: ANSWERS[name].map({"A": 1, "B": 2, "C": 3}).astype("Int64") for name in ANSWERS})
    two = distractors(numbered, {"first": 1, "second": 1}, false_discovery_rate=0.05)
    pd.testing.assert_frame_equal(two.drop(columns="option"), one.drop(columns="option"))


def test_questions_that_run_against_the_others_are_told_from_chance():
    # Fisher: z = artanh(−.5) · √(28 − 3) = −2.747, p = .00301; artanh(.2) · 5 = 1.014, p = .845; the one at n = 28 and
    # −.1 has −.502, p = .308. Of three, Benjamini and Hochberg's q are .00903, .845 and .462.
    table = pd.DataFrame({"n": [28, 28, 28], "correlation": [-0.5, 0.2, -0.1]}, index=["a", "b", "c"])
    found = below_zero(table, false_discovery_rate=0.1)
    assert found["p_value"].tolist() == pytest.approx([0.00301, 0.845, 0.308], abs=5e-4)
    assert found["q_value"].tolist() == pytest.approx([0.00903, 0.845, 0.462], abs=5e-4)
    assert found["runs_against"].tolist() == [True, False, False]
