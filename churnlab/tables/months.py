"""What had happened by the end of a month?"""

from datetime import date
from pathlib import Path

from churnlab.errors import StoreError
from churnlab.tables.campuses import refuse_unknown
from churnlab.tables.door import Data
from churnlab.tables.store import open_data, store_facts


def open_month(store: str | Path, month: str = "", *, known_by: str = "", campus: str = "") -> tuple[Data, str]:
    """Open the store as of the end of a month.

    Parameters
    ----------
    store : str or pathlib.Path
        The folder of the store, `data/store`.
    month : str
        As `2026-10`; empty: the store's last whole month.
    known_by : str
        Only what had been loaded before this day, as `2026-11-05`; empty: everything loaded.
    campus : str
        A campus that must be in the store: a report on nothing must not look like one; empty: any.

    Returns
    -------
    (Data, str)
        The data as of the first day of the next month, and the month.

    Raises
    ------
    StoreError
        If the month is none, or the store cannot be opened.
    OrderError
        If the store knows no such campus.
    """
    if campus or not month:
        facts = store_facts(store, known_by=known_by or None)
        refuse_unknown([campus] if campus else [], facts)
        month = month or facts["last_whole_month"]
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
