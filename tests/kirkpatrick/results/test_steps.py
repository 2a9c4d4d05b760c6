"""How many of those whom each member of staff spoke with first came to the next step?"""

import pandas as pd
import pytest

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.results.steps import not_across, staff_requests, staff_steps
from tests.builders import institution

STAFF = [{"staff_id": "A", "role": "adviser"}, {"staff_id": "B", "role": "adviser"}]
LEADS = [
    {"lead_id": "1", "name": "n1", "phone": "1", "created_at": "2026-01-02", "student_id": "x"},
    {"lead_id": "2", "name": "n2", "phone": "2", "created_at": "2026-01-03"},
    {"lead_id": "3", "name": "n3", "phone": "3", "created_at": "2026-01-20", "student_id": "z"},
    {"lead_id": "4", "name": "n4", "phone": "4", "created_at": "2026-01-21"},
]
STUDENTS = [
    {"student_id": "x", "name": "n1", "phone": "1", "registered_on": "2026-01-14"},
    {"student_id": "z", "name": "n3", "phone": "3", "registered_on": "2026-03-12"},
]


def contact(lead, at, kind, staff="A"):
    return {"lead_id": lead, "at": f"2026-{at}", "kind": kind, "staff_id": staff}


# Spoken with by A: 1, 2, 3; 4 by nobody. Lead 1 books, comes on 10 January and signs on the 14th, four days later, with
# B. Lead 2 books and stays away. Lead 3 books only on 1 March, more than 30 days later, comes on the 2nd and signs on
# the 12th, ten days later.
CONTACTS = [
    contact("1", "01-03", "follow_up"),
    contact("1", "01-05", "trial_booked"),
    contact("1", "01-10", "trial_done", "B"),
    contact("2", "01-04", "follow_up"),
    contact("2", "01-06", "trial_booked"),
    contact("3", "01-22", "follow_up"),
    contact("3", "03-01", "trial_booked"),
    contact("3", "03-02", "trial_done"),
]
SIGNED = [
    {"enrolment_id": "e1", "student_id": "x", "signed_at": "2026-01-14", "kind": "new", "staff_id": "B"},
    {"enrolment_id": "e3", "student_id": "z", "signed_at": "2026-03-12", "kind": "new", "staff_id": "A"},
]  # fmt: skip


def opened(as_of="2026-06-01", signed=SIGNED, contacts=CONTACTS, **more):
    return institution(as_of, staff=STAFF, students=STUDENTS, leads=LEADS, contacts=contacts, enrolments=signed, **more)


def told(data):
    return {
        name: {(row["staff_id"], f"{row['month']:%m}"): (row["value"], row["n"]) for row in rows.to_dict("records")}
        for name, rows in staff_steps(data).items()
    }


def test_each_step_is_a_share_of_those_who_took_the_one_before():
    steps = told(opened())
    assert steps["booked_rate"] == {("A", "01"): (pytest.approx(2 / 3), 3)}
    assert steps["visited_rate"] == {("A", "01"): (1 / 2, 2), ("A", "03"): (1 / 1, 1)}
    assert steps["visit_signed_rate"] == {("A", "01"): (1 / 1, 1), ("A", "03"): (1 / 1, 1)}
    # Four days after the first visit is soon, ten days are not.
    assert steps["first_visit_close_rate"] == {("A", "01"): (1 / 1, 1), ("A", "03"): (0 / 1, 1)}


def test_a_month_is_told_when_all_of_it_was_followed_up():
    # On 2 March January has been followed for 30 days: 1 February and 30 days.
    assert told(opened("2026-03-03"))["booked_rate"] == {("A", "01"): (pytest.approx(2 / 3), 3)}
    assert told(opened("2026-03-02")).get("booked_rate", {}) == {}


def test_the_future_changes_nothing():
    assert told(opened("2026-03-05")) == told(opened("2026-03-05", SIGNED[:1]))


def test_days_to_the_first_contract_are_of_those_who_signed():
    days = staff_requests(opened()).set_index("lead_id")["days_to_sign"]
    assert days["1"] == 11
    assert days["3"] == 28 + 21  # 22 January to 12 March
    assert pd.isna(days["2"])
    assert "4" not in days


def test_no_records_no_steps():
    assert staff_steps(institution("2026-06-01", staff=STAFF, students=STUDENTS)) == {}


def test_what_was_followed_into_the_training_is_left_out_for_all():
    training = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-03-09", "ends_on": "2026-03-20"}
    who = [
        {"training_id": "PX1", "staff_id": "A", "arm": "trained", "enrolled_on": "2026-03-09"},
        {"training_id": "PX1", "staff_id": "B", "arm": "comparison", "enrolled_on": "2026-03-09"},
    ]
    evaluated = Evaluation(opened(trainings=[training], trainees=who), "PX1")
    months = pd.date_range("2025-12-01", periods=6, freq="MS")
    rows = pd.concat([pd.DataFrame({"staff_id": one, "month": months}) for one in "AB"])
    # 30 days after 1 February reach to 3 March, into the training's month; 30 days after 1 January to 31 January.
    left = not_across(evaluated, rows, 30)
    assert {f"{month:%m}" for month in left["month"]} == {"12", "03", "04", "05"}
    assert left.groupby("staff_id").size().tolist() == [4, 4]
    # Seven days after 1 March lie in it: only February reaches there. None: nothing is left out.
    assert {f"{month:%m}" for month in not_across(evaluated, rows, 7)["month"]} == {"12", "01", "03", "04", "05"}
    assert len(not_across(evaluated, rows, 0)) == 12
