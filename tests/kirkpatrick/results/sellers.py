"""A training of four sellers with four beside them, opened with whatever they sold."""

from churnlab.kirkpatrick import Evaluation
from churnlab.settings import Settings
from tests.builders import institution

PX = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-01-30"}
MONTHS = [f"2025-{month:02d}" for month in range(7, 13)] + ["2026-01", "2026-02", "2026-03"]
TRAINED, OTHERS = ("A", "B", "C", "D"), ("E", "F", "G", "H")
OWN = dict(zip((*TRAINED, *OTHERS), (10, 12, 14, 16, 11, 13, 15, 17), strict=True))


def opened(
    values, *, arms=None, by_lot=True, n=None, as_of="2026-04-01", people=(*TRAINED, *OTHERS), campus=None, left=None,
    begun=None, **settings,
):  # fmt: skip
    """Open a training of A–D, held in January 2026, E–H compared; `values(person, month)` is what each achieved.

    All work at one campus, or where `campus` says; `left` says who left the institution when, `begun` who was trained
    from when to when instead.
    """
    campus, left, begun = campus or {}, left or {}, begun or {}
    arms = arms or {one: "trained" if one in TRAINED else "comparison" for one in people}
    who = [
        {
            "training_id": "PX1",
            "staff_id": one,
            "arm": arm,
            "assigned_at_random": by_lot,
            "enrolled_on": begun.get(one, ("2026-01-05",))[0],
            **({"concluded_on": begun.get(one, ("", "2026-01-30"))[1]} if arm == "trained" else {}),
        }
        for one, arm in arms.items()
    ]
    kpis = [
        {"unit": "staff", "unit_id": one, "metric": "sold", "month": f"{month}-01", "value": values(one, month)}
        | ({"n": n(one, month)} if n else {})
        for one in people
        for month in MONTHS
        if f"{month}-01" < left.get(one, "9")
    ]
    staff = [
        {"staff_id": one, "role": "adviser", "department": "Sales", "campus": campus.get(one, "East"),
         "hired_on": "2024-01-01", "left_on": left.get(one)}
        for one in people
    ]  # fmt: skip
    rules = Settings.model_validate({"results": settings}) if settings else None
    return Evaluation(institution(as_of, trainings=[PX], trainees=who, kpis=kpis, staff=staff, settings=rules), "PX1")


def noisy(one, month):
    """Return what each achieves: her own level, a season, +3 of the trained from February, and something of her own."""
    season = MONTHS.index(month)
    own = (OWN[one] ** 3 * (season + 3) ** 2) % 13 / 20
    return OWN[one] + season + own + (3 if one in TRAINED and month >= "2026-02" else 0)
