"""How many months do those trained stay and work with what they learned?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.returns.service import Service, leaving, service
from churnlab.kirkpatrick.returns.worth import SALES, measured, money_series
from churnlab.stats.rate import Rate
from tests.kirkpatrick.returns.selling import opened, rows_of_kpis, rows_of_staff

FEBRUARY, MARCH = pd.Timestamp("2026-02-01"), pd.Timestamp("2026-03-01")


def served(evaluated, *, last=MARCH, months=5):
    series = money_series(staff_kpis(evaluated.data), evaluated.data.settings)
    return service(measured(series[SALES], evaluated), evaluated, first=FEBRUARY, last=last, months=months)


def test_months_are_counted_by_how_long_after_the_training_they_are():
    found = served(opened())
    assert found.worked.tolist() == [4, 4, 0, 0, 0]
    assert found.told.tolist() == [4, 4, 0, 0, 0]
    assert (found.here, found.people) == (((2, 4),), 4)


def test_months_that_did_not_tell_the_effect_are_worked_all_the_same():
    found = served(opened(), last=FEBRUARY)
    assert (found.worked.tolist(), found.told.tolist()) == ([4, 4, 0, 0, 0], [4, 0, 0, 0, 0])


def test_who_left_takes_her_skill_along():
    # A is measured in February and left in March; B left at the end of March, after she was measured.
    kpis = [row for row in rows_of_kpis() if not (row["unit_id"] == "A" and row["month"] == "2026-03-01")]
    found = served(opened(kpis=kpis, staff=rows_of_staff({"A": "2026-03-10", "B": "2026-03-31"})))
    assert found.worked.tolist() == [4, 3, 0, 0, 0]
    assert found.here == ((2, 2),)
    assert found.people == 4


def test_those_still_there_leave_at_the_rate_of_late():
    found = Service(
        worked=np.zeros(4), told=np.zeros(4), here=((1, 3), (2, 5)), leaving=Rate(events=0, exposure=1.0), people=8
    ).coming(np.array([0.0, np.log(2)]))
    # Three are measured until month 1 and five until 2; by ln 2 a month half of who is there stays on.
    assert found[0].tolist() == [0, 3, 8, 8]
    assert found[1] == pytest.approx([0, 3 / 2, 3 / 4 + 5 / 2, 3 / 8 + 5 / 4])


def test_leavers_are_those_of_the_same_role_in_the_last_months():
    staff = [
        *rows_of_staff({"A": "2026-03-10"}),
        # Left before the months that are looked at, and of another role.
        {"staff_id": "X", "role": "adviser", "department": "Sales", "hired_on": "2020-01-01", "left_on": "2022-01-01"},
        {"staff_id": "Y", "role": "teacher", "department": "School", "hired_on": "2020-01-01", "left_on": "2026-03-01"},
        # Hired within them: 31 days of March.
        {"staff_id": "Z", "role": "adviser", "department": "Sales", "hired_on": "2026-03-01"},
    ]
    found = leaving(opened(staff=staff, returns={"staying_months": 12}))
    assert found.events == 1
    # From 1 April 2025 to 1 April 2026 seven were there 365 days, A until 10 March 343, Z 31.
    assert found.exposure == pytest.approx((7 * 365 + 343 + 31) / (365.25 / 12))


def test_a_leaver_to_come_is_not_known():
    staff = rows_of_staff({"A": "2026-04-01"})
    pd.testing.assert_frame_equal(opened(staff=staff).trained, opened().trained)
    assert leaving(opened(staff=staff)) == leaving(opened())
