"""Does the proportional-odds regression find what others find, and tell where it cannot be trusted?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import chi2_contingency, norm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from churnlab.stats.logistic import fit_logistic
from churnlab.stats.ordinal import fit_ordinal, proportionality

REFERENCE = Path(__file__).parents[1] / "reference"


def drawn(seed, n=300, effect=0.8, thresholds=(-2, -0.5, 0.5, 2)):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.random(n) < 0.4, rng.normal(size=n)]).astype(float)
    hidden = X @ [effect, -0.3] + rng.logistic(size=n)
    return X, 1 + np.searchsorted(thresholds, hidden)


# One of four others answers high and three of four trained: odds 1 / 3 and 3, ratio 9. Low, of others: odds 3.
# The information of four answers at 1 / 4 is 4 · 3 / 16 = 3 / 4, so the variance of the log ratio is 4 / 3 + 4 / 3.
def test_two_answers_by_hand():
    fit = fit_ordinal(np.repeat([0, 1], 4)[:, None], [1, 1, 1, 2, 1, 2, 2, 2])
    assert np.exp([fit.coefficients[0], fit.thresholds[0]]) == pytest.approx([9, 3])
    assert fit.standard_errors**2 == pytest.approx([8 / 3])
    assert fit.log_likelihood == pytest.approx(2 * (3 * np.log(3 / 4) + np.log(1 / 4)))


# Group 0 answers low, middle, high 2 : 1 : 1, group 1 answers 1 : 1 : 2. By symmetry the thresholds are ∓ t + β / 2 and
# the two groups mirror each other about 0.
def test_two_groups_that_mirror_each_other_have_mirrored_thresholds():
    X, y = np.repeat([0, 1], 8)[:, None], [1] * 4 + [2] * 2 + [3] * 2 + [1] * 2 + [2] * 2 + [3] * 4
    fit = fit_ordinal(X, y)
    assert fit.thresholds.sum() == pytest.approx(fit.coefficients[0])
    # At the top the pull of each threshold is 0: of those below it, as many are seen as expected, by weights of the
    # mean of both ends: Σ (1 − P(below or at) − P(below)) = 0 over the answers.
    below = expit(np.concatenate([[-np.inf], fit.thresholds, [np.inf]])[None, :] - fit.coefficients[0] * X)
    place = np.array(y)
    rows = np.arange(16)
    assert (X[:, 0] * (1 - below[rows, place] - below[rows, place - 1])).sum() == pytest.approx(0, abs=1e-9)


# With two categories it is a logistic regression, thresholds with the sign turned.
def test_of_two_answers_it_is_a_logistic_regression():
    X, y = drawn(1)
    fit, other = fit_ordinal(X, y > 3), fit_logistic(X, y > 3)
    assert fit.coefficients == pytest.approx(other.coefficients)
    assert fit.thresholds == pytest.approx([-other.intercept])
    assert fit.standard_errors == pytest.approx(other.standard_errors)
    who = np.arange(300) // 3
    wide, also = fit_ordinal(X, y > 3, clusters=who), fit_logistic(X, y > 3, clusters=who)
    assert wide.standard_errors == pytest.approx(also.standard_errors)


def test_r_finds_the_same_of_the_housing_survey():
    cells = pd.read_csv(REFERENCE / "ordinal.csv")
    people = cells.loc[cells.index.repeat(cells.Freq)]
    X = np.column_stack([
        people.Infl == "Medium", people.Infl == "High", people.Type == "Apartment", people.Type == "Atrium",
        people.Type == "Terrace", people.Cont == "High",
    ]).astype(float)  # fmt: skip
    fit = fit_ordinal(X, people.Sat.map({"Low": 1, "Medium": 2, "High": 3}))
    other = pd.read_csv(REFERENCE / "ordinal_fit.csv", index_col="name")
    assert [*fit.coefficients, *fit.thresholds] == pytest.approx(other.estimate.to_list(), abs=2e-6)
    errors = [*fit.standard_errors, *np.sqrt(np.diag(fit.covariance)[:2])]
    assert errors == pytest.approx(other.error.to_list(), rel=1e-4)
    assert fit.n == 1681


@pytest.mark.parametrize("seed", [2, 3])
def test_statsmodels_finds_the_same(seed):
    X, y = drawn(seed)
    fit = fit_ordinal(X, y)
    model = OrderedModel(y, X, distr="logit")
    other = model.fit(method="bfgs", gtol=1e-8, maxiter=500, disp=False, warn_convergence=False)
    assert fit.coefficients == pytest.approx(other.params[:2], abs=1e-6)
    assert fit.thresholds == pytest.approx(model.transform_threshold_params(other.params)[1:-1], abs=1e-6)
    assert fit.standard_errors == pytest.approx(other.bse[:2], rel=1e-4)
    assert fit.log_likelihood == pytest.approx(other.llf, abs=1e-7)
    ratios, low, high = fit.odds_ratios(level=0.9)
    z = norm.ppf(0.95) * fit.standard_errors
    assert np.log(low) == pytest.approx(fit.coefficients - z)
    assert np.log(high * low) == pytest.approx(2 * np.log(ratios))


# With one group flag the model with an odds ratio for each threshold fits any table: the score test is then Pearson's
# chi-square of the table against what proportional odds expect.
def test_the_score_test_of_two_groups_is_pearsons():
    table = np.array([[10, 20, 30, 25], [22, 12, 18, 40]])
    X = np.repeat([0, 1], table.sum(axis=1))[:, None]
    y = np.concatenate([np.repeat([1, 2, 3, 5], row) for row in table])
    fit = fit_ordinal(X, y)
    below = expit(fit.thresholds - fit.coefficients[0] * np.array([[0], [1]]))
    expected = table.sum(axis=1)[:, None] * np.diff(np.column_stack([[0, 0], below, [1, 1]]), axis=1)
    found = proportionality(X, y, fit)
    assert found.statistic == pytest.approx(((table - expected) ** 2 / expected).sum())
    assert found.df == 2
    assert found.p_value < 0.01
    # Without clusters of more than one the generalised test is near to it.
    assert proportionality(X, y, fit, clusters=np.arange(len(y))).statistic == pytest.approx(found.statistic, rel=0.1)
    assert chi2_contingency(table).statistic > found.statistic


def test_proportional_odds_are_doubted_as_seldom_as_stated():
    times, doubted = 400, np.zeros(2)
    who = np.arange(150) // 2
    for seed in range(times):
        X, y = drawn(seed, n=150, thresholds=(-1, 0, 1))
        fit = fit_ordinal(X, y)
        doubted += [
            proportionality(X, y, fit).p_value < 0.1,
            proportionality(X[who * 2], y[who * 2], fit_ordinal(X[who * 2], y[who * 2]), clusters=who).p_value < 0.1,
        ]
    assert (doubted / times <= 0.1 + 2.58 * (0.09 / times) ** 0.5).all(), doubted / times
    assert (doubted / times >= 0.1 - 2.58 * (0.09 / times) ** 0.5 - 0.02).all(), doubted / times


@pytest.mark.parametrize("each", [1, 3])
def test_intervals_hold_where_people_answer_several_times(each):
    rng, times, held = np.random.default_rng(each), 400, 0
    who = np.repeat(np.arange(80), each)
    for _ in range(times):
        # A person answers much alike; over people the odds ratio is that of one answer each.
        flag = (np.arange(80) % 2).astype(float)
        hidden = 0.7 * flag + rng.logistic(size=80)
        y = np.searchsorted([-1.5, 0, 1.5], hidden)[who]
        fit = fit_ordinal(flag[who][:, None], y, clusters=who)
        half = norm.ppf(0.95) * fit.standard_errors[0]
        held += abs(fit.coefficients[0] - 0.7) <= half
    assert abs(held / times - 0.9) <= 2.58 * (0.09 / times) ** 0.5 + 0.01


def test_categories_that_nobody_chose_are_told_and_have_no_threshold():
    X, y = drawn(4, thresholds=(-0.5, 1))
    spread = np.array([0, 1, 4, 5])[y]
    fit = fit_ordinal(X, spread, categories=[1, 2, 3, 4, 5])
    assert (fit.used, fit.unused) == ((1, 4, 5), (2, 3))
    assert fit.coefficients == pytest.approx(fit_ordinal(X, y).coefficients)
    with pytest.raises(AssertionError, match="no category"):
        fit_ordinal(X, spread, categories=[1, 2, 3])


# Two answers cross over, so there is an estimate; of the others each is sure beyond what a machine can hold.
def test_what_is_next_to_impossible_breaks_nothing():
    X, y = np.array([-2000.0, -1, 0, 1, 2, 2000, 2001])[:, None], [1, 1, 2, 1, 2, 3, 3]
    fit = fit_ordinal(X, y)
    assert not fit.separated
    assert 0.5 < fit.coefficients[0] < 3
    assert 0 <= proportionality(X, y, fit).p_value <= 1


def test_where_answers_are_separated_no_estimate_is_made():
    flag = np.repeat([0.0, 1.0], 6)[:, None]
    for y in ([1, 2, 3, 1, 2, 3, 4, 4, 4, 4, 4, 4], [1, 2, 3, 3, 2, 3, 3, 3, 3, 3, 3, 3]):
        fit = fit_ordinal(flag, y)
        assert fit.separated
        assert np.isnan([*fit.coefficients, *fit.standard_errors, fit.log_likelihood]).all()
        assert np.isnan(proportionality(flag, y, fit).p_value)
    assert not fit_ordinal(flag, [1, 2, 3, 4, 2, 3, 2, 3, 4, 4, 4, 4]).separated
    alike = fit_ordinal(flag, [5] * 12)
    assert (alike.used, alike.separated, len(alike.thresholds)) == ((5,), False, 0)
    assert np.isnan(alike.coefficients).all()
    with pytest.raises(AssertionError, match="depend"):
        fit_ordinal(np.ones((4, 1)), [1, 2, 1, 2])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 5)), min_size=12, max_size=40))
def test_only_the_order_matters_and_turning_the_scale_turns_the_sign(people):
    flag, y = np.array(people).T
    if len(set(flag)) < 2:
        return
    fit = fit_ordinal(flag[:, None], y)
    for again, sign in ((fit_ordinal(flag[:, None], y**3), 1), (fit_ordinal(flag[:, None], -y), -1)):
        assert again.separated == fit.separated
        assert sign * again.coefficients == pytest.approx(fit.coefficients, abs=1e-6, nan_ok=True)
        assert again.standard_errors == pytest.approx(fit.standard_errors, abs=1e-5, nan_ok=True)
    assert (np.diff(fit.thresholds) > 0).all() or fit.separated
    assert np.isfinite(fit.coefficients).all() == (not fit.separated and len(fit.used) > 1)
