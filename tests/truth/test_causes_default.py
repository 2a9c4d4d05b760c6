"""As settings stand, do shares of causes hold what those students would have said, whatever guesses are worth?

Nothing is left out by hand: interviews, forms and refunds, calls, complaints and low scores, and texts that a program
codes. Once the latter sources give away why students leave, once they tell nothing of it; which of them count must come
out of the check itself. In one store all institutions are checked as one: so what is tested is how far shares are
bent by a source that counts for good reasons, and not how often a small institution can tell.
"""

from dataclasses import replace

import pandas as pd
import pytest
from scipy.stats import binom

from churnlab import churn
from churnlab.churn.causes.stated import churned, indirect, stated
from churnlab.churn.causes.taxonomy import DEPARTMENTS, UNSTATED
from churnlab.synthetic import Institution
from churnlab.synthetic import causes as why
from tests.truth.coverage import LEVEL, SURE
from tests.truth.many import SEEDS, Many, many, one_by_one
from tests.truth.stating import said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("causes_default")]

WHOLE = Institution(students=400, training=None)
FIRST = pd.Timestamp(WHOLE.first_month).date()
TABLES = (
    "students", "enrolments", "lessons", "refunds", "exits", "courses", "calls", "contacts", "complaints", "surveys",
)  # fmt: skip
COUNTING = {0.65: {"call"}, 0.0: set()}
"""Which sources must pass: of complaints and scores nobody can name the market, however honest they are."""


@pytest.fixture(name="made", scope="module", params=list(COUNTING))
def of_default_settings(request: pytest.FixtureRequest) -> tuple[Many, float]:
    """Return sixty institutions, and how many of those who leave soon give away why."""
    return many(replace(WHOLE, hinting=request.param), SEEDS[:60], tables=TABLES), request.param


def test_sources_count_that_say_what_leavers_say(made: tuple[Many, float]) -> None:
    found, hinting = made
    sources = indirect(found.data)
    assert set(sources.loc[sources["counts"], "source"]) == COUNTING[hinting]
    rows = churned(stated(found.data, start=FIRST))
    assert set(rows["source"].dropna()) & {"call", "complaint", "satisfaction"} == COUNTING[hinting]
    assert rows["guess"].notna().sum() > 300


def test_shares_hold_what_these_students_would_have_said(made: tuple[Many, float]) -> None:
    """Estimand: the mean probability with which each department is named by those of whom a reason counts."""
    found, _ = made
    rows = churned(stated(found.data, start=FIRST))
    told = dict(one_by_one(rows[rows["department"] != UNSTATED]))
    hits, errors = [], []
    for name, truth in found.truths.items():
        own = told[name].assign(student_id=told[name]["student_id"].str[3:])
        asked = truth.causes.merge(own[["student_id", "episode"]], on=["student_id", "episode"])
        assert len(asked) > 0.9 * len(own)
        campuses = [f"{name}{campus}" for campus in WHOLE.campus_names]
        table = churn.stated_causes(found.data, start=FIRST, campus=campuses).table.set_index("department")
        named = own["department"].isin(DEPARTMENTS).mean()  # the others said no department, by lot
        true = named * said(asked).mean().groupby(why.DEPARTMENT_OF).sum()
        hits.append({
            each: table["told_share_low"][each] <= true[each] <= table["told_share_high"][each] for each in DEPARTMENTS
        })  # fmt: skip
        errors.append({each: table["told_share"][each] - true[each] for each in DEPARTMENTS})
    held = pd.DataFrame(hits).mean()
    tail = (1 - SURE) / len(DEPARTMENTS) / 2
    assert held.ge(binom.ppf(tail, len(hits), LEVEL) / len(hits)).all(), held
    assert held.mean() <= binom.ppf(1 - tail, len(hits), LEVEL) / len(hits), held
    assert pd.DataFrame(errors).mean().abs().max() < 0.01, pd.DataFrame(errors).mean()
