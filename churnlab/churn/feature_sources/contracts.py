"""What did the student buy, at what price, and how much of it is left?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.holds import days_held
from churnlab.churn.feature_sources.lessons import Lessons
from churnlab.churn.feature_sources.snapshots import EXACT_HOURS, Snapshots
from churnlab.churn.service import attributed

# What is kept of a contract on a date: there are many, and each column of theirs takes room.
_KEPT = (
    "unit_no", "enrolment_id", "as_of", "course_id", "kind", "signed_at", "signed_on", "started_on", "first_came_on",
    "ends_on", "ends", "over_on", "number", "latest", "running", "by_hours", "hours", "hours_free", "used", "stated",
    "unknown", "left", "trend_hours", "amount_due", "paid", "price",
)  # fmt: skip


def standing(snapshots: Snapshots, lessons: Lessons, holds: Rows) -> Rows:
    """Tell how each contract stood on each date.

    A contract runs until its last day has passed (days on hold move it), its hours are used up or it is refunded.

    Returns
    -------
    ibis.Table
        One row a contract and date after its signing: `unit_no`, what was written in it, `hours` (bought and free),
        `number` (of the student, from 0), `used` (hours), `paid` (CNY), `ends` (its last day), `over_on` (the day it
        ended or will), `running`, `latest` (of its unit), `stated` (whether what was used is known), and others.
    """
    return _judged(_standing(snapshots, lessons, holds)).select(*_KEPT).cache()


def contracts(snapshots: Snapshots, rows: Rows) -> Rows:
    """Tell where each unit's contracts stood on each date.

    Parameters
    ----------
    snapshots : Snapshots
        The dates.
    rows : ibis.Table
        From `standing`.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, `hours_left` (lesson hours on running contracts by hours; null if only others run; if none
        runs 0 where the last to end was by hours, else null), `weeks_of_hours_left` (weeks at the pace of the trend
        window), `days_to_contract_end` (to the last day of the running contracts; below zero:
        none runs, the last one ended or was refunded so many days ago), `tenure_days` (since the first lesson or
        start), `contracts_before` (of the student, before the unit's latest), `price_per_hour_cny` and `course_id` (of
        the unit's latest).
    """
    is_over = rows.over_on < rows.as_of
    by_unit = rows.group_by("unit_no", "as_of").aggregate(
        runs=rows.running.any(),
        hours_run=(rows.running & rows.by_hours).any(),
        ended_on=rows.over_on.max(where=is_over),
        hours_ended_on=rows.over_on.max(where=is_over & rows.by_hours),
        ends_on=rows.ends.max(where=rows.running),
        unknown=rows.unknown.cast("int32").sum(),
        left=rows.left.sum(),
        trend_hours=rows.trend_hours.sum(where=rows.by_hours).cast("float64"),
        hours_since=rows.started_on.min(where=rows.by_hours),
        entered_on=ibis.least(rows.started_on.min(), rows.first_came_on.min()),
        contracts_before=rows.number.max(where=rows.latest),
        price_per_hour_cny=rows.price.max(where=rows.latest),
        course_id=rows.course_id.max(where=rows.latest),
    )
    # Hours that were used up long ago say nothing of who goes on by period.
    ended_by_hours = by_unit.ended_on.isnull() | (by_unit.hours_ended_on == by_unit.ended_on).fill_null(False)
    goes_by_hours = ibis.ifelse(by_unit.runs, by_unit.hours_run, ended_by_hours)
    is_told = goes_by_hours & (by_unit.unknown == 0)
    hours_left = ibis.ifelse(is_told, by_unit.left.cast("float64"), ibis.null("float64"))
    last_day = ibis.ifelse(by_unit.runs, by_unit.ends_on, by_unit.ended_on)
    tenure = by_unit.as_of.delta(by_unit.entered_on, unit="day")
    return by_unit.select(
        *("unit_no", "as_of", "contracts_before", "price_per_hour_cny", "course_id"),
        hours_left=hours_left,
        weeks_of_hours_left=hours_left / _weekly_hours(by_unit, snapshots.data.settings.features.trend_days),
        days_to_contract_end=last_day.delta(by_unit.as_of, unit="day"),
        tenure_days=ibis.ifelse(tenure > 0, tenure, ibis.null(tenure.type())),
    )


def _weekly_hours(rows: Rows, trend_days: int) -> ibis.Value:
    """Hours used a week: in the trend window, or since the first start if that was later; null if none were used."""
    weeks = (rows.as_of.delta(rows.hours_since, unit="day") - 1) // 7 + 1
    pace = rows.trend_hours / ibis.least(ibis.greatest(weeks, 1).cast("float64"), trend_days / 7)
    return ibis.ifelse(pace > 0, pace, ibis.null("float64"))


def _standing(snapshots: Snapshots, lessons: Lessons, holds: Rows) -> Rows:
    """One row a contract and date, with what was used, paid, refunded and on hold by then."""
    of_unit = ibis.window(group_by="unit_no", order_by=["signed_at", "enrolment_id"])
    of_student = ibis.window(group_by="student_id", order_by=["signed_at", "enrolment_id"])
    rows = snapshots.contracts.mutate(
        next_on=_.signed_on.lead().over(of_unit),
        number=ibis.row_number().over(of_student),
        by_hours=(_.billing == "by_hours").fill_null(False),
        hours=_.hours_bought.cast(EXACT_HOURS) + _.hours_free.fill_null(0).cast(EXACT_HOURS),
    )
    dates = snapshots.dates.select("as_of")
    rows = rows.join(dates, [rows.signed_on < dates.as_of])
    used = lessons.past.select("contract_no", "as_of", "first_came_on", "last_came_on", used=_.hours)
    trend = lessons.trend.select("contract_no", "as_of", trend_hours=_.hours)
    for found in (used, trend, _extension(rows, holds), _refunded(snapshots), _paid(snapshots)):
        key = "enrolment_id" if "enrolment_id" in found.columns else "contract_no"
        new = [name for name in found.columns if name not in (key, "as_of")]
        rows = rows.left_join(found, [key, "as_of"]).select(*rows.columns, *new)
    return rows


def _judged(rows: Rows) -> Rows:
    """Say of each contract whether it runs and what is left."""
    # A lesson come to after a refund says that the contract was taken up again.
    resumed = (rows.last_came_on > rows.refunded_on).fill_null(False)
    refunded = rows.refunded_on.notnull() & ~resumed
    ends = (rows.ends_on + rows.extra_days.fill_null(0).as_interval("D")).cast("date")
    valid = ~refunded & (ends.isnull() | (ends >= rows.as_of))
    # Lessons that never say what they took leave the hours unknown.
    stated = rows.hours.notnull() & (rows.last_came_on.isnull() | rows.used.notnull())
    left = ibis.greatest(rows.hours - rows.used.fill_null(0), 0)
    # Hours that are used up end a contract with the lesson that used the last of them, however long it was valid.
    used_up = rows.by_hours & stated & (left <= 0) & rows.last_came_on.notnull()
    over_on = ibis.ifelse(used_up, ibis.least(ends.fill_null(rows.last_came_on), rows.last_came_on), ends)
    due = rows.amount_due.cast("float64").fill_null(rows.paid.cast("float64"))
    return rows.mutate(
        ends=ends,
        stated=stated,
        over_on=ibis.ifelse(refunded, ibis.least(over_on.fill_null(rows.refunded_on), rows.refunded_on), over_on),
        refunded=refunded,
        latest=rows.next_on.isnull() | (rows.next_on >= rows.as_of),
        unknown=rows.by_hours & valid & ~stated,
        running=valid & (~rows.by_hours | ~stated | (left > 0)),
        left=ibis.ifelse(rows.by_hours & stated, ibis.ifelse(valid, left, 0), ibis.null(left.type())),
        price=due / ibis.ifelse(rows.hours > 0, rows.hours.cast("float64"), ibis.null("float64")),
    )


def _extension(standing: Rows, holds: Rows) -> Rows:
    """Count by how many days holds had moved the end of each contract by each date."""
    by = ("contract_no", "as_of")
    spells = holds.join(standing.select(*by, "started_on", "ends_on"), by).filter(_.ends_on.notnull())
    spells = spells.mutate(from_on=ibis.greatest(spells.from_on, spells.started_on))
    spells = days_held(spells, by=by)
    inside = spells.from_on.delta(spells.ends_on, unit="day") <= spells.days_before
    so_far = ibis.window(group_by=by, order_by=["from_on", "back_on"], rows=(None, 0))
    spells = spells.mutate(inside=inside.cast("int32").min().over(so_far))
    return spells.group_by(by).aggregate(extra_days=_.days.sum(where=_.inside == 1).cast("int32"))


def _paid(snapshots: Snapshots) -> Rows:
    """Add up what was paid on each contract before each date."""
    payments, dates = snapshots.data.table("payments"), snapshots.dates.select("as_of")
    met = payments.join(dates, [payments.paid_at.cast("date") < dates.as_of])
    return met.group_by("enrolment_id", "as_of").aggregate(paid=_.amount.sum())


def _refunded(snapshots: Snapshots) -> Rows:
    """Say when each contract was last refunded; a refund that names no contract is of the student's latest."""
    refunds, dates = snapshots.data.table("refunds"), snapshots.dates.select("as_of")
    settled = refunds.filter((refunds.outcome == "refunded") & refunds.settled_at.notnull())
    told_at = ibis.greatest(settled.settled_at, settled.requested_at).cast("date")
    settled = settled.select("refund_id", "student_id", "enrolment_id", course_id=ibis.null("string"), told_on=told_at)
    settled = attributed(settled, snapshots.data, key="refund_id", at=settled.told_on)
    met = settled.join(dates, [settled.on_day < dates.as_of])
    return met.group_by("enrolment_id", "as_of").aggregate(refunded_on=_.on_day.max())
