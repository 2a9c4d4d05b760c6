"""Is what people pass on counted by its use, and are documents told by their uses a month?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.sharing import contributions, most_used_documents
from tests.kirkpatrick.people.team import PX1, opened


def _use(doc, event, at, by="A05", author="A00"):
    return {"doc_id": doc, "author_id": author, "topic": "scripts", "at": at, "event": event, "staff_id": by}


# D1 of A00: applied twice by others, once by herself, passed on once, viewed once. D2 of A01: viewed only.
USES = [
    _use("D1", "applied", "2025-03-01 10:00"),
    _use("D1", "applied", "2025-03-02 10:00", by="A06"),
    _use("D1", "applied", "2025-03-03 10:00", by="A00"),
    _use("D1", "shared", "2025-03-04 10:00"),
    _use("D1", "view", "2025-03-05 10:00"),
    _use("D2", "view", "2025-12-01 10:00", author="A01"),
]
TAUGHT = [
    {"session_id": f"S{place}", "training_id": "PX1", "planned_at": "2025-05-05 09:00", "held_at": held, "hours": 2.0,
     "instructor_id": who, "module": "m"}
    for place, (who, held) in enumerate(
        (("A02", "2025-05-05 09:00"), ("JS01", "2025-05-06 09:00"), ("A03", None))
    )
]  # fmt: skip


def told(uses=USES, as_of="2026-01-01", **more):
    return opened(as_of, documents=uses, trainings=[PX1], training_sessions=TAUGHT, **more)


def test_points_are_for_what_others_use_and_for_sessions_held():
    found = contributions(told())
    table = found.table.set_index("staff_id")
    # A00: a document 5, applied twice 2 · 2, passed on once 1; A02: a session 10. A03's was not held.
    assert table["points_earned"].to_dict() == {"A00": 5 + 2 * 2 + 1, "A02": 10}
    assert table.loc["A00", ["documents_used", "times_applied", "times_shared"]].tolist() == [1, 2, 1]
    assert (found.facts["sessions"], found.facts["outside"]) == (1, 1)
    assert found.sentence("en").startswith("2 of 12 members of staff passed something on: 1 session taught, 1 document")
    assert "授课 1 场；1 份文档被他人应用 2 次、转发 1 次" in found.sentence("zh")


def test_uses_to_come_change_nothing():
    more = [*USES, _use("D1", "applied", "2026-02-01 10:00", by="A07")]
    assert contributions(told(more)).table.equals(contributions(told()).table)


def test_where_nobody_passed_anything_on_it_says_so():
    with pytest.raises(NotEnoughData) as error:
        contributions(opened(documents=[USES[4]]))
    assert "nobody applied or passed on a document of a colleague" in error.value.message("en")


def test_documents_are_told_by_their_uses_a_month_since_the_first():
    many = [_use("D3", "view", f"2025-{month:02}-15 10:00", author="A01") for month in range(1, 13)]
    found = most_used_documents(told(USES + many))
    table = found.table.set_index("doc_id")
    # D3: eleven uses after the first, 15 January to the end of December: 351 days less ten hours.
    assert table["uses"].to_dict() == {"D3": 11, "D1": 3, "D2": 0}
    assert table["months_available"]["D3"] == pytest.approx((351 - 10 / 24) / (365.25 / 12))
    assert 3 / 10 < table["uses_per_month"]["D1"] < table["uses_per_month"]["D3"] < 11 / 11.5
    assert found.sentence("en").startswith("D3 is used most: 0.")
    assert "使用最多的是 D3" in found.sentence("zh")


def test_one_document_is_not_ordered():
    with pytest.raises(NotEnoughData):
        most_used_documents(told(USES[:5]))
