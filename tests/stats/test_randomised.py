"""Is what a training did to those who were drawn for it told rightly?"""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, ttest_ind, ttest_ind_from_stats

from churnlab.stats.randomised import difference_in_means, randomisation_p

REFERENCE = Path(__file__).parents[1] / "reference"
NSW = pd.read_csv(REFERENCE / "lalonde_nsw.csv", comment="#")
BEFORE = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]
# Earnings in 1978 of the 15,992 men of the survey, as the package gives them: number, mean, variance (n − 1).
CPS = (15992, 14846.66, 93072163.0)


def made(rng, n=60):
    """Draw outcomes with a covariate, two strata and clusters of three; half of them treated."""
    score = rng.normal(size=n)
    treated = rng.permutation(np.arange(n) < n // 2)
    return score + treated + rng.normal(size=n), treated, score


# Trained 5 7 9, others 1 4: 7 − 5/2; variances 4 and 9/2 over their people, 4/3 + 9/4.
def test_the_difference_and_neymans_error_by_hand():
    found = difference_in_means([5, 7, 9, 1, 4], [1, 1, 1, 0, 0], level=0.95)
    assert found.estimate == pytest.approx(9 / 2)
    assert found.standard_error == pytest.approx(np.sqrt(4 / 3 + 9 / 4))
    # Welch: the square of the variance over (4/3)² / 2 + (9/4)² / 1.
    assert found.degrees == pytest.approx((4 / 3 + 9 / 4) ** 2 / ((4 / 3) ** 2 / 2 + (9 / 4) ** 2))
    assert (found.treated, found.control) == (3, 2)


# One variance: squares 8 and 9/2 over 3 degrees of freedom.
def test_one_variance_for_both_groups_by_hand():
    found = difference_in_means([5, 7, 9, 1, 4], [1, 1, 1, 0, 0], level=0.95, pooled=True)
    assert found.standard_error == pytest.approx(np.sqrt((8 + 9 / 2) / 3 * (1 / 3 + 1 / 2)))
    assert found.degrees == 3


# Stratum a, 5 people: 5 7 against 1 3 2, difference 4; stratum b, 4 people: 8 10 against 9 9, difference 0.
def test_strata_weigh_by_their_people_by_hand():
    found = difference_in_means(
        [5, 7, 1, 3, 2, 8, 10, 9, 9], [1, 1, 0, 0, 0, 1, 1, 0, 0], level=0.95, strata=list("aaaaabbbb")
    )
    assert found.estimate == pytest.approx(5 / 9 * 4 + 4 / 9 * 0)
    # Within the strata: 2 / 2 + 1 / 3, and 2 / 2 + 0 / 2.
    assert found.standard_error == pytest.approx(np.sqrt((5 / 9) ** 2 * (1 + 1 / 3) + (4 / 9) ** 2 * 1))
    # Four trained and five others in two strata each: 2 and 3 degrees of freedom.
    first, other = (5 / 9) ** 2 + (4 / 9) ** 2, (5 / 9) ** 2 / 3
    assert found.degrees == pytest.approx((first + other) ** 2 / (first**2 / 2 + other**2 / 3))


# Classes of two, drawn whole: means 2 4 9 against 1 5; as if each class were one person.
def test_classes_of_one_size_count_as_their_means():
    outcome = [1, 3, 4, 4, 8, 10, 0, 2, 5, 5]
    found = difference_in_means(outcome, [1] * 6 + [0] * 4, level=0.95, clusters=list("aabbccddee"))
    means = difference_in_means([2, 4, 9, 1, 5], [1, 1, 1, 0, 0], level=0.95)
    assert found.estimate == pytest.approx(means.estimate)
    assert found.standard_error == pytest.approx(means.standard_error)


def test_adjusting_for_a_share_is_the_mean_over_its_two_parts():
    """Each group's regression on one column of 0 and 1 has the means of both parts: as strata by their people."""
    outcome, treated, is_new = [5, 7, 1, 3, 2, 8, 10, 9, 9], [1, 1, 0, 0, 0, 1, 1, 0, 0], [1, 1, 1, 1, 1, 0, 0, 0, 0]
    adjusted = difference_in_means(outcome, treated, level=0.95, adjust=is_new)
    assert adjusted == difference_in_means(outcome, treated, level=0.95, strata=is_new)
    assert adjusted.estimate == pytest.approx(20 / 9)


def test_lalondes_answer():
    """Dehejia and Wahba 1999, table 2: 1,794 (633); the older error takes one variance for both groups."""
    older = difference_in_means(NSW["re78"], NSW["treat"], level=0.95, pooled=True)
    assert (round(older.estimate), round(older.standard_error)) == (1794, 633)
    found = difference_in_means(NSW["re78"], NSW["treat"], level=0.95)
    assert (round(found.estimate), round(found.standard_error)) == (1794, 671)
    assert (found.treated, found.control) == (185, 260)


def test_beside_people_who_were_not_drawn_the_same_training_seems_to_do_harm():
    """Dehejia and Wahba 1999, table 2: −8,498 (712) beside all men of the survey."""
    n, mean, variance = CPS
    # A group is known to Welch by its number, mean and variance: half a deviation up for half of them, down for half.
    half = np.sqrt(variance * (n - 1) / n)
    survey = mean + half * np.where(np.arange(n) % 2 == 0, 1, -1)
    trained = NSW.loc[NSW["treat"] == 1, "re78"]
    outcome, treated = np.concatenate([trained, survey]), np.arange(len(trained) + n) < len(trained)
    naive = difference_in_means(outcome, treated, level=0.95, pooled=True)
    assert (round(naive.estimate), round(naive.standard_error)) == (-8498, 712)
    welch = difference_in_means(outcome, treated, level=0.95)
    theirs = ttest_ind_from_stats(trained.mean(), trained.std(), 185, mean, np.sqrt(variance), n, equal_var=False)
    assert welch.estimate / welch.standard_error == pytest.approx(theirs.statistic)


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("plain", {}),
        ("adjusted", {"adjust": NSW[BEFORE]}),
        ("across_arms", {"clusters": NSW["age"]}),
        ("within_arms", {"clusters": 100 * NSW["treat"] + NSW["age"]}),
        ("across_arms_adjusted", {"clusters": NSW["age"], "adjust": NSW[BEFORE]}),
    ],
)
def test_r_agrees(name, choices):
    theirs = json.loads((REFERENCE / "randomised.json").read_text("utf-8"))[name]
    found = difference_in_means(NSW["re78"], NSW["treat"], level=0.95, **choices)
    ours = [found.estimate, found.standard_error, found.degrees]
    assert ours[: len(theirs)] == pytest.approx(theirs, rel=1e-8)


@pytest.mark.parametrize("pooled", [False, True])
def test_scipys_test_agrees(pooled):
    trained, others = (NSW.loc[NSW["treat"] == arm, "re78"] for arm in (1, 0))
    theirs = ttest_ind(trained, others, equal_var=pooled)
    found = difference_in_means(NSW["re78"], NSW["treat"], level=0.9, pooled=pooled)
    assert found.p_value == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


# Four people, two drawn: of the six draws two are as far off as 8 9 against 1 2, this one and its mirror.
def test_drawing_again_by_hand():
    p = randomisation_p([8, 9, 1, 2], [1, 1, 0, 0], draws=20_000, rng=np.random.default_rng(1))
    assert p == pytest.approx(2 / 6, abs=0.01)


# Strata of 5, 4 (one each of two) and 9, 1: four draws, differences ± (5 − 4 ± 8) / 2; two as far off as 9/2.
def test_drawing_again_stays_within_strata():
    outcome, treated, strata = [5, 4, 9, 1], [1, 0, 1, 0], list("aabb")
    p = randomisation_p(outcome, treated, draws=20_000, rng=np.random.default_rng(1), strata=strata)
    assert p == pytest.approx(2 / 4, abs=0.012)
    # With a stratum that was drawn whole nothing changes.
    p = randomisation_p(
        [*outcome, 50, 60], [*treated, 1, 1], draws=20_000, rng=np.random.default_rng(1), strata=[*strata, "c", "c"]
    )
    assert p == pytest.approx(2 / 4, abs=0.012)


# Strata of 2 and 4 people, one drawn of each. Six times the difference is ±1 · 2, and 4 · (9 − 2), 4 · (1 − 14/3),
# 4 · (2 − 13/3) or 4 · (3 − 4): with 1 drawn beside 5 it is 38/3, and 30, 26, 38/3 and 50/3 of eight are as far off.
def test_drawing_again_strata_weigh_by_their_people():
    outcome, treated, strata = [5, 4, 9, 1, 2, 3], [1, 0, 0, 1, 0, 0], list("aabbbb")
    p = randomisation_p(outcome, treated, draws=20_000, rng=np.random.default_rng(1), strata=strata)
    assert p == pytest.approx(4 / 8, abs=0.012)


def test_drawing_classes_again_counts_all_draws():
    classes, outcome = np.repeat(np.arange(6), [1, 2, 2, 3, 1, 2]), np.array([4, 5, 6, 5, 7, 1, 2, 1, 0, 2, 3.0])
    treated = classes < 3
    far = []
    for drawn in combinations(range(6), 3):
        inside = np.isin(classes, drawn)
        far.append(abs(outcome[inside].mean() - outcome[~inside].mean()))
    share = np.mean(np.array(far) >= abs(outcome[treated].mean() - outcome[~treated].mean()) - 1e-9)
    p = randomisation_p(outcome, treated, draws=20_000, rng=np.random.default_rng(2), clusters=classes)
    assert p == pytest.approx(share, abs=0.01)


def test_drawing_again_says_of_lalondes_men_what_the_large_sample_says():
    p = randomisation_p(NSW["re78"], NSW["treat"], draws=4999, rng=np.random.default_rng(1))
    large = difference_in_means(NSW["re78"], NSW["treat"], level=0.95, pooled=True)
    assert p == pytest.approx(large.p_value, abs=0.003)


def test_drawing_again_after_adjusting_sees_more():
    outcome, treated, score = made(np.random.default_rng(4))
    plain, adjusted = (
        randomisation_p(outcome - 0.5 * treated, treated, draws=999, rng=np.random.default_rng(1), adjust=column)
        for column in (None, score)
    )
    assert adjusted < plain


def test_no_probability_is_below_what_the_draws_can_tell():
    outcome = np.repeat([1.0, 9.0], 20)
    assert randomisation_p(outcome, outcome > 5, draws=99, rng=np.random.default_rng(1)) == 1 / 100
    assert randomisation_p(np.full(9, 0.1), np.arange(9) < 4, draws=99, rng=np.random.default_rng(1)) == 1
    assert np.isnan(randomisation_p([1, 2], [1, 0], draws=9, rng=np.random.default_rng(1), strata=[1, 2]))


@pytest.mark.parametrize(
    ("outcome", "treated", "choices"),
    [
        ([1, 2, 3], [1, 0, 0], {}),  # one alone has no spread
        ([1, 2, 3, 4], [1, 1, 0, 0], {"clusters": [1, 1, 2, 3]}),  # nor has one class
    ],
)
def test_of_one_alone_nothing_says_how_far_she_is_off(outcome, treated, choices):
    found = difference_in_means(outcome, treated, level=0.95, **choices)
    assert found.estimate == np.mean(outcome[: sum(treated)]) - np.mean(outcome[sum(treated) :])
    assert np.isnan([found.standard_error, found.degrees, found.low, found.high, found.p_value]).all()


@pytest.mark.parametrize("clusters", [None, [1, 2, 2, 3, 4, 5]])
def test_where_nothing_varies_there_is_no_error(clusters):
    found = difference_in_means([0.3, 0.3, 0.3, 0.1, 0.1, 0.1], [1, 1, 1, 0, 0, 0], level=0.95, clusters=clusters)
    assert (found.standard_error, found.low, found.high) == (0, found.estimate, found.estimate)
    assert np.isnan(found.p_value)


def test_too_few_people_for_so_much_are_refused_in_words():
    columns = np.random.default_rng(1).normal(size=(7, 3))
    with pytest.raises(ValueError, match=r"^3 columns are too many for 3 and 4 people$"):
        difference_in_means(np.arange(7), np.arange(7) < 3, level=0.95, adjust=columns)
    said = r"^a stratum has 1 of one group; to tell chance from effect takes two of either$"
    with pytest.raises(ValueError, match=said):
        difference_in_means([1, 2, 3, 4], [1, 0, 1, 0], level=0.95, strata=[1, 1, 2, 2])


@pytest.mark.parametrize(
    ("outcome", "treated", "choices", "said"),
    [
        ([1, np.nan], [1, 0], {}, "missing"),
        ([1, 2], [1, 1], {}, "nobody to compare"),
        ([1, 2], [0, 0], {}, "nobody was drawn"),
        ([1, 2], [1, 0], {"adjust": [np.nan, 1]}, "missing"),
        ([1, 2], [1, 0], {"clusters": [1, 2], "pooled": True}, "clusters"),
    ],
)
def test_what_a_caller_must_not_ask_is_refused(outcome, treated, choices, said):
    with pytest.raises(AssertionError, match=said):
        difference_in_means(outcome, treated, level=0.95, **choices)


@pytest.mark.parametrize(("name", "said"), [("clusters", "both arms"), ("strata", "several strata")])
def test_a_class_that_could_not_be_drawn_whole_is_refused(name, said):
    choices = {"clusters": [1, 1, 2, 2]} | ({"strata": [1, 2, 1, 2]} if name == "strata" else {})
    treated = [1, 1, 0, 0] if name == "strata" else [1, 0, 1, 0]
    with pytest.raises(AssertionError, match=said):
        randomisation_p([1, 2, 3, 4], treated, draws=9, rng=np.random.default_rng(1), **choices)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-100, 100))
def test_units_and_order_change_nothing(seed, scale, shift):
    rng = np.random.default_rng(seed)
    outcome, treated, score = made(rng, 24)
    order, classes = rng.permutation(24), np.arange(24) // 2
    first = difference_in_means(outcome, treated, level=0.95, adjust=score, clusters=classes)
    again = difference_in_means(
        (shift + scale * outcome)[order], treated[order], level=0.95, clusters=classes[order],
        adjust=np.column_stack([scale * score, shift - score, np.full(24, shift)])[order],
    )  # fmt: skip
    told = [again.estimate / scale, again.standard_error / scale, again.degrees, again.p_value]
    assert told == pytest.approx([first.estimate, first.standard_error, first.degrees, first.p_value], rel=1e-6)


def test_intervals_hold_the_truth_as_often_as_they_say():
    seeds, held = 400, dict.fromkeys(("plain", "adjusted", "strata", "clusters"), 0)
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        score, stratum = rng.normal(size=48), np.arange(48) % 3
        treated = (np.argsort(np.argsort(rng.random(48) + 9 * stratum)) % 16) < 6
        outcome = score + stratum + treated * (1 + rng.normal(size=48)) + rng.normal(size=48)
        classes = np.repeat(np.arange(12), 4)
        whole = rng.permutation(np.arange(12) < 6)[classes]
        of_class = rng.normal(size=12)[classes] + whole + rng.normal(size=48)
        found = {
            "plain": difference_in_means(outcome, treated, level=0.95),
            "adjusted": difference_in_means(outcome, treated, level=0.95, strata=stratum, adjust=score),
            "strata": difference_in_means(outcome, treated, level=0.95, strata=stratum),
            "clusters": difference_in_means(of_class, whole, level=0.95, clusters=classes),
        }
        for name, told in found.items():
            held[name] += told.low <= 1 <= told.high
    band = binom.ppf([0.005, 0.995], seeds, 0.95)
    # A draw within strata that the analysis forgets makes it too careful.
    assert held.pop("plain") >= band[0]
    assert all(band[0] <= count <= band[1] for count in held.values()), held


def test_where_nothing_was_done_drawing_again_finds_it_no_more_often_than_is_said():
    found = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        outcome = rng.exponential(size=14)
        found += randomisation_p(outcome, np.arange(14) < 5, draws=99, rng=rng) <= 0.05
    assert binom.ppf(0.005, 400, 0.05) <= found <= binom.ppf(0.995, 400, 0.05)
