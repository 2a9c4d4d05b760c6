"""Is a list that was made this morning found as it was drawn, and nothing else of the day?"""

from datetime import date

import pandas as pd

from churnlab.churn.calling.record import list_name, recorded
from churnlab.settings import Calling, Settings
from tests.builders import institution

RULES = Settings(calling=Calling(hold_out_share=0.25))


def row(call, made_on, on_list, arm="call", **more):
    drawn = {"assigned_at_random": True, "experiment": "1", "churn_probability": 0.25, "saved_value_cny": 12.0}
    return {"call_id": call, "student_id": call, "made_on": made_on, "list_id": on_list, "arm": arm} | drawn | more


# Drawn on the morning of 1 March, in the east two and in the west one.
MORNING = [
    row("c3", "2026-03-01", "CL20260301", campus="West", position=1),
    row("c2", "2026-03-01", "CL20260301", campus="East", position=2, arm="hold_out"),
    row("c1", "2026-03-01", "CL20260301", campus="East", position=1),
]
BEFORE = [row("c0", "2026-02-01", "CL20260201", campus="East", position=1)]


def test_the_lists_of_the_morning_are_found_by_campus_and_position():
    rows = recorded(institution("2026-03-01", settings=RULES, calls=BEFORE + MORNING))
    assert rows["call_id"].tolist() == ["c1", "c2", "c3"]
    assert rows["arm"].tolist() == ["call", "hold_out", "call"]
    assert rows["position"].tolist() == [1, 2, 1]
    assert rows["saved_value_cny"].tolist() == [12, 12, 12]


def test_a_day_without_a_list_has_none():
    assert recorded(institution("2026-03-02", settings=RULES, calls=BEFORE + MORNING)).empty
    assert recorded(institution("2026-03-01", settings=RULES)).empty
    assert list_name(date(2026, 3, 1)) == "CL20260301"


def test_the_future_changes_nothing():
    """Whatever comes of the calls, and whoever else writes a list on the day or later."""
    answered = [
        one | {"called_at": "2026-03-01 09:00", "outcome": "leaving", "reason_code": "moved"} for one in MORNING
    ]
    later = [row("c4", "2026-03-02", "CL20260302"), row("c5", "2026-03-01", "MD20260301", campus="East", position=3)]
    found, then = (
        recorded(institution("2026-03-01", settings=RULES, calls=BEFORE + calls))
        for calls in (MORNING, [*answered, *later])
    )
    pd.testing.assert_frame_equal(found, then)
