"""What went wrong for the student, who spoke with them, and how content were they?"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.snapshots import Snapshots

SATISFACTION, PROMOTER = "satisfaction", "nps"
EXACT_SCORE = "decimal(18, 12)"


def complaints(snapshots: Snapshots) -> Rows:
    """Count each student's complaints that were open on each date.

    Returns
    -------
    ibis.Table
        `student_id`, `as_of`, `open_complaints`, for every student, on dates before which the institution had recorded
        a complaint of anyone: an institution that records none does not know.
    """
    rows = snapshots.data.table("complaints").mutate(opened_on=_.opened_at.cast("date"))
    dates = snapshots.dates.select("as_of")
    met = rows.join(dates, [rows.opened_on < dates.as_of])
    still_open = met.filter(met.resolved_at.isnull() | (met.resolved_at.cast("date") >= met.as_of))
    counted = still_open.group_by("student_id", "as_of").aggregate(open=_.count())
    recorded = met.select("as_of").distinct()
    asked = snapshots.rows.select("student_id", "as_of").distinct().semi_join(recorded, "as_of")
    answered = asked.left_join(counted, ["student_id", "as_of"])
    return answered.select("student_id", "as_of", open_complaints=answered.open.fill_null(0))


def contacts(snapshots: Snapshots) -> Rows:
    """Tell how many days ago each student was last contacted.

    Returns
    -------
    ibis.Table
        `student_id`, `as_of`, `days_since_contact`, for students contacted before the date.
    """
    rows = snapshots.data.table("contacts").filter(_.student_id.notnull())
    days = rows.select("student_id", day=rows["at"].cast("date"))
    dates = snapshots.dates.select("as_of")
    met = days.join(dates, [days.day < dates.as_of])
    last = met.group_by("student_id", "as_of").aggregate(day=_.day.max())
    return last.select("student_id", "as_of", days_since_contact=last.as_of.delta(last.day, unit="day"))


def satisfaction(snapshots: Snapshots) -> Rows:
    """Tell what each student last said of their satisfaction.

    Returns
    -------
    ibis.Table
        `student_id`, `as_of`, `last_satisfaction_score` (0–1: mean over the items answered on the latest day of answers
        within the satisfaction window, each between the ends of its scale).
    """
    return _last_score(snapshots, SATISFACTION).rename(last_satisfaction_score="score")


def promoter(snapshots: Snapshots) -> Rows:
    """Tell how likely each student last said that they would recommend us.

    Returns
    -------
    ibis.Table
        `student_id`, `as_of`, `last_nps_score` (0–1, as `last_satisfaction_score`).
    """
    return _last_score(snapshots, PROMOTER).rename(last_nps_score="score")


def _last_score(snapshots: Snapshots, instrument: str) -> Rows:
    rows = snapshots.data.table("surveys")
    rows = rows.filter((rows.instrument == instrument) & rows.student_id.notnull() & (rows.scale_max > rows.scale_min))
    share = (rows.score - rows.scale_min) / (rows.scale_max - rows.scale_min)
    days = rows.group_by(rows.student_id, day=rows["at"].cast("date")).aggregate(
        total=share.cast(EXACT_SCORE).sum(), items=_.count()
    )
    of_student = ibis.window(group_by="student_id", order_by="day")
    days = days.mutate(next_on=_.day.lead().over(of_student))
    dates = snapshots.dates
    met = days.join(
        dates,
        [
            days.day < dates.as_of,
            days.day >= dates.satisfaction_from,
            days.next_on.isnull() | (days.next_on >= dates.as_of),
        ],
    )
    return met.select("student_id", "as_of", score=met.total.cast("float64") / met["items"])
