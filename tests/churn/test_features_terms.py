import pytest

from tests.churn.one_student import contract, known, known_each, lesson

PERIOD = {"billing": "by_period", "hours_bought": None, "hours_free": None}


def test_courses_at_once_are_those_of_running_contracts():
    # read on 03-01: piano runs, chess runs twice, go ended on 02-10
    more = [contract(enrolment_id="e2", course_id="chess"), contract(enrolment_id="e3", course_id="chess")]
    over = contract(enrolment_id="e4", course_id="go", ends_on="2026-02-10")
    cases = [[contract(), *more, over], [contract(), over], [over]]
    assert known_each("courses_at_once", *({"enrolments": rows} for rows in cases)) == [2, 1, 1]


def test_free_hours_are_a_share_of_all_hours_of_the_latest_contract():
    latest = contract(enrolment_id="e2", signed_at="2026-02-01", hours_bought=15, hours_free=5)
    by_period = contract(enrolment_id="e3", signed_at="2026-02-02", **PERIOD)
    cases = [[contract(hours_free=10), latest], [contract()], [contract(), latest, by_period]]
    assert known_each("free_hours_share", *({"enrolments": rows} for rows in cases)) == [5 / 20, 0, None]


def test_hours_fall_behind_where_time_goes_faster():
    # 01-01 start … 03-01 … 04-30 end: 59 of 119 days gone; 5 of 20 hours used: behind. 16 used: ahead
    ends = contract(ends_on="2026-04-30")
    few = [lesson(f"02-{day:02d}") for day in range(1, 6)]
    many = [lesson(f"02-{day:02d}", hours_used=2) for day in range(1, 9)]
    unsaid = [lesson("02-01", hours_used=None)]
    cases = [{"enrolments": [ends], "lessons": rows} for rows in (few, many, [], unsaid)]
    cases += [{"lessons": few}, {"enrolments": [contract(**PERIOD, ends_on="2026-04-30")]}]
    expected = [59 / 119 - 5 / 20, 59 / 119 - 16 / 20, 59 / 119, None, None, None]
    found = known_each("hours_behind_rate", *cases)
    assert found == [None if value is None else pytest.approx(value) for value in expected]


def test_a_contract_that_is_over_has_used_all_its_time():
    over = contract(ends_on="2026-02-10")
    assert known(enrolments=[over], lessons=[lesson("02-03", hours_used=5)])["hours_behind_rate"] == 1 - 5 / 20


def test_the_last_renewal_came_so_many_days_before_the_end():
    # e1 of piano ends on 02-20. Renewed on 02-10: 10 days early; on 02-25: 5 days late; a second renewal counts alone
    first = contract(ends_on="2026-02-20")

    def again(signed, number=2, **said):
        return contract(enrolment_id=f"e{number}", kind="renewal", signed_at=signed, ends_on="2026-06-30", **said)

    cases = [
        ([first, again("2026-02-10")], 10),
        ([first, again("2026-02-25")], -5),
        ([first, again("2026-02-10"), again("2026-02-28", 3)], 122),  # 06-30 less 02-28
        ([first, again("2026-03-01")], None),  # not yet
        ([first, again("2026-02-10", course_id="chess")], None),  # nothing before it in that course
        ([contract(), again("2026-02-10")], None),  # no end was written
        ([first], None),
    ]
    found = known_each("renewed_days_early", *({"enrolments": rows} for rows, _ in cases))
    assert found == [days for _, days in cases]


def test_what_is_not_paid_yet_is_a_share_of_what_is_due():
    def paid(amount, day="02-10", enrolment_id="e1"):
        return {"enrolment_id": enrolment_id, "student_id": "a", "paid_at": f"2026-{day}", "amount": amount}

    two = [contract(), contract(enrolment_id="e2", amount_due=1000)]
    over = contract(enrolment_id="e2", amount_due=1000, ends_on="2026-02-15")
    cases = [
        ({"payments": [paid(500)]}, 3 / 4),
        ({"payments": [paid(500), paid(1500, "03-01")]}, 3 / 4),  # not before the date
        ({"payments": [paid(2500)]}, 0),
        ({"enrolments": two, "payments": [paid(2000)]}, 1000 / 3000),
        ({"enrolments": [contract(), over], "payments": [paid(2000)]}, 0),  # what is over is no open instalment
        ({"enrolments": [over], "payments": [paid(10, enrolment_id="e2")]}, None),
        ({"enrolments": [contract(amount_due=None)], "payments": [paid(500)]}, None),
        ({}, 1),  # others have paid
    ]
    found = known_each("unpaid_share", *(tables for tables, _ in cases))
    assert found == [None if share is None else pytest.approx(share) for _, share in cases]


def test_what_is_paid_is_unknown_until_somebody_paid():
    assert known_each("unpaid_share", {}, {"payments": []}) == [None, None]


def hold(from_on, to_on):
    return {"student_id": "a", "enrolment_id": None, "from_on": from_on, "to_on": to_on}


def test_days_on_hold_count_once_each_in_half_a_year():
    # 180 days before 2026-03-01 is 2025-09-02
    signed = [contract(signed_at="2025-06-01"), contract(enrolment_id="e2", signed_at="2025-06-01", course_id="chess")]
    cases = [
        ([hold("2026-02-01", "2026-02-11")], [], 10),
        ([hold("2026-02-01", "2026-02-11"), hold("2026-02-06", "2026-02-16")], [], 15),
        ([hold("2025-08-20", "2025-09-12")], [], 10),  # only from 09-02 on
        ([hold("2026-02-20", None)], [], 9),  # still on hold
        ([hold("2026-02-20", None)], [lesson("02-24")], 4),  # came, so was back
        ([hold("2026-03-01", "2026-03-09")], [], 0),  # others were on hold before
    ]
    found = known_each(
        "days_on_hold_180d",
        *({"enrolments": signed, "suspensions": holds, "lessons": came} for holds, came, _ in cases),
    )
    assert found == [days for *_, days in cases]


def test_holds_are_unknown_until_somebody_was_on_hold():
    assert known_each("days_on_hold_180d", {}) == [None]


def test_a_hold_of_one_contract_goes_on_while_the_student_comes_to_lessons_of_another():
    # on hold from 02-01 on, read on 03-01; on 02-10 she comes to a lesson of e2: back, unless only e1 was on hold
    both = [contract(), contract(enrolment_id="e2", course_id="violin")]
    came = [lesson("02-10", enrolment_id="e2", course_id="violin")]
    held = {"student_id": "a", "from_on": "2026-02-01", "to_on": None}
    cases = [[held | {"enrolment_id": "e1"}], [held | {"enrolment_id": "e2"}], [held]]
    found = known_each(
        "days_on_hold_180d", *({"enrolments": both, "lessons": came, "suspensions": holds} for holds in cases)
    )
    assert found == [28, 9, 9]
