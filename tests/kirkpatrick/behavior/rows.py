"""A training of eight people, four trained and four compared, written by hand."""

from churnlab.kirkpatrick import Evaluation
from churnlab.settings import Settings
from churnlab.settings.behavior import Behavior
from churnlab.settings.institution import Uncertainty
from tests.builders import institution

PEOPLE = tuple("ABCDEFGH")
TRAINED = PEOPLE[:4]
COURSE = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-03-02", "ends_on": "2026-03-31"}
STAFF = [
    {"staff_id": one, "department": "Sales", "role": "adviser", "campus": "East", "hired_on": "2024-01-01"}
    for one in PEOPLE
]
WHO = [
    {
        "training_id": "PX1",
        "staff_id": one,
        "arm": "trained" if one in TRAINED else "comparison",
        "assigned_at_random": True,
        "enrolled_on": "2026-03-02",
        "concluded_on": "2026-03-31" if one in TRAINED else None,
        "completed": True,
    }
    for one in PEOPLE
]
SMALL = Settings(uncertainty=Uncertainty(min_group=2), behavior=Behavior(window_months=2))


def evaluated(as_of="2026-11-01", settings=SMALL, **tables):
    told = {"trainings": [COURSE], "staff": STAFF, "trainees": WHO} | tables
    return Evaluation(institution(as_of, settings=settings, **told), "PX1")


def rating(person, role, occasion, score, *, rater="R", dimension="listening", at=None):
    days = {"pre": "2026-02-20", "post": "2026-06-30", "delayed": "2026-09-28"}
    return {
        "training_id": "PX1", "staff_id": person, "rater_id": person if role == "self" else rater, "rater_role": role,
        "kind": "behavior", "occasion": occasion, "at": f"{at or days[occasion]} 10:00", "dimension": dimension,
        "score": float(score), "scale_min": 1.0, "scale_max": 5.0,
    }  # fmt: skip


def by_superior():
    """Return what one superior said: the trained 2 → 4, 3 → 4, 2 → 3, 3 → 5, the others as before but one."""
    before, after = dict(zip(PEOPLE, (2, 3, 2, 3, 2, 3, 2, 3), strict=True)), (4, 4, 3, 5, 2, 3, 3, 3)
    rows = [rating(one, "superior", "pre", before[one]) for one in PEOPLE]
    return rows + [rating(one, "superior", "post", score) for one, score in zip(PEOPLE, after, strict=True)]
