"""Rows of students who left on a day and said why."""

from typing import Any

from churnlab.settings import Causes, Settings
from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.stays import by_period, left, settings

LEFT = "2025-03-31"


def gone(student: str = "a", on: str = LEFT, **more: Any) -> dict[str, Any]:
    """Return the contract of a student who stays until a day and does not renew."""
    return by_period(f"e-{student}", "2025-01-10", on, student=student, **more)


def exit_of(student: str, reason: str, on: str = LEFT, *, method: str | None = "form", **more: Any) -> dict[str, Any]:
    """Return what was registered when she left."""
    return left(on, reason, student=student) | {"method": method} | more


def complaint(student: str, category: str, opened: str, resolved: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a complaint."""
    told = {"student_id": student, "campus": "East", "category": category, "opened_at": opened}
    return told | {"resolved_at": resolved} | more


def score(student: str, dimension: str, at: str, points: float) -> dict[str, Any]:
    """Return an answer on satisfaction, of 1 to 5 points."""
    return {
        "survey_id": f"{student}-{at}", "instrument": "satisfaction", "respondent_id": student, "student_id": student,
        "at": at, "item": dimension, "dimension": dimension, "score": points, "scale_min": 1.0, "scale_max": 5.0,
    }  # fmt: skip


def unchecked() -> Settings:
    """Return settings with which calls, complaints and scores count though too few can be compared."""
    return settings(inactivity_days=None).model_copy(update={"causes": Causes(indirect_kappa=-1)})


def asked(
    *students: str, as_of: str = "2025-08-01", rules: Settings | None = None, **tables: list[dict[str, Any]]
) -> Data:
    """Open students who all left on the same day, with what was stated."""
    contracts = tables.pop("enrolments", [gone(student) for student in students])
    return institution(as_of, settings=rules or settings(inactivity_days=None), enrolments=contracts, **tables)
