"""What had happened by the end of a month?"""

from datetime import date
from pathlib import Path

from churnlab.errors import StoreError
from churnlab.tables.door import Data
from churnlab.tables.store import open_data, store_facts


def open_month(store: str | Path, month: str = "", *, known_by: str = "") -> tuple[Data, str]:
    """Open the store as of the end of a month.

    Parameters
    ----------
    store : str or pathlib.Path
        The folder of the store, `data/store`.
    month : str
        As `2026-10`; empty: the store's last whole month.
    known_by : str
        Only what had been loaded before this day, as `2026-11-05`; empty: everything loaded.

    Returns
    -------
    (Data, str)
        The data as of the first day of the next month, and the month.

    Raises
    ------
    StoreError
        If the month is none, or the store cannot be opened.
    """
    month = month or store_facts(store, known_by=known_by or None)["last_whole_month"]
    return open_data(store, as_of=day_after(month), known_by=known_by or None), month


def day_after(month: str) -> date:
    """Return the first day after a month.

    Raises
    ------
    StoreError
        If it is not of the form `2026-10`.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise StoreError("store.month", month=month) from None
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
