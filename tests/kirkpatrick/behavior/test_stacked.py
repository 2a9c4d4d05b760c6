"""Does each group that began together stand beside those who had not begun?"""

from churnlab.kirkpatrick.behavior.stacked import stacked
from tests.kirkpatrick.behavior.rows import COURSE, PEOPLE, WHO, evaluated

MONTHS = [f"2025-{month:02d}-01" for month in range(9, 13)] + [f"2026-{month:02d}-01" for month in range(1, 11)]
KPIS = [
    {"unit": "staff", "unit_id": one, "metric": "score", "month": month, "value": 10.0}
    for one in PEOPLE
    for month in MONTHS
]
# A and B are trained in March, C and D in July, E and F in August; G and H wait.
COHORTS = {"A": "03", "B": "03", "C": "07", "D": "07", "E": "08", "F": "08"}
WAITING = [
    row | {"arm": "trained" if row["staff_id"] in "AB" else "waitlist"}
    | {"concluded_on": f"2026-{COHORTS[row['staff_id']]}-20" if row["staff_id"] in COHORTS else None}
    for row in WHO
]  # fmt: skip
SESSIONS = [
    {"session_id": f"S{month}", "training_id": "PX1", "planned_at": f"2026-{month}-10 09:00",
     "held_at": f"2026-{month}-10 09:00"}
    for month in ("03", "07", "08")
]  # fmt: skip
CAME = [{"session_id": f"S{month}", "staff_id": one, "status": "present"} for one, month in COHORTS.items()]
LISTED = {"kpis": KPIS, "trainees": WAITING, "training_sessions": SESSIONS, "training_attendance": CAME}


def test_those_who_wait_are_compared_until_they_begin():
    course = COURSE | {"ends_on": "2026-08-31"}
    rows = stacked(evaluated(**LISTED, trainings=[course])).rows
    sides = rows.groupby(["cohort", "is_trained"])["staff_id"].unique().map(sorted).to_dict()
    assert sides == {
        # Began in March, April to June after: whoever begins in July or later stands beside.
        (0, True): ["A", "B"], (0, False): ["C", "D", "E", "F", "G", "H"],
        # Began in July, August to October after: those of August had begun.
        (1, True): ["C", "D"], (1, False): ["G", "H"],
        (2, True): ["E", "F"], (2, False): ["G", "H"],
    }  # fmt: skip
    assert sorted(rows.loc[rows["cohort"] == 0, "month_about"].unique()) == [-3, -2, -1, 1, 2, 3]


def test_by_campus_are_noticed():
    assert not stacked(evaluated(kpis=KPIS)).by_campus
    apart = [
        {"staff_id": one, "department": "Sales", "role": "adviser", "hired_on": "2024-01-01",
         "campus": "East" if one in "ABCD" else "West"}
        for one in PEOPLE
    ]  # fmt: skip
    assert stacked(evaluated(kpis=KPIS, staff=apart)).by_campus


def test_people_whom_another_training_reached_in_these_months_are_left_out_where_no_lot_was_drawn():
    other = {"training_id": "PX2", "name": "Else", "starts_on": "2026-01-10", "ends_on": "2026-01-20"}
    too = [{"training_id": "PX2", "staff_id": one, "arm": "trained", "assigned_at_random": False,
            "enrolled_on": "2026-01-10", "concluded_on": "2026-01-20"} for one in "AE"]  # fmt: skip
    tables = {"kpis": KPIS, "trainings": [COURSE, other]}
    chosen = [row | {"assigned_at_random": False} for row in WHO]
    found = stacked(evaluated(**tables, trainees=chosen + too))
    assert sorted(found.rows["staff_id"].unique()) == ["B", "C", "D", "F", "G", "H"]
    assert found.elsewhere == 1  # of those trained
    assert sorted(stacked(evaluated(**tables, trainees=WHO + too)).rows["staff_id"].unique()) == list(PEOPLE)
