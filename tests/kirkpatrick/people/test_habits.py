"""Is nothing made of what the top do otherwise by chance?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.habits import what_top_do
from tests.kirkpatrick.people.team import IDS, opened, rules


def _praised(by_person):
    return [
        {"staff_id": one, "at": f"2025-0{1 + number % 9}-1{number // 9} 10:00", "kind": "praise", "good": True}
        for one, many in by_person.items()
        for number in range(many)
    ]


def test_what_the_top_do_more_is_told_a_month_with_nought_for_who_had_none():
    praise = _praised({"A11": 12, "A10": 12, "A09": 6, "A01": 3})
    found = what_top_do(opened(settings=rules(top_share=0.25), incidents=praise))
    row = found.table.iloc[0]
    assert (row["top_people"], row["colleague_people"]) == (3, 9)
    assert row["top_mean"] == pytest.approx((1 + 1 + 0.5) / 3)
    assert row["colleague_mean"] == pytest.approx(3 / 12 / 9)
    assert row["more_probability"] == 1
    shown = found.sentence("en")
    assert "praise" in shown


def test_where_nothing_stands_apart_nothing_is_made_of_it():
    even = _praised({one: 1 + place % 3 for place, one in enumerate(IDS)})
    found = what_top_do(opened(settings=rules(top_share=0.25), incidents=even))
    assert found.facts["apart"] == 0
    assert "what makes one of the top cannot be told from it" in found.sentence("en")
    assert "由此还说不出什么做法能让人进入前列" in found.sentence("zh")
    with pytest.raises(NotEnoughData):
        what_top_do(opened())
