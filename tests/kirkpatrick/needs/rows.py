"""A small training written by hand: four trained in January 2026, four compared."""

from typing import Any

from churnlab.kirkpatrick import Evaluation
from churnlab.settings import Settings
from churnlab.tables.door import Data
from tests.builders import institution

TRAINED, COMPARED = ("A", "B", "C", "D"), ("E", "F", "G", "H")
COURSE = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-01-31"}
STAFF = [
    {"staff_id": one, "role": "adviser", "campus": "East" if one in "ABEF" else "West", "hired_on": "2024-01-01"}
    for one in (*TRAINED, *COMPARED)
]
WHO = [
    {"training_id": "PX1", "staff_id": one, "arm": "trained" if one in TRAINED else "comparison", "cohort": "1"}
    | ({"enrolled_on": "2026-01-05", "concluded_on": "2026-01-31"} if one in TRAINED else {})
    for one in (*TRAINED, *COMPARED)
]
SESSIONS = [
    {"session_id": f"S{number}", "training_id": "PX1", "planned_at": f"{day} 09:00", "held_at": f"{day} 09:00",
     "module": f"m{number}", "hours": 3.0}
    for number, day in enumerate(("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"), 1)
]  # fmt: skip
CAME = [
    {"session_id": session["session_id"], "staff_id": one, "status": "present"}
    for session in SESSIONS
    for one in TRAINED
]


def opened(as_of: str = "2026-07-01", *, settings: Settings | None = None, **tables: list[dict[str, Any]]) -> Data:
    told: dict[str, list[dict[str, Any]]] = {
        "trainings": [COURSE], "staff": STAFF, "trainees": WHO, "training_sessions": SESSIONS,
        "training_attendance": CAME,
    }  # fmt: skip
    return institution(as_of, settings=settings, **(told | tables))


def evaluated(as_of: str = "2026-07-01", **tables: Any) -> Evaluation:
    return Evaluation(opened(as_of, **tables), "PX1")


def kpi(metric: str, values: dict[str, dict[str, float]], **more: Any) -> list[dict[str, Any]]:
    """Return rows of the table `kpis`: by person, by month (`2026-02`)."""
    return [
        {"unit": "staff", "unit_id": one, "metric": metric, "month": f"{month}-28", "value": value} | more
        for one, months in values.items()
        for month, value in months.items()
    ]
