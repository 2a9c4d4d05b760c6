"""Small institutions in which students leave in several ways."""

from functools import cache

import numpy as np
import pandas as pd

from churnlab.settings import Calendar, Competing, Outcome, Retention, Settings, Uncertainty
from churnlab.tables.door import Data
from tests.builders import institution
from tests.churn.stays import by_period, left

SMALL = Settings(
    calendar=Calendar(public_holidays="none"),
    outcome=Outcome(grace_days=30, inactivity_days="never"),
    retention=Retention(min_at_risk=2, cox_min_events=2, cox_min_level_events=1),
    uncertainty=Uncertainty(min_group=1),
    competing=Competing(told_days=(10, 30), tenure_days=(20,), ahead_days=(10, 20), least_all_share=0.5),
)


def students(*names: str) -> list[dict[str, str]]:
    return [{"student_id": name, "registered_on": "2026-01-01", "channel": "street"} for name in names]


def four() -> Data:
    """Four students who start on January 1; ends are known before February 13: 30 days of grace and the day after.

            Jan 1 ...... Jan 11 ...... Jan 21 ...... Jan 31 ...... Feb 12 (last day that is known)
    a       ─────────────x                                         not renewed, day 10
    b       ───────────────────────────x                           moves away, day 20
    c       ─────────────────────────────────────────x             not renewed, day 30
    d       ──────────────────────────────────────────────────────o
    """
    contracts = [
        by_period(str(n), "2026-01-01", ends, student=student)
        for n, (student, ends) in enumerate(
            {"a": "2026-01-11", "b": "2026-01-21", "c": "2026-01-31", "d": "2026-12-31"}.items()
        )
    ]
    exits = [left("2026-01-21", "moved", student="b")]
    return institution("2026-03-15", settings=SMALL, enrolments=contracts, exits=exits, students=students(*"abcd"))


@cache
def many(seed: int = 3, n: int = 400, **changed: object) -> Data:
    """Students of two campuses churn at 1 in 100 days, at West at 2; a third of all ends is for personal reasons."""
    rng = np.random.default_rng(seed)
    campus = np.array(["East", "West"])[rng.integers(0, 2, n)]
    start = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    length = np.floor(rng.exponential(np.where(campus == "West", 40, 80), n)).astype(int) + 1
    ends = [f"{day:%Y-%m-%d}" for day in start + pd.to_timedelta(length, unit="D")]
    contracts = [
        by_period(f"e{i}", f"{start[i]:%Y-%m-%d}", ends[i], student=f"s{i}", campus=campus[i]) for i in range(n)
    ]
    exits = [left(ends[i], "moved", student=f"s{i}") for i in range(0, n, 3)]
    rules = SMALL.model_copy(
        update={
            "retention": Retention(min_at_risk=5),
            "uncertainty": Uncertainty(),
            "competing": Competing(told_days=(30, 90), tenure_days=(30, 90), ahead_days=(30, 60), least_all_share=0.5),
        }
        | changed
    )
    return institution(
        "2026-03-01", settings=rules, enrolments=contracts, exits=exits, students=students(*(f"s{i}" for i in range(n)))
    )
