"""Is it told as by hand whether sessions were held when planned and who came?"""

from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, t

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick import Evaluation, delivery
from churnlab.settings import Settings
from churnlab.stats.intervals import wilson
from churnlab.synthetic.training.delivery import CANCELLED_SHARE, MADE_UP_SHARE, MOVED_SHARE
from tests.kirkpatrick.needs.made_up import made_up
from tests.kirkpatrick.needs.rows import CAME, SESSIONS, evaluated

# The first twenty minutes late, the second two days and a half, the third a day early, the fourth not held.
HELD = ("2026-01-05 09:20", "2026-01-14 21:00", "2026-01-18 09:00", None)
MOVED = [row | ({"held_at": held} if held else {"held_at": pd.NaT}) for row, held in zip(SESSIONS, HELD, strict=True)]
MOVED[1] |= {"incident": "no power"}
# A made up the first session, B missed it; C missed the second, D made it up; nobody of the third and fourth told.
STATUS = {("S1", "A"): "made_up", ("S1", "B"): "absent", ("S2", "C"): "absent", ("S2", "D"): "made_up"}
SEATS = [
    row | {"status": STATUS.get((row["session_id"], row["staff_id"]), "present")}
    for row in CAME
    if row["session_id"] in ("S1", "S2")
]


def told(as_of: str = "2026-07-01", **more: object) -> Finding:
    tables = {"training_sessions": MOVED, "training_attendance": SEATS} | more
    return delivery(evaluated(as_of, **tables))


def test_each_session_is_held_against_its_plan() -> None:
    table = told().table
    assert table["session_state"].tolist() == ["on_time", "late", "early", "not_held"]
    assert table["delay_days"].tolist() == pytest.approx([20 / 1440, 2.5, -1, np.nan], nan_ok=True)
    assert table["had_incident"].tolist() == [False, True, False, False]
    wide = Settings.model_validate({"needs": {"on_time_minutes": 10}})
    assert told(settings=wide).table["session_state"][0] == "late"


def test_seats_are_counted_and_what_is_made_up_counts_as_come() -> None:
    found = told()
    seats = found.table[["seats", "seats_present", "seats_made_up", "seats_absent"]].to_numpy().tolist()
    assert seats == [[4, 2, 1, 1], [4, 2, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert found.table["came_share"].tolist() == pytest.approx([3 / 4, 3 / 4, np.nan, np.nan], nan_ok=True)
    assert found.table["came_share_low"][0] == pytest.approx(wilson(3, 4, 0.95)[0])
    assert (found.facts["came_rate"], found.facts["made_up_rate"]) == (6 / 8, 2 / 4)
    # A and D came both times, B and C once: of four people, each end is where 3/4 would be q errors off.
    q, size = t.ppf(0.975, 3), 3 / 4 * 1 / 4 * 4 / (1 / 12)
    for end in (found.facts["came_low"], found.facts["came_high"]):
        assert (3 / 4 - end) ** 2 == pytest.approx(q**2 * end * (1 - end) / size)


def test_the_sentence() -> None:
    found = told()
    assert found.sentence("en") == (
        "Of 4 planned sessions of Selling 3 were held, 1 of them within 30 minutes of the plan (25.0%, 4.6% to 69.9%). "
        "The schedule was not kept (target 90%). 1 began late, by 2.5 days in the middle and 2.5 at most. 1 has not "
        "been held. 1 had an incident (6.1% to 79.2% of sessions held like these). Of 8 seats of 4 people 6 were "
        "taken, those made up included (75.0%, 27.6% to 95.9%). Whether that reaches 90% cannot be told. Of 4 seats "
        "missed 2 were made up (50.0%, 6.1% to 93.9%)."
    )
    assert found.sentence("zh") == (
        "“Selling”计划 4 场，举办 3 场，其中 1 场与计划相差不超过 30 分钟（25.0%，4.6% 至 69.9%）。日程没有守住（"
        "目标 90%）。"
        "1 场推迟，中位数 2.5 天，最多 2.5 天。1 场至今没有举办。1 场有突发情况（按此推算占举办场次的 6.1% 至 79.2%）。"
        "4 人共 8 个席位，到场（含补训）6 个（75.0%，27.6% 至 95.9%）。是否达到 90%，还不能判断。"
        "缺的 4 个席位中补训 2 个（50.0%，6.1% 至 93.9%）。"
    )
    assert found.caveats == ("needs_few_sessions",)
    assert "no power" not in str(found.as_json("en"))  # what was written freely stays in the store


def test_without_attendance_the_schedule_is_told_alone() -> None:
    found = told(training_attendance=[])
    assert found.sentence("en").endswith("of sessions held like these).")
    assert found.table["came_share"].isna().all()


def test_of_one_person_who_always_came_little_is_known() -> None:
    found = told(training_attendance=[row for row in CAME if row["staff_id"] == "A"])
    # Four seats of one person tell as much as one seat.
    assert (found.facts["came_low"], found.facts["came_high"]) == pytest.approx(wilson(1, 1, 0.95))


def test_what_is_held_later_is_not_held_yet() -> None:
    # On the 14th the second session, planned for the 12th, is to come in the evening; the others are not yet planned.
    assert told("2026-01-14").table["session_state"].tolist() == ["on_time", "not_held"]
    moved = [row | ({"held_at": "2026-01-13 09:00"} if row["session_id"] == "S2" else {}) for row in MOVED]
    assert told("2026-01-14", training_sessions=moved).table["session_state"].tolist() == ["on_time", "late"]


def test_without_sessions_it_is_refused() -> None:
    with pytest.raises(NotEnoughData) as none:
        told(training_sessions=[row | {"training_id": "PX2"} for row in SESSIONS], training_attendance=[])
    assert none.value.key == "needs.no_sessions"


@pytest.mark.slow
def test_intervals_hold_how_punctual_sessions_were_planned_to_be() -> None:
    """Estimand: the probability that a session begins as planned, and that a seat missed is made up."""
    held = {"on_time": [], "made_up": []}  # type: dict[str, list[bool]]
    for seed in range(15):
        data, trained = made_up(seed, students=2500)
        with closing(data):
            for one in trained.held:
                found = delivery(Evaluation(data, one.training_id)).facts
                # The first session of a cohort is never cancelled.
                turns = one.programme.sessions
                true = (1 - MOVED_SHARE) * (1 - CANCELLED_SHARE * (turns - 1) / turns)
                held["on_time"].append(found["on_time_low"] <= true <= found["on_time_high"])
                if found.get("missed", 0) > 0:
                    held["made_up"].append(found["made_up_low"] <= MADE_UP_SHARE <= found["made_up_high"])
    for name, hits in held.items():
        assert len(hits) >= 90, name
        assert sum(hits) >= binom.ppf(0.005, len(hits), 0.95), (name, np.mean(hits))
