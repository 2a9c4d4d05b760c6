"""Does the model tell as many leavers as come, and do the intervals of that judgement hold the truth?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn import panel, train
from churnlab.churn.panel import snapshot_dates
from churnlab.settings import Settings
from churnlab.stats.calibration import calibration
from tests.truth.coverage import LEVEL, assert_covers
from tests.truth.many import Many

pytestmark = pytest.mark.slow

TAUGHT_BY = 100
GROUPS = 300
MONTHS = 6


@pytest.fixture(scope="module")
def judged(simple: Many) -> pd.DataFrame:
    """What a model taught by a hundred institutions says of two hundred others, in the same months.

    In the same months, for theory promises nothing where the process moves: these institutions began with nobody, so
    that later students have been with them for longer than any before.
    """
    rows = panel(simple.data, dates=snapshot_dates(simple.data)[-MONTHS:])
    # All institutions are of one kind: their courses are the same.
    rows = rows.assign(course_id=rows["course_id"].str[3:])
    teaches = rows["unit_id"].str[:3].astype(int) < TAUGHT_BY
    model = train(rows[teaches], settings=Settings())
    others = rows[~teaches].reset_index(drop=True)
    return others.assign(told=model.score(others)["churn_probability"])


def test_the_model_is_calibrated_on_institutions_it_has_not_seen(judged: pd.DataFrame):
    # Estimand: slope of the log odds and expected by observed over all judged; of a model of the right form, 1 and 1.
    found = calibration(judged["churned"], judged["told"], level=LEVEL, clusters=judged["student_id"])
    assert abs(found.slope - 1) < 0.05, found
    assert abs(judged["told"].sum() / judged["churned"].sum() - 1) < 0.05
    tenth = pd.qcut(judged["told"], 10)
    each = judged.groupby(tenth, observed=True).agg(told=("told", "mean"), came=("churned", "mean"))
    assert (each["told"] - each["came"]).abs().max() < 0.02, each


def test_intervals_of_slope_and_intercept_cover_them_at_their_stated_rate(judged: pd.DataFrame):
    # Estimand: slope and intercept of this model among all students of the process. The interval is for a sample of
    # students, so they are dealt at random into 300 institutions: those of one share classes, and differ a little more.
    dealt = pd.Series(
        np.random.default_rng(20261).integers(0, GROUPS, judged["student_id"].nunique()), judged["student_id"].unique()
    )
    whole = calibration(judged["churned"], judged["told"], level=LEVEL)
    hits = []
    for _, part in judged.groupby(judged["student_id"].map(dealt)):
        found = calibration(part["churned"], part["told"], level=LEVEL, clusters=part["student_id"])
        hits.append({
            "slope": found.slope_low <= whole.slope <= found.slope_high,
            "intercept": found.intercept_low <= whole.intercept <= found.intercept_high,
        })  # fmt: skip
    assert_covers(pd.DataFrame(hits))
