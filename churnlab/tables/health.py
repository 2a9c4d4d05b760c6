"""How complete are the data that a report is made from?"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
from ibis import Table as Rows

from churnlab.finding import Finding
from churnlab.i18n import Lang
from churnlab.tables import ledger
from churnlab.tables.contract import Table
from churnlab.tables.door import Data, fetch
from churnlab.tables.doubts import doubts
from churnlab.tables.engine import tables
from churnlab.tables.ledger import Load
from churnlab.tables.load_report import set_aside_facts, set_aside_table, title
from churnlab.tables.provenance import closed, last_whole_month
from churnlab.tables.schemas import TABLES
from churnlab.tables.shortfall import shortfall
from churnlab.tables.table_counts import TableCounts

_LATE = ["campus", "table", "last_row_on", "rows_in_month", "rows_in_month_before"]


def data_health(data: Data) -> tuple[Finding, ...]:
    """Return what a reader must know of the data: rows set aside, what does not fit together, campuses that are late.

    Parameters
    ----------
    data : Data
        Open as of the report's date.
    """
    return set_aside(data), doubts(data), late_campuses(data)


def set_aside(data: Data) -> Finding:
    """Count the rows set aside, by table and reason.

    A row counts if it had been loaded by `known_by` and its own date lies before `as_of`; where that cannot be read, it
    counts too, and the Finding says how many such rows there are. Campuses, courses and classes have no date and count.

    Returns
    -------
    Finding
        `tables.set_aside`, one row per table and reason. For each table its latest load counts, as of `known_by`;
        earlier loads do not, as a mended export is handed in again. A load that brought nothing of the time before
        `as_of` is none of them: of such only the latest rows without a readable date are added.
    """
    counts = _as_of(data)
    facts = set_aside_facts(counts)
    undated = sum(told.undated for name, told in counts.items() if TABLES[name].dated_by)
    told = ("over_loads", "undated") if undated else ("over_loads",)
    return Finding(
        key="tables.set_aside",
        table=set_aside_table(counts),
        facts=facts | {"undated": undated, "as_of": data.as_of},
        sentences=told if facts["set_aside"] else ("none",) if facts["rows"] else ("untold",),
    )


def too_many_set_aside(data: Data) -> Mapping[Lang, str] | None:
    """Name the required tables of which too large a share was set aside, counted as `set_aside` counts; None: none."""
    return shortfall(_as_of(data), data.settings)


def late_campuses(data: Data) -> Finding:
    """Name the campuses whose data for the last whole month before the date are incomplete.

    Returns
    -------
    Finding
        `tables.late_campuses`, one row per campus and table: a campus whose lessons stop before the month's last days
        (as `provenance.last_whole_month` has it, campus by campus), or that had at least `uncertainty.min_group` rows
        of a table in the month before and has none in this one. Payments and others without a campus have their
        contract's. Closed campuses are left out.
    """
    month = (data.as_of.replace(day=1) - timedelta(days=1)).replace(day=1)
    placed = [(table, rows) for table in TABLES.values() if (rows := _placed(data, table)) is not None]
    found = pd.concat([_by_campus(rows, table, month) for table, rows in placed], ignore_index=True)
    is_late = pd.Series([_is_late(row, data, month) for row in found.to_dict("records")], dtype=bool)
    late = found[is_late]
    late = late[~late["campus"].isin(_closed(data))].sort_values(["campus", "order"], ignore_index=True)
    shown = late.assign(table=pd.Series([title(name) for name in late["table"]], dtype=object))[_LATE]
    return Finding(
        key="tables.late_campuses",
        table=shown,
        facts={"month": month, "campuses": int(late["campus"].nunique())},
        sentences=("no_campus",) if found.empty else ("sentence",) if len(late) else ("none",),
    )


def _as_of(data: Data) -> dict[str, TableCounts]:
    return {name: _before(_counted(data, name), data.as_of) for name in TABLES}


def _counted(data: Data, table: str) -> list[TableCounts]:
    """Return what became of a table's rows, load by load; data that came from frames tell nothing."""
    told = [load.counts.get(table, {}) for load in _loads(data)]
    return [TableCounts(**counts) for counts in told if "days" in counts]


def _before(loads: Sequence[TableCounts], as_of: date) -> TableCounts:
    """Return the counts of the rows before a day, of the latest load that has any, with what came later undated."""
    nothing = TableCounts(rows_read=0, kept=0, set_aside=0)
    past = [counts.of(lambda day: "" < day < as_of.isoformat()) for counts in loads]
    undated = [counts.of(lambda day: day == "") for counts in loads]
    latest = max((place for place, counts in enumerate(past) if counts.rows_read), default=-1)
    since = [counts for counts in undated[latest + 1 :] if counts.rows_read]
    return sum([past[latest], undated[latest], *since[-1:]] if latest >= 0 else since[-1:], start=nothing)


def _loads(data: Data) -> tuple[Load, ...]:
    """Return the loads behind the data; data that came from frames have none."""
    engine = next(iter(data.versions.values())).get_backend().con
    return ledger.known(ledger.recall(engine), data.known_by) if "_loads" in tables(engine) else ()


def _placed(data: Data, table: Table) -> Rows | None:
    """Return the day and the campus of each row, its own or its contract's; None where there is neither."""
    rows = data.table(table.name)
    if not table.dated_by or not {"campus", "enrolment_id"} & set(rows.columns):
        return None
    if "campus" not in rows.columns:
        contracts = data.table("enrolments").select("enrolment_id", "campus")
        rows = rows.inner_join(contracts, "enrolment_id")
    return rows.select("campus", day=rows[table.dated_by].cast("date"))


def _by_campus(rows: Rows, table: Table, month: date) -> pd.DataFrame:
    """Return for each campus the last day of its rows, and their number in the month and the one before."""
    day = rows["day"]
    before = (month - timedelta(days=1)).replace(day=1)
    in_month, in_month_before = day >= month, (day >= before) & (day < month)
    counted = (
        rows.filter(rows["campus"].notnull() & (day >= before))
        .group_by("campus")
        .aggregate(last_row_on=day.max(), rows_in_month=in_month.sum(), rows_in_month_before=in_month_before.sum())
    )
    return fetch(counted).assign(table=table.name, order=list(TABLES).index(table.name))


def _is_late(row: Mapping[Any, Any], data: Data, month: date) -> bool:
    if not row["rows_in_month_before"]:
        return False
    if row["table"] != "lessons":
        return not row["rows_in_month"] and row["rows_in_month_before"] >= data.settings.uncertainty.min_group
    whole = last_whole_month(
        row["last_row_on"],
        slack_days=data.settings.tables.month_end_days,
        closed=lambda day: closed(day, data.settings.calendar),
    )
    return whole < month


def _closed(data: Data) -> set[str]:
    """Return the campuses that had closed by the date: nothing is missing there."""
    campuses = fetch(data.table("campuses").select("campus", "closed_on")).dropna()
    return set(campuses.loc[pd.to_datetime(campuses["closed_on"]) < pd.Timestamp(data.as_of), "campus"])
