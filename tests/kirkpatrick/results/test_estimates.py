"""How is the effect estimated, given whom there is to compare with?"""

import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.estimates import estimate
from churnlab.kirkpatrick.results.window import window
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
        sum(noisy(one, m) for m in MONTHS[7:]) / 2 - sum(noisy(one, m) for m in MONTHS[:6]) / 6 for one in TRAINED
    ]
    assert found.effect == pytest.approx(sum(change) / 4)
    assert (found.method, found.design) == ("before_after", Design.BEFORE_AFTER_ONLY)
