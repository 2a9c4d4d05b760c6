"""Every fault that an institution's business can show, as tables that contradict each other."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from churnlab.tables.between import between
from churnlab.tables.reading import Warned
from tests.tables.sheets import kept

Told = Callable[[], list[Warned]]
LOADED_ON = date(2025, 4, 2)
CONTRACT = {"hours_bought": "10"}


CAMPUSES = [{"campus": "浦东"}, {"campus": "静安"}]


def _tables(**rows: list[dict[str, str]]) -> dict[str, pd.DataFrame]:
    return {name: kept(name, *of) for name, of in rows.items()}


def _between(until: date | None = None, **rows: list[dict[str, str]]) -> list[Warned]:
    frames = _tables(**rows)
    return between(frames, loaded_on=LOADED_ON, loaded_until=dict.fromkeys(frames, until) if until else None)


def _refunds(*rows: dict[str, str]) -> list[Warned]:
    refunds = [{"refund_id": f"R{at}", "enrolment_id": "E1", **row} for at, row in enumerate(rows)]
    return _between(students=[{}], enrolments=[CONTRACT], payments=[{}], refunds=refunds)


def _lessons(*rows: dict[str, str], **more: list[dict[str, str]]) -> list[Warned]:
    lessons = [{"lesson_id": f"L{at}", "enrolment_id": "E1", "hours_used": "1", **row} for at, row in enumerate(rows)]
    return _between(campuses=CAMPUSES, students=[{}], enrolments=[CONTRACT], payments=[{}], lessons=lessons, **more)


def _one_campus_missing() -> list[Warned]:
    lessons = [
        {
            "lesson_id": f"{campus}{month}{day}",
            "campus": campus,
            "student_id": f"S{campus}",
            "starts_at": f"2025-0{month}-{day:02}",
        }
        for campus, month in (("浦东", 2), ("静安", 2), ("浦东", 3))
        for day in range(1, 21)
    ]
    return _between(campuses=CAMPUSES, lessons=lessons)


FAULTS: dict[str, Told] = {
    "nothing_wrong": lambda: _lessons({}),
    "refund_above_what_was_paid": lambda: _refunds({"amount": "100.01"}),
    "refund_before_the_purchase": lambda: _refunds({"requested_at": "2025-02-01"}),
    "refund_counted_twice": lambda: _refunds({}, {}),
    "more_hours_used_than_bought": lambda: _lessons(*[{}] * 11),
    "more_hours_left_than_bought": lambda: _lessons({"hours_used": "-1"}),
    "one_student_at_two_campuses": lambda: _lessons({"campus": "浦东"}, {"campus": "静安"}),
    "student_who_moved_to_another_campus": lambda: _lessons(
        {"campus": "浦东"}, {"campus": "静安", "starts_at": "2025-03-08"}
    ),
    "payments_that_do_not_add_up": lambda: _between(enrolments=[{"amount_paid": "99.99"}], payments=[{}]),
    "same_payment_handed_in_twice": lambda: _between(enrolments=[{}], payments=[{}, {}]),
    "lesson_after_the_exit": lambda: _lessons({"starts_at": "2025-03-09"}, exits=[{"left_on": "2025-03-08"}]),
    "lesson_in_the_future": lambda: _lessons({"starts_at": "2025-04-03 09:00"}),
    "lesson_taken_back": lambda: _lessons({}, {"hours_used": "-1", "reverses_id": "L0"}),
    "last_months_file_again": lambda: _between(date(2025, 3, 1), lessons=[{}]),
    "one_campus_missing_from_one_table": _one_campus_missing,
    "id_that_no_table_has": lambda: _lessons({"student_id": "S9"}),
    "id_stripped_of_its_leading_zeros": lambda: _between(
        students=[{"student_id": "007"}], lessons=[{"student_id": "7"}]
    ),
    "campus_mistyped_and_no_table_of_campuses": lambda: _between(
        lessons=[
            {"lesson_id": f"L{day}", "starts_at": f"2025-03-0{day} 09:00", "campus": campus}
            for day, campus in enumerate(("浦东", "浦东", "捕东"), start=1)
        ]
    ),
    "one_campus_and_no_table_of_campuses": lambda: _between(lessons=[{"campus": "浦东"}]),
    "table_that_was_not_handed_in": lambda: _lessons({"teacher_id": "T9"}),
}
