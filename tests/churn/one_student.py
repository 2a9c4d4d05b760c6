"""What do a few rows of one student look like, and what is known of them on the first of March?"""

from typing import Any

from churnlab.churn.features import features
from churnlab.settings import Settings
from tests.builders import institution

ON = "2026-03-01"
Rows = list[dict[str, Any]]


def contract(**said: Any) -> dict[str, Any]:
    """Return a contract of twenty hours, signed on New Year's Day."""
    usual = {
        "enrolment_id": "e1", "student_id": "a", "campus": "west", "course_id": "piano", "kind": "new",
        "billing": "by_hours", "signed_at": "2026-01-01 09:00", "hours_bought": 20, "amount_due": 2000,
    }  # fmt: skip
    return usual | said


def lesson(day: str, status: str = "present", **said: Any) -> dict[str, Any]:
    """Return a lesson of one hour, its number made from its day."""
    usual = {
        "lesson_id": f"{said.get('student_id', 'a')} {day} {said.get('course_id', 'piano')}", "student_id": "a",
        "enrolment_id": "e1", "campus": "west", "course_id": "piano", "teacher_id": "t1", "status": status,
        "starts_at": f"2026-{day} 10:00", "hours_used": 1,
    }  # fmt: skip
    return usual | said


def known(on: str = ON, *, student: str = "a", settings: Settings | None = None, **tables: Rows) -> dict[str, Any]:
    """Return the features of a student on a day, from data that go on for half a year after it."""
    data = institution("2026-09-01", settings=settings, **({"enrolments": [contract()]} | tables))
    return features(data, dates=[on]).set_index("unit_id").loc[student].to_dict()


def known_each(name: str, *cases: dict[str, Rows], on: str = ON, settings: Settings | None = None) -> list[Any]:
    """Return one feature of the student in each of several cases, None where unknown.

    Each case stands for itself; they are asked all at once, for the engine takes as long for one student as for many.
    """
    together: dict[str, Rows] = {}
    for number, tables in enumerate(cases):
        for table, rows in ({"enrolments": [contract()]} | tables).items():
            together.setdefault(table, []).extend(_of_case(number, row) for row in rows)
    found = features(institution("2026-09-01", settings=settings, **together), dates=[on]).set_index("unit_id")[name]
    values = [found[f"{number} a"] for number in range(len(cases))]
    return [None if value is None or value != value else value for value in values]


def _of_case(number: int, row: dict[str, Any]) -> dict[str, Any]:
    ids = ("student_id", "enrolment_id", "lesson_id", "reverses_id", "phone", "survey_id")
    return {name: f"{number} {value}" if name in ids and value else value for name, value in row.items()}
