"""Are the errors of least squares those that the field computes, and do they hold with few clusters?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from churnlab.stats.effects.regression import least_squares

R = {
    name: np.array(values)
    for name, values in json.loads(
        (Path(__file__).parents[2] / "reference" / "effects.json").read_text("utf-8")
    ).items()
}  # fmt: skip
R_DESIGN = np.column_stack([np.ones(len(R["y"])), R["x"], R["z"]])


# Outcomes 1 and 3 without, 5, 6 and 7 with: means 2 and 6.
def two_means(variance, **more):
    return least_squares([1, 3, 5, 6, 7], np.column_stack([np.ones(5), [0, 0, 1, 1, 1]]), variance=variance, **more)


def test_the_difference_of_two_means_by_hand():
    fit = two_means("hc2")
    assert fit.coefficients == pytest.approx([2, 6 - 2])
    # HC2 divides by n − 1 in each group: (1 + 1) / 1 / 2 and (1 + 0 + 1) / 2 / 3, as Welch.
    assert fit.standard_errors**2 == pytest.approx([1, 1 + 1 / 3])
    # HC3 divides once more by 1 − 1/n: by 1/2 and by 2/3.
    assert two_means("hc3").standard_errors ** 2 == pytest.approx([2, 2 + 1 / 3 * 3 / 2])
    assert fit.degrees_of_freedom.tolist() == [3, 3]


def test_clusters_of_one_row_by_hand():
    fit = two_means("cr2", clusters=[*"abcde"])
    assert fit.standard_errors**2 == pytest.approx([1, 4 / 3])
    # Two sample variances of 1 and 2 degrees of freedom, weighed 1/2 and 1/3: (1/2 + 1/3)² / (1/4 / 1 + 1/9 / 2).
    assert fit.degrees_of_freedom == pytest.approx([1, (5 / 6) ** 2 / (1 / 4 + 1 / 18)])
    # Without the correction: 1/4 + 1/4 and 1/9 + 1/9, times 5/4 · 4/3.
    assert two_means("cr1", clusters=[*"abcde"]).standard_errors[1] ** 2 == pytest.approx((1 / 2 + 2 / 9) * 5 / 3)


def test_neighbours_in_time_by_hand():
    # Residuals of the mean 2 of 1, 2, 3: −1, 0, 1. One apart: 0; two apart: −1. Weights 2/3 and 1/3, n / (n − 1).
    fit = least_squares([1, 2, 3], np.ones((3, 1)), variance="hac", lags=2)
    assert fit.covariance[0, 0] == pytest.approx((2 + 2 * (2 / 3 * 0 + 1 / 3 * -1)) / 9 * 3 / 2)


def test_t_and_the_interval_are_of_the_coefficients_own_degrees_of_freedom():
    fit = two_means("cr2", clusters=[*"abcde"])
    low, high = fit.interval(0.9)
    half = t.ppf(0.95, fit.degrees_of_freedom) * fit.standard_errors
    assert low == pytest.approx(fit.coefficients - half)
    assert high == pytest.approx(fit.coefficients + half)
    assert fit.p_values == pytest.approx(2 * t.sf(fit.coefficients / fit.standard_errors, fit.degrees_of_freedom))


@pytest.mark.parametrize(
    ("variance", "more", "theirs", "said"),
    [
        ("hc2", {}, "HC2", {}),
        ("hc3", {}, "HC3", {}),
        ("cr1", {"clusters": R["cluster"]}, "cluster", {"groups": R["cluster"].astype(int)}),
        ("hac", {"lags": 3}, "HAC", {"maxlags": 3, "use_correction": True}),
    ],
)
@pytest.mark.parametrize("weights", [None, R["w"]])
def test_it_agrees_with_statsmodels(variance, more, theirs, said, weights):
    model = sm.WLS(R["y"], R_DESIGN, weights=1.0 if weights is None else weights)
    other = model.fit(cov_type=theirs, cov_kwds=said)
    fit = least_squares(R["y"], R_DESIGN, variance=variance, weights=weights, **more)
    assert fit.coefficients == pytest.approx(other.params, rel=1e-10)
    assert fit.covariance == pytest.approx(other.cov_params(), rel=1e-8)


@pytest.mark.parametrize(
    ("variance", "more"),
    [("hc2", {}), ("hc3", {}), ("cr1", {"clusters": R["cluster"]}), ("hac", {"lags": 4})],
)
def test_it_agrees_with_rs_sandwich(variance, more):
    fit = least_squares(R["y"], R_DESIGN, variance=variance, **more)
    assert fit.covariance.ravel() == pytest.approx(R[variance], rel=1e-9)


@pytest.mark.parametrize(("name", "weights"), [("cr2", None), ("cr2_weighted", R["w"])])
def test_few_unequal_clusters_agree_with_rs_clubsandwich(name, weights):
    fit = least_squares(R["y"], R_DESIGN, variance="cr2", clusters=R["cluster"], weights=weights)
    said = R[name].reshape(3, 3)
    assert fit.coefficients == pytest.approx(said[0], rel=1e-9)
    assert fit.standard_errors == pytest.approx(said[1], rel=1e-9)
    assert fit.degrees_of_freedom == pytest.approx(said[2], rel=1e-9)


def slow_cr2(y, X, clusters):
    """Return the standard errors and degrees of freedom as the articles write them, with matrices of rows by rows."""
    bread = np.linalg.inv(X.T @ X)
    left = np.eye(len(y)) - X @ bread @ X.T
    meat, directions = 0.0, []
    for name in np.unique(clusters):
        own = clusters == name
        values, vectors = np.linalg.eigh(left[np.ix_(own, own)])
        root = np.where(values > 1e-9, np.abs(values) + (values <= 1e-9), np.inf) ** -0.5
        corrected = vectors * root @ vectors.T
        score = X[own].T @ corrected @ (left @ y)[own]
        meat = meat + np.outer(score, score)
        directions.append(left[own].T @ corrected @ X[own] @ bread)
    inner = np.einsum("gnp,hnp->pgh", directions, directions)
    freedom = np.trace(inner, axis1=1, axis2=2) ** 2 / (inner**2).sum(axis=(1, 2))
    return np.sqrt(np.diag(bread @ meat @ bread)), freedom


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(4, 9), st.integers(1, 3))
def test_the_short_way_is_the_long_way(seed, clusters, columns):
    rng = np.random.default_rng(seed)
    whose = np.repeat(np.arange(clusters), rng.integers(2, 6, clusters))
    X = np.column_stack([np.ones(len(whose)), rng.normal(size=(len(whose), columns))])
    y = rng.normal(size=len(whose))
    fit = least_squares(y, X, variance="cr2", clusters=whose)
    errors, freedom = slow_cr2(y, X, whose)
    assert fit.standard_errors == pytest.approx(errors, rel=1e-6)
    assert fit.degrees_of_freedom == pytest.approx(freedom, rel=1e-6)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from(["hc2", "hc3", "cr1", "cr2"]))
def test_the_order_of_rows_changes_nothing_and_units_only_scale(seed, variance):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(R["y"]))

    def fitted(rows, scale):
        more = {"clusters": R["cluster"][rows]} if variance.startswith("cr") else {}
        return least_squares(R["y"][rows] * scale, R_DESIGN[rows], variance=variance, **more)

    first, second = fitted(slice(None), 1.0), fitted(order, 1000.0)
    assert second.coefficients == pytest.approx(1000 * first.coefficients)
    assert second.covariance == pytest.approx(1e6 * first.covariance)
    assert second.degrees_of_freedom == pytest.approx(first.degrees_of_freedom)


def test_what_is_handed_in_is_not_changed():
    given_in = [R[name].copy() for name in ("y", "cluster", "w")]
    design = R_DESIGN.copy()
    least_squares(given_in[0], design, variance="cr2", clusters=given_in[1], weights=given_in[2])
    assert (design == R_DESIGN).all()
    assert all((R[name] == values).all() for name, values in zip(("y", "cluster", "w"), given_in, strict=True))


def test_columns_that_say_the_same_are_named():
    design = pd.DataFrame({"one": 1.0, "north": [1.0, 0, 0, 1], "south": [0.0, 1, 1, 0], "age": [3.0, 1, 4, 1]})
    with pytest.raises(ValueError, match=r"^these columns say what the others say: one, north, south$"):
        least_squares([1, 2, 3, 5, 6, 7, 7, 9], pd.concat([design, design]), variance="hc2")
    with pytest.raises(ValueError, match=r"say: 1$"):
        least_squares([1, 2, 3], np.column_stack([np.ones(3), np.zeros(3)]), variance="hc2")


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(ValueError, match=r"^2 columns need more than 2 rows$"):
        least_squares([1, 2], np.eye(2), variance="hc2")
    with pytest.raises(ValueError, match=r"^errors by clusters need at least two clusters, not 1$"):
        two_means("cr2", clusters=[*"aaaaa"])
    for wrong in ({"outcome": [1, np.nan, 2]}, {"weights": [1, 0, 1]}):
        with pytest.raises(ValueError, match="must be finite, the weights above 0"):
            least_squares(**{"outcome": [1, 3, 2], "design": np.ones((3, 1)), "variance": "hc2", **wrong})


def test_where_nothing_is_left_over_nothing_is_known_of_the_spread():
    fit = least_squares([2, 2, 5, 5], np.column_stack([np.ones(4), [0, 0, 1, 1]]), variance="hc3")
    assert fit.coefficients == pytest.approx([2, 3])
    assert np.isnan(fit.standard_errors).all()


def test_a_row_that_decides_a_coefficient_alone_leaves_no_estimate():
    fit = least_squares([1, 3, 5, 9], np.column_stack([np.ones(4), [0, 0, 0, 1]]), variance="hc2")
    assert fit.coefficients == pytest.approx([3, 6])
    assert np.isnan(fit.standard_errors).all()


@pytest.mark.parametrize(("variance", "holds"), [("cr2", True), ("cr1", False)])
def test_with_ten_clusters_of_which_three_are_treated_one_interval_holds_its_level(variance, holds):
    rng, found, seeds = np.random.default_rng(5), 0, 600
    whose = np.repeat(np.arange(10), 6)
    X = np.column_stack([np.ones(60), whose < 3])
    for _ in range(seeds):
        y = rng.normal(size=10)[whose] + rng.normal(size=60)
        low, high = least_squares(y, X, variance=variance, clusters=whose).interval(0.9)
        found += low[1] <= 0 <= high[1]
    assert (binom.ppf(0.005, seeds, 0.9) <= found <= binom.ppf(0.995, seeds, 0.9)) == holds
