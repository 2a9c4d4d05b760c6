"""Does the store hold anything of a table at all?

A table that was never loaded has no rows, and its counts would be noughts: no refund, no complaint. Nobody knows that.
"""

from weakref import WeakKeyDictionary

from churnlab.errors import NotEnoughData
from churnlab.tables.door import Data, fetch
from churnlab.tables.schemas import TABLES

# Every analysis asks this first; data are frozen, so that once is enough.
_known: WeakKeyDictionary[Data, dict[str, bool]] = WeakKeyDictionary()


def has(data: Data, *names: str) -> bool:
    """Tell whether any of these tables had a row before the date.

    Parameters
    ----------
    data : Data
        What had happened before a date; a table whose first row is later had none.
    *names : str
        Tables by name.
    """
    known = _known.setdefault(data, {})
    for name in names:
        if name not in known:
            known[name] = len(fetch(data.table(name).select(TABLES[name].key[0]).limit(1))) > 0
        if known[name]:
            return True
    return False


def need(data: Data, *names: str) -> None:
    """Refuse to tell anything that none of these tables is there for.

    Parameters
    ----------
    data, *names
        As for `has`.

    Raises
    ------
    NotEnoughData
        If none of them had a row before the date.
    """
    if not has(data, *names):
        raise NotEnoughData("not_loaded", tables=called(*names))


def called(*names: str) -> dict[str, str]:
    """Return what tables are called, by language."""
    tables = [TABLES[name] for name in names]
    return {"zh": "、".join(f"“{table.zh}”" for table in tables), "en": ", ".join(f"“{table.en}”" for table in tables)}
