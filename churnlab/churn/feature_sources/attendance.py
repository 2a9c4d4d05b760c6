"""Does the student come, how long not, and is it getting worse?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.snapshots import Snapshots


def attendance(snapshots: Snapshots) -> Rows:
    """Tell how each unit attended before each date.

    Returns
    -------
    ibis.Table
        `unit_id`, `as_of`, `attendance_rate` (0–1, lessons come to of lessons recorded; leave counts as not come),
        `attendance_trend` (change of that rate per week, least squares over the lessons), `missed_in_a_row` (lessons)
        and `days_since_lesson` (days on hold not counted).
    """
    sums = snapshots.lesson_sums.group_by("unit_id", "as_of").aggregate(
        missed_in_a_row=_.missed.sum(),
        last_came_on=_.last_came_on.max(),
        **{name: _[name].sum() for name in ("recent_lessons", "recent_came", "n", "x", "xx", "y", "xy")},
    )
    sums = sums.left_join(held_days(snapshots, sums), ["unit_id", "as_of"])
    spread = (sums.n * sums.xx - sums.x * sums.x).cast("float64")
    # x counts weeks backwards, so the slope forwards has the other sign.
    rise = (sums.x * sums.y - sums.n * sums.xy).cast("float64")
    gone = sums.as_of.delta(sums.last_came_on, unit="day")
    return sums.select(
        "unit_id",
        "as_of",
        "missed_in_a_row",
        attendance_rate=sums.recent_came.cast("float64") / sums.recent_lessons.nullif(0).cast("float64"),
        attendance_trend=rise / spread.nullif(0),
        days_since_lesson=gone - sums.held_days.fill_null(0),
    )


def held_days(snapshots: Snapshots, last: Rows) -> Rows:
    """Count the days on hold since each unit's last lesson, each day once.

    Parameters
    ----------
    snapshots : Snapshots
        What may be read.
    last : ibis.Table
        `unit_id`, `as_of`, `last_came_on`.

    Returns
    -------
    ibis.Table
        `unit_id`, `as_of`, `held_days`, for units with a hold since then.
    """
    holds = snapshots.data.table("suspensions")
    asked = snapshots.rows.inner_join(last.select("unit_id", "as_of", "last_came_on"), ["unit_id", "as_of"])
    met = asked.inner_join(
        holds.select("student_id", "enrolment_id", "from_on", "to_on"), ["student_id", holds.from_on < asked.as_of]
    )
    if snapshots.data.settings.outcome.unit == "enrolment":
        met = met.filter(met.enrolment_id.isnull() | (met.enrolment_id == met.unit_id))
    # A hold whose end was not yet known on the date was still running then.
    back = ibis.ifelse(met.to_on < met.as_of, met.to_on, met.as_of)
    spells = met.select("unit_id", "as_of", start=ibis.greatest(met.from_on, met.last_came_on), end=back)
    before = ibis.window(group_by=["unit_id", "as_of"], order_by=["start", "end"], rows=(None, -1))
    spells = spells.mutate(covered_to=spells.end.max().over(before))
    start = ibis.greatest(spells.start, spells.covered_to.fill_null(spells.start))
    days = ibis.greatest(spells.end.delta(start, unit="day"), 0)
    return spells.mutate(days=days).group_by("unit_id", "as_of").aggregate(held_days=_.days.sum())
