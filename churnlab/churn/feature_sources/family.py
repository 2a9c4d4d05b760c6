"""Does a brother or sister learn with us?"""

from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.lessons import Lessons
from churnlab.churn.feature_sources.snapshots import Snapshots


def siblings(snapshots: Snapshots, lessons: Lessons) -> Rows:
    """Count the other students with the same phone who came to a lesson in the trend window.

    Returns
    -------
    ibis.Table
        `student_id`, `as_of`, `siblings_with_us`, for students registered before the date whose phone is known.
    """
    students = snapshots.data.table("students").filter(_.phone.notnull())
    dates = snapshots.dates.select("as_of")
    known = students.join(dates, [students.registered_on < dates.as_of]).select("student_id", "phone", "as_of")
    came = lessons.trend.filter(_.y > 0).select("unit_no", "as_of")
    came = came.join(snapshots.units.select("unit_no", "student_id"), "unit_no")
    came = came.select("student_id", "as_of", came=1).distinct()
    known = known.left_join(came, ["student_id", "as_of"]).select(
        "student_id", "phone", "as_of", came=_.came.fill_null(0)
    )
    families = known.group_by("phone", "as_of").aggregate(family=_.came.sum())
    rows = known.join(families, ["phone", "as_of"])
    return rows.select("student_id", "as_of", siblings_with_us=rows.family - rows.came)
