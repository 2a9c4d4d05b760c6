"""Do those who came and went add up, and who has gone quiet?"""

import pytest

from churnlab.churn.movements import movements, quiet
from churnlab.churn.rates import churn_rate
from churnlab.errors import NotEnoughData
from tests.builders import institution
from tests.churn.random_stays import RULES, random_tables
from tests.churn.stays import by_hours, by_period, left, settings, weekly
from tests.churn.test_outcome_laws import AS_OF


# 2025   Jan       Feb       Mar       Apr
# a      ├─────────────────────┤ 10 March, not renewed
# b      ├────────────────────────────────────────────▶
# c      ├────────┤ 31 Jan   ├ 5 March, back ──────────▶
# d                          ├ 3 March, new ───────────▶
# e                          ├ 3 March, new ─┤ 20 March, moved away
def test_each_movement_of_a_month_is_counted_once():
    data = institution(
        "2025-08-01",
        settings=settings(inactivity_days=None),
        enrolments=[
            by_period("ea", "2025-01-02", "2025-03-10", student="a"),
            by_period("eb", "2025-01-02", "2025-12-31", student="b"),
            by_period("ec", "2025-01-02", "2025-01-31", student="c"),
            by_period("ec2", "2025-03-05", "2025-12-31", student="c"),
            by_period("ed", "2025-03-03", "2025-12-31", student="d"),
            by_period("ee", "2025-03-03", "2025-12-31", student="e"),
        ],
        exits=[left("2025-03-20", "moved", student="e")],
    )
    found = movements(data, "2025-03")
    assert found.table.to_numpy().tolist() == [
        ["start", 2], ["new", 2], ["returned", 1], ["churned", -1], ["personal", -1], ["completed", 0], ["end", 3],
    ]  # fmt: skip
    assert found.sentences == ("grew",)
    assert (found.facts["came"], found.facts["left"], found.facts["change"]) == (3, 2, 1)


def test_who_teaches_without_recording_it_hears_nothing_of_silence():
    data = institution("2025-08-01", settings=settings(), enrolments=[by_period("e1", "2025-01-01", "2025-12-31")])
    with pytest.raises(NotEnoughData) as told:
        quiet(data)
    assert told.value.key == "churn.no_lessons"


def test_a_transferred_student_counts_where_taught_when_the_month_began():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-12-31")],
        "lessons": weekly("e1", "2025-01-07", "2025-03-04") + weekly("e1", "2025-03-11", "2025-07-29", campus="West"),
    }
    data = institution("2025-08-01", settings=settings(), **tables)
    at_east = [churn_rate(data, month, "East").table["at_risk"].iloc[0] for month in ("2025-02", "2025-03", "2025-04")]
    assert at_east == [1, 1, 0]
    moved = movements(data, "2025-03", "East").table.set_index("movement")["students"]
    assert moved[["start", "moved", "end"]].tolist() == [1, -1, 0]


def test_students_who_came_and_went_add_up():
    data = institution(AS_OF, settings=RULES, **random_tables(3))
    for month in ("2025-02", "2025-04", "2025-06"):
        table = movements(data, month).table.set_index("movement")["students"]
        assert table.drop("end").sum() == table["end"]
        assert (table[["new", "returned"]] >= 0).all()
    campuses = [
        movements(data, "2025-04", campus).table.set_index("movement")["students"] for campus in ("East", "West")
    ]
    assert campuses[0]["moved"] == -campuses[1]["moved"]


def test_the_quiet_are_counted_by_campus():
    tables = {
        "enrolments": [by_hours(f"e{n}", "2025-01-01", 100, student=f"s{n}") for n in range(4)],
        "lessons": [
            row for n, last in enumerate(("2025-03-04", "2025-03-04", "2025-03-25", "2025-03-25"))
            for row in weekly(f"e{n}", "2025-01-07", last, student=f"s{n}")
        ],
    }  # fmt: skip
    found = quiet(institution("2025-04-01", settings=settings(), **tables))
    assert found.table[["students", "quiet", "expired"]].to_numpy().tolist() == [[4, 2, 0]]
    assert "2 students had not come for 14 days" in found.sentence("en")


def test_the_quiet_contracts_of_one_student_are_no_more_certain_than_the_student():
    """Of 30 students with four contracts each, 6 have not come to any of them for long."""
    tables = {"enrolments": [], "lessons": []}
    for n, part in [(n, part) for n in range(30) for part in range(4)]:
        last = "2025-03-04" if n < 6 else "2025-03-25"
        tables["enrolments"].append(by_hours(f"e{n}-{part}", "2025-01-01", 100, student=f"s{n}"))
        tables["lessons"] += weekly(f"e{n}-{part}", "2025-01-07", last, student=f"s{n}")
    rules = [settings(unit=unit) for unit in ("student", "enrolment")]
    one, four = (quiet(institution("2025-04-01", settings=rule, **tables)).table.iloc[0] for rule in rules)
    assert (one["quiet"], four["quiet"]) == (6, 24)
    for end in ("quiet_share_low", "quiet_share_high"):
        assert four[end] == pytest.approx(one[end], abs=0.005)
