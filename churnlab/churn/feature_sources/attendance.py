"""Does the student come, how long not, and is it getting worse?"""

import ibis
import pandas as pd
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.holds import days_held
from churnlab.churn.feature_sources.lessons import Lessons
from churnlab.churn.feature_sources.snapshots import Snapshots
from churnlab.churn.holidays import eligible_days
from churnlab.tables.door import fetch


def attendance(snapshots: Snapshots, lessons: Lessons, holds: Rows) -> Rows:
    """Tell how each unit attended before each date.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, `attendance_rate` (0–1, lessons come to of lessons recorded; leave counts as not come),
        `attendance_trend` (change of that rate per week, least squares over the lessons), `missed_in_a_row` (lessons)
        and `days_since_lesson` (days on hold and holidays not counted: nobody is missed on them).
    """
    past = lessons.past.group_by("unit_no", "as_of").aggregate(
        last_came_on=_.last_came_on.max(), position=_.position.max(), position_came=_.position_came.max()
    )
    not_missed = _not_missed(past, holds, _closed(past, snapshots))
    rows = past.left_join(not_missed, ["unit_no", "as_of"]).drop("unit_no_right", "as_of_right")
    rows = rows.left_join(_rates(lessons.trend), ["unit_no", "as_of"])
    return rows.select(
        *("unit_no", "as_of", "attendance_rate", "attendance_trend"),
        missed_in_a_row=rows.position - rows.position_came.fill_null(-1),
        days_since_lesson=rows.as_of.delta(rows.last_came_on, unit="day") - rows.not_missed.fill_null(0),
    )


def _not_missed(past: Rows, holds: Rows, closed: Rows) -> Rows:
    """Count the days since the last lesson on which the unit was on hold or nobody was taught, each once."""
    past, names = past.select("unit_no", "as_of", "last_came_on"), ("unit_no", "as_of", "from_on", "back_on")
    held = holds.join(past, ["unit_no", "as_of"])
    # A hold that began before the last lesson ended with it.
    held = held.filter(held.from_on >= held.last_came_on).select(*names)
    shut = past.join(closed, [past.last_came_on < closed.from_on, closed.from_on < past.as_of]).select(*names)
    spells = days_held(held.union(shut), by=("unit_no", "as_of"))
    return spells.group_by("unit_no", "as_of").aggregate(not_missed=_.days.sum())


def _closed(past: Rows, snapshots: Snapshots) -> Rows:
    """One row a holiday since anybody's last lesson: `from_on` and `back_on`, the day after."""
    first, last = fetch(past.aggregate(first=_.last_came_on.min()))["first"].iloc[0], snapshots.days[-1]
    first = last if pd.isna(first) else pd.Timestamp(first).date()
    days = pd.to_datetime(list(eligible_days(snapshots.data.settings.calendar, first, last).closed))
    frame = pd.DataFrame({"from_on": days.date, "back_on": (days + pd.Timedelta(days=1)).date})
    return ibis.memtable(frame, schema=dict.fromkeys(frame, "date"))


def _rates(trend: Rows) -> Rows:
    names = ("lessons", "x", "xx", "y", "xy", "recent_lessons", "recent_came")
    sums = trend.group_by("unit_no", "as_of").aggregate(**{name: _[name].sum() for name in names})
    spread = sums.lessons * sums.xx - sums.x * sums.x
    # x counts weeks backwards, so the slope forwards has the other sign.
    rise = sums.x * sums.y - sums.lessons * sums.xy
    return sums.select(
        *("unit_no", "as_of"),
        attendance_rate=sums.recent_came.cast("float64") / sums.recent_lessons.nullif(0).cast("float64"),
        attendance_trend=rise.cast("float64") / spread.nullif(0).cast("float64"),
    )
