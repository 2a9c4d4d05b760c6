"""Is every load remembered as it was, and known when it was?"""

from datetime import date, datetime

import duckdb
import pytest

from churnlab.tables.ledger import Load, known, recall, remember
from churnlab.tables.versions import CATALOG


def loaded(number: int, day: str) -> Load:
    return Load(number=number, loaded_at=datetime.fromisoformat(day), counts={})


def test_what_was_remembered_is_recalled_in_order():
    first = Load(
        number=1,
        loaded_at=datetime(2026, 2, 2, 9),
        sources=({"file": "考勤.csv", "sha256": "1"},),
        counts={"lessons": {"kept": 3, "reasons": {"not_a_date": 1}}},
        warnings=({"key": "warning.x", "facts": {"n": 1}},),
    )
    with duckdb.connect() as engine:
        engine.execute(f"ATTACH ':memory:' AS {CATALOG}")
        engine.execute(f"USE {CATALOG}")
        engine.execute(
            "CREATE TABLE _loads (load INTEGER, loaded_at TIMESTAMP, sources VARCHAR, counts VARCHAR, warnings VARCHAR)"
        )
        remember(engine, loaded(2, "2026-03-02"))
        remember(engine, first)
        assert recall(engine) == (first, loaded(2, "2026-03-02"))


# load  1 on 2 Feb    2 on 2 March    3 says 20 Feb: somebody's clock was wrong
@pytest.mark.parametrize(
    ("day", "numbers"),
    [
        (None, [1, 2, 3]),
        (date(2026, 2, 2), []),  # known by a day: before it
        (date(2026, 2, 3), [1]),
        (date(2026, 3, 2), [1]),
        (date(2026, 3, 3), [1, 2, 3]),
    ],
)
def test_a_load_is_known_after_its_day_and_no_sooner_than_the_one_before(day, numbers):
    loads = (loaded(1, "2026-02-02"), loaded(2, "2026-03-02"), loaded(3, "2026-02-20"))
    assert [load.number for load in known(loads, day)] == numbers
