"""Does anything that happened later move what is told of the ways of leaving?"""

from dataclasses import replace

import pandas as pd
import pytest

from churnlab import churn
from churnlab.settings import Retention, Settings
from churnlab.synthetic import Institution, make
from tests.another_future import another_future

RULES = Settings(retention=Retention(cox_min_events=20, cox_min_level_events=1))


@pytest.mark.slow
def test_another_future_changes_nothing() -> None:
    made = make(Institution(students=500, seed=4, months=20, campuses=2))
    as_of = (pd.Timestamp(made.data().as_of) - pd.Timedelta(days=120)).date()
    other = replace(made, frames=another_future(made.frames, as_of=as_of, seed=2))
    one, another = (each.data(settings=RULES).before(as_of) for each in (made, other))
    for ask in (
        churn.cumulative_incidence, churn.incidence_curves, lambda data: churn.incidence_by(data, by="campus"),
        churn.conditional_retention, churn.competing_ratios,
    ):  # fmt: skip
        before, after = ask(one), ask(another)
        pd.testing.assert_frame_equal(before.table, after.table)
        assert before.facts == after.facts
    # The other future is another one: without the date, the answers differ.
    assert len(churn.episodes(made.data())) != len(churn.episodes(other.data()))
