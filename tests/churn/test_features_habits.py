import pytest

from churnlab.settings import Features, Settings
from tests.churn.one_student import contract, known, known_each, lesson

OLD = [contract(signed_at="2025-06-01")]


def test_missing_with_leave_without_and_coming_late_are_told_apart():
    # 12-06     12-07   01-13  01-20   02-03   02-10  02-17   02-24  |03-01
    # absent    came    late   leave   absent  late   leave   leave  |absent
    # too early `------------------- 84 days: 7 lessons, 3 come to -'
    days = [lesson("old", "absent", starts_at="2025-12-06 10:00"), lesson("first", starts_at="2025-12-07 10:00")]
    days += [lesson("01-13", "late"), lesson("01-20", "leave"), lesson("02-03", "absent"), lesson("02-10", "late")]
    days += [lesson("02-17", "leave"), lesson("02-24", "leave"), lesson("03-01", "absent")]
    row = known(enrolments=OLD, lessons=days)
    assert row["leave_share_84d"] == pytest.approx(3 / 7)
    assert row["absence_share_84d"] == pytest.approx(1 / 7)
    assert row["late_share_84d"] == pytest.approx(2 / 3)


def test_who_came_to_no_lesson_was_not_late_and_who_had_none_missed_none():
    missed, none = {"lessons": [lesson("02-24", "absent")]}, {"lessons": []}
    assert known_each("late_share_84d", missed, none) == [None, None]
    assert known_each("absence_share_84d", missed, none) == [1, None]


def test_lessons_a_week_are_those_come_to_in_four_weeks():
    # came first on 2025-11-30; two lessons come to in the last 28 days, one missed, ten before
    came = [lesson("first", starts_at="2025-11-30 10:00")]
    came += [lesson(f"01-{day:02d}") for day in range(10, 20)]
    came += [lesson("02-03"), lesson("02-10"), lesson("02-17", "absent")]
    row = known(enrolments=OLD, lessons=came)
    assert row["lessons_a_week_28d"] == 2 / 4


def test_a_new_student_is_told_by_the_weeks_there_were():
    # came first on 02-15, 14 days before: 2 lessons in 2 weeks; another first on 02-26, counted as of a whole week
    two_weeks, days = [lesson("02-15"), lesson("02-20")], [lesson("02-26")]
    silent = [lesson("old", starts_at="2025-10-01 10:00")]
    cases = [{"lessons": rows, "enrolments": OLD} for rows in (two_weeks, days, silent, [])]
    assert known_each("lessons_a_week_28d", *cases) == [1, 1, 0, None]


def test_another_window_gives_another_name():
    settings = Settings(features=Features(recent_days=14, trend_days=42))
    row = known(lessons=[lesson("02-14"), lesson("02-20"), lesson("02-24", "leave")], settings=settings)
    assert (row["lessons_a_week_14d"], row["leave_share_42d"]) == (1 / 2, 1 / 3)


def active(*days, student_id="a"):
    return [
        {"student_id": student_id, "enrolment_id": "e1", "on": f"2026-{day}", "kind": kind, "count": 2}
        for day, kind in days
    ]


def test_days_of_study_outside_lessons_are_counted_once_each():
    # signed 2025-06-01. 01-10 click | 02-01 click, homework | 02-09 click |03-01 click: two days of 28, three of 84
    days = active(("01-10", "click"), ("02-01", "click"), ("02-01", "homework"), ("02-09", "click"), ("03-01", "click"))
    row = known(enrolments=OLD, activity=days)
    assert row["activity_days_28d"] == 2
    assert row["activity_change_28d"] == pytest.approx(2 / 4 - 3 / 12)


def test_study_outside_lessons_is_unknown_until_somebody_studied():
    assert known()["activity_days_28d"] != known()["activity_days_28d"]
    other = active(("02-27", "click"), student_id="b")
    row = known(activity=other)
    assert (row["activity_days_28d"], row["activity_change_28d"]) == (0, 0)
    later = known(activity=active(("03-01", "click")))
    assert later["activity_days_28d"] != later["activity_days_28d"]


def test_a_new_contract_has_had_less_time_to_study():
    # signed 02-15, 14 days before: two days active are one a week in either window
    row = known(enrolments=[contract(signed_at="2026-02-15")], activity=active(("02-20", "click"), ("02-27", "click")))
    assert row["activity_change_28d"] == 0
