"""Advisers of whom four are trained, each with one colleague of the same campus who sold as much before."""

from churnlab.kirkpatrick import Evaluation
from churnlab.settings import Settings
from tests.builders import institution

BEFORE = [f"2025-{month:02d}-01" for month in range(1, 10)]
AFTER = ["2026-02-01", "2026-03-01"]
SOLD = {"A": 10.0, "B": 20.0, "C": 30.0, "D": 40.0}
ALIKE = dict(zip("EFGH", SOLD.values(), strict=True))
FAR = {"I": 80.0, "J": 90.0}
GREW = {"A": 5.0, "B": 6.0, "C": 7.0, "D": 6.0, "E": 1.0, "F": 1.0, "G": 3.0, "H": 1.0, "I": 0.0, "J": 0.0}


def opened(
    people=(*SOLD, *ALIKE, *FAR), *, grew=None, elsewhere=(), hired=None, as_of="2026-04-01", march=0.0, **settings
) -> Evaluation:
    """Open a training of A–D, held in January 2026, none of them by lot; E–H sold as they did, I and J far more.

    Parameters
    ----------
    people : iterable of str
        Who is there.
    grew : mapping of str to float, optional
        By how much each sells more in February and March; default: `GREW`.
    elsewhere : iterable of str
        Who works at another campus.
    hired : mapping of str to str, optional
        First day of some; of all others the same.
    as_of : str
        The date.
    march : float
        What each of the trained sells more in March alone.
    **settings
        Of `results`.
    """
    level, more = {**SOLD, **ALIKE, **FAR}, GREW if grew is None else grew
    who = [
        {"training_id": "PX1", "staff_id": one, "assigned_at_random": False, "enrolled_on": "2026-01-05"}
        | ({"arm": "trained", "concluded_on": "2026-01-30"} if one in SOLD else {"arm": "comparison"})
        for one in people
    ]
    kpis = [
        {"unit": "staff", "unit_id": one, "metric": "sold", "month": month,
         "value": level[one] + (more[one] if month in AFTER else 0.0) + march * (one in SOLD and month == AFTER[1])}
        for one in people for month in (*BEFORE, *AFTER)
    ]  # fmt: skip
    staff = [
        {"staff_id": one, "role": "adviser", "campus": "West" if one in elsewhere else "East",
         "hired_on": (hired or {}).get(one, "2020-01-01")}
        for one in people
    ]  # fmt: skip
    held = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-01-30"}
    rules = Settings.model_validate({"results": settings}) if settings else None
    opened_as = institution(as_of, staff=staff, trainings=[held], trainees=who, kpis=kpis, settings=rules)
    return Evaluation(opened_as, "PX1")
