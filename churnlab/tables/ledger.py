"""What was loaded, and when?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from duckdb import DuckDBPyConnection

from churnlab.tables.versions import CATALOG


@dataclass(frozen=True, kw_only=True)
class Load:
    """One load as the store remembers it.

    Attributes
    ----------
    number : int
        1, 2, 3, … in the order of loading.
    loaded_at : datetime.datetime
        When, by whoever loaded; institution-local.
    sources : tuple of mapping
        `file` and `sha256` of each file read.
    counts : mapping
        For each table its counts of rows and lines, by name.
    warnings : tuple of mapping
        `key` and `facts` of each warning.
    """

    number: int
    loaded_at: datetime
    sources: tuple[Mapping[str, str], ...] = ()
    counts: Mapping[str, Mapping[str, Any]]
    warnings: tuple[Mapping[str, Any], ...] = ()


def remember(engine: DuckDBPyConnection, load: Load) -> None:
    """Write a load down, in the transaction that it is."""
    told = (load.sources, load.counts, load.warnings)
    written = [json.dumps(item, ensure_ascii=False, sort_keys=True, default=str) for item in told]
    engine.execute("INSERT INTO _loads VALUES (?, ?, ?, ?, ?)", [load.number, load.loaded_at, *written])


def recall(engine: DuckDBPyConnection) -> tuple[Load, ...]:
    """Return all loads, oldest first."""
    return tuple(
        Load(
            number=number,
            loaded_at=loaded_at,
            sources=tuple(json.loads(sources)),
            counts=json.loads(counts),
            warnings=tuple(json.loads(warnings)),
        )
        for number, loaded_at, sources, counts, warnings in engine.execute(
            f"SELECT * FROM {CATALOG}._loads ORDER BY load"
        ).fetchall()
    )


def known(loads: tuple[Load, ...], known_by: date | None) -> tuple[Load, ...]:
    """Return the loads made before a day (None: all).

    A load that claims an earlier time than the one before it (somebody's clock was wrong) was known no sooner than that
    one.
    """
    if known_by is None:
        return loads
    known_at = accumulate((load.loaded_at for load in loads), max)
    return tuple(load for load, at in zip(loads, known_at, strict=True) if at.date() < known_by)
