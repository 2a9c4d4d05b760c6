"""Is a table that was never loaded told from one in which nothing happened?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.tables.there import called, has, need
from tests.builders import institution


def opened(as_of: str):
    return institution(as_of, refunds=[{"student_id": "a", "requested_at": "2026-01-21 10:00", "amount": 10.0}])


def test_a_table_is_there_from_its_first_row_on():
    assert has(opened("2026-01-22"), "refunds")
    assert not has(opened("2026-01-21"), "refunds")  # what comes later is not known yet
    assert not has(opened("2026-01-22"), "complaints")


def test_one_of_several_is_enough():
    need(opened("2026-01-22"), "complaints", "refunds")
    assert not has(opened("2026-01-22"), "complaints", "exits")


def test_what_is_missing_is_named_in_both_languages():
    with pytest.raises(NotEnoughData) as missing:
        need(opened("2026-01-22"), "complaints", "exits")
    assert missing.value.message("en") == "The store holds nothing of “Complaints”, “Exits”; load it to see this."
    assert missing.value.message("zh").startswith(f"数据库里没有{called('complaints', 'exits')['zh']}的数据")
