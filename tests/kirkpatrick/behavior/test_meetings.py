"""Is the share of decisions that of closed meetings, before and after?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.behavior.meetings import meetings_held, told_of
from tests.kirkpatrick.behavior.rows import evaluated


def meeting(day, decisions, done, departments="Sales、Service", kind="meeting"):
    closed = None if done is None else f"{day[:8]}28 10:00"
    return {
        "at": f"{day} 10:00", "opened_at": f"{day} 10:00", "kind": kind, "departments": departments,
        "decisions": decisions, "decisions_done": done, "items": 2, "items_done": None if done is None else 2,
        "closed_at": closed,
    }  # fmt: skip


ROWS = [
    meeting("2026-01-10", 4, 2), meeting("2026-02-10", 4, 1), meeting("2026-04-10", 4, 4), meeting("2026-05-10", 4, 3),
]  # fmt: skip


def test_decisions_carried_out_are_told_before_and_after():
    found = meetings_held(evaluated(meetings=ROWS))
    rows = found.table[found.table["counted_kind"] == "decisions"]
    assert rows["carried_out_share"].tolist() == [3 / 8, 7 / 8]
    assert rows["n"].tolist() == [8, 8]
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert found.sentence("en").startswith("Of 8 decisions of 2 meetings after the training 87.5% were carried out")
    assert "训后 2 次会议的 8 项决议中，87.5% 已执行" in found.sentence("zh")


def test_open_meetings_and_those_of_other_departments_do_not_count():
    more = [*ROWS, meeting("2026-05-20", 9, None), meeting("2026-05-21", 9, 0, "Teaching、Service")]
    assert meetings_held(evaluated(meetings=more)).table["n"].tolist() == [8, 8, 4, 4]


def test_where_no_department_of_the_trained_takes_part_all_do():
    rows = told_of(evaluated(meetings=[one | {"departments": "Teaching、Service"} for one in ROWS]), ("meeting",))
    assert rows["concerns"].all()
    assert rows["is_after"].tolist() == [False, False, True, True]


def test_too_few_meetings_are_refused():
    with pytest.raises(NotEnoughData):
        meetings_held(evaluated(meetings=ROWS[:3]))
    with pytest.raises(NotEnoughData):
        meetings_held(evaluated("2026-03-15", meetings=ROWS))
