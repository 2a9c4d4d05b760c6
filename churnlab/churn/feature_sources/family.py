"""Does a brother or sister learn with us?"""

from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.snapshots import Snapshots


def siblings(snapshots: Snapshots) -> Rows:
    """Count the other students with the same phone who came to a lesson in the trend window.

    Returns
    -------
    ibis.Table
        `student_id`, `as_of`, `siblings_with_us`, for students registered before the date whose phone is known.
    """
    students = snapshots.data.table("students").filter(_.phone.notnull())
    dates = snapshots.dates.select("as_of", "trend_from")
    known = students.join(dates, [students.registered_on < dates.as_of])
    last = snapshots.lesson_sums.group_by("student_id", "as_of").aggregate(last_came_on=_.last_came_on.max())
    known = known.left_join(last, ["student_id", "as_of"])
    here = (known.last_came_on >= known.trend_from).fill_null(False).cast("int32")
    known = known.select("student_id", "phone", "as_of", here=here)
    families = known.group_by("phone", "as_of").aggregate(here=_.here.sum())
    rows = known.join(families, ["phone", "as_of"], rname="family_{name}")
    return rows.select("student_id", "as_of", siblings_with_us=rows.family_here - rows.here)
