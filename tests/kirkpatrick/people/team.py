"""A team of a dozen advisers, written by hand: how each does is known."""

import numpy as np
import pandas as pd

from churnlab.settings import People, Settings, Uncertainty
from tests.builders import institution

IDS = [f"A{number:02d}" for number in range(12)]
LEVELS = np.linspace(-5.5, 5.5, 12)  # of the KPI, beside a mean of 50
MONTHS = pd.date_range("2025-01-01", periods=12, freq="MS")


def staff(**more):
    """Return the list of staff; `A03="2025-06-30"` lets A03 leave on that day."""
    return [
        {
            "staff_id": one,
            "department": "Sales",
            "role": "adviser",
            "campus": "East" if place % 2 else "West",
            "hired_on": "2023-01-01",
            "left_on": more.get(one),
        }
        for place, one in enumerate(IDS)
    ]


def kpis(spread=2.0, months=MONTHS, seed=1, **more):
    """Return a KPI a month: its level, and noise that sums to 0 over people in a month."""
    noise = spread * np.random.default_rng(seed).normal(size=(12, len(months)))
    noise -= noise.mean(axis=0)
    rows = [
        {"unit": "staff", "unit_id": one, "metric": "score", "month": f"{month:%Y-%m-%d}", "value": 50 + level + off}
        | {"target": 55.0, "weight": 1.0, "n": None}
        for one, level, offs in zip(IDS, LEVELS, noise, strict=True)
        for month, off in zip(months, offs, strict=True)
    ]
    return [row | {name: value for name, value in more.items() if name in row} for row in rows]


def rules(**people):
    return Settings(uncertainty=Uncertainty(min_group=5), people=People(**people))


def opened(as_of="2026-01-01", settings=None, **tables):
    return institution(as_of, settings=settings or rules(), **({"staff": staff(), "kpis": kpis()} | tables))


def answers(right, occasion="post", at="2025-06-01 10:00", training="PX1", chapter="ch"):
    """Return test answers: `{"A00": (1, 0, 1)}`; who is right says A, who is wrong B."""
    return [
        {
            "training_id": training, "staff_id": one, "occasion": occasion, "taken_at": at, "item_id": f"Q{number}",
            "chapter": chapter, "answer": "A" if did else "B", "correct": bool(did), "score": float(did),
            "max_score": 1.0,
        }
        for one, marks in right.items()
        for number, did in enumerate(marks)
    ]  # fmt: skip


PX1 = {"training_id": "PX1", "name": "Selling", "starts_on": "2025-05-01", "ends_on": "2025-05-31"}


def trainees(ids=IDS, hours=10.0, arm="trained", on="2025-05-31"):
    return [
        {"training_id": "PX1", "staff_id": one, "arm": arm, "enrolled_on": "2025-05-01", "concluded_on": on,
         "hours": hours, "completed": True}
        for one in ids
    ]  # fmt: skip
