"""How is the effect estimated, given whom there is to compare with?"""

import pandas as pd
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.estimates import estimate
from churnlab.kirkpatrick.results.window import Window, window
from churnlab.settings import Settings
from tests.kirkpatrick.results.sellers import MONTHS, TRAINED, noisy, opened
from tests.kirkpatrick.results.test_window import NOTHING


def estimated(**how):
    evaluated = opened(noisy, **how)
    return estimate(window(evaluated, staff_kpis(evaluated.data), NOTHING), evaluated.data.settings)


def test_with_people_to_compare_with_it_is_a_difference_in_differences_with_its_months():
    found = estimated()
    assert found.method == "difference_in_differences"
    # Months left out are skipped: −6 to −1 before, 0 and 1 after.
    assert found.by_month["event_time"].tolist() == [-6, -5, -4, -3, -2, -1, 0, 1]


def test_alone_it_is_the_change_of_each_person():
    found = estimated(people=TRAINED)
    change = [
        sum(noisy(one, m) for m in MONTHS[7:]) / 2 - sum(noisy(one, m) for m in MONTHS[:3]) / 3 for one in TRAINED
    ]  # who may have been chosen for October to December would have come back to her usual level
    assert found.effect == pytest.approx(sum(change) / 4)
    assert (found.method, found.design) == ("before_after", Design.BEFORE_AFTER_ONLY)


def alone(people):
    """Return a window of people of whom nobody is compared: 24 months before the training, 8 after; `people` by name
    (level, first month)."""
    rows = pd.DataFrame([
        {"staff_id": one, "period": at, "value": level + (at * 7 % 5) / 4 + 2 * (at >= 24)}
        for one, (level, first) in people.items()
        for at in range(first, 32)
    ])  # fmt: skip
    rows = rows.assign(start=24.0, is_trained=True, weight=1.0, campus="P", after=rows["period"] >= 24)
    return Window(
        rows=rows, starts=(24,), design=Design.TIME_SERIES, others=False, selected_months=0, other_trainings=0, left=0,
        left_compared=0, campuses=1, by_campus=False,
    )  # fmt: skip


def test_who_came_later_does_not_move_the_line_of_those_who_were_there():
    there = {"A": (10, 0), "B": (12, 0), "C": (14, 0), "D": (16, 0)}
    plain, joined = (estimate(alone(people), Settings()) for people in (there, {**there, "E": (90, 25)}))
    assert plain.method == joined.method == "interrupted_series"
    assert plain.effect == pytest.approx(2, abs=0.3)
    assert joined.effect == plain.effect
