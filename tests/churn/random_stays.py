"""Made-up institutions in which everything happens that can, often at once; no two alike."""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.settings import Calendar, Outcome, Period, Settings
from tests.churn.stays import Rows, day

FIRST = pd.Timestamp("2025-01-01")
DAYS = 300
# Short times, so that much happens in little data.
RULES = Settings(
    calendar=Calendar(
        public_holidays="none", school_holidays=(Period(from_on=day("2025-04-10"), to_on=day("2025-04-18")),)
    ),
    outcome=Outcome(grace_days=10, inactivity_days=14, silent_days=5, longest_suspension_days=30),
)


def random_tables(seed: int, students: int = 60) -> dict[str, Rows]:
    """Return lessons, contracts, suspensions, refunds and exits of some students, drawn at random."""
    rng = np.random.default_rng(seed)
    tables: dict[str, Rows] = {"enrolments": [], "lessons": [], "suspensions": [], "refunds": [], "exits": []}
    for number in range(students):
        student = f"s{number:03d}"
        contracts = [_contract(rng, student, place) for place in range(int(rng.integers(1, 4)))]
        tables["enrolments"] += contracts
        for contract in contracts:
            tables["lessons"] += _lessons(rng, contract)
        tables["suspensions"] += [_suspension(rng, contract) for contract in contracts if rng.random() < 0.3]
        tables["refunds"] += [_refund(rng, contract) for contract in contracts if rng.random() < 0.3]
        tables["exits"] += [_exit(rng, contract) for contract in contracts if rng.random() < 0.3]
    return tables | {"courses": [{"course_id": "art", "terminal": True}, {"course_id": "maths", "terminal": False}]}


def _some_day(rng: np.random.Generator, low: int = 0, high: int = DAYS) -> pd.Timestamp:
    return FIRST + pd.Timedelta(days=int(rng.integers(low, high)))


def _contract(rng: np.random.Generator, student: str, place: int) -> dict[str, Any]:
    signed = _some_day(rng)
    starts = signed + pd.Timedelta(days=int(rng.integers(-5, 15)))
    return {
        "enrolment_id": f"{student}-{place}",
        "student_id": student,
        "campus": str(rng.choice(["East", "West"])),
        "course_id": str(rng.choice(["maths", "art"])),
        "kind": "new",
        "billing": str(rng.choice(["by_hours", "by_period"])),
        "signed_at": signed + pd.Timedelta(hours=9),
        "starts_on": starts if rng.random() < 0.5 else None,
        "ends_on": starts + pd.Timedelta(days=int(rng.integers(0, 90))) if rng.random() < 0.7 else None,
        "hours_bought": float(rng.integers(1, 12)) if rng.random() < 0.7 else None,
        "hours_free": 1.0 if rng.random() < 0.2 else None,
    }


def _lessons(rng: np.random.Generator, contract: dict[str, Any]) -> Rows:
    begins = contract["signed_at"] + pd.Timedelta(days=int(rng.integers(-4, 10)))
    steps = rng.choice([1, 3, 7, 7, 7, 11, 13, 18, 40], size=int(rng.integers(0, 14)))
    return [
        {
            "lesson_id": f"{contract['enrolment_id']}-{place}",
            "student_id": contract["student_id"],
            "enrolment_id": contract["enrolment_id"],
            "starts_at": begins + pd.Timedelta(days=int(after)),
            "status": str(rng.choice(["present", "late", "present", "absent", "leave"])),
            "hours_used": float(rng.choice([0.5, 1.0, 2.0])),
            "campus": str(rng.choice(["East", "West"])),
        }
        for place, after in enumerate(np.cumsum(steps))
    ]


def _suspension(rng: np.random.Generator, contract: dict[str, Any]) -> dict[str, Any]:
    begins = contract["signed_at"].normalize() + pd.Timedelta(days=int(rng.integers(-3, 50)))
    back = begins + pd.Timedelta(days=int(rng.integers(0, 60)))
    return {
        "student_id": contract["student_id"],
        "enrolment_id": contract["enrolment_id"] if rng.random() < 0.6 else None,
        "from_on": begins,
        "to_on": back if rng.random() < 0.7 else None,
    }


def _refund(rng: np.random.Generator, contract: dict[str, Any]) -> dict[str, Any]:
    asked = contract["signed_at"] + pd.Timedelta(days=int(rng.integers(0, 60)))
    return {
        "refund_id": f"r{contract['enrolment_id']}",
        "student_id": contract["student_id"],
        "enrolment_id": contract["enrolment_id"],
        "requested_at": asked,
        "settled_at": asked + pd.Timedelta(days=int(rng.integers(0, 20))),
        "amount": 1.0,
        "outcome": str(rng.choice(["refunded", "refunded", "kept", "open"])),
    }


def _exit(rng: np.random.Generator, contract: dict[str, Any]) -> dict[str, Any]:
    left_on = contract["signed_at"].normalize() + pd.Timedelta(days=int(rng.integers(-5, 80)))
    return {
        "student_id": contract["student_id"],
        "enrolment_id": contract["enrolment_id"] if rng.random() < 0.5 else None,
        "left_on": left_on,
        "reason_code": str(rng.choice(["price", "teacher", "moved", "personal.x", "graduated"])),
        "recorded_on": left_on + pd.Timedelta(days=int(rng.integers(-5, 40))) if rng.random() < 0.5 else None,
    }
