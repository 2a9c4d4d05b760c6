"""Is what people pass on counted by its use, and are lecturers from outside told apart?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.sharing import contributions
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
    table = found.table[:2].set_index("staff_id")
    # A00: a document 5, applied twice 2 · 2, passed on once 1; A02: a session 10. A03's was not held.
    assert table["points_earned"].to_dict() == {"A00": 5 + 2 * 2 + 1, "A02": 10}
    assert table.loc["A00", ["documents_used", "times_applied", "times_shared"]].tolist() == [1, 2, 1]
    assert (found.facts["sessions"], found.facts["outside"]) == (1, 1)
    assert found.table["staff_id"].tolist() == ["A00", "A02", "JS01"]
    outside = found.presented("en").iloc[2].tolist()
    assert outside == ["JS01", "from outside", "—", "1", "—", "—", "—", "—"]
    assert "Another 1 session was taught by 1 lecturer who is not on the list of staff: these stand apart" in (
        found.sentence("en")
    )
    assert "另有 1 场由不在员工名单上的 1 名讲师讲授：他们单独列出，不计分。" in found.sentence("zh")
    assert found.sentence("en").startswith("2 of 12 members of staff passed something on: 1 session taught, 1 document")
    assert "授课 1 场；1 份文档被他人应用 2 次、转发 1 次" in found.sentence("zh")


def test_uses_to_come_change_nothing():
    more = [*USES, _use("D1", "applied", "2026-02-01 10:00", by="A07")]
    assert contributions(told(more)).table.equals(contributions(told()).table)


def test_where_nobody_passed_anything_on_it_says_so():
    with pytest.raises(NotEnoughData) as error:
        contributions(opened(documents=[USES[4]]))
    assert "nobody applied or passed on a document of a colleague" in error.value.message("en")


def test_sessions_of_nobody_named_are_said_so():
    nobody = [
        row | {"instructor_id": None if row["instructor_id"] == "JS01" else row["instructor_id"]} for row in TAUGHT
    ]
    found = contributions(opened(documents=USES, trainings=[PX1], training_sessions=nobody))
    assert (found.facts["outside"], found.facts["unnamed"]) == (0, 1)
    assert "Of 1 session nobody wrote down who taught." in found.sentence("en")
    assert len(found.table) == 2
