"""Are campuses that nobody knows refused, all at once?"""

import pytest

from churnlab.errors import OrderError
from churnlab.tables.campuses import refuse_unknown

FACTS = {"campuses": ["浦东", "西"]}


def test_known_campuses_pass_and_none_too():
    refuse_unknown(["西"], FACTS)
    refuse_unknown([], FACTS)


def test_all_unknown_campuses_are_named_at_once_with_those_that_are_known():
    with pytest.raises(OrderError) as refused:
        refuse_unknown(["东", "西", "北", ""], FACTS)
    assert (refused.value.key, refused.value.facts) == ("run.campus", {"unknown": '东, 北, ""', "known": "浦东, 西"})
