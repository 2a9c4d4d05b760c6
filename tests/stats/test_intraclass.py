"""Do intraclass correlations say what part of a rating is about the person, and do their intervals hold?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from churnlab.stats.intraclass import FORMS, intraclass, one_way

# Six targets, four judges: Shrout & Fleiss 1979, table 2.
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])

# From tests/reference/intraclass.R.
R = json.loads((Path(__file__).parents[1] / "reference" / "intraclass.json").read_text(encoding="utf-8"))
TWO = np.array([[3, 4], [5, 5], [2, 1], [4, 2], [3, 5], [1, 3], [2, 2], [4, 5]])


# Three targets, the second rater gives 1 more: 1 2, 2 3, 3 4.
#   between targets 2 × (1 + 0 + 1) / 2 = 2; within 3 × 1 / 2 / 3 = 1 / 2; raters 3 × (1 / 4 + 1 / 4) = 3 / 2; left 0
#   ICC(1,1) (2 − 1 / 2) / (2 + 1 / 2); ICC(2,1) 2 / (2 + 2 × 3 / 2 / 3); ICC(3,1) 2 / 2
#   of means 1 − (1 / 2) / 2; 2 / (2 + 3 / 2 / 3); 1
def test_six_forms_by_hand():
    found = intraclass([[1, 2], [2, 3], [3, 4]], level=0.95)
    assert found["icc"].to_numpy() == pytest.approx([3 / 5, 2 / 3, 1, 3 / 4, 4 / 5, 1])
    assert found.index.tolist() == list(FORMS)
    # As far as the order goes they never differ: nothing tells how sure that is.
    assert found.loc[["ICC(3,1)", "ICC(3,k)"], ["low", "high"]].isna().all(axis=None)


def test_the_published_table_is_met():
    assert intraclass(JUDGES, level=0.95)["icc"].round(2).tolist() == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


@pytest.mark.parametrize("expected", R)
def test_r_finds_the_same_tests_and_intervals(expected):
    table = {"judges": JUDGES, "two": TWO}[expected["table"]]
    found = intraclass(table, level=expected["level"])
    for name in ("icc", "low", "high", "f", "p"):
        assert found[name].to_numpy() == pytest.approx(expected[name], abs=1e-9, rel=1e-7)


# a: 1 3; b: 4; c: 5 5. Mean 18 / 5; between (2 × 1.6² + 0.4² + 2 × 1.4²) / 2 = 4.6; within (1 + 1) / 2 = 1.
#   k (5 − 9 / 5) / 2 = 1.6; ICC(1) 3.6 / (4.6 + 0.6 × 1); ICC(k) 3.6 / 4.6
def test_persons_with_raters_of_their_own_by_hand():
    found = one_way([1, 3, np.nan, 4, 5, 5], list("aaabcc"), level=0.95)
    assert found["icc"].tolist() == pytest.approx([3.6 / 5.2, 3.6 / 4.6])
    assert found["k"].tolist() == pytest.approx([1.6, 1.6])


def test_equal_numbers_give_the_first_form():
    found = one_way(JUDGES.ravel(), np.repeat(np.arange(6), 4), level=0.9)
    other = intraclass(JUDGES, level=0.9).loc[["ICC(1,1)", "ICC(1,k)"]]
    assert found[other.columns].to_numpy() == pytest.approx(other.to_numpy())


def test_scipy_finds_the_same_test():
    values, groups = [3, 4, 5, 1, 2, 5, 5, 4, 2], list("aaabbcccd")
    found = one_way(values, groups, level=0.95).loc["ICC(1)"]
    other = stats.f_oneway(*pd.Series(values).groupby(groups).agg(list))
    assert (found["f"], found["p"]) == (pytest.approx(other.statistic), pytest.approx(other.pvalue))


def test_where_nothing_differs_nothing_is_known():
    for ratings in ([[3, 3], [3, 3]], [[1, 2]], [[1], [2]], np.empty((0, 3))):
        assert intraclass(ratings, level=0.95).isna().all(axis=None)
    for values, groups in (([3, 3, 3, 3], "aabb"), ([1, 2], "ab"), ([1, 2], "aa"), ([], "")):
        assert one_way(values, list(groups), level=0.95).isna().all(axis=None)


def test_raters_who_never_differ_give_no_interval():
    for found in (
        intraclass([[0.1, 0.1], [0.2, 0.2], [0.7, 0.7]], level=0.95),
        one_way([1, 1, 2, 2], list("aabb"), level=0.95),
    ):
        assert (found["icc"] == 1).all()
        assert found[["low", "high"]].isna().all(axis=None)


def test_a_gap_is_refused():
    with pytest.raises(ValueError, match="every rater must have rated every target"):
        intraclass([[1, np.nan], [2, 3]], level=0.95)


TABLES = st.tuples(st.integers(2, 6), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(st.integers(1, 5), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]).map(
        lambda marks: np.array(marks, dtype=float).reshape(shape)
    )
)


@settings(deadline=None)
@given(TABLES, st.randoms())
def test_order_and_the_scale_change_nothing(marks, random):
    found = intraclass(marks, level=0.95)
    assert not (found["icc"] > 1 + 1e-12).any()
    rows, columns = (random.sample(range(size), size) for size in marks.shape)
    again = intraclass(7 + 3 * marks[rows][:, columns], level=0.95)
    for name in ("icc", "f", "p"):
        assert again[name].to_numpy() == pytest.approx(found[name].to_numpy(), abs=1e-9, rel=1e-6, nan_ok=True)


@settings(deadline=None)
@given(TABLES)
def test_a_rater_who_is_stricter_with_all_matters_only_where_marks_must_be_the_same(marks):
    found, moved = intraclass(marks, level=0.95), intraclass(marks + np.arange(marks.shape[1]) * 10, level=0.95)
    if np.ptp(marks) > 0:
        for form in ("ICC(3,1)", "ICC(3,k)"):
            assert moved.loc[form, "icc"] == pytest.approx(found.loc[form, "icc"], abs=1e-6, rel=1e-6, nan_ok=True)


@settings(deadline=None)
@given(TABLES)
def test_intervals_hold_their_estimate(marks):
    found = one_way(marks.ravel(), np.repeat(np.arange(len(marks)), marks.shape[1]), level=0.95).dropna()
    assert (found["low"] <= found["icc"]).all()
    assert (found["icc"] <= found["high"]).all()


# Twenty persons with four raters each, or two to twelve; the 99 % binomial band of 95 % in 400.
BAND = 0.95 + np.array([-1, 1]) * 2.58 * np.sqrt(0.95 * 0.05 / 400)


@pytest.mark.slow
@pytest.mark.parametrize(("raters", "true"), [([4] * 5, 1 / 3), ([2, 3, 4, 5, 12], 0.3), ([2, 3, 4, 5, 12], 0.1)])
def test_intervals_hold_what_persons_share_as_often_as_they_say(raters, true):
    who, held = np.repeat(np.arange(20), raters * 4), 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        marks = np.sqrt(true) * rng.normal(size=20)[who] + np.sqrt(1 - true) * rng.normal(size=len(who))
        found = one_way(marks, who, level=0.95).loc["ICC(1)"]
        held += found["low"] <= true <= found["high"]
    assert BAND[0] <= held / 400 <= BAND[1]


# Variances: targets 1, raters' strictness 1 / 4, the rest 1.
@pytest.mark.slow
def test_intervals_hold_where_raters_differ_in_strictness():
    true, held = 1 / (1 + 1 / 4 + 1), 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        marks = rng.normal(size=(20, 1)) + rng.normal(size=(1, 4)) / 2 + rng.normal(size=(20, 4))
        found = intraclass(marks, level=0.95).loc["ICC(2,1)"]
        held += found["low"] <= true <= found["high"]
    assert BAND[0] <= held / 400 <= BAND[1]
