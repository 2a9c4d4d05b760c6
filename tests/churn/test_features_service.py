from math import isnan

import pytest

from churnlab.churn.features import features
from tests.builders import institution
from tests.churn.one_student import contract, known, known_each, lesson


def complaint(opened_at, resolved_at=None, student_id="a"):
    return {"student_id": student_id, "campus": "west", "opened_at": opened_at, "resolved_at": resolved_at}


def test_a_complaint_is_open_until_the_day_it_is_resolved():
    # resolved before the date | still open | resolved on the date | resolved later | opened on the date
    rows = [
        complaint("2026-01-10", "2026-02-28 18:00"),
        complaint("2026-02-10"),
        complaint("2026-02-11", "2026-03-01 08:00"),
        complaint("2026-02-12", "2026-04-01"),
        complaint("2026-03-01 07:00"),
        complaint("2026-02-13", student_id="b"),
    ]
    assert known(complaints=rows)["open_complaints"] == 3


def test_complaints_are_unknown_until_someone_complained():
    assert isnan(known()["open_complaints"])
    assert isnan(known(complaints=[complaint("2026-03-01", student_id="b")])["open_complaints"])
    assert known(complaints=[complaint("2026-02-28", student_id="b")])["open_complaints"] == 0


def test_days_since_contact_count_from_the_last_one():
    rows = [{"student_id": "a", "at": f"2026-{at}"} for at in ("01-10 09:00", "02-09 21:00", "03-01 08:00")]
    rows += [{"lead_id": "x", "at": "2026-02-27"}, {"student_id": "b", "at": "2026-02-27"}]
    assert known_each("days_since_contact", {"contacts": rows}, {"contacts": rows[2:]}) == [20, None]


def answer(at, score, *, item="teacher", low=1, high=5, instrument="satisfaction", student_id="a"):
    return {
        "survey_id": f"{student_id} {at}", "instrument": instrument, "respondent_id": "x",
        "student_id": student_id,
        "at": at, "item": item, "score": score, "scale_min": low, "scale_max": high,
    }  # fmt: skip


def test_satisfaction_is_the_mean_of_the_last_day_of_answers():
    # 01-10: 5 of 1–5    02-10: 2 of 1–5 and 9 of 0–10    | 03-01: 5 of 1–5
    rows = [
        answer("2026-01-10", 5),
        answer("2026-02-10", 2),
        answer("2026-02-10 12:00", 9, item="room", low=0, high=10),
    ]
    rows += [
        answer("2026-03-01", 5),
        answer("2026-02-20", 10, instrument="nps"),
        answer("2026-02-20", 5, student_id="b"),
    ]
    assert known(surveys=rows)["last_satisfaction_score"] == pytest.approx((1 / 4 + 9 / 10) / 2, abs=1e-12)


def test_an_old_answer_is_forgotten():
    # 180 days before 2026-03-01 is 2025-09-02
    signed = [contract(signed_at="2025-08-01")]
    answers = [answer("2025-09-02", 3), answer("2025-09-01", 3), answer("2026-02-10", 1, low=1, high=1)]
    # the last one's scale has no width and says nothing
    cases = ({"enrolments": signed, "surveys": [one]} for one in answers)
    assert known_each("last_satisfaction_score", *cases) == [1 / 2, None, None]


def test_siblings_share_a_phone_and_come():
    # a, b, c, d, f share a phone: b comes; c came before the twelve weeks; d is only absent; f came to a trial only
    students = [{"student_id": who, "phone": "p1", "registered_on": "2025-06-01"} for who in "abcdf"]
    students += [{"student_id": "e", "phone": "p2", "registered_on": "2025-06-01"}]
    contracts = [contract(enrolment_id=who, student_id=who, signed_at="2025-06-01") for who in "abcde"]
    came = [lesson("02-10", student_id=who, enrolment_id=who) for who in "abe"]
    came += [
        lesson("02-10", "absent", student_id="d", enrolment_id="d"),
        lesson("02-10", student_id="f", enrolment_id=None),
    ]
    came += [lesson("old", student_id="c", enrolment_id="c", starts_at="2025-12-06 10:00")]
    tables = {"students": students, "enrolments": contracts, "lessons": came}
    rows = features(institution("2026-09-01", **tables), dates=["2026-03-01"]).set_index("unit_id")
    assert rows["siblings_with_us"].to_dict() == {"a": 1, "b": 1, "c": 2, "d": 2, "e": 0}


def test_siblings_are_unknown_without_a_phone_or_before_registration():
    no_phone = {"student_id": "a", "registered_on": "2026-01-01"}
    later = {"student_id": "a", "phone": "p1", "registered_on": "2026-03-01"}
    cases = ({"students": rows} for rows in ([], [no_phone], [later]))
    assert known_each("siblings_with_us", *cases) == [None, None, None]
