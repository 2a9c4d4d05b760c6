"""Under which key is kept what was fitted? Every case opens the store as of 1 March 2026."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import churnlab
from churnlab.tables.store import Store
from tests.builders import frames

SIGNED = {"enrolment_id": "e1", "student_id": "s", "signed_at": "2026-01-01", "status": "active", "amount_due": 100}
ASKED = {"refund_id": "r1", "student_id": "s", "requested_at": "2026-02-01", "amount": 80, "outcome": "open"}
LESSON = {"lesson_id": "l1", "student_id": "s", "starts_at": "2026-02-28 23:00", "status": "present"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "store")
    load(made, 2, enrolments=[SIGNED], refunds=[ASKED], lessons=[LESSON])
    return made


def load(store: Store, day: int, **tables: list[dict[str, Any]]) -> None:
    store.load(frames(**tables), loaded_at=datetime(2026, 3, day, 3), made_up=True)


def key(store: Store, **known: str) -> str:
    data = churnlab.open(store.folder, as_of="2026-03-01", **known)  # type: ignore[arg-type]
    data.close()
    assert data.keep
    return data.keep.name


@pytest.mark.parametrize(
    "again",
    [
        {"enrolments": [SIGNED], "refunds": [ASKED], "lessons": [LESSON]},
        {"lessons": [LESSON | {"lesson_id": "l2", "starts_at": "2026-03-01 00:00"}]},
        {"lessons": [LESSON | {"lesson_id": "l2", "starts_at": "2026-03-01 00:00", "reverses_id": "l1"}]},
        {"enrolments": [SIGNED | {"status": "ended", "amount_paid": 90}]},
        {"refunds": [ASKED | {"settled_at": "2026-03-01", "outcome": "refunded", "amount": 60}]},
        {"staff": [{"staff_id": "t", "hired_on": "2026-03-09"}]},
    ],
    ids=["the same files", "a later lesson", "a later reversal", "as of the export", "settled later", "a later hire"],
)
def test_a_nightly_load_that_tells_nothing_new_of_the_past_leaves_the_key(store, again):
    before = key(store)
    load(store, 4, **again)
    assert key(store) == before


@pytest.mark.parametrize(
    "corrected",
    [
        {"lessons": [LESSON | {"status": "absent"}]},
        {"lessons": [LESSON | {"lesson_id": "l2"}]},
        {"lessons": [LESSON | {"lesson_id": "l2", "reverses_id": "l1"}]},
        {"lessons": [LESSON | {"starts_at": "2026-03-01"}]},
        {"enrolments": [SIGNED | {"status": "void"}]},
        {"refunds": [ASKED | {"settled_at": "2026-02-28", "outcome": "refunded"}]},
    ],
    ids=["another status", "one lesson more", "taken back", "another date", "void", "settled before"],
)
def test_a_correction_of_the_past_makes_another_key_and_leaves_the_one_known_before(store, corrected):
    before = key(store)
    load(store, 4, **corrected)
    assert key(store) != before
    assert key(store, known_by="2026-03-04") == before


def test_a_correction_that_is_undone_finds_the_first_key(store):
    before = key(store)
    load(store, 3, lessons=[LESSON | {"status": "absent"}])
    load(store, 4, lessons=[LESSON])
    assert key(store) == before
