"""Is what happens written down in the order in which it happens?"""

import numpy as np
import pytest

from churnlab.synthetic.state import CHURN, COMPLETED, KINDS, PERSONAL, Log


def test_rows_stand_in_the_order_in_which_they_were_written():
    log = Log()
    log.add("lesson", student=np.array([3, 1]), day=7)
    log.add("end", student=np.array([9]), day=8)
    log.add("lesson", student=np.array([2]), day=np.array([9]))
    found = log.frame("lesson", ("student", "day"))
    assert found.to_numpy().tolist() == [[3, 7], [1, 7], [2, 9]]


def test_nothing_written_is_an_empty_table_with_its_columns():
    log = Log()
    log.add("lesson", student=np.array([], dtype=int), day=7)
    found = log.frame("lesson", ("student", "day"))
    assert list(found) == ["student", "day"]
    assert len(found) == 0


def test_a_column_that_was_not_written_is_a_mistake():
    log = Log()
    log.add("lesson", student=np.array([1]), day=7)
    with pytest.raises(AssertionError):
        log.frame("lesson", ("student",))


def test_kinds_of_ends_have_their_numbers():
    assert (KINDS[COMPLETED], KINDS[PERSONAL]) == ("completed", "personal")
    assert not {"completed", "personal"} & set(CHURN)
