from tests.churn.one_student import contract, known, known_each, lesson

PERIOD = {"billing": "by_period", "hours_bought": None, "starts_on": "2026-01-01"}


def test_hours_left_are_bought_and_free_less_used():
    # 20 bought + 4 free; used before 03-01: 1 + 1.5, missed but charged 1; the lesson on 03-01 is not yet
    days = [lesson("02-10"), lesson("02-17", hours_used=1.5), lesson("02-24", "absent"), lesson("03-01")]
    assert known(enrolments=[contract(hours_free=4)], lessons=days)["hours_left"] == 24 - 7 / 2


def test_tenths_of_hours_add_up_exactly():
    days = [lesson(f"02-{day:02d}", hours_used=0.1) for day in range(1, 11)]
    assert known(lessons=days)["hours_left"] == 19


def test_hours_left_add_up_over_running_contracts_only():
    # e1 used up and overdrawn (2 of 1), e2 expired on 02-10, e3 runs, e4 refunded on 02-20, e5 signed on the date
    contracts = [
        contract(hours_bought=1),
        contract(enrolment_id="e2", ends_on="2026-02-10"),
        contract(enrolment_id="e3", hours_bought=5),
        contract(enrolment_id="e4", hours_bought=40),
        contract(enrolment_id="e5", signed_at="2026-03-01 08:00"),
    ]
    refund = {"student_id": "a", "enrolment_id": "e4", "requested_at": "2026-02-15", "settled_at": "2026-02-20 12:00"}
    row = known(
        enrolments=contracts,
        lessons=[lesson("02-10"), lesson("02-17")],
        refunds=[{**refund, "outcome": "refunded", "amount": 1}],
    )
    assert row["hours_left"] == 5


def test_a_refund_ends_a_contract_once_it_is_settled():
    usual = {"student_id": "a", "requested_at": "2026-02-15"}
    cases = {
        ("2026-02-28", "refunded"): 0,
        ("2026-03-01", "refunded"): 20,
        ("2026-02-28", "kept"): 20,
        (None, "open"): 20,
    }
    refunds = ({"refunds": [{**usual, "settled_at": at, "outcome": outcome}]} for at, outcome in cases)
    assert known_each("hours_left", *refunds) == list(cases.values())


def test_a_lesson_come_to_after_the_refund_takes_the_contract_up_again():
    refund = {"student_id": "a", "requested_at": "2026-02-01", "settled_at": "2026-02-03", "outcome": "refunded"}
    assert known(lessons=[lesson("02-10")], refunds=[refund])["hours_left"] == 19


def test_hours_that_were_used_up_say_nothing_of_who_goes_on_by_period():
    # e1, of one hour, was used up on 02-10; read on 03-01
    def by_period(ends_on, **said):
        return contract(**PERIOD, enrolment_id="e2", ends_on=ends_on, **said)

    cases = [
        ([], 0),
        ([by_period("2026-12-31")], None),  # goes on by period only
        ([by_period("2026-02-05")], 0),  # nothing runs, and the hours ended last
        ([by_period("2026-02-20")], None),  # nothing runs, and the period ended last
        ([by_period("2026-12-31"), contract(enrolment_id="e3", hours_bought=5)], 5),
        ([by_period("2026-12-31"), contract(enrolment_id="e3", hours_bought=5, ends_on="2026-02-27")], None),
    ]
    told = [{"enrolments": [contract(hours_bought=1), *more], "lessons": [lesson("02-10")]} for more, _ in cases]
    assert known_each("hours_left", *told) == [hours for _, hours in cases]
    assert known_each("weeks_of_hours_left", *told[:2]) == [0, None]


def test_hours_of_a_refunded_contract_say_nothing_of_who_goes_on_by_period():
    refund = {"student_id": "a", "enrolment_id": "e1", "requested_at": "2026-02-15", "settled_at": "2026-02-20"}
    contracts = [contract(), contract(**PERIOD, enrolment_id="e2", ends_on="2026-12-31")]
    cases = ({"enrolments": contracts, "refunds": [refund | {"outcome": told}]} for told in ("refunded", "kept"))
    assert known_each("hours_left", *cases) == [None, 20]


def test_hours_left_are_unknown_without_a_contract_by_hours_or_a_lesson_that_says():
    by_period, unsaid = {"enrolments": [contract(**PERIOD)]}, {"enrolments": [contract(hours_bought=None)]}
    silent = {"lessons": [lesson("02-10", hours_used=None)]}
    assert known_each("hours_left", by_period, unsaid, silent) == [None, None, None]


def test_a_lesson_without_a_contract_counts_on_the_latest_for_its_course():
    # e1 piano from 01-01, e2 chess from 02-01; a nameless piano lesson on 02-10
    contracts = [
        contract(hours_bought=1),
        contract(enrolment_id="e2", course_id="chess", hours_bought=5, signed_at="2026-02-01"),
    ]
    row = known(enrolments=contracts, lessons=[lesson("02-10", enrolment_id=None)])
    assert row["hours_left"] == 5


def test_weeks_of_hours_left_go_by_the_pace_of_twelve_weeks():
    # signed 2025-10-01, more than twelve weeks ago; six hours in the last twelve weeks: half an hour a week; 12 left
    signed = contract(signed_at="2025-10-01", hours_bought=19)
    days = [lesson(day) for day in ("01-06", "01-13", "01-20", "01-27", "02-03", "02-10")]
    old = lesson("old", starts_at="2025-12-06 10:00")
    assert known(enrolments=[signed], lessons=[old, *days])["weeks_of_hours_left"] == 12 / (6 / 12)


def test_the_pace_of_a_new_contract_goes_by_the_weeks_since_it_began():
    # began on 02-10: 19 days before 03-01, so in its third week; three hours used: one a week; 17 left
    row = known(
        enrolments=[contract(signed_at="2026-02-10")], lessons=[lesson("02-10"), lesson("02-17"), lesson("02-24")]
    )
    assert row["weeks_of_hours_left"] == 17 / (3 / 3)


def test_weeks_of_hours_left_are_unknown_where_none_were_used_lately():
    assert known_each("weeks_of_hours_left", {}) == [None]


def test_days_to_contract_end_count_to_the_last_day_of_what_runs():
    # read on 03-01; February has 28 days
    def ending(ends_on, **said):
        return contract(**PERIOD, ends_on=ends_on, **said)

    used_up = contract(enrolment_id="e2", hours_bought=0, ends_on="2026-12-31")
    endless = contract(enrolment_id="e2")
    cases = [
        ([ending("2026-03-31")], 30),
        ([ending("2026-03-01")], 0),
        ([ending("2026-02-19")], -10),  # ended and not renewed yet
        ([ending("2026-02-19"), ending("2026-03-11", enrolment_id="e2")], 10),
        ([ending("2026-02-19"), used_up], -10),
        ([ending("2026-02-19"), endless], None),  # what runs tells no end
    ]
    found = known_each("days_to_contract_end", *({"enrolments": contracts} for contracts, _ in cases))
    assert found == [days for _, days in cases]


def test_a_contract_whose_hours_ran_out_ended_with_its_last_lesson():
    # e1, a period, ended on 02-01; e2, of 2 hours, was used up on 02-19; read on 03-01
    contracts = [
        contract(**PERIOD, ends_on="2026-02-01"),
        contract(enrolment_id="e2", signed_at="2026-02-02", hours_bought=2),
    ]
    came = [lesson(day, enrolment_id="e2", hours_used=1) for day in ("02-12", "02-19")]
    assert known_each("days_to_contract_end", {"enrolments": contracts, "lessons": came}) == [-10]


def test_a_contract_that_was_refunded_ended_with_the_refund():
    # read on 03-01; e1 ended on 02-01; its renewal e2 was to run until 12-31 and was refunded on 02-19, ten days ago
    first = contract(**PERIOD, ends_on="2026-02-01")
    renewal = contract(enrolment_id="e2", signed_at="2026-02-02", ends_on="2026-12-31")
    over = contract(enrolment_id="e2", ends_on="2026-02-05")
    refund = {"student_id": "a", "enrolment_id": "e2", "requested_at": "2026-02-10", "outcome": "refunded"}
    settled, later = refund | {"settled_at": "2026-02-19"}, refund | {"settled_at": "2026-03-01"}  # not yet
    cases = [([first, renewal], settled, -10), ([over], settled, -24), ([first, renewal], later, 305)]
    found = known_each("days_to_contract_end", *({"enrolments": rows, "refunds": [back]} for rows, back, _ in cases))
    assert found == [days for *_, days in cases]


def test_days_on_hold_move_the_end():
    # read on 03-01
    cases = [
        ("2026-03-06", ("2026-02-05", "2026-02-15"), [], 5 + 10),
        ("2026-03-06", ("2026-02-05", None), [], 5 + 24),  # still on hold: 02-05 … 02-28
        ("2026-03-06", ("2026-02-05", None), ["02-08"], 5 + 3),  # came on 02-08, so was back
        ("2026-03-06", ("2025-12-20", "2026-01-05"), [], 5),  # began before the contract was signed
        ("2026-02-19", ("2026-02-20", "2026-02-25"), [], -10),  # after the end
        ("2026-02-19", ("2026-02-19", None), [], 0 + 0),  # on the last day, and open: ends on 02-19 + 10 days = 03-01
    ]
    found = known_each(
        "days_to_contract_end",
        *(
            {
                "enrolments": [contract(**PERIOD, ends_on=ends_on)],
                "lessons": [lesson(day) for day in came],
                "suspensions": [{"student_id": "a", "enrolment_id": "e1", "from_on": hold[0], "to_on": hold[1]}],
            }
            for ends_on, hold, came, _ in cases
        ),
    )
    assert found == [days for *_, days in cases]


def test_tenure_counts_from_the_first_lesson_or_start():
    # signed 01-01; starts 02-01; came on 01-29; read on 03-01
    late = [contract(starts_on="2026-02-01")]
    cases = [
        ({"enrolments": late}, 28),
        ({"enrolments": late, "lessons": [lesson("01-29")]}, 31),
        ({"enrolments": late, "lessons": [lesson("01-29", "absent")]}, 28),
        ({"enrolments": [contract(starts_on="2026-03-02")]}, None),
    ]
    assert known_each("tenure_days", *(tables for tables, _ in cases)) == [days for _, days in cases]


def test_contracts_before_are_those_signed_before_the_latest():
    # 2025-06-01 e0, 2025-12-01 void, 01-01 e1 | 03-01 e9
    contracts = [
        contract(enrolment_id="e0", signed_at="2025-06-01", status="ended"),
        contract(enrolment_id="ex", signed_at="2025-12-01", status="void"),
        contract(),
        contract(enrolment_id="e9", signed_at="2026-03-01"),
        contract(enrolment_id="b1", signed_at="2025-06-01", student_id="b"),
    ]
    assert known_each("contracts_before", {"enrolments": contracts[2:]}, {"enrolments": contracts}) == [0, 1]
    assert known("2026-03-02", enrolments=contracts)["contracts_before"] == 2


def test_the_price_is_what_is_due_for_an_hour():
    old = contract(enrolment_id="e0", signed_at="2025-06-01", amount_due=9999)
    assert known(enrolments=[old, contract(hours_free=5)])["price_per_hour_cny"] == 2000 / 25


def test_without_an_amount_due_the_price_is_what_was_paid_before_the_date():
    # 600 on 01-01, 400 on 02-01, 1000 on the date
    paid = [("2026-01-01", 600), ("2026-02-01", 400), ("2026-03-01", 1000)]
    payments = [{"enrolment_id": "e1", "student_id": "a", "paid_at": at, "amount": amount} for at, amount in paid]
    assert known(enrolments=[contract(amount_due=None)], payments=payments)["price_per_hour_cny"] == 1000 / 20


def test_the_price_is_unknown_without_hours_or_amounts():
    cases = (contract(amount_due=None), contract(hours_bought=0), contract(**PERIOD))
    assert known_each("price_per_hour_cny", *({"enrolments": [one]} for one in cases)) == [None, None, None]


def test_the_course_is_the_latest_contracts():
    contracts = [
        contract(),
        contract(enrolment_id="e2", signed_at="2026-02-01", course_id="chess"),
        contract(enrolment_id="e3", signed_at="2026-03-01", course_id="dance"),
    ]
    assert known(enrolments=contracts)["course_id"] == "chess"


def test_a_refund_settled_before_it_was_asked_for_is_one_from_the_day_on_which_it_was_asked_for():
    # A slip of the pen: settled on 02-20, asked for on 03-05, four days after the date, or on 02-21.
    refund = {"student_id": "a", "settled_at": "2026-02-20", "outcome": "refunded"}
    cases = ({"refunds": [refund | {"requested_at": day}]} for day in ("2026-03-05", "2026-02-21"))
    assert known_each("hours_left", *cases) == [20, 0]
