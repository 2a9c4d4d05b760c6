"""Does the future move nothing that is told of causes?"""

from dataclasses import replace
from functools import partial

import pandas as pd
import pytest

from churnlab import churn
from churnlab.finding import attempt
from churnlab.settings import Model, Settings, Uncertainty
from churnlab.synthetic import Institution, make
from tests.another_future import another_future

DAY = pd.Timestamp("2026-06-15").date()
ASKED = {
    "causes": churn.stated_causes,
    "reasons": partial(churn.stated_causes, by="reason"),
    "pareto": churn.pareto,
    "paid": partial(churn.pareto, weigh="paid"),
    "campuses": churn.causes_by_campus,
    "contrasts": churn.cause_contrasts,
    "trend": churn.cause_trend,
    "teachers": churn.churn_per,
    "classes": partial(churn.churn_per, by="class"),
    "advisers": partial(churn.churn_per, by="adviser"),
    "inspected": churn.inspected,
    "voices": churn.voices,
    "beside": lambda data: churn.causes_beside(data, churn.Risk(data).backtest),
}


@pytest.fixture(name="two", scope="module")
def futures():
    made = make(Institution(students=500, months=20, campuses=2, seed=4))
    quick = Model(min_events=5, penalties=(0.1,), snapshots=10, test_months=3)
    rules = Settings(uncertainty=Uncertainty(min_group=5), model=quick)
    other = replace(made, frames=another_future(made.frames, as_of=DAY, seed=8))
    return [each.data(DAY, settings=rules) for each in (made, other)]


@pytest.mark.parametrize("name", ASKED)
def test_the_future_changes_nothing(two, name):
    one, other = (attempt(ASKED[name], data) for data in two)
    assert one.key != "missing", one.sentence("en")
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.facts == other.facts
    assert (one.sentences, one.caveats) == (other.sentences, other.caveats)


@pytest.mark.parametrize("name", ASKED)
def test_it_can_be_read_in_both_languages(two, name):
    found = attempt(ASKED[name], two[0])
    for lang in ("zh", "en"):
        shown = found.presented(lang)
        assert found.title(lang)
        assert found.sentence(lang)
        assert found.warnings(lang)
        assert len(shown.columns) <= 8
        assert len(shown) <= 25
