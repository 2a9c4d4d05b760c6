"""Is Cox's model that of R, with ties, late entries, weights, strata and students of several stays?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from churnlab.stats.cox import NoFitError, fit_cox

R = {
    name: np.array(values)
    for name, values in json.loads((Path(__file__).parents[1] / "reference" / "cox.json").read_text()).items()
}
X = np.column_stack([R["x"], R["z"]])
LATE = {"entry": R["entry"], "exit": R["exit"], "ended": R["dead"], "X": X}
WHOLE = LATE | {"entry": np.full(len(X), -np.inf)}
CASES = {
    "efron": LATE,
    "breslow": LATE | {"ties": "breslow"},
    "weighted": LATE | {"weights": R["w"]},
    "weighted_breslow": LATE | {"weights": R["w"], "ties": "breslow"},
    "strata": LATE | {"weights": R["w"], "strata": R["s"]},
    "whole": WHOLE,
}


@pytest.mark.parametrize("name", CASES)
def test_coefficients_both_errors_and_the_likelihood_are_those_of_r(name):
    found, by_row = fit_cox(**CASES[name], clusters=R["id"]), fit_cox(**CASES[name])
    assert found.coefficients == pytest.approx(R[f"{name}_coef"], abs=1e-8)
    assert found.covariance.ravel() == pytest.approx(R[f"{name}_covariance"], abs=1e-8)
    assert found.robust_covariance.ravel() == pytest.approx(R[f"{name}_clustered"], abs=1e-8)
    assert by_row.robust_covariance.ravel() == pytest.approx(R[f"{name}_robust"], abs=1e-8)
    likelihoods = [found.log_likelihood_of_none, found.log_likelihood]
    assert likelihoods == pytest.approx(R[f"{name}_loglik"], rel=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_the_cumulative_hazard_is_that_of_r(name):
    found = fit_cox(**CASES[name])
    shift = 1 if name == "whole" else 0  # R wants no time 0
    assert (found.time + shift).tolist() == R[f"{name}_base_time"].tolist()
    assert found.cumulative_hazard == pytest.approx(R[f"{name}_base"], rel=1e-7)


def test_at_the_top_one_step_more_moves_nothing():
    """The score written out row by row: without ties it is what each who ended has, less the mean of those at risk."""
    for seed in range(100):
        rng = np.random.default_rng(seed)
        drawn, entry = rng.normal(size=(400, 3)), rng.exponential(20, 400)
        ends, seen = entry + rng.exponential(100 * np.exp(-drawn @ [-0.5, 0, 0.5])), entry + rng.exponential(100, 400)
        leaves, ended = np.minimum(ends, seen), ends <= seen
        found = fit_cox(entry, leaves, ended, drawn)
        there = (entry < leaves[ended, None]) & (leaves >= leaves[ended, None])
        weight = there * np.exp(drawn @ found.coefficients)
        score = (drawn[ended] - weight @ drawn / weight.sum(axis=1, keepdims=True)).sum(axis=0)
        assert found.covariance @ score == pytest.approx(np.zeros(3), abs=1e-10)


def test_two_rows_by_hand():
    # day 0: a (x = 1) and b (x = 0) at risk, a ends; day 1: b and c (x = 1, in view after day 0) at risk, b ends.
    # With ratio r the likelihood is r / (1 + r) · 1 / (1 + r): its top is at 1, its curvature 1/4 + 1/4.
    found = fit_cox([-1, -1, 0], [0, 1, 2], [1, 1, 0], [[1.0], [0.0], [1.0]])
    assert found.coefficients == pytest.approx([0])
    assert found.covariance == pytest.approx(np.array([[1 / (1 / 4 + 1 / 4)]]))
    assert found.log_likelihood == found.log_likelihood_of_none == pytest.approx(2 * np.log(1 / 2))
    assert found.cumulative_hazard.tolist() == pytest.approx([1 / 2, 1 / 2 + 1 / 2])
    # a: 1 − 1/2, less (1 − 1/2) · 1/2; b: 1/2 · 1/2 and 0 − 1/2 + 1/2 · 1/2; c: −(1 − 1/2) · 1/2
    assert found.robust_covariance == pytest.approx(np.array([[4 * (1 / 16 + 0 + 1 / 16)]]))


def test_without_ties_it_is_that_of_lifelines():
    rng = np.random.default_rng(5)
    X = rng.normal(size=(400, 2))
    entry, length = rng.uniform(0, 1, 400), rng.exponential(np.exp(-X[:, 0] / 2)) + 1e-3
    frame = pd.DataFrame(X).assign(entry=entry, exit=entry + np.minimum(length, 1), dead=length < 1)
    theirs = CoxPHFitter().fit(frame, "exit", "dead", entry_col="entry", fit_options={"precision": 1e-9})
    ours = fit_cox(frame["entry"], frame["exit"], frame["dead"], X)
    assert ours.coefficients == pytest.approx(theirs.params_.to_numpy(), abs=1e-5)
    assert ours.standard_errors == pytest.approx(theirs.standard_errors_.to_numpy(), abs=1e-5)


def test_a_weight_of_two_is_a_row_written_twice_where_ties_are_broken_after_breslow():
    twice = np.repeat(np.arange(len(X)), np.where(R["z"] == 1, 2, 1))
    again = fit_cox(R["entry"][twice], R["exit"][twice], R["dead"][twice], X[twice], clusters=twice, ties="breslow")
    weighed = fit_cox(**LATE, weights=1 + R["z"], ties="breslow")
    assert again.coefficients == pytest.approx(weighed.coefficients)
    assert again.covariance == pytest.approx(weighed.covariance)
    assert again.robust_covariance == pytest.approx(weighed.robust_covariance)


def test_units_order_and_late_strata_change_nothing():
    order = np.random.default_rng(1).permutation(len(X))
    plain, other = (
        fit_cox(**LATE),
        fit_cox(R["entry"][order] / 7, R["exit"][order] / 7, R["dead"][order], 1000 + X[order] * 1e4),
    )
    assert other.coefficients * 1e4 == pytest.approx(plain.coefficients)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood)
    # Strata that are never beside each other have no effect: each has its own time anyway.
    twice = {
        name: np.concatenate([values, values + (1000 if name in ("entry", "exit") else 0)])
        for name, values in LATE.items()
    }
    assert fit_cox(**twice).coefficients == pytest.approx(plain.coefficients)
    named = fit_cox(**twice, strata=np.repeat([4, 2], len(X)))
    assert named.coefficients == pytest.approx(plain.coefficients)
    assert named.stratum.tolist() == sorted(named.stratum.tolist())


def test_large_effects_need_no_luck():
    rng = np.random.default_rng(3)
    x = rng.normal(size=2000)
    found = fit_cox(np.full(2000, -1), rng.exponential(np.exp(-6 * x)), np.ones(2000), x[:, None])
    assert found.coefficients[0] == pytest.approx(6, abs=4 * found.standard_errors[0])


def refused(**changed):
    with pytest.raises(NoFitError) as told:
        fit_cox(**(LATE | changed))
    return told.value.reason, told.value.columns


def test_what_has_no_answer_is_named():
    never = (R["dead"] == 0).astype(float)
    assert refused(ended=np.zeros(len(X))) == ("no_ends", ())
    assert refused(X=np.column_stack([X, np.ones(len(X))])) == ("constant", (2,))
    assert refused(X=np.column_stack([X, X[:, 0] + 2 * X[:, 1]])) == ("dependent", (0, 1, 2))
    assert refused(X=np.column_stack([X, never])) == ("unbounded", (2,))
    assert refused(X=np.column_stack([never + R["x"], R["z"], R["x"]])) == ("unbounded", (0, 2))
    assert str(NoFitError("unbounded", [0, 2])) == "unbounded: columns (0, 2)"


def test_groups_that_were_never_there_together_cannot_be_compared():
    early = np.r_[np.zeros(50), np.ones(50)]
    entry = np.where(early, 99, -1)
    assert refused(entry=entry, exit=entry + np.r_[1:51, 1:51], ended=np.ones(100), X=early[:, None]) == (
        "dependent", (0,)
    )  # fmt: skip


def test_what_is_handed_in_is_not_changed():
    given = {name: np.array(values, dtype=float) for name, values in CASES["strata"].items()}
    kept = {name: values.copy() for name, values in given.items()}
    fit_cox(**given)
    assert all((given[name] == values).all() for name, values in kept.items())


def test_a_row_that_ends_before_it_came_into_view_is_refused():
    with pytest.raises(ValueError, match="at or before"):
        fit_cox([3], [3], [1], [[1.0]])


@pytest.mark.slow
def test_intervals_by_student_cover_the_ratio_where_stays_of_a_student_are_alike():
    """Students share x and three stays; 95 % intervals must cover within the 99 % band, and naive ones not."""
    rng, seeds, held = np.random.default_rng(2), 400, np.zeros(2)
    for _ in range(seeds):
        x, whose = np.repeat(rng.integers(0, 2, 150), 3), np.repeat(np.arange(150), 3)
        # Stable frailty keeps the marginal model proportional [Hougaard 1986]: the ratio of its hazards is e^(β·a).
        a = 0.8
        angle, e = rng.uniform(0, np.pi, 150), rng.exponential(1, 150)
        stable = np.sin(a * angle) / np.sin(angle) ** (1 / a) * (np.sin((1 - a) * angle) / e) ** ((1 - a) / a)
        length = rng.exponential(1 / (stable[whose] * np.exp(0.5 * x)))
        seen = rng.uniform(0.5, 3, 450)
        found = fit_cox(np.full(450, -1), np.minimum(length, seen), length < seen, x[:, None], clusters=whose)
        off = abs(found.coefficients[0] - 0.5 * a)
        held += [off < 1.96 * found.robust_errors[0], off < 1.96 * found.standard_errors[0]]
    half = 2.58 * np.sqrt(0.95 * 0.05 / seeds)
    assert abs(held[0] / seeds - 0.95) <= half
    assert held[1] / seeds < 0.95 - half
