"""Are those at risk counted where they were?"""

import numpy as np
import pytest

from churnlab.stats.risk_sets import Lingering, risk_sets, sums

# day    0   1   2   3
# a      x                 ends
# b      ────x             ends beside c
# c      ────x
# d          (───────o     into view after day 1
# e      ────────x         leaves another way; lingers
ENTRY, EXIT, ENDED = np.array([-1, -1, -1, 1, -1]), np.array([0, 1, 1, 3, 2]), np.array([1, 1, 1, 0, 0])


def sets(*, efron=True, lingering=None, strata=None):
    return risk_sets(ENTRY, EXIT, ENDED, np.ones(5), strata=strata, lingering=lingering, efron=efron)


def test_each_end_of_several_on_a_day_is_a_step_of_efron_and_each_day_one_of_breslow():
    # day 0: a b c e; day 1: b c e, then half of b and c gone
    assert sets().there(np.ones(5)).tolist() == [4, 3, 3 - 1 / 2 * 2]
    assert sets(efron=False).there(np.ones(5)).tolist() == [4, 3]
    assert sets(efron=False).heft.tolist() == [1, 2]


def test_each_row_has_seen_the_steps_of_the_days_on_which_it_was_at_risk():
    steps = np.array([10.0, 100.0, 1000.0])
    assert sets().watched(steps).tolist() == [10, 1110, 1110, 0, 1110]
    # b and c went half with the first of the two: of the second step half is not theirs
    assert sets().spared(steps).tolist() == [0, 500, 500, 0, 0]
    assert sets().average(steps).tolist() == [10, 550, 550]
    assert sets().cumulated(steps).tolist() == [10, 1110]


def test_strata_stand_apart():
    found = sets(strata=np.array([7, 7, 3, 3, 3]))
    assert found.stratum.tolist() == [3, 7, 7]
    assert found.time.tolist() == [1, 0, 1]
    assert found.there(np.ones(5)).tolist() == [2, 2, 1]  # of 3: c and e; of 7: a and b, then b
    assert found.cumulated(np.array([1.0, 2.0, 4.0])).tolist() == [1, 2, 6]


def test_who_lingers_weighs_less_as_others_go_out_of_view():
    later = risk_sets(
        np.full(3, -1), np.array([0, 2, 3]), np.array([0, 1, 1]), np.ones(3), strata=None, efron=True,
        lingering=Lingering(time=np.array([1.0]), value=np.array([1 / 4]), rows=np.array([True, False, False])),
    )  # fmt: skip
    # the first left on day 0, when the value was 1; from day 1 on it is a quarter
    assert later.there(np.ones(3)).tolist() == [2 + 1 / 4, 1 + 1 / 4]
    assert later.watched(np.array([8.0, 4.0])).tolist() == [(8 + 4) / 4, 8, 12]


def test_sums_by_place_and_a_row_that_ends_before_it_begins():
    assert sums(np.array([0, 2, 2]), np.array([1.0, 2, 3]), 4).tolist() == [1, 0, 5, 0]
    with pytest.raises(ValueError, match="came into view"):
        risk_sets([1], [1], [1], np.ones(1), strata=None, lingering=None, efron=True)
