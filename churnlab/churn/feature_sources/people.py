"""Who is the student, and how did she come to us?"""

from ibis import Table as Rows

from churnlab.churn.feature_sources.snapshots import Snapshots


def people(snapshots: Snapshots) -> Rows:
    """Tell what was written down of each student on the day of registration.

    Returns
    -------
    ibis.Table
        `student_id`, `as_of`, `age_band` and `channel`, for students registered before the date. Grade, adviser and
        tier are as of the export and cannot be told of an earlier date.
    """
    students = snapshots.data.table("students").select("student_id", "registered_on", "age_band", "channel")
    dates = snapshots.dates.select("as_of")
    met = students.join(dates, [students.registered_on < dates.as_of])
    return met.select("student_id", "as_of", "age_band", "channel")
