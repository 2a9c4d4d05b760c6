"""Is a stay told with what was known on its first day, and for as long as it could be watched?"""

import pandas as pd
import pytest

from churnlab.churn.stays import CHURNED, COMPLETED, PERSONAL, stays, watched
from tests.builders import institution
from tests.churn.stays import by_period, left, settings

RULES = settings(inactivity_days=None, grace_days=30)


# Ends are known up to 30 days before 1 August 2025.
# a  2 Jan ───────┤ 31 March     not renewed
# b  2 Jan ───────┤ 31 March     graduated
# c  2 Jan ──┤ 1 March           moved
# d  2 Jan ────────────────────▶ with us when last seen
@pytest.fixture(scope="module")
def spring():
    ends = {"a": "2025-03-31", "b": "2025-03-31", "c": "2025-12-31", "d": "2025-12-31"}
    return institution(
        "2025-08-01",
        settings=RULES,
        enrolments=[by_period(f"e{who}", "2025-01-02", end, student=who) for who, end in ends.items()],
        exits=[left("2025-03-31", "graduated", student="b"), left("2025-03-01", "moved", student="c")],
        courses=[{"course_id": "maths", "name": "Mathematics"}],
        students=[
            {"student_id": who, "campus": "East", "channel": "web", "registered_on": "2025-01-01"} for who in ends
        ],
    )


def test_each_stay_has_its_length_and_how_it_ended(spring):
    found = stays(spring).set_index("unit_id")
    assert found["cause"].to_dict() == {"a": CHURNED, "b": COMPLETED, "c": PERSONAL, "d": 0}
    assert found.loc[["a", "b", "c"], "exit"].tolist() == [88, 88, 58]  # 2 January to 31 March, to 1 March
    assert found["entry"].unique().tolist() == [-1]  # watched from the first day on


def test_what_is_told_of_a_stay_is_of_its_first_day(spring):
    found = stays(spring)
    assert found[["campus", "course", "channel", "cohort"]].drop_duplicates().to_numpy().tolist() == [
        ["East", "Mathematics", "web", "2025H1"]
    ]
    moved = institution(
        "2025-08-01",
        settings=RULES,
        enrolments=[
            by_period("e1", "2025-01-02", "2025-03-31"),
            by_period("e2", "2025-04-01", "2025-12-31", campus="West", course_id="piano"),
        ],
    )
    assert stays(moved)[["campus", "course"]].to_numpy().tolist() == [["East", "maths"]]


def test_stays_watched_for_a_while_only_come_into_view_late(spring):
    # The last 100 days before 2 July 2025 begin on 24 March: day 81 of stays that began on 2 January.
    found = stays(spring, period_days=100).set_index("unit_id")
    assert sorted(found.index) == ["a", "b", "d"]  # c had left by then
    assert found["entry"].unique().tolist() == [80]


def test_whose_first_contract_is_not_her_first_is_left_out_and_counted():
    data = institution(
        "2025-08-01",
        settings=RULES,
        enrolments=[
            by_period("e1", "2025-01-02", "2025-12-31"),
            by_period("e2", "2025-01-02", "2025-12-31", student="b"),
        ],
        students=[
            {"student_id": "a", "campus": "East", "registered_on": "2023-05-01"},
            {"student_id": "b", "campus": "East", "registered_on": "2025-01-02"},
        ],
    )
    found = stays(data)
    assert found["unit_id"].tolist() == ["b"]
    assert found.attrs["left_out"] == 1


def test_who_is_left_out_is_counted_within_the_campus_asked_for():
    # a at East and b, c at West came before the records begin; d at East began with them
    campuses = {"a": "East", "b": "West", "c": "West", "d": "East"}
    data = institution(
        "2025-08-01",
        settings=RULES,
        enrolments=[
            by_period(who, "2025-01-02", "2025-12-31", student=who, campus=campus) for who, campus in campuses.items()
        ],
        students=[{"student_id": who, "registered_on": "2023-05-01" if who != "d" else "2025-01-02"} for who in "abcd"],
    )
    counted = {campus: stays(data, campus=campus).attrs["left_out"] for campus in (None, "East", "West")}
    assert counted == {None: 1 + 2, "East": 1, "West": 2}


def test_a_campus_is_where_a_stay_began(spring):
    assert len(stays(spring, campus="East")) == 4
    assert len(stays(spring, campus="West")) == 0


def test_the_estimators_get_whole_numbers(spring):
    seen = watched(stays(spring))
    assert sorted(seen.exit.tolist())[:3] == [58, 88, 88]
    assert len(set(seen.cluster.tolist())) == 4


def test_the_future_changes_no_stay_that_was_settled(spring):
    # What happened in the last 30 days before the date cannot be told yet.
    before = stays(spring)
    later = stays(spring.before(pd.Timestamp("2025-07-15").date()))
    joined = before.merge(later, on="unit_id")
    assert (joined["exit_y"] <= joined["exit_x"]).all()
    assert (joined["cause_y"] == joined["cause_x"]).all()
