"""What is known of a student with several contracts, several refunds or several dates?"""

import pytest

from churnlab.churn.features import features
from churnlab.settings import Calendar, Outcome, Period, Settings
from tests.builders import institution
from tests.churn.one_student import contract, known, known_each, lesson

ALWAYS_OPEN = Settings(calendar=Calendar(public_holidays="none"))
PERIOD = {"billing": "by_period", "hours_bought": None}


def on_dates(*days, settings=None, **tables):
    """Return the features of the student by day."""
    data = institution("2026-09-01", settings=settings, **({"enrolments": [contract()]} | tables))
    found = features(data, dates=days)
    rows = found[found["unit_id"] == "a"].set_index("as_of")
    return [rows.loc[day] for day in days]


def test_the_lessons_of_all_contracts_are_one_list():
    #  piano, e1            02-03 come                      02-24 absent  |03-01
    #  chess, e2 from 02-15              02-20 come
    # The numbers of the lessons say nothing of their order.
    both = [contract(), contract(enrolment_id="e2", course_id="chess", signed_at="2026-02-15")]
    days = [
        lesson("02-03", lesson_id="9"),
        lesson("02-20", lesson_id="8", enrolment_id="e2", course_id="chess"),
        lesson("02-24", "absent", lesson_id="7"),
    ]
    row = known(enrolments=both, lessons=days, settings=ALWAYS_OPEN)
    assert (row["days_since_lesson"], row["missed_in_a_row"]) == (9, 1)
    assert row["attendance_rate_28d"] == pytest.approx(2 / 3)
    assert row["lessons_a_week_28d"] == pytest.approx(2 * 7 / 26)  # since 02-03, her first


def test_the_pace_is_that_of_all_contracts_by_hours_and_of_no_other():
    # read on 03-01. By hours: piano from 02-10, 19 days ago and so in its third week, 3 of 20 used; chess from 02-24,
    # 20 left. By period since October, two hours of it taken: one hour a week, 37 left.
    contracts = [
        contract(signed_at="2026-02-10"),
        contract(enrolment_id="e2", course_id="chess", signed_at="2026-02-24"),
        contract(**PERIOD, enrolment_id="e3", course_id="go", signed_at="2025-10-01", ends_on="2026-12-31"),
    ]
    days = [lesson("02-10"), lesson("02-17"), lesson("02-24")]
    days += [lesson(day, enrolment_id="e3", course_id="go") for day in ("02-11", "02-18")]
    two_weeks = {"enrolments": [contract(signed_at="2026-02-15")], "lessons": [lesson("02-20"), lesson("02-27")]}
    # A lesson before the start agreed: no week is over yet, one counts.
    early = {"enrolments": [contract(signed_at="2026-02-20", starts_on="2026-03-05")], "lessons": [lesson("02-25")]}
    found = known_each("weeks_of_hours_left", {"enrolments": contracts, "lessons": days}, two_weeks, early)
    assert found == [37, 18 / (2 / 2), 19]


def test_hours_left_are_unknown_while_one_running_contract_does_not_tell():
    # e1 never says what its lesson took; beside it e2 of five hours. Once e1 has expired it no longer matters.
    silent, more = [lesson("02-05", hours_used=None)], contract(enrolment_id="e2", course_id="chess", hours_bought=5)
    cases = [[contract(), more], [contract(ends_on="2026-02-10"), more]]
    told = ({"enrolments": rows, "lessons": silent} for rows in cases)
    assert known_each("hours_left", *told) == [None, 5]


def test_the_last_refund_of_a_contract_counts():
    # refunded on 02-03, taken up again on 02-10, refunded for good on 02-20; a lesson on that day is no new start
    refund = {"student_id": "a", "enrolment_id": "e1", "requested_at": "2026-02-01", "outcome": "refunded"}
    twice = {
        "lessons": [lesson("02-10"), lesson("02-20")],
        "refunds": [refund | {"settled_at": "2026-02-03"}, refund | {"settled_at": "2026-02-20"}],
    }
    once = twice | {"refunds": twice["refunds"][:1]}
    row = known(**twice)
    assert (row["hours_left"], row["days_to_contract_end"]) == (0, -9)
    assert known_each("hours_left", once) == [18]


def test_the_end_is_that_of_the_contract_that_ends_last_or_of_the_hours():
    def by_period(ends_on, **said):
        return contract(**PERIOD, ends_on=ends_on, **said)

    two = [by_period("2026-03-31"), by_period("2026-03-11", enrolment_id="e2")]
    held = {"student_id": "a", "enrolment_id": "e1", "from_on": "2026-01-20", "to_on": "2026-02-11"}
    came = [lesson("02-12"), lesson("02-19")]
    cases = [
        ({"enrolments": two}, 30),
        # two hours, valid until December, were used up on 02-19; or until 02-10, and overdrawn on 02-19
        ({"enrolments": [contract(hours_bought=2, ends_on="2026-12-31")], "lessons": came}, -10),
        ({"enrolments": [contract(hours_bought=2, ends_on="2026-02-10")], "lessons": came}, -19),
        # on hold from 01-20 to 02-11, but it only starts on 02-01: ten days
        ({"enrolments": [by_period("2026-03-06", starts_on="2026-02-01")], "suspensions": [held]}, 5 + 10),
    ]
    assert known_each("days_to_contract_end", *(tables for tables, _ in cases)) == [days for _, days in cases]


def test_tenure_counts_from_the_first_contract_and_not_before_its_start():
    two = [contract(signed_at="2026-02-10"), contract(enrolment_id="e2", signed_at="2026-02-20")]
    today = [contract(starts_on="2026-03-01")]
    assert known_each("tenure_days", {"enrolments": two}, {"enrolments": today}) == [19, None]


def test_a_late_renewal_counts_whatever_the_one_before():
    # e1 ends on 02-20 and is renewed on 02-10, ten days early, until 02-25; that is renewed on 02-28, three days late
    def again(number, signed, ends_on):
        return contract(enrolment_id=f"e{number}", kind="renewal", signed_at=signed, ends_on=ends_on)

    rows = [contract(ends_on="2026-02-20"), again(2, "2026-02-10", "2026-02-25"), again(3, "2026-02-28", "2026-06-30")]
    assert known(enrolments=rows)["renewed_days_early"] == -3


def test_what_is_paid_on_a_contract_that_tells_no_price_pays_no_other():
    free = contract(enrolment_id="e2", course_id="chess", amount_due=None)
    paid = {"enrolment_id": "e2", "student_id": "a", "paid_at": "2026-02-10", "amount": 500}
    assert known(enrolments=[contract(), free], payments=[paid])["unpaid_share"] == 1


def test_payments_are_unknown_on_dates_before_the_first():
    paid = [{"enrolment_id": "e1", "student_id": "a", "paid_at": "2026-02-10", "amount": 500}]
    before, after = on_dates("2026-02-10", "2026-02-11", payments=paid)
    assert before["unpaid_share"] != before["unpaid_share"]
    assert after["unpaid_share"] == 3 / 4


def test_hours_overdrawn_are_all_hours_and_a_hold_gives_time():
    # 59 of 119 days gone, and 30 hours taken of 20; with ten days on hold 59 of 129 gone, and none taken
    ends = [contract(ends_on="2026-04-30")]
    many = [lesson(f"02-{day:02d}", hours_used=2) for day in range(1, 16)]
    held = {"student_id": "a", "enrolment_id": "e1", "from_on": "2026-02-01", "to_on": "2026-02-11"}
    cases = {"enrolments": ends, "lessons": many}, {"enrolments": ends, "suspensions": [held]}
    assert known_each("hours_behind_rate", *cases) == pytest.approx([59 / 119 - 1, 59 / 129])


def test_a_hold_lasts_until_the_first_lesson_come_to_and_no_longer_than_is_allowed():
    # read on 03-01; a hold from 02-05 on, at most 20 days; another that begins on the day of signing
    short = Settings(outcome=Outcome(longest_suspension_days=20))
    held = [{"student_id": "a", "enrolment_id": None, "from_on": "2026-02-05", "to_on": None}]
    new = [contract(signed_at="2026-02-05")]
    cases = [
        ({"lessons": [lesson("02-08"), lesson("02-20")]}, 3),
        ({"lessons": [lesson("02-08", "absent")]}, 20),
        ({"lessons": [lesson("02-05")]}, 20),  # before it began that day
        ({"enrolments": new}, 20),
    ]
    tables = ({"suspensions": held} | more for more, _ in cases)
    assert known_each("days_on_hold_180d", *tables, settings=short) == [days for _, days in cases]


def test_a_hold_that_begins_on_the_date_is_not_known_yet():
    held = {"suspensions": [{"student_id": "b", "enrolment_id": None, "from_on": "2026-03-01", "to_on": None}]}
    assert known_each("days_on_hold_180d", held) == [None]


def test_a_holiday_counts_from_the_day_after_it():
    # come to on 02-20; the institution is closed on 03-01 and on no other day
    own = Calendar(public_holidays="none", school_holidays=(Period(from_on="2026-03-01", to_on="2026-03-01"),))
    rows = on_dates("2026-03-01", "2026-03-10", lessons=[lesson("02-20")], settings=Settings(calendar=own))
    assert [row["days_since_lesson"] for row in rows] == [9, 18 - 1]


def test_a_lesson_taken_back_is_gone_from_the_day_after_and_later_ones_are_not_read():
    # 02-10 come, 02-20 come but taken back on 03-05; the lesson of 03-06 is of that day
    days = [lesson("02-10"), lesson("02-20"), lesson("03-05", reverses_id="a 02-20 piano"), lesson("03-06")]
    rows = on_dates("2026-03-05", "2026-03-06", lessons=days, settings=ALWAYS_OPEN)
    assert [row["days_since_lesson"] for row in rows] == [13, 24]


def test_a_change_of_teacher_is_known_the_day_after():
    # t2 gives her second lesson running on 02-24
    days = [lesson("02-03"), lesson("02-10"), lesson("02-17", teacher_id="t2"), lesson("02-24", teacher_id="t2")]
    assert [row["teacher_changes_84d"] for row in on_dates("2026-02-24", "2026-02-25", lessons=days)] == [0, 1]


def test_study_of_the_first_day_of_the_window_counts():
    # 84 days before 2026-03-01 is 2025-12-07: one day in twelve weeks, none in the last four
    def studied(day):
        return {
            "enrolments": [contract(signed_at="2025-06-01")],
            "activity": [{"student_id": "a", "enrolment_id": "e1", "on": day, "kind": "click", "count": 1}],
        }

    found = known_each("activity_change_28d", studied("2025-12-06"), studied("2025-12-07"))
    assert found == [0, pytest.approx(-1 / 12)]


def test_who_only_had_calls_to_save_had_no_other_contact():
    rows = [{"student_id": "a", "at": "2026-02-10", "kind": "save_call"}]
    row = known(contacts=rows)
    assert (row["contacts_84d"], row["save_calls_84d"]) == (0, 1)


def test_a_brother_with_two_courses_is_one_brother():
    students = [{"student_id": who, "phone": "p", "registered_on": "2025-06-01"} for who in "ab"]
    contracts = [contract()] + [
        contract(enrolment_id=f"b {course}", student_id="b", course_id=course) for course in ("piano", "chess")
    ]
    came = [lesson("02-10", student_id="b", enrolment_id=f"b {name}", course_id=name) for name in ("piano", "chess")]
    assert known(students=students, enrolments=contracts, lessons=came)["siblings_with_us"] == 1
