"""What became of the rows of one table's files, and of which days are they?"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True, kw_only=True)
class TableCounts:
    """What became of every physical row of one table's files.

    The law: `rows_read = kept + set_aside + header + note + blank + total + unfilled`, and once loaded
    `kept = new + changed + unchanged + superseded`.

    Attributes
    ----------
    rows_read : int
        Physical rows, header and blank ones among them.
    kept, set_aside : int
        Rows taken, and rows that could not be.
    header, note, blank, total, unfilled : int
        Lines that are no rows; `unfilled`: of worksheets, not filled in.
    new, changed, unchanged, superseded, removed : int, optional
        See `versions.Changes`; None when nothing was loaded.
    days : mapping of str to int
        Rows taken by their own day, as `2026-03-01`; all under `""` where rows of the table have none.
    aside_days : mapping of str to mapping of str to int
        Rows set aside by the reason of their first bad cell, and by their own day; `""`: it has none or cannot be read.
    """

    rows_read: int
    kept: int
    set_aside: int
    header: int = 0
    note: int = 0
    blank: int = 0
    total: int = 0
    unfilled: int = 0
    new: int | None = None
    changed: int | None = None
    unchanged: int | None = None
    superseded: int | None = None
    removed: int | None = None
    days: Mapping[str, int] = field(default_factory=dict)
    aside_days: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.rows_read == self.kept + self.set_aside + self.lines, self
        assert self.kept == sum(self.days.values()), self
        assert self.set_aside == sum(self.reasons.values()), self
        if self.new is not None:
            became = (self.new, self.changed, self.unchanged, self.superseded)
            assert self.kept == sum(part or 0 for part in became), self

    @property
    def lines(self) -> int:
        """Lines that are no rows."""
        return self.header + self.note + self.blank + self.total + self.unfilled

    @property
    def reasons(self) -> Mapping[str, int]:
        """Rows set aside by the reason of their first bad cell."""
        return {reason: sum(days.values()) for reason, days in self.aside_days.items()}

    @property
    def undated(self) -> int:
        """Rows set aside that have no day of their own, or none that can be read."""
        return sum(days.get("", 0) for days in self.aside_days.values())

    def of(self, wanted: Callable[[str], bool]) -> "TableCounts":
        """Return the counts of the rows, lines apart, whose own day is wanted."""
        days = _only(self.days, wanted)
        aside_days = {reason: _only(told, wanted) for reason, told in self.aside_days.items()}
        return _counts(days, {reason: told for reason, told in aside_days.items() if told})

    def __add__(self, other: "TableCounts") -> "TableCounts":
        """Return the counts of both, lines apart."""
        reasons = [*self.aside_days, *(reason for reason in other.aside_days if reason not in self.aside_days)]
        aside_days = {
            reason: _sum(self.aside_days.get(reason, {}), other.aside_days.get(reason, {})) for reason in reasons
        }
        return _counts(_sum(self.days, other.days), aside_days)

    def as_dict(self) -> dict[str, Any]:
        """Return what the store remembers of it, before its changes are known."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def by_day(days: pd.Series) -> dict[str, int]:
    """Count rows by day (`2026-03-01`), the earliest first; `""` for those without."""
    counted = days.dt.normalize().value_counts(dropna=False).sort_index(na_position="first")
    names = pd.DatetimeIndex(counted.index).strftime("%Y-%m-%d").fillna("")
    return {str(name): int(number) for name, number in zip(names, counted, strict=True)}


def _only(days: Mapping[str, int], wanted: Callable[[str], bool]) -> dict[str, int]:
    return {day: number for day, number in days.items() if wanted(day)}


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(one) + Counter(other))


def _counts(days: Mapping[str, int], aside_days: Mapping[str, Mapping[str, int]]) -> TableCounts:
    kept, aside = sum(days.values()), sum(sum(told.values()) for told in aside_days.values())
    return TableCounts(rows_read=kept + aside, kept=kept, set_aside=aside, days=days, aside_days=aside_days)
