"""Does the student excuse herself, come late, and how often does she come?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.lessons import Lessons
from churnlab.churn.feature_sources.snapshots import Snapshots

_DAYS_A_WEEK = 7


def habits(snapshots: Snapshots, lessons: Lessons) -> Rows:
    """Tell what each unit's attendance was made of before each date, and how often the student came.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, for units with a lesson before the date: in the trend window `leave_share` and
        `absence_share` (0–1, of lessons recorded: missed with leave, and without) and `late_share` (0–1, of lessons
        come to); `lessons_a_week` (come to, in the recent window, which begins with the first lesson come to and has at
        least a week).
    """
    names = ("lessons", "y", "late", "leave", "recent_came")
    sums = lessons.trend.group_by("unit_no", "as_of").aggregate(**{name: _[name].sum() for name in names})
    past = lessons.past.group_by("unit_no", "as_of").aggregate(first_came_on=_.first_came_on.min())
    rows = past.left_join(sums, ["unit_no", "as_of"]).drop("unit_no_right", "as_of_right")
    since = rows.as_of.delta(rows.first_came_on, unit="day")
    return rows.select(
        *("unit_no", "as_of"),
        leave_share=_share(rows.leave, rows.lessons),
        absence_share=_share(rows.lessons - rows.y - rows.leave, rows.lessons),
        late_share=_share(rows.late, rows.y),
        lessons_a_week=_a_week(rows.recent_came, since, snapshots.data.settings.features.recent_days),
    )


def _share(part: ibis.Value, whole: ibis.Value) -> ibis.Value:
    return part.cast("float64") / whole.nullif(0).cast("float64")


def _a_week(count: ibis.Value, since: ibis.Value, window_days: int) -> ibis.Value:
    """Return how many there were a week: in the window, or since the first if that was later."""
    days = ibis.greatest(ibis.least(since.fill_null(window_days), window_days), _DAYS_A_WEEK)
    return count.fill_null(0).cast("float64") * _DAYS_A_WEEK / days
