"""Did the student's teacher change?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.lessons import Lessons, readable_on
from churnlab.churn.feature_sources.snapshots import Snapshots


def teachers(snapshots: Snapshots, lessons: Lessons) -> Rows:
    """Count the changes of main teacher in the trend window.

    The main teacher of a course is the last who gave two of its lessons running; a stand-in for one lesson is no
    change. A change happens on the second lesson of the new main teacher.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, `teacher_changes`, for units with a lesson in the trend window whose teacher is known.
    """
    in_course = ibis.window(group_by=["unit_no", "read_on", "course_id"], order_by="position")
    taught = lessons.listed.filter(_.teacher_id.notnull())
    second = taught.mutate(before=_.teacher_id.lag().over(in_course)).filter(_.teacher_id == _.before)
    mains = second.mutate(main_before=_.teacher_id.lag().over(in_course))
    changes = mains.filter(_.teacher_id != _.main_before).select("unit_no", "day", "read_on")
    dates = snapshots.dates
    met = changes.join(dates, [changes.day < dates.as_of, changes.day >= dates.trend_from, readable_on(changes, dates)])
    counted = met.group_by("unit_no", "as_of").aggregate(changes=_.count())
    known = lessons.trend.filter(_.taught > 0).select("unit_no", "as_of").distinct()
    rows = known.left_join(counted, ["unit_no", "as_of"])
    return rows.select("unit_no", "as_of", teacher_changes=rows.changes.fill_null(0))
