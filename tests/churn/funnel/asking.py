"""Rows of small institutions at which people ask, and some come."""

from typing import Any

import pandas as pd

from churnlab.settings import Calendar, Funnel, Retention, Settings, Uncertainty
from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.stays import Rows, by_period

SMALL = Settings(
    calendar=Calendar(public_holidays="none"),
    funnel=Funnel(longest_days=30),
    retention=Retention(min_at_risk=5),
    uncertainty=Uncertainty(min_group=5, bootstrap=50),
)


def lead(name: str, on: str, **more: Any) -> dict[str, Any]:
    """Return somebody who asked."""
    known = {"lead_id": f"lead {name}", "name": name, "phone": f"phone of {name}", "campus": "East", "channel": "web"}
    return known | {"created_at": on} | more


def contact(name: str, on: str, kind: str = "follow_up", **more: Any) -> dict[str, Any]:
    """Return a contact with her."""
    return {"lead_id": f"lead {name}", "at": on, "kind": kind, "staff_id": "Wu"} | more


def student(name: str, on: str, **more: Any) -> dict[str, Any]:
    """Return her row in the table of students; her number is another one than the lead's."""
    known = {"student_id": f"no. {name}", "name": name, "phone": f"phone of {name}", "campus": "East", "channel": "web"}
    return known | {"registered_on": on} | more


def signed(name: str, on: str, **more: Any) -> dict[str, Any]:
    """Return a contract of hers."""
    return by_period(f"contract {name} {on}", on, student=f"no. {name}") | more


def lesson(name: str, on: str, status: str = "present") -> dict[str, Any]:
    """Return a lesson of hers."""
    return {
        "lesson_id": f"{name} {on}", "student_id": f"no. {name}", "starts_at": on, "status": status, "campus": "East"
    }  # fmt: skip


def crowd(
    asked: int, came: int, *, on: str = "2025-01-10", after_days: int = 10, of: str = "a", **more: Any
) -> dict[str, Rows]:
    """Return so many who asked on a day, of whom so many signed and came to a lesson after some days."""
    day = str((pd.Timestamp(on) + pd.Timedelta(days=after_days)).date())
    names = [f"{of}{number}" for number in range(asked)]
    return {
        "leads": [lead(name, on, **more) for name in names],
        "contacts": [contact(name, on) for name in names],
        "students": [student(name, day) for name in names[:came]],
        "enrolments": [signed(name, day) for name in names[:came]],
        "lessons": [lesson(name, day) for name in names[:came]],
    }


def together(*parts: dict[str, Rows]) -> dict[str, Rows]:
    """Put the rows of several crowds into the same tables."""
    names = sorted({name for part in parts for name in part})
    return {name: [row for part in parts for row in part.get(name, [])] for name in names}


def opened(as_of: str, *parts: dict[str, Rows], settings: Settings = SMALL) -> Data:
    """Open crowds as a store."""
    return institution(as_of, settings=settings, **together(*parts))
