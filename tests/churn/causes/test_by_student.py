"""Is a student with two contracts or complaints one source of chance, not two?

Everything is told twice: once with one contract of each student, once with two that end alike. Shares stay what they
are, and so must their intervals and p-values; taken row by row they would look surer than they are.
"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.causes.places import cause_contrasts
from churnlab.churn.causes.shares import causes
from churnlab.churn.causes.trend import cause_trend
from churnlab.churn.causes.voices import voices
from churnlab.settings import Uncertainty
from churnlab.stats.intervals import clustered_wilson
from tests.builders import institution
from tests.churn.causes.leavers import complaint, exit_of, gone
from tests.churn.stays import by_period, settings

# Where, when and why they left, and how many.
PLAN = [
    ("East", "2024-08-15", "teacher", 6), ("East", "2024-08-15", "price", 6),
    ("West", "2024-11-15", "teacher", 6), ("West", "2024-11-15", "price", 3),
    ("West", "2024-11-15", "attitude", 3),
    ("East", "2025-02-15", "teacher", 14), ("West", "2025-02-15", "price", 1),
]  # fmt: skip


def told(contracts):
    """Open leavers with so many contracts each, all of which end on the same day for the same reason."""
    signed, exits = [], []
    for campus, end, reason, many in PLAN:
        for number in range(many):
            name = f"{campus}-{end}-{reason}-{number}"
            for part in range(contracts):
                key = f"{name}-{part}"
                signed.append(gone(name, end, campus=campus) | {"enrolment_id": key, "signed_at": "2024-01-10"})
                exits.append(exit_of(name, reason, end) | {"enrolment_id": key})
    rules = settings(inactivity_days=None, unit="enrolment")
    rules = rules.model_copy(update={"uncertainty": Uncertainty(min_group=5)})
    return institution("2025-05-20", settings=rules, enrolments=signed, exits=exits)


@pytest.fixture(name="two", scope="module")
def once_and_twice():
    return told(1), told(2)


def bounds(table):
    return table[[name for name in table if name.endswith(("_low", "_high"))]].to_numpy(dtype=float)


@pytest.mark.parametrize("by", ["department", "reason"])
def test_shares_of_causes(two, by):
    once, twice = (causes(data, by=by).table for data in two)
    assert twice["students"].tolist() == (2 * once["students"]).tolist()
    np.testing.assert_allclose(bounds(twice), bounds(once), atol=0.005)


def test_contrasts_of_campuses(two):
    once, twice = (cause_contrasts(data).table.set_index(["campus", "department"]) for data in two)
    twice = twice.loc[once.index]
    assert twice["of"].tolist() == (2 * once["of"]).tolist()
    np.testing.assert_allclose(bounds(twice), bounds(once), atol=0.01)
    np.testing.assert_allclose(twice["adjusted_p_value"], once["adjusted_p_value"], rtol=0.5)
    assert once["adjusted_p_value"].min() > 0.01  # row by row it would be a tenth of that


def test_the_change_of_the_latest_quarter(two):
    once, twice = (cause_trend(data).facts for data in two)
    assert twice["told"] == 2 * once["told"]
    assert [twice[name] for name in ("gap_low", "gap_high")] == pytest.approx(
        [once[name] for name in ("gap_low", "gap_high")], abs=0.01
    )
    assert twice["least_p"] > once["least_p"] / 3  # Fisher's row by row is less than a hundredth of it


def test_complaints_of_one_student_are_one_source_of_chance():
    names = [f"s{number:02}" for number in range(20)]
    contracts = [gone(name) for name in names[:8]]
    contracts += [by_period(f"e-{name}", "2025-01-10", "2026-12-31", student=name) for name in names[8:]]
    rules = settings(inactivity_days=None)
    tables = []
    for many in (1, 4):
        said = [
            complaint(
                name, "x", "2025-03-05", f"2025-03-{6 + place:02}", channel="box", complaint_id=f"{name}-{number}"
            )
            for number in range(many)
            for place, name in enumerate(names)
        ]
        tables.append(voices(institution("2025-08-01", settings=rules, enrolments=contracts, complaints=said)).table)
    once, often = (table.iloc[0] for table in tables)
    assert (once["complaints"], often["complaints"]) == (20, 80)
    assert once["left_after_rate"] == often["left_after_rate"] == 8 / 20
    for name in ("left_after_rate", "resolving_days"):
        for end in ("low", "high"):
            assert often[f"{name}_{end}"] == pytest.approx(once[f"{name}_{end}"], abs=0.005)
    rows = pd.Series([True] * 32 + [False] * 48)
    assert clustered_wilson(rows, rows.index, 0.95)[0] > often["left_after_rate_low"] + 0.05
