"""Are hours and new modules of the year counted as by hand?"""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick import instructor_hours, new_modules
from tests.kirkpatrick.needs.rows import COURSE, opened

OTHER = COURSE | {"training_id": "PX2", "name": "Answering"}


def session(
    number: int, module: str, held: str | None, *, training: str = "PX1", hours: float | None = 3.0, **more: Any
) -> dict[str, Any]:
    return {
        "session_id": f"S{number}", "training_id": training, "planned_at": f"{held or '2026-03-01'} 09:00",
        "held_at": f"{held} 09:00" if held else pd.NaT, "module": module, "hours": hours,
    } | more  # fmt: skip


# As of 1 July 2026 the year is July 2025 to June 2026. A is on the staff, X is not.
ROWS = [
    session(1, "one", "2025-07-01", instructor_id="A", new_content=True),
    session(2, "one", "2026-05-01", instructor_id="X", new_content=False, incident="late"),
    session(3, "two", "2026-02-01", instructor_id="X", new_content=False, hours=5.0),
    session(4, "one", "2026-03-01", instructor_id="X", training="PX2", hours=None, new_content=False),
    session(5, "three", "2026-04-01", hours=1.0, new_content=False),
    session(6, "four", "2026-04-08", instructor_id="A", hours=2.0, new_content=False),
    # Neither before the year nor what was not held counts.
    session(7, "old", "2025-06-30", instructor_id="A", new_content=True),
    session(8, "never", None, instructor_id="A", new_content=True),
]


def hours(rows: list[dict[str, Any]] = ROWS) -> Finding:
    return instructor_hours(opened(trainings=[COURSE, OTHER], training_sessions=rows, training_attendance=[]))


def modules(rows: list[dict[str, Any]] = ROWS) -> Finding:
    return new_modules(opened(trainings=[COURSE, OTHER], training_sessions=rows, training_attendance=[]))


def test_each_instructor_has_what_was_held_in_the_year() -> None:
    table = hours().table.set_index("lecturer")
    assert table["hours_taught"].to_dict() == {"X": 3 + 5, "A": 3 + 2, "not_told": 1}
    assert table["hours_share"].tolist() == pytest.approx([8 / 14, 5 / 14, 1 / 14])
    assert table["sessions_taught"].to_dict() == {"X": 3, "A": 2, "not_told": 1}
    counts = table.loc["X", ["trainings_taught", "new_sessions", "sessions_with_incident", "hours_not_told"]]
    assert counts.tolist() == [2, 0, 1, 1]
    assert table["is_on_staff"].to_dict() == {"X": False, "A": True, "not_told": False}


def test_the_sentence_of_hours_says_what_is_missing() -> None:
    found = hours()
    assert found.sentence("en") == (
        "From 1 Jul 2025 to 30 Jun 2026 2 instructors taught 6 sessions of 14.0 hours in all (a full count). X taught "
        "most: 8.0 hours, 57.1% of all. Of 1 session nobody wrote who taught. Of 1 session nobody wrote the "
        "hours: they "
        "count as none."
    )
    assert found.sentence("zh") == (
        "2025年7月1日至2026年6月30日，2 名讲师共讲 6 场、14.0 课时（全数统计）。讲得最多的是 X：8.0 课时，占 57.1%。"
        "有 1 场没有填写讲师。有 1 场没有填写课时，按零计。"
    )
    assert found.presented("zh").iloc[2, 0] == "未填"
    assert "late" not in str(found.as_json("en"))  # what was written freely stays in the store


def test_a_module_is_new_if_one_of_its_sessions_was() -> None:
    found = modules()
    table = found.table.set_index("module_training")
    # PX1: one (new in July), two, three, four; PX2 has a module one of its own.
    assert table["modules"].to_dict() == {"all_trainings": 5, "PX1": 4, "PX2": 1}
    assert table["new_module_share"].to_dict() == {"all_trainings": 1 / 5, "PX1": 1 / 4, "PX2": 0}
    assert found.sentence("en") == (
        "From 1 Jul 2025 to 30 Jun 2026 1 of 5 modules held had new content (20.0%; a full count, so it has no "
        "interval). The target of 20% is reached."
    )
    assert found.presented("en").iloc[0].tolist()[-2:] == ["20.0%", "reached"]


def test_what_nobody_told_opens_the_share_and_may_decide() -> None:
    rows = [row | ({"new_content": None} if row["module"] in ("three", "four") else {}) for row in ROWS]
    rows[5]["new_content"] = False
    found = modules([*rows, session(9, "five", "2026-06-01", new_content=False)])
    whole = found.table.iloc[0]
    assert (whole["new_module_share"], whole["new_module_share_low"], whole["new_module_share_high"]) == (
        1 / 6, 1 / 6, 2 / 6
    )  # fmt: skip
    assert whole["modules_state"] == "open_nothing"
    assert found.sentence("zh").endswith(
        "是否达到 20% 的目标，取决于没有注明的模块。有 1 个模块没有注明是否新内容：比例在 16.7% 至 33.3% 之间。"
    )
    none_new = [row | {"new_content": False} for row in ROWS]
    assert modules(none_new).table["modules_state"][0] == "not_met"


def test_the_future_changes_nothing() -> None:
    later = [*ROWS, session(10, "next", "2026-07-01", instructor_id="A", new_content=True)]
    pd.testing.assert_frame_equal(hours(later).table, hours().table)
    pd.testing.assert_frame_equal(modules(later).table, modules().table)


def test_a_month_that_is_not_over_is_left_out() -> None:
    now = [*ROWS, session(10, "now", "2026-07-10", instructor_id="A", new_content=True)]
    data = opened("2026-07-15", trainings=[COURSE, OTHER], training_sessions=now, training_attendance=[])
    pd.testing.assert_frame_equal(instructor_hours(data).table, hours().table)


def test_without_sessions_or_marks_it_is_refused() -> None:
    for ask, rows, key in (
        (hours, ROWS[6:], "needs.none_held"), (modules, ROWS[6:], "needs.none_held"),
        (modules, [row | {"new_content": None} for row in ROWS], "needs.no_new_content"),
    ):  # fmt: skip
        with pytest.raises(NotEnoughData) as none:
            ask(rows)
        assert none.value.key == key


def test_without_hours_there_are_no_shares() -> None:
    found = hours([row | {"hours": None} for row in ROWS])
    assert np.isnan(found.table["hours_share"]).all()
    assert "taught most" not in found.sentence("en")
