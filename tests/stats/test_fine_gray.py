"""Is Fine and Gray's model that of R, and is it what its risk sets say?"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from churnlab.stats.cox import NoFitError, fit_cox
from churnlab.stats.fine_gray import fit_fine_gray, view
from churnlab.stats.survival import Stays, aalen_johansen

R = {
    name: np.array(values)
    for name, values in json.loads((Path(__file__).parents[1] / "reference" / "competing.json").read_text()).items()
}
LATE = Stays(entry=R["entry"], exit=R["exit"], cause=R["cause"], cluster=R["id"])
WHOLE = replace(LATE, entry=np.full(len(R["exit"]), -1))
X = np.column_stack([R["x"], R["group"] == 2, R["group"] == 3]).astype(float)
CASES = {"fg": (WHOLE, "efron"), "fg_breslow": (WHOLE, "breslow"), "fg_late": (LATE, "efron")}


@pytest.mark.parametrize("name", CASES)
def test_it_is_finegray_and_coxph_of_r_with_ties_and_late_entries(name):
    stays, ties = CASES[name]
    found = fit_fine_gray(stays, X, cause=1, ties=ties)
    assert found.coefficients == pytest.approx(R[f"{name}_coef"], abs=1e-8)
    assert found.covariance.ravel() == pytest.approx(R[f"{name}_covariance"], abs=1e-8)
    assert found.robust_covariance.ravel() == pytest.approx(R[f"{name}_clustered"], abs=1e-8)
    likelihoods = [found.log_likelihood_of_none, found.log_likelihood]
    assert likelihoods == pytest.approx(R[f"{name}_loglik"], rel=1e-10)


def test_how_likely_a_stay_is_in_view_worked_by_hand():
    # day  −1    0    1    2    3
    # a     ────────────────────x      ends
    # b     ─────────x                 ends
    # c     ─────────o                 lost from view on day 1, after b ended
    # d          (─────────o           into view after day 0, lost on day 2
    # lost: day 1 one of a, c, d; day 2 one of a, d. Late, seen backwards: after day 0 one of a, b, c, d.
    four = Stays(
        entry=np.array([-1, -1, -1, 0]), exit=np.array([3, 1, 1, 2]), cause=np.array([1, 2, 0, 0]), cluster=np.arange(4)
    )
    days, seen = view(four)
    assert days.tolist() == [-1, 0, 1, 2, 3]
    assert seen == pytest.approx([3 / 4, 1, 2 / 3, 2 / 3 * 1 / 2, 2 / 3 * 1 / 2])


def test_where_all_are_watched_to_the_end_who_ended_otherwise_simply_stays():
    ended = WHOLE.of(WHOLE.cause > 0)
    columns = X[WHOLE.cause > 0]
    found = fit_fine_gray(ended, columns, cause=1)
    kept = np.where(ended.cause == 1, ended.exit, ended.exit.max() + 1)
    plain = fit_cox(ended.entry, kept, ended.cause == 1, columns, clusters=ended.cluster)
    assert found.coefficients == pytest.approx(plain.coefficients)
    assert found.robust_covariance == pytest.approx(plain.robust_covariance)


def test_without_other_ends_it_is_the_model_of_cox():
    alone = replace(LATE, cause=(LATE.cause == 1).astype(int))
    found = fit_fine_gray(alone, X, cause=1)
    plain = fit_cox(LATE.entry, LATE.exit, LATE.cause == 1, X, clusters=LATE.cluster)
    assert found.coefficients == pytest.approx(plain.coefficients)
    assert found.cumulative_hazard == pytest.approx(plain.cumulative_hazard)


def test_its_hazard_without_columns_that_matter_is_that_of_the_cumulative_incidence():
    # With all ratios near 1 the share ended by a day is 1 − exp(−H), close to that of Aalen and Johansen.
    rng = np.random.default_rng(4)
    n = 4000
    length, seen = rng.exponential(80, n).astype(int), rng.integers(50, 400, n)
    stays = Stays(
        entry=np.full(n, -1), exit=np.minimum(length, seen),
        cause=np.where(length <= seen, rng.integers(1, 3, n), 0), cluster=np.arange(n),
    )  # fmt: skip
    found = fit_fine_gray(stays, rng.normal(size=(n, 1)), cause=1)
    curve = aalen_johansen(stays, 1)
    day = 100
    hazard = found.cumulative_hazard[found.time <= day][-1]
    assert 1 - np.exp(-hazard) == pytest.approx(curve.value[day], abs=0.005)


def test_a_cause_of_which_nobody_ended_has_no_ratio():
    with pytest.raises(NoFitError, match="no_ends"):
        fit_fine_gray(LATE, X, cause=7)


@pytest.mark.slow
def test_intervals_cover_the_true_subdistribution_ratio_with_late_entries():
    """Drawn after Fine and Gray 1999, section 5: F1(t) = 1 − (1 − p(1 − e^−t))^exp(βx); a third come late into view."""
    rng, seeds, held, beta, p = np.random.default_rng(9), 400, 0, 0.5, 0.6
    for _ in range(seeds):
        x = rng.integers(0, 2, 600)
        of_cause = 1 - (1 - p) ** np.exp(beta * x)
        told = rng.random(600) < of_cause
        inverse = 1 - (1 - rng.random(600) * of_cause) ** np.exp(-beta * x)
        length = np.where(told, -np.log1p(-np.minimum(inverse / p, 1 - 1e-12)), rng.exponential(np.exp(-x / 2)))
        days = np.floor(100 * length).astype(int)
        entry = np.where(rng.random(600) < 1 / 3, rng.integers(0, 60, 600), -1)
        seen = rng.integers(60, 300, 600)
        exit_ = np.minimum(days, seen)
        stays = Stays(
            entry=entry, exit=np.maximum(exit_, entry + 1), cause=np.where(days <= seen, np.where(told, 1, 2), 0),
            cluster=np.arange(600),
        ).of(exit_ > entry)  # fmt: skip
        found = fit_fine_gray(stays, x[exit_ > entry][:, None].astype(float), cause=1)
        held += abs(found.coefficients[0] - beta) < 1.96 * found.robust_errors[0]
    assert abs(held / seeds - 0.95) <= 2.58 * np.sqrt(0.95 * 0.05 / seeds)
