"""How many of those who complained stayed, by who handled it?"""

from churnlab.kirkpatrick.results.saved import staff_saved
from tests.builders import institution

STAFF = [{"staff_id": "S", "role": "service"}, {"staff_id": "T", "role": "service"}]
STUDENTS = [{"student_id": "x", "registered_on": "2026-01-01"}]


def complaint(staff, resolved, outcome):
    return {
        "student_id": "x", "campus": "East", "opened_at": "2026-01-05", "resolved_at": resolved, "staff_id": staff,
        "outcome": outcome,
    }  # fmt: skip


COMPLAINTS = [
    complaint("S", "2026-01-08", "kept"),
    complaint("S", "2026-01-30", "left"),
    complaint("S", "2026-02-03", "kept"),
    complaint("S", "2026-02-04", "open"),
    complaint(None, "2026-02-04", "kept"),
    complaint("T", "2026-03-04", "left"),
]


def told(as_of, complaints=COMPLAINTS):
    data = institution(as_of, staff=STAFF, students=STUDENTS, complaints=complaints)
    return {
        name: {(row["staff_id"], row["month"].month): (row["value"], row["n"]) for row in rows.to_dict("records")}
        for name, rows in staff_saved(data).items()
    }


def test_who_stayed_is_told_of_what_was_over_in_the_month():
    found = told("2026-04-01")
    # Of S's in January one stayed and one left; of February the open one does not count.
    assert found["complaint_save_rate"] == {("S", 1): (1 / 2, 2), ("S", 2): (1 / 1, 1), ("T", 3): (0 / 1, 1)}


def test_the_future_changes_nothing():
    assert told("2026-02-01") == told("2026-02-01", COMPLAINTS[:2])
    assert told("2026-02-01")["complaint_save_rate"] == {("S", 1): (1 / 2, 2)}


def test_without_complaints_nothing_is_told():
    assert staff_saved(institution("2026-04-01", staff=STAFF, students=STUDENTS)) == {}
