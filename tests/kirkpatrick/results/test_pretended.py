"""What if a training had begun earlier than it did?"""

import pandas as pd

from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.pretended import Pretended, pretended_months, until_chosen
from tests.kirkpatrick.results.sellers import TRAINED, noisy, opened


def test_everything_of_the_training_is_as_many_months_earlier_and_nothing_else_moves():
    true = opened(noisy)
    earlier = Pretended(true, 4)
    assert set(true.trained["began_on"]) == {pd.Timestamp("2026-01-05")}
    assert set(earlier.trained["began_on"]) == {pd.Timestamp("2025-09-05")}
    assert set(earlier.trained["works_from"]) == {pd.Timestamp("2025-10-01")}
    assert sorted(earlier.trained["staff_id"]) == list(TRAINED)
    assert earlier.compared["began_on"].isna().all()
    assert (earlier.design, earlier.course) == (true.design, true.course)
    # What is remembered of one must not be taken for the other.
    assert (earlier.scope, true.scope) == ("PX1 −4", "PX1")
    assert set(true.trained["began_on"]) == {pd.Timestamp("2026-01-05")}


def test_the_last_months_that_people_may_have_been_chosen_for_are_not_read():
    # Held in January: one month between beginning and work. By lot, three months are left after three more.
    assert pretended_months(opened(noisy), 3, 2) == [1 + 3, 1 + 6]
    assert pretended_months(opened(noisy, by_lot=False), 3, 2) == [1 + 3 + 3, 1 + 3 + 6]

    def last(evaluated):
        return until_chosen(evaluated, staff_kpis(evaluated.data))["month"].max()

    assert last(opened(noisy)) == pd.Timestamp("2025-12-01")
    assert last(opened(noisy, by_lot=False)) == pd.Timestamp("2025-09-01")
