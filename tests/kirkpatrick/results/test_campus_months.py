"""How did each campus do, month by month?"""

import numpy as np
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.campus_months import campus_months
from tests.kirkpatrick.results.campuses import noise, opened


def told(evaluated):
    return campus_months(evaluated, staff_kpis(evaluated.data))


def test_a_campus_has_the_mean_of_its_people_in_each_month_that_counts():
    values = noise()
    found = told(opened(values, gain=4.0))
    assert found.names == tuple("ABCDEFGHIJ")
    assert found.treated.tolist() == [True, True, *[False] * 8]
    # Ten months before, of which the last three may have been chosen for; the eleventh is the training's.
    assert (found.before, len(found.months)) == (7, 10)
    assert found.outcomes[:, :7] == pytest.approx(values[:, :7])
    assert found.outcomes[:2, 7:] == pytest.approx(values[:2, 11:] + 4)
    assert found.outcomes[2:, 7:] == pytest.approx(values[2:, 11:])
    assert (found.mixed, found.people_trained) == (0, 4)
    assert found.design == Design.COMPARISON_GROUP


def test_a_campus_with_people_on_both_sides_is_left_out():
    found = told(opened(noise(), stray="C"))
    assert "C" not in found.names
    assert (found.mixed, len(found.outcomes)) == (1, 9)


def test_where_nobody_was_trained_as_a_whole_no_campus_is():
    assert not told(opened(noise(campuses=4), trained="", stray="A")).treated.any()
    assert np.isfinite(told(opened(noise(campuses=4))).outcomes).all()
