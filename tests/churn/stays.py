"""Rows of small institutions in which students stay and leave."""

from datetime import date
from typing import Any

import pandas as pd

from churnlab.settings import Calendar, Outcome, Settings

Rows = list[dict[str, Any]]
PLAIN = Settings(calendar=Calendar(public_holidays="none"), outcome=Outcome(grace_days=30, inactivity_days=45))


def settings(**outcome: Any) -> Settings:
    """Settings without public holidays, so that days can be counted by hand."""
    return Settings(calendar=Calendar(public_holidays="none"), outcome=Outcome(**outcome))


def by_period(
    enrolment_id: str, signed: str, ends: str | None = None, *, student: str = "a", **more: Any
) -> dict[str, Any]:
    """Return a contract for a period."""
    return _contract(enrolment_id, student, "by_period", signed) | {"ends_on": ends} | more


def by_hours(enrolment_id: str, signed: str, hours: float, *, student: str = "a", **more: Any) -> dict[str, Any]:
    """Return a contract for lesson hours."""
    return _contract(enrolment_id, student, "by_hours", signed) | {"hours_bought": hours} | more


def _contract(enrolment_id: str, student: str, billing: str, signed: str) -> dict[str, Any]:
    return {
        "enrolment_id": enrolment_id,
        "student_id": student,
        "campus": "East",
        "course_id": "maths",
        "kind": "new",
        "billing": billing,
        "signed_at": signed,
    }


def weekly(enrolment_id: str | None, first: str, last: str, *, student: str = "a", **more: Any) -> Rows:
    """Return one lesson of one hour a week, from the first day to the last."""
    return [
        {
            "lesson_id": f"{student}-{enrolment_id}-{day:%Y%m%d}",
            "student_id": student,
            "enrolment_id": enrolment_id,
            "starts_at": day,
            "status": "present",
            "hours_used": 1.0,
            "campus": "East",
        }
        | more
        for day in pd.date_range(first, last, freq="7D")
    ]


def refund(enrolment_id: str, settled: str, *, student: str = "a", outcome: str = "refunded") -> dict[str, Any]:
    """Return a settled request for money back."""
    return {
        "refund_id": f"{enrolment_id}-{settled}",
        "student_id": student,
        "enrolment_id": enrolment_id,
        "requested_at": settled,
        "settled_at": settled,
        "amount": 100.0,
        "outcome": outcome,
    }


def left(day: str, reason: str, *, student: str = "a", enrolment_id: str | None = None) -> dict[str, Any]:
    """Return a row of the register of exits."""
    return {"student_id": student, "enrolment_id": enrolment_id, "left_on": day, "reason_code": reason}


def dates(frame: pd.DataFrame, *names: str) -> list[list[str | None]]:
    """Return dates as text, row by row."""
    return [
        [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in row]
        for row in frame[list(names)].to_numpy(dtype=object)
    ]


def day(text: str) -> date:
    """Return a date."""
    return date.fromisoformat(text)
