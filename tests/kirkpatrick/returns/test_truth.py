"""Does the return hold what was planted as often as it says, and is nothing said to have paid that did nothing?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.returns.benefit import so_far
from churnlab.kirkpatrick.returns.outcome import LOST, PAID, outcome, return_of, verdict
from tests.kirkpatrick.returns.many_trained import IN_VAIN, WORKS, institutions
from tests.truth.coverage import band

pytestmark = pytest.mark.slow
SEEDS = range(5_000, 5_100)


@pytest.fixture(scope="module")
def told():
    """Return one row an institution and training: what it truly returned by the end, and what is said of it."""
    rows = []
    for data, earned in institutions(SEEDS):
        for training, true in earned.items():
            found = return_of(Evaluation(data, training))
            row = outcome(found, float(so_far(found.inputs, found.likely)[0]), so_far(found.inputs, found.draws))
            cost = found.inputs.cost
            said = {"training": training, "true": (true - cost) / cost, "verdict": verdict(row)}
            rows.append(said | {name: row[name] for name in ("roi_rate", "roi_rate_low", "roi_rate_high")})
    return pd.DataFrame(rows)


@pytest.mark.parametrize("training", [WORKS, IN_VAIN])
def test_intervals_hold_the_true_return_as_often_as_they_say(told, training):
    # Of what the training earned by the date over its cost, less 1; the margin known, people and months as they were.
    rows = told[told["training"] == training]
    held = rows["true"].between(rows["roi_rate_low"], rows["roi_rate_high"])
    low, high = band(len(SEEDS))
    assert low <= held.mean() <= high, rows[~held]


def test_a_training_that_did_nothing_is_not_said_to_have_paid(told):
    # Its true return is −100 %, as nothing came of what it cost.
    rows = told[told["training"] == IN_VAIN]
    assert np.allclose(rows["true"], -1)
    assert (rows["verdict"] != PAID).mean() >= 0.95, rows[rows["verdict"] == PAID]


def test_one_that_works_is_found_to_have_paid_and_never_not_to(told):
    rows = told[told["training"] == WORKS]
    assert (rows["true"] > 0).all()
    assert (rows["verdict"] == PAID).mean() >= 0.8
    assert (rows["verdict"] != LOST).all()


def test_the_likeliest_return_is_right_on_average(told):
    off = (told["roi_rate"] - told["true"]).groupby(told["training"]).agg(["mean", "sem"])
    assert (off["mean"].abs() < 2.81 * off["sem"]).all(), off  # two of them, together 99 % of all times
