import pytest

from churnlab.settings import Calendar, Features, Period, Settings
from tests.churn.one_student import contract, known, known_each, lesson

ALWAYS_OPEN = Settings(calendar=Calendar(public_holidays="none"))


def test_attendance_counts_lessons_come_to_of_those_in_the_last_four_weeks():
    # 01-31      02-01    02-08  02-15  02-22  |03-01      03-02
    # present    present  late   leave  absent |absent     absent
    # too early  `------------ 4 weeks --------'  not before the date
    days = [lesson("01-31"), lesson("02-01"), lesson("02-08", "late"), lesson("02-15", "leave")]
    days += [lesson("02-22", "absent"), lesson("03-01", "absent"), lesson("03-02", "absent")]
    assert known_each("attendance_rate_28d", {"lessons": days}, {"lessons": days[:1]}) == [2 / 4, None]


def test_the_trend_is_the_slope_over_weeks():
    # week before the date:  2        1        0
    #                        02-10    02-17    02-24    |03-01
    # come                   1        1        0
    # slope = Σ(t − t̄)(y − ȳ) / Σ(t − t̄)² = (−1 · 1/3 + 0 − 1 · 2/3) / 2
    falling = [lesson("02-10"), lesson("02-17"), lesson("02-24", "absent")]
    # weeks before:  1: come, come, missed    0: missed    rates 2/3 and 0/1, so the line falls by 2/3 a week
    weighed = [lesson("02-16"), lesson("02-17"), lesson("02-18", "absent"), lesson("02-24", "absent")]
    same_week = [lesson("02-23"), lesson("02-24")]
    found = known_each("attendance_trend_84d", *({"lessons": days} for days in (falling, weighed, same_week, [])))
    assert found == [-1 / 2, pytest.approx(-2 / 3, abs=1e-15), None, None]


def test_the_trend_forgets_what_is_older_than_twelve_weeks():
    # 84 days before 2026-03-01 is 2025-12-07: weeks 11, 1 and 0 before; missed, come, come
    signed = [contract(signed_at="2025-11-01")]
    days = [lesson("02-17"), lesson("02-24")]
    forgotten, kept = (lesson("x", "absent", starts_at=f"2025-12-0{day} 10:00") for day in (6, 7))
    cases = ({"enrolments": signed, "lessons": [old, *days]} for old in (forgotten, kept))
    # t̄ = −4, ȳ = 2/3: (−7 · −2/3 + 3 · 1/3 + 4 · 1/3) / (49 + 9 + 16)
    assert known_each("attendance_trend_84d", *cases) == [0, pytest.approx(7 / 74, abs=1e-15)]


def test_missed_in_a_row_counts_from_the_last_lesson_come_to():
    # 02-01    02-08   02-15   02-22   |03-01
    # absent   late    absent  leave   |present
    days = [lesson("02-01", "absent"), lesson("02-08", "late"), lesson("02-15", "absent"), lesson("02-22", "leave")]
    never = [lesson("02-15", "absent"), lesson("02-22", "leave")]
    cases = ({"lessons": rows} for rows in ([*days, lesson("03-01")], days[:2], never, []))
    assert known_each("missed_in_a_row", *cases) == [2, 0, 2, None]


def test_days_since_the_lesson_count_from_the_last_one_come_to():
    # 02-01 present   02-22 absent   |03-01        February has 28 days
    days = [lesson("02-01"), lesson("02-22", "absent")]
    found = known_each("days_since_lesson", {"lessons": days}, {"lessons": days[1:]}, settings=ALWAYS_OPEN)
    assert found == [28, None]


def test_holidays_are_not_counted_since_nobody_is_missed_on_them():
    # 02-01 come | 02-10 … hold … 02-19 | 02-15 … Spring Festival … 02-23 | 03-01
    rows = {"lessons": [lesson("02-01")]}
    held = rows | {"suspensions": [hold("02-10", "02-20")]}
    inside = {"lessons": [lesson("02-20")]}  # a lesson in the holidays: only those after it
    found = known_each("days_since_lesson", rows, held, inside, {"lessons": []})
    assert found == [28 - 9, 28 - 14, 9 - 3, None]


def test_the_institutions_own_holidays_are_not_counted_either():
    own = Calendar(public_holidays="none", school_holidays=(Period(from_on="2026-02-05", to_on="2026-02-07"),))
    assert known(lessons=[lesson("02-01")], settings=Settings(calendar=own))["days_since_lesson"] == 28 - 3


def test_days_on_hold_are_not_counted():
    # last come to 02-01, read on 03-01: 28 days less those on hold
    cases = {
        (("02-10", "02-20"),): 28 - 10,
        (("02-10", "02-20"), ("02-15", "02-25")): 28 - 15,  # overlapping: each day once
        (("02-10", "02-20"), ("02-12", "02-14")): 28 - 10,  # one inside the other
        (("02-21", None),): 28 - 8,  # still on hold
        (("02-21", "03-10"),): 28 - 8,  # the day of return was not known yet
        (("01-20", "02-20"),): 28,  # came on 02-01, so was back
        (("02-01", "02-05"),): 28 - 4,  # a hold from the last lesson on
        (("03-01", "03-05"),): 28,  # not before the date
    }
    tables = ({"lessons": [lesson("02-01")], "suspensions": [hold(*days) for days in holds]} for holds in cases)
    assert known_each("days_since_lesson", *tables, settings=ALWAYS_OPEN) == list(cases.values())


def hold(from_on, to_on):
    """One of the contract if it ends, of the student if it is open."""
    return {
        "student_id": "a", "enrolment_id": "e1" if to_on else None,
        "from_on": f"2026-{from_on}", "to_on": to_on and f"2026-{to_on}",
    }  # fmt: skip


def test_a_trial_before_the_first_signing_is_no_lesson():
    row = known(enrolments=[contract(signed_at="2026-02-10")], lessons=[lesson("02-09", "absent"), lesson("02-24")])
    assert (row["attendance_rate_28d"], row["missed_in_a_row"]) == (1, 0)


def test_a_lesson_taken_back_counts_until_it_was():
    # 02-10 come, 02-20 come but taken back on 03-05; read on 03-01 and on 04-01
    days = [lesson("02-10"), lesson("02-20"), lesson("03-05", reverses_id="a 02-20 piano")]
    assert known(lessons=days, settings=ALWAYS_OPEN)["days_since_lesson"] == 9
    assert known("2026-04-01", lessons=days, settings=ALWAYS_OPEN)["days_since_lesson"] == 50


def test_names_tell_the_windows_in_use():
    settings = Settings(features=Features(recent_days=14, trend_days=42))
    row = known(lessons=[lesson("02-14", "absent"), lesson("02-15")], settings=settings)
    assert row["attendance_rate_14d"] == 1
    assert {"attendance_trend_42d", "teacher_changes_42d"} <= set(row)
    assert not any(name.endswith(("_28d", "_84d")) for name in row)


# 01-06 … 02-24: eight Tuesdays
TUESDAYS = ("01-06", "01-13", "01-20", "01-27", "02-03", "02-10", "02-17", "02-24")


def taught(teachers):
    days = zip(TUESDAYS, teachers, strict=True)
    return {"lessons": [lesson(day, teacher_id=None if who == "?" else who) for day, who in days]}


def test_a_new_main_teacher_gives_two_lessons_running():
    cases = {
        "AAAAAAAA": 0,
        "AAAABBBB": 1,
        "AAABAAAA": 0,  # a stand-in
        "AAAAAAAB": 0,  # one lesson does not make a main teacher yet
        "AAAAAABB": 1,
        "AABBAABB": 3,
        "ABABABBB": 0,  # nobody was main teacher before B
        "AA??BB??": 1,  # lessons without a teacher tell nothing
        "????????": None,
    }
    assert known_each("teacher_changes_84d", *map(taught, cases)) == list(cases.values())


def test_two_courses_with_two_teachers_are_no_change():
    days = [lesson(day) for day in TUESDAYS]
    days += [lesson(day, course_id="chess", teacher_id="t2", starts_at=f"2026-{day} 15:00") for day in TUESDAYS]
    assert known(lessons=days)["teacher_changes_84d"] == 0


@pytest.mark.parametrize(("on", "changes"), [("2026-04-21", 1), ("2026-04-22", 0)])
def test_a_change_older_than_twelve_weeks_is_forgotten(on, changes):
    # B is main teacher from the second lesson on, 01-27; 84 days later is 04-21
    assert known(on, **taught("AABBBBBB"))["teacher_changes_84d"] == changes
