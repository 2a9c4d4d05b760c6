"""Does the student study outside lessons, and less than before?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.snapshots import Snapshots

_DAYS_A_WEEK = 7


def activity(snapshots: Snapshots) -> Rows:
    """Count the days on which each unit was active outside lessons before each date.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, `activity_days` (in the recent window, of whatever kind, each day once) and
        `activity_change` (days a week in the recent window less those in the trend window, or since the first signing
        if that was later), for every unit, on dates before which anybody's activity had been recorded.
    """
    days = _days(snapshots)
    dates = snapshots.dates
    met = days.join(dates, [days.day < dates.as_of, days.day >= dates.trend_from])
    counted = met.group_by("unit_no", "as_of").aggregate(trend=_.count(), recent=_.count(where=_.day >= _.recent_from))
    anybodys = snapshots.data.table("activity")
    first = anybodys.aggregate(first=anybodys["on"].min())
    recorded = dates.select("as_of").join(first, [first.first < dates.as_of]).select("as_of")
    units = snapshots.units.select("unit_no", "since")
    asked = snapshots.rows.select("unit_no", "as_of").semi_join(recorded, "as_of").join(units, "unit_no")
    rows = asked.left_join(counted, ["unit_no", "as_of"])
    windows, since = snapshots.data.settings.features, rows.as_of.delta(rows.since, unit="day")
    a_week = [
        rows[name].fill_null(0) * _DAYS_A_WEEK / ibis.greatest(ibis.least(since, window), _DAYS_A_WEEK)
        for name, window in (("recent", windows.recent_days), ("trend", windows.trend_days))
    ]
    return rows.select(
        *("unit_no", "as_of"), activity_days=rows.recent.fill_null(0), activity_change=a_week[0] - a_week[1]
    )


def _days(snapshots: Snapshots) -> Rows:
    """One row a unit and day of activity; without a contract it is only the student's."""
    rows = snapshots.data.table("activity").select("student_id", "enrolment_id", day="on")
    if snapshots.data.settings.outcome.unit == "student":
        met = rows.join(snapshots.units.select("student_id", "unit_no"), "student_id")
    else:
        contracts = snapshots.contracts.select("student_id", "enrolment_id", "unit_no", "signed_on")
        # That a contract would be signed later was not known on the dates between.
        met = rows.join(contracts, ["student_id", "enrolment_id"]).filter(_.signed_on <= _.day)
    return met.select("unit_no", "day").distinct().cache()
