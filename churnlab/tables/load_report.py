"""What did a load do?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from churnlab.finding import Finding
from churnlab.i18n import Lang
from churnlab.tables.reading import Warned
from churnlab.tables.schemas import TABLES
from churnlab.tables.table_counts import TableCounts
from churnlab.wording import Said


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadReport:
    """What a load did, or what it would do.

    Attributes
    ----------
    number : int or None
        Of the load; None when nothing was loaded.
    tables : mapping of str to TableCounts
        In the contract's order.
    warnings : tuple of (str, dict)
        What was taken but is worth telling: key and facts of a sentence.
    set_aside : pandas.DataFrame
        One row per bad cell: file, sheet, table, row, column, value (masked where personal), reason, facts.
    set_aside_file : pathlib.Path or None
        Where they were written.
    short : mapping of language to str, or None
        The required tables of which too many rows were set aside, as `shortfall` names them.
    """

    number: int | None
    tables: Mapping[str, TableCounts]
    warnings: tuple[Warned, ...]
    set_aside: pd.DataFrame
    set_aside_file: Path | None = None
    short: Mapping[Lang, str] | None = None

    def findings(self) -> tuple[Finding, ...]:
        """Return all there is to tell: counts, rows set aside, warnings; last and loudest, tables that fall short."""
        told = [self.finding()]
        if not self.set_aside.empty:
            told.append(self._set_aside())
        if self.warnings:
            told.append(self._warned())
        if self.short:
            facts: dict[str, Any] = {"short": self.short}
            told.append(Finding(key="tables.shortfall", table=pd.DataFrame(), facts=facts))
        return tuple(told)

    def finding(self) -> Finding:
        """Return the counts by table."""
        rows = [
            {
                "table": title(name),
                "rows_read": counts.rows_read,
                "new": counts.new,
                "changed": counts.changed,
                "unchanged": counts.unchanged,
                "superseded": counts.superseded,
                "removed": counts.removed,
                "set_aside": counts.set_aside,
                "unfilled": counts.unfilled or None,
                "lines": counts.lines - counts.unfilled,
            }
            for name, counts in self.tables.items()
        ]
        table = pd.DataFrame(rows).dropna(axis="columns", how="all")
        facts = {"tables": len(rows), "kept": sum(counts.kept for counts in self.tables.values())}
        facts |= {
            name: int(table[name].sum()) for name in ("rows_read", "set_aside", "new", "changed") if name in table
        }
        return Finding(
            key="tables.load", table=table, facts=facts, sentences=("checked",) if self.number is None else ("loaded",)
        )

    def _set_aside(self) -> Finding:
        file = self.set_aside_file
        return Finding(
            key="tables.set_aside",
            table=set_aside_table(self.tables),
            facts=set_aside_facts(self.tables) | {"file": file.as_posix() if file else ""},
            sentences=("sentence", "written") if file else ("sentence",),
        )

    def _warned(self) -> Finding:
        table = pd.DataFrame({"warning": [Said(key, facts) for key, facts in self.warnings]}, dtype=object)
        return Finding(key="tables.warnings", table=table, facts={"n": len(table)})


def title(table: str) -> Said:
    """Return a table's name, to be said in the reader's language."""
    return Said("tables.name", {"name": {"zh": TABLES[table].zh, "en": TABLES[table].en}})


def set_aside_table(tables: Mapping[str, TableCounts]) -> pd.DataFrame:
    """Return the rows set aside by table and reason, with the rows handed in."""
    rows = [
        {
            "table": title(name),
            "set_aside_reason": reason,
            "set_aside": number,
            "rows": counts.kept + counts.set_aside,
            "set_aside_share": number / (counts.kept + counts.set_aside),
        }
        for name, counts in tables.items()
        for reason, number in sorted(counts.reasons.items(), key=lambda item: (-item[1], item[0]))
    ]
    return pd.DataFrame(rows, columns=["table", "set_aside_reason", "set_aside", "rows", "set_aside_share"])


def set_aside_facts(tables: Mapping[str, TableCounts]) -> dict[str, float | int]:
    """Return the totals of the rows set aside and handed in."""
    aside = sum(counts.set_aside for counts in tables.values())
    rows = sum(counts.kept + counts.set_aside for counts in tables.values())
    return {"set_aside": aside, "rows": rows, "share": aside / rows if rows else 0.0}
