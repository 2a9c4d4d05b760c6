"""For which reasons did we lose somebody this week that were not stated before? The case is drawn in `four.py`."""

import pandas as pd
import pytest

from churnlab.churn.weekly import new_causes as told
from churnlab.churn.weekly.new_causes import new_causes
from tests.churn.weekly.four import opened


def said(student, reason, on):
    return {"student_id": student, "left_on": on, "reason_code": reason, "method": "phone"}


def test_a_reason_that_none_of_those_lost_before_had_is_new():
    # a: price, this week; c: teacher, in the week of 29 December.
    found = new_causes(opened())
    assert found.table.drop(columns="adjusted_p_value").to_dict("records") == [
        {"reason": "price", "department": "market", "lost": 1, "earlier": 0, "is_new": True}
    ]
    # One of one in the last of thirteen weeks; the other reason, of nobody this week, has p = 1.
    assert found.table["adjusted_p_value"].tolist() == pytest.approx([2 / 13])
    # So it is new, and may be chance.
    assert (found.sentences, found.facts["n"]) == (("none", "first"), 0)
    assert found.sentence("zh").endswith("价格：之前 12 周没有人提到，但人数太少，可能只是偶然。")
    assert found.sentence("en").endswith("Price: not stated in the 12 weeks before, but so few that it may be chance.")


# Three of three in the last of thirteen weeks, p = (1 / 13)³, of six reasons in all.
def test_a_reason_of_several_at_once_that_none_had_before_is_more_than_chance(monkeypatch):
    reasons = [("safety", "facility")] * 3 + [("price", "market")] + [(f"r{n}", "service") for n in range(4)]
    days = ["2026-01-20"] * 3 + ["2026-01-21"] + ["2025-12-24"] * 4
    rows = pd.DataFrame(reasons, columns=["reason", "department"]).assign(known_on=pd.to_datetime(days))
    rows = rows.assign(end_kind="not_renewed")
    monkeypatch.setattr(told, "stated", lambda *_, **__: rows)
    found = new_causes(opened())
    assert (found.sentences, found.facts["n"]) == (("sentence", "first"), 1)
    assert found.facts["reasons"]["en"] == "Safety"
    assert found.facts["first_reasons"]["en"] == "Price"
    assert found.table["adjusted_p_value"].iloc[0] == pytest.approx(6 / 13**3)


def test_a_reason_as_frequent_as_before_is_not_news():
    found = new_causes(opened(exits=(said("b", "teacher", "2025-12-21"),)), "East")
    assert set(found.table["reason"]) == {"price", "teacher"}
    # At all campuses c had left because of the teacher: one in twelve weeks and one now is no proof of more.
    found = new_causes(opened(exits=(said("b", "teacher", "2025-12-21"),)))
    assert found.table.set_index("reason").loc["teacher", ["is_new", "earlier"]].tolist() == [False, 1]
    assert found.facts["first_reasons"]["en"] == "Price"


def test_where_nobody_said_why_there_is_nothing_to_compare():
    found = new_causes(opened("2026-01-12"), "East")
    assert (found.sentences, len(found.table)) == (("nobody",), 0)


def test_the_future_changes_nothing():
    later = opened("2026-03-01", exits=(said("d", "attitude", "2026-01-24"),))
    before = new_causes(later.before(opened().as_of))
    assert before.table.equals(new_causes(opened()).table)
    assert before.facts == new_causes(opened()).facts
