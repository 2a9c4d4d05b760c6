"""Advisers of whom some are trained, with the requests, contracts and complaints of one and a half years."""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.tables.door import Data
from tests.builders import institution

PEOPLE, BEGINS, MONTHS = 16, 9, 20
FIRST = pd.Timestamp("2024-01-01")
IDS = [f"A{one:02d}" for one in range(PEOPLE)]
Rows = list[dict[str, Any]]


def opened(
    seed: int = 0, *, sooner: float = 0.0, mix: float = 0.0, worth: float = 0.0, compared: bool = True,
    until: int = MONTHS, requests: int = 4,
) -> Data:  # fmt: skip
    """Draw the tables of 16 advisers, the first half trained by lot in the tenth month.

    Each speaks with four new customers a month, each of whom comes in a day later; of these four in ten sign, some 30
    days later, for 6,000 CNY; the tiers A and B by turns. Each has three complaints a month, four in ten of them
    about service.

    Parameters
    ----------
    seed : int
        Of the draws.
    sooner, mix, worth : float
        By what the training makes customers sign more often (probability), complaints about service more (probability),
        and orders of tier A larger (CNY), from the month after it.
    compared : bool
        Whether those not trained are in the table of trainees; else they left before.
    until : int
        As of the first day of the so-manieth month.
    requests : int
        How many new customers each speaks with a month, if not four.
    """
    rng = np.random.default_rng(seed)
    tables: dict[str, Rows] = {name: [] for name in ("leads", "contacts", "students", "enrolments", "complaints")}
    for place, person in enumerate(IDS if compared else IDS[: PEOPLE // 2]):
        for month in range(MONTHS):
            is_after = place < PEOPLE // 2 and month > BEGINS
            for number in range(requests):
                key, lift = f"{person}-{month}-{number}", sooner if is_after else 0.0
                at = FIRST + pd.DateOffset(months=month) + pd.Timedelta(days=int(rng.integers(0, 28)))
                tier = "AB"[number % 2]
                more = worth if is_after and tier == "A" else 0.0
                _request(tables, rng, key=key, person=person, at=at, tier=tier, chance=0.4 + lift, more=more)
            for number in range(3):
                at = FIRST + pd.DateOffset(months=month) + pd.Timedelta(days=int(rng.integers(0, 28)))
                kind = (
                    "service" if rng.random() < 0.4 + mix * is_after else "teaching" if rng.random() < 0.6 else "room"
                )
                tables["complaints"].append(
                    {"complaint_id": f"{person}-{month}-{number}", "opened_at": at, "campus": "East", "category": kind,
                     "about_id": person, "student_id": "nobody"}
                )  # fmt: skip
    return _staffed({name: rows for name, rows in tables.items() if rows}, compared, until)


def _request(
    tables: dict[str, Rows], rng: np.random.Generator, *, key: str, person: str, at: pd.Timestamp, tier: str,
    chance: float, more: float,
) -> None:  # fmt: skip
    student = f"s{key}" if rng.random() < chance else None
    tables["leads"].append(
        {"lead_id": key, "name": key, "phone": key, "campus": "East", "created_at": at, "student_id": student}
    )
    told = {"lead_id": key, "staff_id": person}
    tables["contacts"].append(told | {"at": at + pd.Timedelta(hours=9), "kind": "follow_up"})
    tables["contacts"].append(told | {"at": at + pd.Timedelta(hours=10), "kind": "trial_booked"})
    tables["contacts"].append(told | {"at": at + pd.Timedelta(days=1), "kind": "trial_done"})
    if student is None:
        return
    signed = at + pd.Timedelta(days=1 + int(rng.exponential(30)))
    tables["students"].append(
        {"student_id": student, "name": key, "phone": key, "registered_on": signed, "tier": tier, "campus": "East"}
    )
    tables["enrolments"].append(
        {"enrolment_id": f"e{key}", "student_id": student, "kind": "new", "signed_at": signed, "staff_id": person,
         "amount_due": float(6_000 + more + rng.normal(0, 800)), "starts_on": signed}
    )  # fmt: skip


def _staffed(tables: dict[str, Rows], compared: bool, until: int) -> Data:
    begin, as_of = (FIRST + pd.DateOffset(months=months) for months in (BEGINS, until))
    people = IDS if compared else IDS[: PEOPLE // 2]
    who = [
        {"training_id": "PX1", "staff_id": one, "arm": "trained" if place < PEOPLE // 2 else "comparison",
         "assigned_at_random": True, "enrolled_on": begin}
        for place, one in enumerate(people)
    ]  # fmt: skip
    held = {"training_id": "PX1", "name": "Selling", "starts_on": begin, "ends_on": begin + pd.Timedelta(days=20)}
    staff = [{"staff_id": one, "role": "adviser", "hired_on": "2020-01-01"} for one in people]
    return institution(f"{as_of:%Y-%m-%d}", staff=staff, trainings=[held], trainees=who, **tables)
