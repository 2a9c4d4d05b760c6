"""Are the days on which somebody was taught those that the lessons say?"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.service import (
    any_lessons,
    as_day,
    as_number,
    attributed,
    campus_months,
    day_numbers,
    last_lessons,
    next_service,
    runs,
    used_up,
)
from churnlab.tables.door import fetch
from tests.builders import institution
from tests.churn.stays import by_hours, by_period, settings, weekly


def number(text: str) -> int:
    return as_number(date.fromisoformat(text))


def days(numbers) -> list[str]:
    return [as_day(int(one)).isoformat() for one in numbers]


def signed(*units: tuple[str, str], on: str = "2025-01-01") -> pd.DataFrame:
    """Return contracts as `runs` wants them."""
    return pd.DataFrame([{"enrolment_id": e, "student_id": s, "unit_id": s, "signed": number(on)} for e, s in units])


def lesson(day: str, **said):
    return {"lesson_id": day, "student_id": "a", "starts_at": day, "status": "present", "campus": "East"} | said


def test_a_day_is_a_number_and_back():
    assert (number("1970-01-01"), number("2025-03-01")) == (0, 20148)
    assert as_day(20148) == date(2025, 3, 1)
    assert day_numbers(pd.Series(pd.to_datetime(["2025-03-01", None])), -1).tolist() == [20148, -1]


def test_whether_lessons_are_recorded_at_all():
    assert not any_lessons(institution("2025-08-01"))
    assert any_lessons(institution("2025-08-01", lessons=[lesson("2025-01-07")]))
    assert not any_lessons(institution("2025-08-01", lessons=[lesson("2025-08-01")]))  # not yet


# a: maths signed 1 Jan, piano signed 1 Feb, maths again signed 1 June
@pytest.mark.parametrize(
    ("day", "course", "contract"),
    [
        ("2025-01-10", None, "m1"),
        ("2025-02-10", None, "p1"),  # the latest
        ("2025-02-10", "maths", "m1"),  # of the lesson's own course
        ("2025-06-10", "maths", "m2"),
        ("2024-12-31", "maths", None),  # before the first was signed: a trial
    ],
)
def test_a_lesson_without_a_contract_belongs_to_the_latest_signed_by_then(day, course, contract):
    data = institution(
        "2025-08-01",
        enrolments=[
            by_period("m1", "2025-01-01"), by_period("p1", "2025-02-01", course_id="piano"),
            by_period("m2", "2025-06-01"),
        ],
        lessons=[lesson(day, course_id=course, enrolment_id=None)],
    )  # fmt: skip
    lessons = data.table("lessons").select("lesson_id", "student_id", "enrolment_id", "course_id", "starts_at")
    found = fetch(attributed(lessons, data, key="lesson_id", at=lessons.starts_at.cast("date")))
    assert found["enrolment_id"].tolist() == ([contract] if contract else [])


# e1, 3 hours: 7 Jan 1, 14 Jan 1 (missed but charged), 21 Jan nothing said, 28 Jan 1: used up
# e2, 2 hours and 1 free: 2 hours used
# e3, a period: hours do not end it
def test_hours_are_used_up_on_the_day_of_the_last():
    lessons = [
        *(lesson(f"2025-01-{day}", enrolment_id="e1", hours_used=1) for day in ("07", "28")),
        lesson("2025-01-14", enrolment_id="e1", hours_used=1, status="absent"),
        lesson("2025-01-21", enrolment_id="e1"),
        *(lesson(f"2025-02-{day}", enrolment_id="e2", hours_used=1) for day in ("07", "14")),
        lesson("2025-03-07", enrolment_id="e3", hours_used=9),
    ]
    contracts = [
        by_hours("e1", "2025-01-01", 3),
        by_hours("e2", "2025-02-01", 2, hours_free=1),
        by_period("e3", "2025-03-01", "2025-06-30", hours_bought=1),
    ]
    found = used_up(institution("2025-08-01", enrolments=contracts, lessons=lessons))
    assert found["enrolment_id"].tolist() == ["e1"]
    assert found["day"].tolist() == [pd.Timestamp("2025-01-28")]


def test_tenths_of_hours_add_up():
    lessons = [lesson(f"2025-01-{day:02}", enrolment_id="e1", hours_used=0.1) for day in range(2, 12)]
    found = used_up(institution("2025-08-01", enrolments=[by_hours("e1", "2025-01-01", 1)], lessons=lessons))
    assert found["day"].tolist() == [pd.Timestamp("2025-01-11")]


# lessons of a: 7 Jan, 14 Jan (absent), 21 Jan
@pytest.mark.parametrize(
    ("mark", "follows"), [("2025-01-01", "2025-01-07"), ("2025-01-07", "2025-01-21"), ("2025-01-21", None)]
)
def test_service_after_a_day_is_the_next_lesson_attended(mark, follows):
    lessons = [lesson("2025-01-07"), lesson("2025-01-14", status="absent"), lesson("2025-01-21")]
    data = institution("2025-08-01", enrolments=[by_period("e1", "2025-01-01")], lessons=lessons)
    expected = [number(follows) if follows else -1]
    for by, whose in (("student_id", "a"), ("enrolment_id", "e1")):
        marks = pd.DataFrame({by: [whose], "day": [number(mark)]})
        assert next_service(data, marks, by=by).tolist() == expected
    assert next_service(data, marks.iloc[:0], by="enrolment_id").tolist() == []


# a  7, 14, 21 Jan ── 35 days ── 25 Feb (late) ── 26 Feb, at West
#    a trial on 31 Dec, before anything was signed
def test_days_of_service_are_folded_into_runs():
    lessons = [
        lesson("2024-12-31"), lesson("2025-01-07"), lesson("2025-01-14"), lesson("2025-01-21"),
        lesson("2025-02-25", status="late"), lesson("2025-02-26", campus="West"), lesson("2025-02-27", status="leave"),
    ]  # fmt: skip
    data = institution("2025-08-01", settings=settings(), lessons=lessons)
    nobody_left = pd.DataFrame({"unit_id": pd.Series(dtype=str), "day": pd.Series(dtype="int64")})
    found = runs(data, signed(("e1", "a")), nobody_left, gap_days=34)
    assert list(zip(days(found["first"]), days(found["last"]), found["campus"], strict=True)) == [
        ("2025-01-07", "2025-01-21", "East"),
        ("2025-02-25", "2025-02-26", "West"),
    ]
    together = runs(data, signed(("e1", "a")), nobody_left, gap_days=35)
    assert list(zip(days(together["first"]), days(together["last"]), strict=True)) == [("2025-01-07", "2025-02-26")]


def test_an_exit_ends_a_run_even_if_lessons_go_on():
    data = institution("2025-08-01", settings=settings(), lessons=weekly("e1", "2025-01-07", "2025-01-28"))
    gone = pd.DataFrame({"unit_id": ["a"], "day": [number("2025-01-14")]})
    found = runs(data, signed(("e1", "a")), gone, gap_days=45)
    assert list(zip(days(found["first"]), days(found["last"]), strict=True)) == [
        ("2025-01-07", "2025-01-14"),
        ("2025-01-21", "2025-01-28"),
    ]


# East 7 Jan, West 28 Jan, West 4 Feb, East 4 March
def test_a_student_is_from_the_next_month_on_where_last_taught_in_this():
    lessons = [
        lesson("2025-01-07"), lesson("2025-01-28", campus="West"), lesson("2025-02-04", campus="West"),
        lesson("2025-03-04"), lesson("2025-03-11", campus=None), lesson("2025-03-18", campus="West", status="absent"),
    ]  # fmt: skip
    found = campus_months(institution("2025-08-01", lessons=lessons))
    assert found["campus"].tolist() == ["West", "East"]
    assert found["from_on"].tolist() == [pd.Timestamp("2025-02-01"), pd.Timestamp("2025-04-01")]


# lessons 7, 14, 21, 28 Jan; asked before 8 Jan, before 22 Jan and before 1 March
def test_the_last_lesson_between_two_days_is_found():
    data = institution("2025-08-01", settings=settings(), lessons=weekly("e1", "2025-01-07", "2025-01-28"))
    asked = np.array([number(day) for day in ("2025-01-08", "2025-01-22", "2025-03-01")])
    found = last_lessons(data, signed(("e1", "a")), asked)
    assert dict(zip(found["place"], days(found["day"]), strict=True)) == {
        0: "2025-01-07", 1: "2025-01-21", 2: "2025-01-28",
    }  # fmt: skip
