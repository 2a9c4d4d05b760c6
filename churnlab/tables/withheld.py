"""Which rows of new files were set aside, where an export replaces its months?"""

from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from churnlab.tables import privacy, undeclared
from churnlab.tables.before import Before
from churnlab.tables.checking import days_of
from churnlab.tables.contract import Table
from churnlab.tables.parts import Part
from churnlab.tables.reading import Warned
from churnlab.tables.replacing import Withheld
from churnlab.tables.schemas import TABLES


def withheld(
    found: Mapping[str, Sequence[Part]], before: Before, *, tables: Collection[str], key: bytes
) -> dict[str, Withheld]:
    """Return by table what was set aside of files that no earlier load has taken.

    Parameters
    ----------
    found : mapping of str to sequence of Part
        From `parts.by_table`.
    before : Before
        What the store holds.
    tables : collection of str
        Those whose exports replace the months they cover.
    key : bytes
        The institution's key.
    """
    fresh = {name: [part for part in of if not before.took(part.source)] for name, of in found.items()}
    return {name: _of(fresh[name], TABLES[name], key) for name in tables if fresh.get(name) and TABLES[name].dated_by}


def _of(parts: Sequence[Part], table: Table, key: bytes) -> Withheld:
    rows = pd.concat([part.checked.unkept for part in parts], ignore_index=True)
    told, untold = rows[rows["_told"].astype(bool)].reset_index(drop=True), rows[~rows["_told"].astype(bool)]
    # What reading set aside (a row with more cells than headers) has neither a key nor a day.
    unread = sum(part.checked.rows_set_aside - len(part.checked.unkept) for part in parts)
    covered = frozenset().union(*(_months(part.checked.kept, table) for part in parts))
    lost = _months(untold, table)
    room = undeclared.held({table.name: told}).get(table.name, ())
    return Withheld(
        rows=privacy.protect(told, table, key),
        said=privacy.said(told, table, key, room=room),
        months=covered if unread or "" in lost else covered & lost,
        untold=len(untold) + unread,
    )


def _months(rows: pd.DataFrame, table: Table) -> frozenset[str]:
    return frozenset(days_of(rows, table).dt.strftime("%Y-%m").fillna(""))


def warnings(found: Mapping[str, Withheld]) -> Iterator[Warned]:
    """Warn of months in which nothing is closed, as a row set aside cannot be told from those that stand."""
    for name, of in found.items():
        if of.months:
            table, months = {"zh": TABLES[name].zh, "en": name}, ", ".join(sorted(of.months))
            yield "warning.replacing.not_closed", {"table": table, "n": of.untold, "months": months}
