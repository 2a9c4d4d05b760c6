"""What did the student buy, at what price, and how much of it is left?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.snapshots import EXACT_HOURS, Snapshots


def contracts(snapshots: Snapshots) -> Rows:
    """Tell where each unit's contracts stood on each date.

    A contract runs until its last day has passed, its hours are used up or it is refunded. Hours of a contract are
    unknown if the student came to its lessons and none of them says what it took.

    Returns
    -------
    ibis.Table
        `unit_id`, `as_of`, `hours_left` (lesson hours on running contracts by hours), `weeks_of_hours_left` (weeks at
        the pace of the trend window), `days_to_contract_end` (to the last day of the running contracts; below zero:
        none runs, the last one ended so many days ago), `tenure_days` (since the unit's first contract was signed),
        `contracts_before` (of the student, before the unit's latest), `price_per_hour_cny` and `course_id` (of the
        unit's latest).
    """
    rows = _standing(snapshots)
    ended_on = rows.ends_on.max(where=~rows.refunded & (rows.ends_on < rows.as_of))
    by_unit = rows.group_by("unit_id", "as_of").aggregate(
        unknown=rows.unknown.cast("int32").sum(),
        left=rows.left.sum(),
        trend_hours=rows.trend_hours.sum(where=rows.by_hours).cast("float64"),
        first_on=rows.first_on.min(where=rows.by_hours),
        last_day=ibis.ifelse(rows.running.any(), rows.ends_on.max(where=rows.running), ended_on),
        signed_on=rows.signed_on.min(),
        contracts_before=rows.number.max(where=rows.latest),
        price_per_hour_cny=rows.price.max(where=rows.latest),
        course_id=rows.course_id.max(where=rows.latest),
    )
    hours_left = ibis.ifelse(by_unit.unknown == 0, by_unit.left.cast("float64"), ibis.null("float64"))
    return by_unit.select(
        *("unit_id", "as_of", "contracts_before", "price_per_hour_cny", "course_id"),
        hours_left=hours_left,
        weeks_of_hours_left=hours_left / _weekly_hours(by_unit, snapshots.data.settings.features.trend_days),
        days_to_contract_end=by_unit.last_day.delta(by_unit.as_of, unit="day"),
        tenure_days=by_unit.as_of.delta(by_unit.signed_on, unit="day"),
    )


def _weekly_hours(rows: Rows, trend_days: int) -> ibis.Value:
    """Hours used a week: over the trend window, or since the first lesson if that was later; null if none were used."""
    weeks = (rows.as_of.delta(rows.first_on, unit="day") - 1) // 7 + 1
    pace = rows.trend_hours / ibis.least(weeks.cast("float64"), trend_days / 7)
    return ibis.ifelse(pace > 0, pace, ibis.null("float64"))


def _standing(snapshots: Snapshots) -> Rows:
    """One row a contract and date: is it running, what is left, is it the unit's latest?"""
    of_unit = ibis.window(group_by="unit_id", order_by=["signed_at", "enrolment_id"])
    of_student = ibis.window(group_by="student_id", order_by=["signed_at", "enrolment_id"])
    rows = snapshots.contracts.mutate(
        next_on=_.signed_on.lead().over(of_unit),
        number=ibis.row_number().over(of_student),
        by_hours=_.billing == "by_hours",
        hours=_.hours_bought.cast(EXACT_HOURS) + _.hours_free.fill_null(0).cast(EXACT_HOURS),
    )
    rows = rows.left_join(_refunded(snapshots), "enrolment_id").drop("enrolment_id_right")
    dates = snapshots.dates.select("as_of")
    rows = rows.join(dates, [rows.signed_on < dates.as_of])
    rows = rows.left_join(_used(snapshots), ["student_id", "enrolment_id", "as_of"], rname="{name}_used")
    rows = rows.left_join(_paid(snapshots), ["enrolment_id", "as_of"], rname="{name}_paid")
    return _judged(rows)


def _judged(rows: Rows) -> Rows:
    refunded = (rows.refunded_on < rows.as_of).fill_null(False)
    valid = ~refunded & (rows.ends_on.isnull() | (rows.ends_on >= rows.as_of))
    stated = rows.hours.notnull() & ((rows.came.fill_null(0) == 0) | (rows.hours_stated > 0))
    left = ibis.greatest(rows.hours - rows.used.fill_null(0), 0)
    due = rows.amount_due.cast("float64").fill_null(rows.paid.cast("float64"))
    return rows.mutate(
        refunded=refunded,
        latest=rows.next_on.isnull() | (rows.next_on >= rows.as_of),
        unknown=rows.by_hours & valid & ~stated,
        running=valid & (~rows.by_hours | ~stated | (left > 0)),
        left=ibis.ifelse(rows.by_hours & stated, ibis.ifelse(valid, left, 0), ibis.null(left.type())),
        price=due / ibis.ifelse(rows.hours > 0, rows.hours.cast("float64"), ibis.null("float64")),
    )


def _used(snapshots: Snapshots) -> Rows:
    return snapshots.lesson_sums.group_by("student_id", "enrolment_id", "as_of").aggregate(
        used=_.hours.sum(),
        hours_stated=_.hours_stated.sum(),
        came=_.came.sum(),
        trend_hours=_.trend_hours.sum(),
        first_on=_.first_on.min(),
    )


def _paid(snapshots: Snapshots) -> Rows:
    """Add up what was paid on each contract before each date."""
    payments = snapshots.data.table("payments")
    dates = snapshots.dates.select("as_of")
    met = payments.join(dates, [payments.paid_at.cast("date") < dates.as_of])
    return met.group_by("enrolment_id", "as_of").aggregate(paid=_.amount.sum())


def _refunded(snapshots: Snapshots) -> Rows:
    """Say when each refunded contract was: a refund that names no contract ends all that the student had by then."""
    refunds = snapshots.data.table("refunds")
    settled = refunds.filter(refunds.outcome == "refunded").select(
        "student_id",
        requested_on=_.requested_at.cast("date"),
        settled_on=_.settled_at.cast("date"),
        named_id=_.enrolment_id,
    )
    held = snapshots.contracts.select("student_id", "enrolment_id", "signed_on")
    met = held.join(
        settled,
        [
            held.student_id == settled.student_id,
            (held.enrolment_id == settled.named_id)
            | (settled.named_id.isnull() & (held.signed_on <= settled.requested_on)),
        ],
    )
    return met.group_by("enrolment_id").aggregate(refunded_on=_.settled_on.min())
