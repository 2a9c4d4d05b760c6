"""Small institutions, written by hand."""

from datetime import date
from typing import Any

import pandas as pd

from churnlab.settings import Settings
from churnlab.tables.door import Data, from_frames
from churnlab.tables.schemas import TABLES


def institution(as_of: str, *, settings: Settings | None = None, **tables: list[dict[str, Any]]) -> Data:
    """Open a few rows as a store: `institution("2026-03-01", lessons=[{"student_id": "a", …}])`.

    Dates are written as text; ids that matter to no one are numbered; everything left out is empty.
    """
    return from_frames(frames(**tables), as_of=date.fromisoformat(as_of), settings=settings)


def frames(**tables: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """Return a few rows in the store's form, by table."""
    return {name: _frame(name, rows) for name, rows in tables.items()}


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = TABLES[name]
    frame = pd.DataFrame(rows)
    key = table.key[0]
    if key not in frame:
        frame.insert(0, key, [f"{name}-{number}" for number in range(1, len(frame) + 1)])
    for column in table.columns:
        if column.stored_name in frame and column.stored_kind in ("date", "time"):
            frame[column.stored_name] = pd.to_datetime(frame[column.stored_name], format="mixed")
        if column.stored_name in frame and column.stored_kind == "money":
            frame[column.stored_name] = frame[column.stored_name].astype(float)
    return frame
