"""What stands in the figures though it cannot be as it is recorded?

The checks of a load, asked again of what had happened before the date. Lessons are reduced in the engine to the few
rows that a check turns on; what comes to pandas is a row per contract, refund and exit.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import ibis
import pandas as pd
from ibis import Table as Rows

from churnlab.finding import Finding
from churnlab.tables import business
from churnlab.tables.contract import CURRENT, Column, Table
from churnlab.tables.door import Data, fetch
from churnlab.tables.exit_reasons import unknown
from churnlab.tables.faults import header
from churnlab.tables.load_report import title
from churnlab.tables.schemas import TABLES
from churnlab.wording import Said

_SHOWN = ["doubt", "table", "n", "of", "examples"]
_EXAMPLES = 3


def doubts(data: Data) -> Finding:
    """Count what cannot be as it is recorded, and counts all the same.

    Whether the amounts paid on contracts are the sums of their payments is told at the load only: what a contract says
    to have been paid is true at export, not at the date. A refund is held against the payments of its contract; where
    there are none, against the amount due.

    Returns
    -------
    Finding
        `tables.doubts`, one row per check that found something: what, the table to look into, how many, of how many,
        and up to three of them: contracts, students or other ids as they are stored; of reasons, the words.
        Campuses that are missing from a table are in `health.late_campuses`; lessons after a refund or an exit, and
        what holds then, in `churn.contradictions`.
    """
    contracts, payments = _contracts(data), _paid(data)
    found = [
        *_of_refunds(_refunds(data), contracts, payments),
        *_of_hours(data, contracts),
        *_at_two_campuses(data),
        *_dangling(data),
        *_of_exits(data),
    ]
    said = ("some" if found else "none", "told_at_load") if len(payments) else ("some" if found else "none",)
    return Finding(
        key="tables.doubts",
        table=pd.DataFrame(found, columns=_SHOWN),
        facts={"kinds": len(found), "as_of": data.as_of},
        sentences=said,
    )


def _row(key: str, table: str, n: int, of: int, ids: Iterable[str], **facts: Any) -> Iterator[dict[str, Any]]:
    if n:
        examples = Said("tables.name", {"name": business.named(ids, _EXAMPLES)})
        doubt = Said(f"tables.doubts.{key}", facts)
        yield {"doubt": doubt, "table": title(table), "n": n, "of": int(of), "examples": examples}


def _contracts(data: Data) -> pd.DataFrame:
    rows = data.table("enrolments")
    names = ("enrolment_id", "student_id", "billing", "signed_at", "hours_bought", "hours_free")
    return fetch(rows.select(*names, amount_paid=rows["amount_due"].cast("float64")))


def _paid(data: Data) -> pd.DataFrame:
    rows = data.table("payments")
    # What was paid back is no payment.
    paid = rows["amount"].clip(lower=0).sum().cast("float64")
    return fetch(rows.group_by("enrolment_id").aggregate(amount=paid))


def _refunds(data: Data) -> pd.DataFrame:
    rows = data.table("refunds")
    return fetch(rows.select("enrolment_id", "requested_at", "outcome", amount=rows["amount"].cast("float64")))


def _of_refunds(refunds: pd.DataFrame, contracts: pd.DataFrame, payments: pd.DataFrame) -> Iterator[dict[str, Any]]:
    # The amount of a refund is known once it is settled.
    settled = refunds[refunds["amount"].notna() & (refunds["outcome"] != "kept")].dropna(subset="enrolment_id")
    told = contracts.dropna(subset="amount_paid")
    above = business.above_paid(settled, told, payments)
    early, again = business.before_purchase(refunds, contracts), business.twice(settled)
    yield from _row("refund_above_paid", "refunds", len(above), settled["enrolment_id"].nunique(), above)
    yield from _row("refund_before_purchase", "refunds", len(early), len(refunds), early)
    yield from _row("refund_twice", "refunds", len(again), len(settled), again)


def _of_hours(data: Data, contracts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    lessons = data.table("lessons")
    used = lessons.filter(lessons["enrolment_id"].notnull()).group_by("enrolment_id")
    by_contract = fetch(used.aggregate(hours_used=lessons["hours_used"].sum()))
    of = int(((contracts["billing"] == "by_hours") & contracts["hours_bought"].notna()).sum())
    for key, sign in (("hours_above_bought", 1), ("hours_below_zero", -1)):
        overdrawn = business.overdrawn(contracts, by_contract, sign=sign)
        yield from _row(key, "lessons", len(overdrawn), of, overdrawn)


def _at_two_campuses(data: Data) -> Iterator[dict[str, Any]]:
    lessons = data.table("lessons")
    attended = lessons.filter(lessons["status"].isin(business.ATTENDED))
    students = fetch(attended.aggregate(students=attended["student_id"].nunique()))["students"].iloc[0]
    twofold = business.two_campuses(fetch(_of_students_at_two_campuses(attended)))
    yield from _row("two_campuses", "lessons", len(twofold), students, twofold)


def _of_students_at_two_campuses(attended: Rows) -> Rows:
    """Return day and campus of the lessons of students who were ever at more than one."""
    by_student = attended.group_by("student_id").aggregate(campuses=attended["campus"].nunique())
    some = by_student.filter(by_student["campuses"] > 1)
    places = attended.select("student_id", "campus", "status", starts_at=attended["starts_at"].truncate("D"))
    return places.semi_join(some, "student_id").distinct()


def _dangling(data: Data) -> Iterator[dict[str, Any]]:
    """Count the rows that point to an id which no row has; apart those that only lack its leading zeros."""
    pointing = [(table, column) for table in TABLES.values() for column in table.columns if _points(column)]
    handed_in = {name for name in {str(column.references) for _, column in pointing} if _any(data.ids(name))}
    for table, column in pointing:
        if column.references in handed_in:
            yield from _lost(data, table, column)


def _points(column: Column) -> bool:
    return column.references is not None and column.known != CURRENT


def _any(rows: Rows) -> bool:
    return not fetch(rows.limit(1)).empty


def _lost(data: Data, table: Table, column: Column) -> Iterator[dict[str, Any]]:
    rows, other = data.table(table.name), str(column.references)
    told = rows.filter(rows[column.name].notnull()).group_by(id=rows[column.name]).aggregate(n=ibis._.count())
    told = told.mutate(of=told["n"].sum().over(ibis.window()))
    lost = fetch(told.anti_join(data.ids(other), "id"))
    if lost.empty:
        return
    known = data.ids(other)
    padded = fetch(known.filter(known["id"].startswith("0")))["id"]
    stripped = lost["id"].isin({key.lstrip("0") for key in padded})
    facts = {"column": Said("tables.name", {"name": header(column)}), "other": title(other)}
    for key, found in (("zeros_lost", lost[stripped]), ("not_found", lost[~stripped])):
        yield from _row(key, table.name, int(found["n"].sum()), lost["of"].iloc[0], found["id"], **facts)


def _of_exits(data: Data) -> Iterator[dict[str, Any]]:
    """Count the exits whose reason is unknown: they count as churn, whatever was meant."""
    exits = data.table("exits")
    told = fetch(exits.group_by("reason_code").aggregate(n=ibis._.count()))
    lost = told[told["reason_code"].isin(unknown(told["reason_code"], data.settings))]
    yield from _row("unknown_reason", "exits", int(lost["n"].sum()), told["n"].sum(), lost["reason_code"])
