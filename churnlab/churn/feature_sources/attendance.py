"""Does the student come, how long not, and is it getting worse?"""

from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.holds import days_held
from churnlab.churn.feature_sources.lessons import Lessons


def attendance(lessons: Lessons, holds: Rows) -> Rows:
    """Tell how each unit attended before each date.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, `attendance_rate` (0–1, lessons come to of lessons recorded; leave counts as not come),
        `attendance_trend` (change of that rate per week, least squares over the lessons), `missed_in_a_row` (lessons)
        and `days_since_lesson` (days on hold not counted).
    """
    past = lessons.past.group_by("unit_no", "as_of").aggregate(
        last_came_on=_.last_came_on.max(), position=_.position.max(), position_came=_.position_came.max()
    )
    rows = past.left_join(_held_since(past, holds), ["unit_no", "as_of"]).drop("unit_no_right", "as_of_right")
    rows = rows.left_join(_rates(lessons.trend), ["unit_no", "as_of"])
    return rows.select(
        *("unit_no", "as_of", "attendance_rate", "attendance_trend"),
        missed_in_a_row=rows.position - rows.position_came.fill_null(-1),
        days_since_lesson=rows.as_of.delta(rows.last_came_on, unit="day") - rows.held.fill_null(0),
    )


def _held_since(past: Rows, holds: Rows) -> Rows:
    # A hold that began before the last lesson ended with it.
    spells = holds.join(past.select("unit_no", "as_of", "last_came_on"), ["unit_no", "as_of"])
    spells = spells.filter(spells.from_on >= spells.last_came_on)
    return days_held(spells, by=("unit_no", "as_of")).group_by("unit_no", "as_of").aggregate(held=_.days.sum())


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
