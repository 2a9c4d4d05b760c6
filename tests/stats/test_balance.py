"""Is it told rightly how alike two groups were before?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm
from statsmodels.stats.meta_analysis import effectsize_smd

from churnlab.stats.balance import balance, verdict

NSW = pd.read_csv(Path(__file__).parents[1] / "reference" / "lalonde_nsw.csv", comment="#")


def one(values, treated, **choices):
    return balance(pd.DataFrame({"score": values}), treated, level=0.95, **choices).table.iloc[0]


# Trained: 1 2 3, mean 2, squares 2; others: 2 3 4 5, mean 7/2, squares 5. Pooled variance (2 + 5) / (3 + 4 − 2).
def test_g_by_hand():
    row = one([1, 2, 3, 2, 3, 4, 5], [1, 1, 1, 0, 0, 0, 0])
    correction = 1 - 3 / (4 * 7 - 9)
    g = correction * (2 - 7 / 2) / np.sqrt(7 / 5)
    error = correction * np.sqrt(1 / 3 + 1 / 4 + g**2 / (2 * 7))
    assert (row["treated_mean"], row["control_mean"]) == (2, 7 / 2)
    assert row["g"] == pytest.approx(g)
    assert (row["low"], row["high"]) == pytest.approx((g - norm.ppf(0.975) * error, g + norm.ppf(0.975) * error))


# Of five trained two were new, of four others three: odds 2/3 and 3/1, so their ratio is 2/9.
def test_the_cox_index_by_hand():
    row = one([1, 1, 0, 0, 0, 1, 1, 1, 0], [1, 1, 1, 1, 1, 0, 0, 0, 0])
    scale = (1 - 3 / (4 * 9 - 9)) / 1.65
    assert row["g"] == pytest.approx(scale * np.log(2 / 9))
    error = scale * np.sqrt(1 / 2 + 1 / 3 + 1 / 3 + 1 / 1)
    assert row["high"] - row["g"] == pytest.approx(norm.ppf(0.975) * error)


# None of three trained, one of two others: with half a person more each, odds (1/2)/(7/2) and (3/2)/(3/2).
def test_where_one_group_has_none_half_a_person_is_added():
    row = one([0, 0, 0, 1, 0], [1, 1, 1, 0, 0])
    assert row["g"] == pytest.approx((1 - 3 / (4 * 5 - 9)) / 1.65 * np.log(1 / 7))


def test_g_agrees_with_statsmodels():
    trained, others = (NSW.loc[NSW["treat"] == arm, "age"] for arm in (1, 0))
    theirs, _ = effectsize_smd(trained.mean(), trained.std(), 185, others.mean(), others.std(), 260)
    assert one(NSW["age"], NSW["treat"])["g"] == pytest.approx(theirs, rel=1e-3)  # their correction is gamma's


@pytest.mark.parametrize(
    ("g", "said"),
    [(0.0, "equal"), (-0.05, "equal"), (0.0501, "adjust"), (-0.25, "adjust"), (0.251, "not_comparable"),
     (-np.inf, "not_comparable")],
)  # fmt: skip
def test_the_two_lines_of_the_clearinghouse(g, said):
    assert verdict(g) == said


def test_the_worst_covariate_decides():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"tenure": rng.normal(size=400), "score": rng.normal(size=400)})
    treated = np.arange(400) < 200
    frame.loc[treated, "score"] -= 2
    found = balance(frame, treated, level=0.95)
    assert found.table["covariate"].tolist() == ["tenure", "score"]
    assert (found.worst, found.verdict) == ("score", "not_comparable")
    assert found.worst_g == -found.table["g"].iloc[1] > 1
    assert found.table["verdict"].iloc[0] != "not_comparable"


def test_men_who_were_drawn_are_nearly_alike_and_differ_in_who_finished_school():
    found = balance(NSW.drop(columns=["treat", "re78"]), NSW["treat"], level=0.95)
    # Dehejia and Wahba 1999, table 1: nodegree .71 and .83, age 25.81 and 25.05.
    means = found.table.set_index("covariate")[["treated_mean", "control_mean"]]
    assert means.loc["nodegree"].round(2).tolist() == [0.71, 0.83]
    assert means.loc["age"].round(2).tolist() == [25.82, 25.05]
    assert (found.worst, found.verdict) == ("nodegree", "not_comparable")


# A weight of 2 has a person's value count twice; but she is one person still: of weights 2 1, 9/5 are left.
def test_weights_move_means_and_count_people_as_kish_does():
    row = one([4, 1, 2, 3, 6], [1, 1, 1, 0, 0], weights=[2, 1, 0, 1, 1])
    sizes = (9 / 5, 2)
    # Means 3 and 9/2; squares per person (2 · 1 + 4) / 3 and 9/4.
    pooled = (9 / 5 * 2 + 2 * 9 / 4) / (sum(sizes) - 2)
    assert row["g"] == pytest.approx((1 - 3 / (4 * sum(sizes) - 9)) * (3 - 9 / 2) / np.sqrt(pooled))


def test_equal_weights_change_nothing():
    values, treated = [1, 2, 3, 2, 3, 4, 5], [1, 1, 1, 0, 0, 0, 0]
    pd.testing.assert_series_equal(one(values, treated), one(values, treated, weights=np.full(7, 0.3)))


@pytest.mark.parametrize(
    ("values", "g"), [([7.1] * 4, 0), ([7.1, 7.1, 7.3, 7.3], -np.inf), ([1, 1, 1, 1], 0), ([0, 0, 0, 0], 0)]
)
def test_what_does_not_vary_has_no_interval(values, g):
    row = one(values, [1, 1, 0, 0])
    assert row["g"] == g
    assert np.isnan([row["low"], row["high"]]).all()


@pytest.mark.parametrize(
    ("values", "treated", "said"),
    [([1, np.nan], [1, 0], "missing"), ([1, 2], [1, 1], "nobody to compare"), ([1, 2], [0, 0], "nobody was trained")],
)
def test_what_cannot_be_compared_is_refused(values, treated, said):
    with pytest.raises(AssertionError, match=said):
        one(values, treated)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 50), st.floats(-100, 100))
def test_units_order_and_side_change_nothing(seed, scale, shift):
    rng = np.random.default_rng(seed)
    values, treated = rng.normal(size=12), rng.permutation(np.arange(12) < 5)
    first, order = one(values, treated), rng.permutation(12)
    told = ["g", "low", "high"]
    again = one((shift + scale * values)[order], treated[order])
    assert again[told].tolist() == pytest.approx(first[told].tolist(), rel=1e-6, abs=1e-9)
    assert one(values, ~treated)["g"] == pytest.approx(-first["g"])


def test_the_interval_holds_the_truth_as_often_as_it_says():
    held = {"score": 0, "share": 0}
    truth = {"score": 0.4, "share": (np.log(0.6 / 0.4) - np.log(0.4 / 0.6)) / 1.65}
    for seed in range(400):
        rng, treated = np.random.default_rng(seed), np.arange(90) < 40
        score = rng.normal(size=90) + 0.4 * treated
        share = (rng.random(90) < np.where(treated, 0.6, 0.4)).astype(float)
        table = balance(pd.DataFrame({"score": score, "share": share}), treated, level=0.95).table
        for name, low, high in table[["covariate", "low", "high"]].itertuples(index=False):
            held[name] += low <= truth[name] <= high
    band = binom.ppf([0.005, 0.995], 400, 0.95)
    assert all(band[0] <= count <= band[1] for count in held.values()), held
