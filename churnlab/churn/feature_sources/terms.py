"""On what terms is the student with us, and is she keeping up with them?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.holds import days_held
from churnlab.churn.feature_sources.snapshots import Snapshots


def terms(rows: Rows) -> Rows:
    """Tell on what terms each unit's contracts were on each date.

    Parameters
    ----------
    rows : ibis.Table
        From `contracts.standing`.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, `courses_at_once` (courses of running contracts; 1 where none runs), `free_hours_share`
        (0–1, of the hours of the unit's latest contract), `hours_behind_rate` (−1 to 1: of the latest contract the
        share of its time that is over less the share of its hours that is used; null without hours or an end),
        `renewed_days_early` (from the latest renewal to the written end of the contract of the course before it; below
        zero: so many days late) and `unpaid_share` (0–1, of what is due on running contracts; null until anybody's
        payment was recorded).
    """
    of_course = ibis.window(group_by=["unit_no", "course_id", "as_of"], order_by=["signed_at", "enrolment_id"])
    of_unit = ibis.window(group_by=["unit_no", "as_of"])
    rows = rows.mutate(ended_before=_.ends_on.lag().over(of_course), renews=(_.kind == "renewal").fill_null(False))
    rows = rows.mutate(
        last_renewal=_.renews & (_.number == _.number.max(where=_.renews).over(of_unit)),
        anybody_paid=_.paid.count().over(group_by="as_of") > 0,
    )
    told = rows.running & rows.amount_due.notnull()
    by_unit = rows.group_by("unit_no", "as_of").aggregate(
        courses=_.course_id.nunique(where=_.running),
        free_hours_share=(_.hours_free.fill_null(0) / _.hours.nullif(0).cast("float64")).max(where=_.latest),
        hours_behind_rate=_behind(rows).max(where=rows.latest),
        renewed_days_early=rows.ended_before.delta(rows.signed_on, unit="day").max(where=rows.last_renewal),
        due=rows.amount_due.sum(where=told).cast("float64"),
        paid=rows.paid.sum(where=told).cast("float64"),
        anybody_paid=rows.anybody_paid.any(),
    )
    open_share = 1 - by_unit.paid.fill_null(0) / by_unit.due.nullif(0)
    return by_unit.select(
        *("unit_no", "as_of", "free_hours_share", "hours_behind_rate", "renewed_days_early"),
        courses_at_once=ibis.greatest(by_unit.courses, 1),
        unpaid_share=ibis.ifelse(by_unit.anybody_paid, open_share.clip(0, 1), ibis.null("float64")),
    )


def _behind(rows: Rows) -> ibis.Value:
    """Return the share of a contract's time that is over less the share of its hours that is used."""
    days = rows.ends.delta(rows.started_on, unit="day").nullif(0).cast("float64")
    gone = (rows.as_of.delta(rows.started_on, unit="day") / days).clip(0, 1)
    used = (rows.used.fill_null(0).cast("float64") / rows.hours.nullif(0).cast("float64")).clip(0, 1)
    return ibis.ifelse(rows.by_hours & rows.stated, gone - used, ibis.null("float64"))


def on_hold(snapshots: Snapshots, holds: Rows) -> Rows:
    """Count the days on hold in the service window.

    Parameters
    ----------
    snapshots : Snapshots
        Who is looked at, and when.
    holds : ibis.Table
        From `holds.holds`.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, `days_on_hold` (each day once, of whichever contract), for every unit, on dates before which
        anybody had been put on hold: an institution that records none does not know.
    """
    spells = holds.join(snapshots.dates.select("as_of", "service_from"), "as_of")
    spells = spells.filter(spells.back_on > spells.service_from)
    spells = spells.mutate(from_on=ibis.greatest(spells.from_on, spells.service_from))
    counted = days_held(spells, by=("unit_no", "as_of")).group_by("unit_no", "as_of").aggregate(days=_.days.sum())
    suspensions, dates = snapshots.data.table("suspensions"), snapshots.dates.select("as_of")
    recorded = suspensions.join(dates, [suspensions.from_on < dates.as_of]).select("as_of").distinct()
    asked = snapshots.rows.select("unit_no", "as_of").semi_join(recorded, "as_of")
    rows = asked.left_join(counted, ["unit_no", "as_of"])
    return rows.select("unit_no", "as_of", days_on_hold=rows.days.fill_null(0))
