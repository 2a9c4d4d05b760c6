"""Did the student's teacher change?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.snapshots import Snapshots


def teachers(snapshots: Snapshots) -> Rows:
    """Count the changes of main teacher in the trend window.

    The main teacher of a course is the last who gave two of its lessons running; a stand-in for one lesson is no
    change. A change happens on the second lesson of the new main teacher.

    Returns
    -------
    ibis.Table
        `unit_id`, `as_of`, `teacher_changes`, for units with a lesson before the date whose teacher is known.
    """
    taught = snapshots.lessons.filter(_.teacher_id.notnull())
    in_course = ibis.window(group_by=["unit_id", "read_on", "course_id"], order_by=["starts_at", "lesson_id"])
    again = taught.mutate(before=_.teacher_id.lag().over(in_course)).filter(_.teacher_id == _.before)
    mains = again.mutate(main_before=_.teacher_id.lag().over(in_course))
    changes = mains.filter(mains.teacher_id != mains.main_before).select("unit_id", "day", "read_on")
    dates = snapshots.dates
    met = changes.join(
        dates,
        [
            changes.day < dates.as_of,
            changes.day >= dates.trend_from,
            changes.read_on.isnull() | (changes.read_on == dates.as_of),
        ],
    )
    counted = met.group_by("unit_id", "as_of").aggregate(changes=_.count())
    known = snapshots.lesson_sums.filter(_.taught > 0).select("unit_id", "as_of").distinct()
    rows = known.left_join(counted, ["unit_id", "as_of"])
    return rows.select("unit_id", "as_of", teacher_changes=rows.changes.fill_null(0))
