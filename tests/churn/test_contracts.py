"""Time lines: `=` a contract runs, `x` lessons, `~` on hold."""

import pandas as pd
import pytest

from churnlab.churn.contracts import contracts
from churnlab.churn.holidays import NEVER
from tests.builders import institution
from tests.churn.stays import by_hours, by_period, left, refund, settings, weekly


def spans(as_of, **tables):
    found = contracts(institution(as_of, settings=settings(unit="enrolment"), **tables)).spans
    shown = found.assign(**{name: [text(day) for day in found[name]] for name in ("begins", "starts", "ends")})
    return shown[["begins", "starts", "ends", "how"]].to_numpy().tolist()


def text(day):
    return None if day == NEVER else f"{pd.Timestamp(day, unit='D'):%Y-%m-%d}"


def test_a_contract_starts_when_it_says_but_not_before_it_is_signed():
    later = by_period("e1", "2025-01-01", "2025-06-30", starts_on="2025-02-01")
    earlier = by_period("e2", "2025-01-10", "2025-06-30", starts_on="2025-01-01")
    assert spans("2025-03-01", enrolments=[later, earlier]) == [
        ["2025-01-01", "2025-02-01", "2025-06-30", "period"],
        ["2025-01-10", "2025-01-10", "2025-06-30", "period"],
    ]


# x 1.0 x 0.5 (absent, charged) x 1.0 | of 2.5 hours; a reversed lesson uses none
def test_hours_are_used_up_by_whatever_was_charged_and_not_taken_back():
    lessons = weekly("e1", "2025-01-07", "2025-01-28")
    lessons[1] |= {"status": "absent", "hours_used": 0.5}
    lessons[2] |= {"hours_used": None}
    taken_back = [lessons[0] | {"lesson_id": "wrong", "starts_at": "2025-01-08"}]
    taken_back += [taken_back[0] | {"lesson_id": "back", "reverses_id": "wrong", "hours_used": -1.0}]
    contract = by_hours("e1", "2025-01-01", 2, hours_free=0.5, ends_on="2025-12-31")
    assert spans("2025-03-01", enrolments=[contract], lessons=lessons + taken_back) == [
        ["2025-01-01", "2025-01-01", "2025-01-28", "hours"]
    ]


def test_hours_that_are_not_known_end_nothing():
    contract = by_hours("e1", "2025-01-01", None)
    assert spans("2026-01-01", enrolments=[contract], lessons=weekly("e1", "2025-01-07", "2025-06-24")) == [
        ["2025-01-01", "2025-01-01", None, "running"]
    ]


# two suspensions that overlap, 1–10 and 6–20 March: nineteen days on hold, added to 30 June
def test_days_on_hold_are_added_once():
    holds = [
        {"student_id": "a", "enrolment_id": "e1", "from_on": "2025-03-01", "to_on": "2025-03-10"},
        {"student_id": "a", "enrolment_id": None, "from_on": "2025-03-06", "to_on": "2025-03-20"},
    ]
    found = spans("2025-04-01", enrolments=[by_period("e1", "2025-01-01", "2025-06-30")], suspensions=holds)
    assert found == [["2025-01-01", "2025-01-01", "2025-07-19", "period"]]


def test_a_hold_after_the_end_adds_nothing_but_one_within_the_added_days_does():
    within = {"student_id": "a", "enrolment_id": "e1", "from_on": "2025-03-01", "to_on": "2025-03-11"}
    added = {"student_id": "a", "enrolment_id": "e1", "from_on": "2025-07-05", "to_on": "2025-07-08"}
    after = {"student_id": "a", "enrolment_id": "e1", "from_on": "2025-07-20", "to_on": "2025-07-25"}
    tables = {"enrolments": [by_period("e1", "2025-01-01", "2025-06-30")], "suspensions": [within, added, after]}
    assert spans("2025-08-01", **tables) == [["2025-01-01", "2025-01-01", "2025-07-13", "period"]]


def test_an_open_hold_puts_the_end_off_day_by_day():
    hold = {"student_id": "a", "enrolment_id": "e1", "from_on": "2025-06-21", "to_on": None}
    tables = {"enrolments": [by_period("e1", "2025-01-01", "2025-06-30")], "suspensions": [hold]}
    assert spans("2025-07-01", **tables)[0][2] == "2025-07-10"
    assert spans("2025-08-01", **tables)[0][2] == "2025-08-10"


# ==x==x refunded 1 Feb    x 1 Apr ====== 30 Jun
def test_a_lesson_after_a_refund_begins_a_new_stretch():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-06-30")],
        "lessons": weekly("e1", "2025-01-07", "2025-01-28") + weekly("e1", "2025-04-01", "2025-04-01"),
        "refunds": [refund("e1", "2025-02-01"), refund("e1", "2025-02-10")],
    }
    data = institution("2025-05-01", settings=settings(unit="enrolment"), **tables)
    assert contracts(data).contradictions["lesson_after_refund"] == 1
    assert spans("2025-05-01", **tables) == [
        ["2025-01-01", "2025-01-01", "2025-02-01", "refunded"],
        ["2025-04-01", "2025-04-01", "2025-06-30", "period"],
    ]


@pytest.mark.parametrize("settled", ["2025-06-30", "2025-07-10"])
def test_a_refund_after_the_last_day_breaks_nothing_off(settled):
    tables = {"enrolments": [by_period("e1", "2025-01-01", "2025-06-30")], "refunds": [refund("e1", settled)]}
    assert spans("2025-08-01", **tables)[0][2:] == ["2025-06-30", "period"]


def test_a_refund_without_a_contract_is_of_the_latest_one():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-12-31"), by_period("e2", "2025-02-01", "2025-12-31")],
        "refunds": [refund("e2", "2025-03-01") | {"enrolment_id": None}],
    }
    assert [row[3] for row in spans("2025-08-01", **tables)] == ["period", "refunded"]


def test_an_exit_without_a_contract_is_from_all_of_them_and_not_from_one_signed_later():
    tables = {
        "enrolments": [
            by_period("e1", "2025-01-01", "2025-12-31"),
            by_period("e2", "2025-02-01", "2025-12-31"),
            by_period("e3", "2025-05-01", "2025-12-31"),
        ],
        "exits": [left("2025-03-15", "price")],
    }
    assert [row[3] for row in spans("2025-08-01", **tables)] == ["withdrawn", "withdrawn", "period"]


# ==== 1 Mar ~~~ refunded 20 Mar: nobody is on hold after that
def test_a_hold_ends_with_the_contract_it_is_of():
    tables = {
        "enrolments": [by_period("e1", "2025-01-01", "2025-12-31")],
        "suspensions": [{"student_id": "a", "enrolment_id": "e1", "from_on": "2025-03-01", "to_on": None}],
        "refunds": [refund("e1", "2025-03-20")],
    }
    holds = contracts(institution("2025-08-01", settings=settings(), **tables)).holds
    assert [[text(begins), text(ends)] for begins, ends in holds[["begins", "ends"]].to_numpy()] == [
        ["2025-03-01", "2025-03-20"]
    ]


def test_rows_that_cannot_all_be_true_are_counted():
    tables = {
        "enrolments": [
            by_period("e1", "2025-03-01", "2025-02-01"),
            by_period("e2", "2025-01-01", "2025-12-31", student="b"),
        ],
        "lessons": weekly("e2", "2025-01-07", "2025-04-29", student="b"),
        "exits": [left("2025-02-15", "price", student="b")],
    }
    found = contracts(institution("2025-08-01", settings=settings(), **tables))
    assert found.contradictions == {"ends_before_start": 1, "lesson_after_refund": 0, "lesson_after_exit": 1}
    assert (found.spans["ends"] >= found.spans["begins"]).all()


# 5 Jan money back, 10 Jan x (a trial), 20 Jan signed and given back at once: what was attended before cannot resume it
def test_a_refund_settled_before_the_signing_ends_the_contract_on_the_day_it_was_signed():
    given_back = {
        "enrolments": [by_period("e1", "2025-01-20", "2025-12-31")],
        "lessons": weekly("e1", "2025-01-10", "2025-01-10"),
        "refunds": [refund("e1", "2025-01-05")],
    }
    assert spans("2025-04-01", **given_back) == [["2025-01-20", "2025-01-20", "2025-01-20", "refunded"]]
