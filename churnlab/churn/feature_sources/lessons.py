"""What could be read of the lessons on each date?

A lesson's place in its student's list never changes by what comes later, so the list is made once for all dates. Only a
lesson taken back between two dates changes it; units with one have their lessons listed anew for each date.
"""

from dataclasses import dataclass

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.snapshots import EXACT_HOURS, Snapshots
from churnlab.churn.service import SERVED, attributed


@dataclass(frozen=True, kw_only=True, eq=False)
class Lessons:
    """The lessons, read three ways; ibis expressions.

    Attributes
    ----------
    listed : ibis.Table
        One row a lesson: `unit_no`, `contract_no`, `course_id`, `class_id`, `teacher_id`, `day`, `came`, `late` and
        `leave` (0 or 1), `hours` (null: not stated), `position` (from 0, in the unit's list) and `read_on` (null: every
        later date may read the row; else the one date that may).
    past : ibis.Table
        One row a unit, contract and date with a lesson before it: `first_came_on`, `last_came_on`, `position` (of the
        last lesson), `position_came` (of the last lesson come to), `hours` (null: none stated).
    trend : ibis.Table
        One row a unit, contract and date with a lesson in the trend window: `lessons`, `taught` (with a teacher named),
        `hours`; with x weeks before the date (0: the last seven days) and y come or not, `x`, `xx`, `y`, `xy`; `late`
        and `leave`; in the recent window `recent_lessons` and `recent_came`.
    met : ibis.Table
        One row a unit, class, teacher and date with a lesson in the trend window (class or teacher may be null): `came`
        and `recent_came` (lessons come to), `position` (of the last lesson).
    """

    listed: Rows
    past: Rows
    trend: Rows
    met: Rows


def read_lessons(snapshots: Snapshots) -> Lessons:
    """Read the lessons once for all dates."""
    listed = _listed(snapshots).cache()
    return Lessons(
        listed=listed,
        past=_past(listed, snapshots).cache(),
        trend=_trend(listed, snapshots).cache(),
        met=_met(listed, snapshots).cache(),
    )


def _listed(snapshots: Snapshots) -> Rows:
    history = snapshots.data.history("lessons")
    dates = snapshots.dates.select(read_on=_.as_of)
    taken = _numbered(history.filter(history.taken_back_on.notnull()), snapshots)
    changing = taken.join(dates, [taken.day < dates.read_on, dates.read_on <= taken.taken_back_on])
    lists = changing.select("unit_no").distinct().cross_join(dates).cache()
    rows = _numbered(history, snapshots)
    rows = rows.left_join(lists, "unit_no").drop("unit_no_right")
    once = rows.read_on.isnull() & rows.taken_back_on.isnull()
    anew = (rows.day < rows.read_on) & (rows.taken_back_on.isnull() | (rows.read_on <= rows.taken_back_on))
    rows = rows.filter(once | anew)
    in_order = ibis.window(group_by=["unit_no", "read_on"], order_by=["starts_at", "lesson_id"])
    rows = rows.mutate(position=ibis.row_number().over(in_order))
    return rows.drop("starts_at", "lesson_id", "taken_back_on")


def _numbered(lessons: Rows, snapshots: Snapshots) -> Rows:
    """Give lessons the numbers of their unit and contract."""
    rows = attributed(lessons, snapshots.data, key="lesson_id", at=lessons.starts_at.cast("date"))
    contracts = snapshots.contracts.select("student_id", "enrolment_id", "contract_no", "signed_on", owner=_.unit_id)
    rows = rows.left_join(contracts, ["student_id", "enrolment_id"])
    # A contract signed after the lesson was not known on the dates between them.
    known = rows.signed_on <= rows.on_day
    by_student = snapshots.data.settings.outcome.unit == "student"
    rows = rows.mutate(
        contract_no=ibis.ifelse(known, rows.contract_no, ibis.null(rows.contract_no.type())),
        unit_id=rows.student_id if by_student else ibis.ifelse(known, rows.owner, ibis.null("string")),
    )
    # What was attended before the first signing was a trial.
    rows = rows.join(snapshots.units.select("unit_id", "unit_no", "since"), "unit_id").filter(_.on_day >= _.since)
    return rows.select(
        *("unit_no", "contract_no", "course_id", "class_id", "teacher_id", "starts_at", "lesson_id", "taken_back_on"),
        day=rows.on_day,
        came=rows.status.isin(SERVED).cast("int32"),
        late=(rows.status == "late").cast("int32"),
        leave=(rows.status == "leave").cast("int32"),
        hours=rows.hours_used.cast(EXACT_HOURS),
    )


def readable_on(rows: Rows, dates: Rows) -> ibis.Value:
    """Whether a date may read a row of the list."""
    return rows.read_on.isnull() | (rows.read_on == dates.as_of)


def _past(listed: Rows, snapshots: Snapshots) -> Rows:
    """Add up between the dates, then over them: a sum meets each later date, not each lesson."""
    next_date = ibis.cases(*((listed.day < day, ibis.literal(day)) for day in snapshots.days))
    spans = (
        listed.mutate(next_date=next_date)
        .filter(_.next_date.notnull())
        .group_by("unit_no", "contract_no", "read_on", "next_date")
        .aggregate(
            first_came_on=_.day.min(where=_.came == 1),
            last_came_on=_.day.max(where=_.came == 1),
            position=_.position.max(),
            position_came=_.position.max(where=_.came == 1),
            hours=_.hours.sum(),
        )
    )
    dates = snapshots.dates.select("as_of")
    met = spans.join(dates, [spans.next_date <= dates.as_of, readable_on(spans, dates)])
    return met.group_by("unit_no", "contract_no", "as_of").aggregate(
        first_came_on=_.first_came_on.min(),
        last_came_on=_.last_came_on.max(),
        position=_.position.max(),
        position_came=_.position_came.max(),
        hours=_.hours.sum(),
    )


def _in_trend_window(listed: Rows, snapshots: Snapshots) -> Rows:
    dates = snapshots.dates
    return listed.join(dates, [listed.day < dates.as_of, listed.day >= dates.trend_from, readable_on(listed, dates)])


def _trend(listed: Rows, snapshots: Snapshots) -> Rows:
    met = _in_trend_window(listed, snapshots)
    met = met.mutate(week=((met.as_of.delta(met.day, unit="day") - 1) // 7).cast("int32"))
    return met.group_by("unit_no", "contract_no", "as_of").aggregate(
        lessons=_.count(),
        taught=_.teacher_id.count(),
        hours=_.hours.sum(),
        x=_.week.sum(),
        xx=(_.week * _.week).sum(),
        y=_.came.sum(),
        xy=(_.week * _.came).sum(),
        late=_.late.sum(),
        leave=_.leave.sum(),
        recent_lessons=_.count(where=_.day >= _.recent_from),
        recent_came=_.came.sum(where=_.day >= _.recent_from),
    )


def _met(listed: Rows, snapshots: Snapshots) -> Rows:
    met = _in_trend_window(listed, snapshots)
    return met.group_by("unit_no", "class_id", "teacher_id", "as_of").aggregate(
        came=_.came.sum(),
        recent_came=_.came.sum(where=_.day >= _.recent_from).fill_null(0),
        position=_.position.max(),
    )
