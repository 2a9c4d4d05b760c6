"""What does the store hold before a load?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pandas as pd

from churnlab.tables.ledger import Load
from churnlab.tables.schemas import TABLES


@dataclass(frozen=True, eq=False)
class Before:
    """What the store holds before a load.

    Attributes
    ----------
    loads : sequence of Load
        All so far.
    standing : mapping of str to pandas.DataFrame
        The rows that stand, by table, in the stored form.
    loaded_at : datetime.datetime
        When the new load is.
    pseudonyms : mapping of str to frozenset of str
        Of all names that loads brought, by kind.
    undeclared : mapping of str to frozenset of str
        Values of the store that have room for a name in columns that are not personal: see `late_names.undeclared`.
    once : pandas.DataFrame or None
        Number, phone and name of students in versions that stand no more.
    """

    loads: Sequence[Load]
    standing: Mapping[str, pd.DataFrame]
    loaded_at: datetime
    pseudonyms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    undeclared: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    once: pd.DataFrame | None = field(default=None, repr=False)

    def took(self, source: Mapping[str, str]) -> bool:
        """Tell whether earlier loads took the same file, under whatever name, and last read it in the same way."""
        return self._last_read_as(source) == source["read_as"]

    def took_otherwise(self, source: Mapping[str, str]) -> bool:
        """Tell whether earlier loads took the same file, and last read it under another mapping."""
        return self._last_read_as(source) not in (None, source["read_as"])

    def _last_read_as(self, source: Mapping[str, str]) -> str | None:
        taken = (told for load in self.loads for told in load.sources)
        ways = [told.get("read_as") for told in taken if told.get("sha256") == source["sha256"]]
        return ways[-1] if ways else None

    def until(self) -> dict[str, date]:
        """Return the last day that each table reaches; what lies in the future does not count."""
        last = {}
        for name, rows in self.standing.items():
            days = rows[dated_by] if (dated_by := TABLES[name].dated_by) else pd.Series(dtype="datetime64[ns]")
            days = days[days <= self.loaded_at]
            if len(days):
                last[name] = days.max().date()
        return last
