"""How is the store opened as of the end of a month or a week?"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from churnlab.tables.campuses import refuse_unknown
from churnlab.tables.door import Data
from churnlab.tables.store import open_data, store_facts


def open_period(
    store: str | Path,
    asked: str,
    *,
    known_by: str,
    campus: str,
    chosen: Callable[[str | None, Mapping[str, Any]], str],
    after: Callable[[str], date],
) -> tuple[Data, str]:
    """Open the store as of the day after a period.

    Parameters
    ----------
    store : str or pathlib.Path
        The folder of the store, `data/store`.
    asked : str
        The period; empty: the store's last whole one.
    known_by : str
        Only what had been loaded before this day, as `2026-11-05`; empty: everything loaded.
    campus : str
        A campus that must be in the store: a report on nothing must not look like one; empty: any.
    chosen : callable
        Which period is meant, by what was asked for and the store's facts.
    after : callable
        The first day after a period.

    Returns
    -------
    (Data, str)
        The data as of the first day after the period, and the period.

    Raises
    ------
    OrderError
        If the period is none, or the store knows no such campus.
    RunError
        If the store does not hold the whole period.
    StoreError
        If the store cannot be opened.
    """
    facts = store_facts(store, known_by=known_by or None)
    refuse_unknown([campus] if campus else [], facts)
    period = chosen(asked or None, facts)
    return open_data(store, as_of=after(period), known_by=known_by or None), period
