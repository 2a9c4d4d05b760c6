"""How often did something happen to the student of late?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.snapshots import Snapshots


def counts(snapshots: Snapshots) -> tuple[Rows, ...]:
    """Count what each student complained of, asked for and was told before each date.

    Returns
    -------
    tuple of ibis.Table
        `student_id`, `as_of` and one of `complaints` and `refund_requests` (in the service window, settled or not),
        `contacts` and `save_calls` (in the trend window; a call to save is no other contact), for every student, on
        dates before which anybody's had been recorded: an institution that records none does not know.
    """
    data = snapshots.data
    complaints = data.table("complaints").select("student_id", day=_.opened_at.cast("date"))
    refunds = data.table("refunds").select("student_id", day=_.requested_at.cast("date"))
    contacts = data.table("contacts").filter(_.student_id.notnull())
    contacts = contacts.select("student_id", day=contacts["at"].cast("date"), saves=contacts.kind == "save_call")
    saves = contacts.filter(_.saves.fill_null(False))
    others = contacts.filter(~_.saves.fill_null(False))
    return (
        _counted(snapshots, complaints, "complaints", window="service_from", recorded=complaints),
        _counted(snapshots, refunds, "refund_requests", window="service_from", recorded=refunds),
        _counted(snapshots, others, "contacts", window="trend_from", recorded=contacts),
        _counted(snapshots, saves, "save_calls", window="trend_from", recorded=contacts),
    )


def _counted(snapshots: Snapshots, events: Rows, name: str, *, window: str, recorded: Rows) -> Rows:
    dates = snapshots.dates
    met = events.join(dates, [events.day < dates.as_of, events.day >= dates[window]])
    counted = met.group_by("student_id", "as_of").aggregate(n=_.count())
    return _for_all(snapshots, counted, name, since=recorded)


def referrals(snapshots: Snapshots) -> Rows:
    """Count whom each student had brought before each date.

    Who asked and who enrolled may be the same person under two numbers; so the larger of both counts is told.

    Returns
    -------
    ibis.Table
        `student_id`, `as_of`, `referrals_given`, for every student, on dates before which anybody had named one who
        recommended us.
    """
    leads = snapshots.data.table("leads").select(student_id="referrer_id", day=_.created_at.cast("date"), asked=1)
    enrolled = snapshots.data.table("students").select(student_id="referrer_id", day=_.registered_on, asked=0)
    named = leads.union(enrolled).filter(_.student_id.notnull())
    dates = snapshots.dates.select("as_of")
    met = named.join(dates, [named.day < dates.as_of])
    brought = met.group_by("student_id", "as_of").aggregate(asked=_.asked.sum(), enrolled=(1 - _.asked).sum())
    larger = brought.select("student_id", "as_of", n=ibis.greatest(brought.asked, brought.enrolled))
    return _for_all(snapshots, larger, "referrals_given", since=named)


def _for_all(snapshots: Snapshots, counted: Rows, name: str, *, since: Rows) -> Rows:
    """Give every student a count on the dates after the first event that was recorded."""
    dates = snapshots.dates.select("as_of")
    first = since.aggregate(first=since.day.min())
    recorded = dates.join(first, [first.first < dates.as_of]).select("as_of")
    asked = snapshots.rows.select("student_id", "as_of").distinct().semi_join(recorded, "as_of")
    rows = asked.left_join(counted, ["student_id", "as_of"])
    return rows.select("student_id", "as_of", **{name: rows.n.fill_null(0)})
