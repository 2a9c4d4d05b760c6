import pytest

from tests.churn.one_student import contract, known, known_each

OLD = [contract(signed_at="2025-06-01")]


def complaint(opened_at, resolved_at=None, student_id="a"):
    return {"student_id": student_id, "campus": "west", "opened_at": opened_at, "resolved_at": resolved_at}


def request(requested_at, settled_at=None, outcome="open", student_id="a"):
    said = {"student_id": student_id, "enrolment_id": "e1", "requested_at": requested_at, "amount": 100}
    return said | {"settled_at": settled_at, "outcome": outcome}


def contact(at, kind="revisit", student_id="a"):
    return {"student_id": student_id, "at": at, "kind": kind}


def test_complaints_of_half_a_year_count_resolved_or_not():
    # 180 days before 2026-03-01 is 2025-09-02
    # 09-01: too early | 09-02, resolved | 02-10, open | 03-01: not before the date
    rows = [complaint("2025-09-01"), complaint("2025-09-02", "2025-09-05"), complaint("2026-02-10")]
    rows += [complaint("2026-03-01 07:00"), complaint("2026-02-13", student_id="b")]
    row = known(enrolments=OLD, complaints=rows)
    assert (row["complaints_180d"], row["open_complaints"]) == (2, 2)


def test_who_asked_for_the_money_back_counts_whatever_came_of_it():
    # too early | kept | open | refunded later | asked on the date
    rows = [request("2025-09-01"), request("2025-10-01", "2025-10-09", "kept"), request("2026-02-10")]
    rows += [request("2026-02-28 23:00", "2026-03-20", "refunded"), request("2026-03-01")]
    assert known(enrolments=OLD, refunds=rows)["refund_requests_180d"] == 3


def test_contacts_and_calls_to_save_are_counted_apart():
    # 84 days before 2026-03-01 is 2025-12-07
    rows = [contact("2025-12-06"), contact("2025-12-07", None), contact("2026-02-10"), contact("2026-03-01")]
    rows += [
        contact("2026-01-10", "save_call"),
        contact("2025-12-06", "save_call"),
        contact("2026-02-11", student_id="b"),
    ]
    rows += [{"lead_id": "x", "at": "2026-02-27"}]
    row = known(contacts=rows)
    assert (row["contacts_84d"], row["save_calls_84d"]) == (2, 1)


@pytest.mark.parametrize(
    ("name", "table", "event"),
    [
        ("complaints_180d", "complaints", complaint),
        ("refund_requests_180d", "refunds", request),
        ("contacts_84d", "contacts", contact),
        ("save_calls_84d", "contacts", contact),
    ],
)
def test_what_the_institution_does_not_record_is_unknown(name, table, event):
    unknown, later, others = (
        {},
        {table: [event("2026-03-01", student_id="b")]},
        {table: [event("2026-02-28", student_id="b")]},
    )
    found = [known(**tables)[name] for tables in (unknown, later, others)]
    assert found[2] == 0
    assert found[0] != found[0]
    assert found[1] != found[1]


def test_the_last_answer_on_recommending_us_stands():
    def answer(at, score, instrument="nps"):
        said = {"survey_id": at, "instrument": instrument, "respondent_id": "x", "student_id": "a", "at": at}
        return said | {"item": "recommend", "score": score, "scale_min": 0, "scale_max": 10}

    # 02-01: 9 | 02-10: 6 | 02-20: satisfied, another matter | 03-01: not before the date
    rows = [answer("2026-02-01", 9), answer("2026-02-10", 6), answer("2026-02-20", 10, "satisfaction")]
    assert known_each("last_nps_score", {"surveys": [*rows, answer("2026-03-01", 0)]}, {}) == [6 / 10, None]


def test_whom_a_student_brought_is_counted_once_whether_as_lead_or_as_student():
    # before 03-01 a brought three who asked, and two of them enrolled; one more asks on the date
    leads = [
        {"lead_id": f"l{day}", "campus": "west", "channel": "referral", "created_at": f"2026-{day}", "referrer_id": "a"}
        for day in ("01-10", "02-10", "02-28", "03-01")
    ]
    students = [
        {"student_id": f"n{day}", "campus": "west", "registered_on": f"2026-{day}", "referrer_id": "a"}
        for day in ("01-12", "02-12")
    ]
    assert known(leads=leads, students=students)["referrals_given"] == 3
    assert known(leads=leads[:1], students=students)["referrals_given"] == 2
    others = [row | {"referrer_id": "b"} for row in leads]
    assert known(leads=others)["referrals_given"] == 0
    assert known()["referrals_given"] != known()["referrals_given"]


def test_age_and_channel_are_known_from_registration_on():
    def registered(day):
        return [{"student_id": "a", "registered_on": day, "age_band": "6-8", "channel": "referral", "campus": "west"}]

    early, late = ({"students": registered(day)} for day in ("2026-02-28", "2026-03-01"))
    assert known_each("age_band", early, late, {}) == ["6-8", None, None]
    assert known_each("channel", early, late, {}) == ["referral", None, None]
