import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import estimator_checks_generator

from churnlab.churn.model import ChurnModel

# numpy only: the check of other array libraries has nothing to check here, and would skip itself.
CHECKS = [pair for pair in estimator_checks_generator(ChurnModel()) if "array_api" not in str(pair[1])]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_it_is_a_scikit_learn_classifier(estimator, check):
    check(estimator)


def _rows(n=300, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3)) * [1, 10, 0.1] + [0, 50, 3]
    return X, rng.random(n) < expit(X[:, 0] - 0.05 * (X[:, 1] - 50) - 1)


def test_two_groups_by_hand():
    # 1 of 4 left without the flag, 3 of 4 with it. Without penalty: log odds −log 3 and log 3; the mean row
    # lies between.
    X, left = np.repeat([[0.0], [1.0]], 4, axis=0), np.array([1, 0, 0, 0, 1, 1, 1, 0])
    model = ChurnModel(C=1e9).fit(X, left)
    assert model.mean_ == pytest.approx([1 / 2])
    assert model.scale_ == pytest.approx([1 / 2])
    assert model.intercept_ == pytest.approx(0, abs=1e-6)
    assert model.contributions([[0], [1]])[:, 0] == pytest.approx([-np.log(3), np.log(3)], rel=1e-6)
    assert model.predict_proba([[1]])[0] == pytest.approx([1 / 4, 3 / 4])


@given(st.integers(0, 1000), st.sampled_from([0.01, 1.0, 100.0]))
def test_contributions_and_intercept_add_up_to_the_log_odds(seed, C):
    X, left = _rows(60, seed)
    model = ChurnModel(C=C).fit(X, left)
    probability = model.predict_proba(X)[:, 1]
    assert model.contributions(X).sum(axis=1) + model.intercept_ == pytest.approx(
        np.log(probability / (1 - probability))
    )


def test_the_mean_row_has_no_contributions():
    X, left = _rows()
    model = ChurnModel().fit(X, left)
    assert model.contributions(X.mean(axis=0)[None]) == pytest.approx(0, abs=1e-12)


def test_it_agrees_with_lbfgs_run_to_the_end():
    X, left = _rows()
    model = ChurnModel(C=0.3).fit(X, left)
    other = LogisticRegression(C=0.3, tol=1e-12, max_iter=10_000).fit((X - X.mean(axis=0)) / X.std(axis=0), left)
    assert model.coef_ == pytest.approx(other.coef_[0], rel=1e-5)


def test_without_penalty_errors_are_those_of_statsmodels():
    X, left = _rows()
    model = ChurnModel(C=1e9).fit(X, left)
    theirs = sm.Logit(left, sm.add_constant(X)).fit(disp=0, tol=1e-12)
    wide = sm.add_constant(X)
    assert model.decision_function(X) == pytest.approx(wide @ theirs.params, rel=1e-6)
    errors = np.sqrt(np.einsum("ij,jk,ik->i", wide, theirs.cov_params(), wide))
    assert model.standard_error(X) == pytest.approx(errors, rel=1e-5)


def test_a_weight_of_two_is_the_row_twice():
    X, left = _rows()
    weight = np.random.default_rng(3).integers(0, 3, size=len(X))
    weighted = ChurnModel().fit(X, left, sample_weight=weight)
    repeated = ChurnModel().fit(np.repeat(X, weight, axis=0), np.repeat(left, weight))
    assert weighted.coef_ == pytest.approx(repeated.coef_)
    assert weighted.covariance_ == pytest.approx(repeated.covariance_)


def test_the_same_rows_in_another_order_give_the_same_coefficients():
    X, left = _rows()
    order = np.random.default_rng(4).permutation(len(X))
    assert ChurnModel().fit(X[order], left[order]).coef_ == pytest.approx(ChurnModel().fit(X, left).coef_, rel=1e-9)


def test_columns_that_part_all_stay_finite():
    X = np.linspace(-1, 1, 40)[:, None]
    model = ChurnModel(C=1.0).fit(X, X[:, 0] > 0)
    assert np.isfinite([model.coef_[0], model.intercept_, *model.standard_error(X)]).all()
    assert 0 < model.predict_proba(X)[:, 1].min() < model.predict_proba(X)[:, 1].max() < 1


def test_intervals_of_the_log_odds_cover_the_true_ones():
    at, truth, covered = np.array([[1.0, 60.0, 3.0]]), 1 - 0.5 - 1, 0
    for seed in range(300):
        X, left = _rows(400, seed)
        model = ChurnModel(C=100.0).fit(X, left)
        covered += abs(model.decision_function(at)[0] - truth) < 1.959964 * model.standard_error(at)[0]
    # 99 % binomial band of 95 % in 300 draws
    assert 275 <= covered <= 294


def test_a_student_seen_four_times_tells_no_more_than_once():
    X, left = _rows()
    once = ChurnModel(C=1e9).fit(X, left, clusters=np.arange(len(X)))
    often = ChurnModel(C=1e9).fit(np.tile(X, (4, 1)), np.tile(left, 4), clusters=np.tile(np.arange(len(X)), 4))
    naive = ChurnModel(C=1e9).fit(np.tile(X, (4, 1)), np.tile(left, 4))
    assert often.standard_error(X[:5]) == pytest.approx(once.standard_error(X[:5]), rel=1e-6)
    assert naive.standard_error(X[:5]) == pytest.approx(once.standard_error(X[:5]) / 2, rel=0.15)


@pytest.mark.parametrize("C", [1.0, 1e-4])  # with the smaller one nearly all that is known is the penalty
def test_clusters_of_one_row_give_the_error_of_independent_rows(C):
    X, left = _rows(n=4000)
    plain, robust = ChurnModel(C=C).fit(X, left), ChurnModel(C=C).fit(X, left, clusters=np.arange(len(X)))
    assert robust.standard_error(X[:5]) == pytest.approx(plain.standard_error(X[:5]), rel=0.1)


def test_the_clustered_covariance_is_that_of_statsmodels():
    X, left = _rows()
    whose = np.arange(len(X)) // 3
    ours = ChurnModel(C=1e9).fit(X, left, clusters=whose)
    wide = sm.add_constant((X - ours.mean_) / ours.scale_)
    theirs = sm.Logit(left.astype(float), wide).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": whose, "use_correction": False}
    )
    assert ours.covariance_ == pytest.approx(theirs.cov_params(), rel=1e-4)
