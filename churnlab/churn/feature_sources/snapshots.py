"""Who is looked at, on which dates, and what could be read of them then?

All dates share one pass over each table: a row meets every date after it. What needs the order of a student's lessons
(`teachers`, `missed_in_a_row`) is worked out once and holds for every date, because a later lesson never changes an
earlier one. Only a lesson taken back between two dates does; the few students with one have their lessons listed anew
for each date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import pandas as pd
from ibis import Table as Rows
from ibis import _

from churnlab.settings import Unit
from churnlab.tables.door import Data

ATTENDED = ("present", "late")
# Sums of hours must not depend on the order of the rows, as sums of floats do.
EXACT_HOURS = "decimal(9, 3)"


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshots:
    """What every feature is computed from; ibis expressions.

    Attributes
    ----------
    data : Data
        The open data.
    dates : ibis.Table
        `as_of` and the first day of each window before it: `recent_from`, `trend_from`, `satisfaction_from`.
    contracts : ibis.Table
        Enrolments with `unit_id` and `signed_on`.
    rows : ibis.Table
        `unit_id`, `student_id`, `as_of`: units with a contract signed before the date.
    lessons : ibis.Table
        See `lesson_log`.
    lesson_sums : ibis.Table
        See `sums`.
    """

    data: Data
    dates: Rows
    contracts: Rows
    rows: Rows
    lessons: Rows
    lesson_sums: Rows


def take(data: Data, dates: Sequence[date]) -> Snapshots:
    """Look at the data on these dates."""
    calendar = _calendar(data, dates)
    contracts = _contracts(data)
    lessons = lesson_log(data, dates=calendar, contracts=contracts)
    units = contracts.group_by("unit_id").aggregate(student_id=_.student_id.min(), since=_.signed_on.min())
    rows = units.join(calendar, units.since < calendar.as_of).select("unit_id", "student_id", "as_of")
    return Snapshots(
        data=data,
        dates=calendar,
        contracts=contracts,
        rows=rows,
        lessons=lessons,
        lesson_sums=sums(lessons, dates=calendar),
    )


def _calendar(data: Data, dates: Sequence[date]) -> Rows:
    windows = data.settings.features
    frame = pd.DataFrame(
        {
            "as_of": list(dates),
            "recent_from": [day - timedelta(days=windows.recent_days) for day in dates],
            "trend_from": [day - timedelta(days=windows.trend_days) for day in dates],
            "satisfaction_from": [day - timedelta(days=windows.satisfaction_days) for day in dates],
        }
    )
    return ibis.memtable(frame, schema=dict.fromkeys(frame, "date"))


def _contracts(data: Data) -> Rows:
    rows = data.table("enrolments")
    return rows.mutate(
        unit_id=_unit(data.settings.outcome.unit, rows.student_id, rows.enrolment_id, rows.campus),
        signed_on=rows.signed_at.cast("date"),
    )


def _unit(unit: Unit, student_id: ibis.Value, enrolment_id: ibis.Value, campus: ibis.Value) -> ibis.Value:
    return {
        "student": student_id,
        "enrolment": enrolment_id,
        "student-campus": student_id + "|" + campus,
    }[unit]


def lesson_log(data: Data, *, dates: Rows, contracts: Rows) -> Rows:
    """List the lessons so that each date can read them.

    Parameters
    ----------
    data : Data
        The open data.
    dates : ibis.Table
        `as_of`.
    contracts : ibis.Table
        Enrolments with `unit_id` and `signed_on`.

    Returns
    -------
    ibis.Table
        One row a lesson: `unit_id`, `student_id`, `enrolment_id`, `course_id`, `teacher_id`, `starts_at`, `lesson_id`,
        `day`, `came` (0 or 1), `hours` (null: not stated), `read_on` (null: every later date may read the row; else the
        one date that may) and `came_again_on` (day of the next lesson the student came to).
    """
    rows = _attributed(data.history("lessons"), data.table("classes"), contracts)
    rows = rows.select(
        *("student_id", "enrolment_id", "course_id", "teacher_id", "starts_at", "lesson_id", "taken_back_on"),
        unit_id=_unit(data.settings.outcome.unit, rows.student_id, rows.enrolment_id, rows.campus),
        day=rows.starts_at.cast("date"),
        came=rows.status.isin(ATTENDED).cast("int32"),
        hours=rows.hours_used.cast(EXACT_HOURS),
    )
    return _with_return(_readable(rows.filter(rows.unit_id.notnull()), dates))


def _attributed(lessons: Rows, classes: Rows, contracts: Rows) -> Rows:
    """Fill a lesson's course from its class, its contract from the student's latest for the course, then its campus."""
    names = lessons.columns
    courses = classes.select("class_id", class_course=classes.course_id)
    rows = lessons.left_join(courses, "class_id")
    rows = rows.mutate(course_id=rows.course_id.fill_null(rows.class_course)).select(*names)
    in_course = ibis.window(group_by=["student_id", "course_id"], order_by=["signed_at", "enrolment_id"])
    spans = contracts.select(
        "student_id", "course_id", "signed_on", found_id=_.enrolment_id, next_on=_.signed_on.lead().over(in_course)
    )
    named = rows.filter(rows.enrolment_id.notnull())
    nameless = rows.filter(rows.enrolment_id.isnull()).mutate(day=_.starts_at.cast("date"))
    found = nameless.left_join(
        spans,
        [
            nameless.student_id == spans.student_id,
            nameless.course_id == spans.course_id,
            nameless.day >= spans.signed_on,
            spans.next_on.isnull() | (nameless.day < spans.next_on),
        ],
    )
    found = found.mutate(enrolment_id=found.found_id).select(*names)
    rows = ibis.union(named, found)
    places = contracts.select("enrolment_id", contract_campus=contracts.campus)
    placed = rows.left_join(places, "enrolment_id")
    return placed.mutate(campus=placed.campus.fill_null(placed.contract_campus)).select(*names)


def _readable(lessons: Rows, dates: Rows) -> Rows:
    """Say which dates may read each row; the students of a lesson taken back between two dates get a list for each."""
    taken = lessons.filter(lessons.taken_back_on.notnull())
    taken = taken.join(dates.select("as_of"), [taken.day < dates.as_of, dates.as_of <= taken.taken_back_on])
    changing = taken.select("student_id").distinct()
    untaken = lessons.filter(lessons.taken_back_on.isnull())
    steady = untaken.anti_join(changing, "student_id").mutate(read_on=ibis.null("date"))
    again = untaken.semi_join(changing, "student_id")
    again = again.join(dates.select("as_of"), [again.day < dates.as_of])
    listed = (rows.mutate(read_on=rows.as_of).drop("as_of") for rows in (again, taken))
    return ibis.union(steady, *listed).drop("taken_back_on")


def _with_return(lessons: Rows) -> Rows:
    following = ibis.window(group_by=["unit_id", "read_on"], order_by=["starts_at", "lesson_id"], rows=(1, None))
    return lessons.mutate(came_again_on=ibis.ifelse(_.came == 1, _.day, ibis.null("date")).min().over(following))


def sums(lessons: Rows, *, dates: Rows) -> Rows:
    """Add up the lessons before each date, by unit and contract.

    Returns
    -------
    ibis.Table
        One row a unit, student, contract and date with a lesson before it: `lessons`, `came`, `missed` (since the last
        lesson the student came to), `first_on`, `last_came_on`, `hours`, `hours_stated` and `taught` (lessons that
        state their hours, their teacher); in the recent window `recent_lessons`, `recent_came`; in the trend window,
        with x weeks before the date (0: the last seven days) and y came or not, `n`, `x`, `xx`, `y`, `xy` and
        `trend_hours`.
    """
    met = lessons.join(dates, [lessons.day < dates.as_of, lessons.read_on.isnull() | (lessons.read_on == dates.as_of)])
    week = ((met.as_of.delta(met.day, unit="day") - 1) // 7).cast("int32")
    recent, trend = met.day >= met.recent_from, met.day >= met.trend_from
    gone_since = met.came_again_on.isnull() | (met.came_again_on >= met.as_of)
    return met.group_by("unit_id", "student_id", "enrolment_id", "as_of").aggregate(
        lessons=met.count(),
        came=met.came.sum(),
        missed=((met.came == 0) & gone_since).cast("int32").sum(),
        first_on=met.day.min(),
        last_came_on=met.day.max(where=met.came == 1),
        hours=met.hours.sum(),
        hours_stated=met.hours.count(),
        taught=met.teacher_id.count(),
        recent_lessons=met.count(where=recent),
        recent_came=met.came.sum(where=recent),
        n=met.count(where=trend),
        x=week.sum(where=trend),
        xx=(week * week).sum(where=trend),
        y=met.came.sum(where=trend),
        xy=(week * met.came).sum(where=trend),
        trend_hours=met.hours.sum(where=trend),
    )
