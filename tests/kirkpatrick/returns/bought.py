"""Three trainings that were paid for: one held by the house, two by a vendor, of which one long ago."""

from churnlab.settings import Settings
from tests.builders import institution

AS_OF = "2026-07-01"
HOUSE, VENDOR, OLD = "P1", "P2", "P0"
TRAININGS = [
    {"training_id": HOUSE, "name": "Selling", "format": "offline", "starts_on": "2026-03-02", "ends_on": "2026-03-20"},
    {
        "training_id": VENDOR,
        "name": "Calling",
        "format": "online",
        "vendor_id": "V1",
        "starts_on": "2026-04-06",
        "ends_on": "2026-04-24",
    },
    {
        "training_id": OLD,
        "name": "Welcome",
        "format": "online",
        "vendor_id": "V1",
        "starts_on": "2025-03-03",
        "ends_on": "2025-03-21",
    },
]
# C left; D has no grade written down and was in no training.
STAFF = [
    {"staff_id": "A", "department": "Sales", "role": "adviser", "grade": "P1", "hired_on": "2024-01-01"},
    {"staff_id": "B", "department": "Sales", "role": "adviser", "grade": "P2", "hired_on": "2024-01-01"},
    {
        "staff_id": "C",
        "department": "Sales",
        "role": "adviser",
        "grade": "P2",
        "hired_on": "2024-01-01",
        "left_on": "2026-06-10",
    },
    {"staff_id": "D", "department": "Sales", "role": "adviser", "hired_on": "2024-01-01"},
]
SESSIONS = [
    {"session_id": "S1", "training_id": HOUSE, "planned_at": "2026-03-02 09:00", "held_at": "2026-03-02 09:00"},
    {"session_id": "S2", "training_id": HOUSE, "planned_at": "2026-03-09 09:00", "held_at": "2026-03-09 09:00"},
    {"session_id": "S3", "training_id": VENDOR, "planned_at": "2026-04-06 09:00", "held_at": "2026-04-07 09:00"},
    {"session_id": "S4", "training_id": VENDOR, "planned_at": "2026-04-13 09:00"},  # never held
]
SESSIONS = [one | {"module": "m", "hours": hours} for one, hours in zip(SESSIONS, (4.0, 2.0, 5.0, 8.0), strict=True)]
# Of P1: A 4 + 2 hours, B 4 and did not come to the second. Of P2: B 5, C 5 that she made up; S4 was never held.
CAME = [
    {"session_id": session, "staff_id": one, "status": status}
    for session, one, status in (
        ("S1", "A", "present"),
        ("S2", "A", "present"),
        ("S1", "B", "present"),
        ("S2", "B", "absent"),
        ("S3", "B", "present"),
        ("S3", "C", "made_up"),
        ("S4", "B", "present"),
    )
]
TRAINEES = [
    {"training_id": training, "staff_id": one, "arm": "trained", "hours": hours, "concluded_on": on}
    for training, one, hours, on in (
        (HOUSE, "A", 6.0, "2026-03-20"),
        (HOUSE, "B", 4.0, "2026-03-20"),
        (VENDOR, "B", 5.0, "2026-04-24"),
        (VENDOR, "C", 5.0, "2026-04-24"),
        (OLD, "A", 3.0, "2025-03-21"),
    )
]


def cost(training_id, category, amount, *, on, item=None, direct=True):
    told = {"item": item} if item else {}
    return {
        "training_id": training_id,
        "category": category,
        "direct": direct,
        "amount_cny": amount,
        "paid_on": on,
    } | told


COSTS = [
    cost(HOUSE, "instructor", 900.0, on="2026-03-20"),
    cost(HOUSE, "wages", 100.0, on="2026-03-20", direct=False),
    cost(VENDOR, "instructor", 1_500.0, on="2026-04-24"),
    cost(VENDOR, "wages", 500.0, on="2026-04-24", direct=False),
    cost(OLD, "platform", 70.0, on="2025-03-21"),
    cost(OLD, "wages", 30.0, on="2025-03-21", direct=False),
]


def opened(as_of=AS_OF, *, returns=None, **tables):
    told = {
        "trainings": TRAININGS,
        "staff": STAFF,
        "training_sessions": SESSIONS,
        "training_attendance": CAME,
        "trainees": TRAINEES,
        "training_costs": COSTS,
    }
    rules = Settings.model_validate({"returns": returns}) if returns else None
    return institution(as_of, settings=rules, **(told | tables))
