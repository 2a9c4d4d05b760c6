"""Who was trained when, and who was not?"""

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData, OrderError
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.evaluation import staff
from tests.builders import institution

PX = {
    "training_id": "PX1",
    "name": "Selling",
    "starts_on": "2026-01-05",
    "ends_on": "2026-02-20",
    "skill_life_months": 12.0,
}
STAFF = [
    {"staff_id": one, "department": "Sales", "role": "adviser", "campus": campus, "hired_on": "2024-01-01"}
    for one, campus in (("A", "East"), ("B", "East"), ("C", "West"), ("D", "West"))
]
# A in January (two sessions, concluded at its end), B on the waiting list and taught in February, C compared, D on the
# waiting list and never taught.
SESSIONS = [
    {"session_id": f"S{number}", "training_id": "PX1", "planned_at": day, "held_at": day, "module": "m"}
    for number, day in enumerate(("2026-01-05 09:00", "2026-01-12 09:00", "2026-02-09 09:00", "2026-02-16 09:00"))
]
CAME = [
    {"session_id": session, "staff_id": one, "status": status}
    for session, one, status in (
        ("S0", "A", "present"),
        ("S1", "A", "absent"),
        ("S2", "B", "present"),
        ("S3", "B", "present"),
    )
]
WHO = [
    {"training_id": "PX1", "staff_id": "A", "arm": "trained", "concluded_on": "2026-01-31", "completed": True},
    {"training_id": "PX1", "staff_id": "B", "arm": "waitlist"},
    {"training_id": "PX1", "staff_id": "C", "arm": "comparison"},
    {"training_id": "PX1", "staff_id": "D", "arm": "waitlist"},
]


def opened(as_of="2026-03-01", **tables):
    told = {
        "trainings": [PX],
        "staff": STAFF,
        "training_sessions": SESSIONS,
        "training_attendance": CAME,
        "trainees": WHO,
    }
    return institution(as_of, **(told | tables))


def told(data, *columns):
    people = Evaluation(data, "PX1").people
    return {row["staff_id"]: tuple(row[name] for name in columns) for row in people.to_dict("records")}


def day(on):
    return pd.Timestamp(on)


def test_when_each_was_trained_and_from_which_month_it_can_show():
    dates = told(opened(), "is_trained", "began_on", "ended_on", "works_from")
    assert dates["A"] == (True, day("2026-01-05"), day("2026-01-31"), day("2026-02-01"))
    assert dates["B"] == (True, day("2026-02-09"), day("2026-02-16"), day("2026-03-01"))  # nobody wrote when hers ended
    assert dates["C"] == dates["D"] == (False, pd.NaT, pd.NaT, pd.NaT)


def test_as_of_an_earlier_day_those_who_wait_are_compared_and_nothing_is_over():
    dates = told(opened("2026-01-20"), "is_trained", "began_on", "ended_on")
    assert dates["A"] == (True, day("2026-01-05"), pd.NaT)
    assert dates["B"] == (False, pd.NaT, pd.NaT)


def test_a_training_that_ends_on_the_first_of_a_month_works_from_the_next():
    who = [{**WHO[0], "concluded_on": "2026-02-01"}]
    assert told(opened(trainees=who), "works_from")["A"] == (day("2026-03-01"),)


def test_people_are_described_as_the_list_of_staff_has_them():
    assert told(opened(), "campus", "role", "department")["C"] == ("West", "adviser", "Sales")
    assert staff(opened())["campus"].tolist() == ["East", "East", "West", "West"]


@pytest.mark.parametrize(
    ("by_lot", "design"), [(True, Design.RANDOMISED), (False, Design.COMPARISON_GROUP), (None, Design.COMPARISON_GROUP)]
)
def test_a_comparison_is_by_lot_only_if_all_were_drawn(by_lot, design):
    who = [{**one, "assigned_at_random": True} for one in WHO[:3]] + [{**WHO[3], "assigned_at_random": by_lot}]
    assert Evaluation(opened(trainees=who), "PX1").design is design


def test_without_anybody_to_compare_with_there_is_only_before_and_after():
    assert Evaluation(opened(trainees=WHO[:1]), "PX1").design is Design.BEFORE_AFTER_ONLY
    assert Evaluation(opened(trainees=WHO[2:]), "PX1").design is Design.BEFORE_AFTER_ONLY


def test_without_an_id_it_is_the_training_that_ended_last():
    others = [
        PX,
        {**PX, "training_id": "PX2", "ends_on": "2026-02-25"},
        {**PX, "training_id": "PX3", "ends_on": "2026-03-01"},
    ]
    evaluated = Evaluation(opened(trainings=others))
    assert evaluated.course.training_id == evaluated.scope == "PX2"
    assert evaluated.course.skill_life_months == 12
    assert evaluated.course.vendor_id is None


def test_a_training_that_is_not_known_is_refused():
    with pytest.raises(OrderError) as error:
        Evaluation(opened(), "PX9")
    assert error.value.message("en") == "There is no training PX9 in the store as of the date asked for. Known: PX1."
    with pytest.raises(NotEnoughData) as few:
        Evaluation(opened("2026-02-01"))
    assert few.value.message("zh") == "2026年2月1日之前还没有培训结束：请指定培训编号，或选择更晚的月份。"
    with pytest.raises(NotEnoughData):
        Evaluation(institution("2026-02-01"))


def test_somebody_whom_no_list_of_staff_names_is_still_of_the_training():
    people = Evaluation(opened(staff=STAFF[1:]), "PX1").people
    assert people["staff_id"].tolist() == ["A", "B", "C", "D"]
    assert people["campus"].isna().tolist() == [True, False, False, False]
