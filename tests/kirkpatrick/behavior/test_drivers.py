"""Is what goes with a training counted, and held against its target?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.behavior.drivers import required_drivers
from tests.kirkpatrick.behavior.rows import TRAINED, by_superior, evaluated

WEEKS = ("2026-04-06", "2026-04-13", "2026-04-20", "2026-04-27")
TASKS = [
    {"training_id": "PX1", "staff_id": one, "week": week, "done": (one, week) != ("A", WEEKS[0])}
    for one in TRAINED
    for week in WEEKS
]
HELD = {"session_id": "S1", "training_id": "PX1", "planned_at": "2026-03-30 09:00", "held_at": "2026-03-30 09:00"}
CAME = [{"session_id": "S1", "staff_id": one, "status": "present"} for one in TRAINED]
USED = [{"doc_id": "W1", "at": "2026-04-10 10:00", "event": "applied", "staff_id": "B"}]


def told(**tables):
    every = {"check_ins": TASKS, "training_sessions": [HELD | {"module": "m"}], "training_attendance": CAME}
    return required_drivers(evaluated(**(every | {"ratings": by_superior(), "documents": USED} | tables)))


def test_each_is_counted_by_hand():
    rows = told().table.set_index("support")
    assert rows["carried_out_share"].to_dict() == {
        "check_ins": 15 / 16,
        "followed_up": 1.0,  # A checked in on 13 April, fourteen days after the session
        "superior_rated": 1.0,
        "documents": 1 / 4,
    }
    assert rows["n"].to_dict() == {"check_ins": 16, "followed_up": 4, "superior_rated": 4, "documents": 4}
    assert rows["support_state"].to_dict()["documents"] == "open"  # 1 of 4 does not rule out one half


def test_a_target_is_met_or_missed_only_where_the_interval_says_so():
    nobody = [row | {"done": False} for row in TASKS]
    found = told(check_ins=nobody)
    assert found.table.set_index("support").loc["check_ins", "support_state"] == "missed"
    assert "Furthest below: check-ins done, 0.0% of 16" in found.sentence("en")
    assert "离目标最远的是“完成打卡”：16 次中做到 0.0%" in found.sentence("zh")


def test_what_is_not_told_has_no_row_and_nothing_told_is_refused():
    assert told(documents=[], ratings=[]).table["support"].tolist() == ["check_ins", "followed_up"]
    with pytest.raises(NotEnoughData):
        told(check_ins=[], documents=[], ratings=[])


def test_whose_days_are_not_over_is_not_counted():
    found = required_drivers(evaluated("2026-05-10", check_ins=TASKS, documents=USED, ratings=by_superior()))
    assert found.table["support"].tolist() == ["check_ins"]
