"""Who is looked at, on which dates, and which rows could be read of them then?

All dates share one pass over the tables. Keys are numbered first: a pass over ten million lessons is several times as
quick with numbers as with texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import pandas as pd
from ibis import Table as Rows
from ibis import _

from churnlab.churn.service import started
from churnlab.settings import Unit
from churnlab.tables.door import Data

# Sums of hours must not depend on the order of the rows, as sums of floats do.
EXACT_HOURS = "decimal(9, 3)"


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshots:
    """What every feature is computed from; ibis expressions.

    Attributes
    ----------
    data : Data
        The open data.
    days : tuple of datetime.date
        The dates, in order.
    dates : ibis.Table
        `as_of` and the first day of each window before it: `recent_from`, `trend_from`, `satisfaction_from`,
        `service_from`.
    contracts : ibis.Table
        Enrolments with `contract_no`, `unit_id`, `signed_on` and `started_on`.
    units : ibis.Table
        `unit_no`, `unit_id`, `student_id`, `since` (day of the first signing).
    rows : ibis.Table
        `unit_no`, `unit_id`, `student_id`, `as_of`: units with a contract signed before the date.
    """

    data: Data
    days: tuple[date, ...]
    dates: Rows
    contracts: Rows
    units: Rows
    rows: Rows


def take(data: Data, days: Sequence[date]) -> Snapshots:
    """Look at the data on these dates, given in order."""
    dates = _dates(data, days)
    contracts = _contracts(data)
    units = contracts.group_by("unit_id").aggregate(student_id=_.student_id.min(), since=_.signed_on.min())
    units = units.mutate(unit_no=ibis.row_number().over(order_by="unit_id")).cache()
    contracts = contracts.join(units.select("unit_id", "unit_no"), "unit_id").cache()
    return Snapshots(
        data=data,
        days=tuple(days),
        dates=dates,
        contracts=contracts,
        units=units,
        rows=units.join(dates, units.since < dates.as_of).select("unit_no", "unit_id", "student_id", "as_of"),
    )


def _dates(data: Data, days: Sequence[date]) -> Rows:
    windows = data.settings.features
    frame = pd.DataFrame(
        {
            "as_of": list(days),
            "recent_from": [day - timedelta(days=windows.recent_days) for day in days],
            "trend_from": [day - timedelta(days=windows.trend_days) for day in days],
            "satisfaction_from": [day - timedelta(days=windows.satisfaction_days) for day in days],
            "service_from": [day - timedelta(days=windows.service_days) for day in days],
        }
    )
    return ibis.memtable(frame, schema=dict.fromkeys(frame, "date"))


def _contracts(data: Data) -> Rows:
    rows = data.table("enrolments")
    return rows.mutate(
        unit_id=_unit_id(rows, data.settings.outcome.unit),
        contract_no=ibis.row_number().over(order_by="enrolment_id"),
        signed_on=rows.signed_at.cast("date"),
        started_on=started(rows),
    )


def _unit_id(rows: Rows, unit: Unit) -> ibis.Value:
    return {
        "student": rows.student_id,
        "enrolment": rows.enrolment_id,
        "student-campus": rows.student_id + "|" + rows.campus.fill_null(""),
    }[unit]
