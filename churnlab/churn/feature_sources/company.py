"""With whom does the student learn, by whom is she taught, and how many of them have gone?

Whether somebody has gone is told as it could be on each date, from what the features themselves say of that date; no
end that only became known later is looked at.
"""

import ibis
from ibis import Table as Rows
from ibis import _

from churnlab.churn.feature_sources.lessons import Lessons, readable_on
from churnlab.churn.feature_sources.snapshots import Snapshots
from churnlab.settings import Settings


def gone(snapshots: Snapshots, attended: Rows, contracts: Rows) -> Rows:
    """Tell of whom it could be seen before each date that they had left, for whatever reason.

    By silence: more days without a lesson (holds and holidays not counted) than `outcome.inactivity_days`. By the end
    of the contract: more than `outcome.grace_days` after it nothing follows, and no lesson either.

    Parameters
    ----------
    snapshots : Snapshots
        Who is looked at.
    attended : ibis.Table
        `unit_no`, `as_of`, `days_since_lesson`.
    contracts : ibis.Table
        `unit_no`, `as_of`, `days_to_contract_end`.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, `gone` (0 or 1), for every unit.
    """
    rules = snapshots.data.settings.outcome
    keys = ["unit_no", "as_of"]
    rows = snapshots.rows.select(*keys)
    rows = rows.left_join(attended, keys).select(*keys, "days_since_lesson")
    rows = rows.left_join(contracts, keys).select(*keys, "days_since_lesson", "days_to_contract_end")
    unseen = (rows.days_since_lesson > rules.grace_days).fill_null(True)
    over = unseen & (rows.days_to_contract_end < -rules.grace_days).fill_null(False)
    limit = rules.inactivity_days
    silent = (rows.days_since_lesson > limit).fill_null(False) if limit else ibis.literal(False)
    return rows.select(*keys, gone=(silent | over).cast("int32")).cache()


def classmates(lessons: Lessons, gone: Rows) -> Rows:
    """Tell how large each unit's classes were on each date, and how many of the others had left.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, for units that came to a class in the trend window: `class_size` (students who came to the
        class in the recent window, on average over her classes) and `classmates_left_share` (0–1: of the others who
        came to her classes in the trend window, those gone by the date; null where there were none).
    """
    members = _members(lessons, "class_id", gone)
    classes = members.group_by("class_id", "as_of").aggregate(
        size=_.recent.sum(), others=_.count() - 1, left=_.gone.sum()
    )
    rows = members.join(classes, ["class_id", "as_of"])
    by_unit = rows.group_by("unit_no", "as_of").aggregate(
        class_size=_.size.mean(), others=_.others.sum(), left=(_.left - _.gone).sum()
    )
    share = by_unit.left.cast("float64") / by_unit.others.nullif(0).cast("float64")
    return by_unit.select("unit_no", "as_of", "class_size", classmates_left_share=share)


def teacher(lessons: Lessons, gone: Rows, settings: Settings) -> Rows:
    """Tell how long each unit has been with its teacher on each date, and how many of the teacher's others had left.

    The teacher is that of the latest lesson in the trend window. The share of few students says little of a teacher: it
    is drawn towards that of all teachers together, as if `uncertainty.min_group` more students had left at their rate.

    Returns
    -------
    ibis.Table
        `unit_no`, `as_of`, for units with a lesson in the trend window whose teacher is known: `days_with_teacher`
        (since the first lesson that the two had) and `teacher_left_share` (0–1: of the others who came to the teacher
        in the trend window, those gone by the date).

    References
    ----------
    Efron B, Morris C, J Am Stat Assoc 1975;70:311–319 (shrinking many small shares towards their common one).
    """
    members = _members(lessons, "teacher_id", gone)
    teachers = members.group_by("teacher_id", "as_of").aggregate(students=_.count(), left=_.gone.sum())
    of_date = ibis.window(group_by="as_of")
    teachers = teachers.mutate(rate=_.left.sum().over(of_date) / _.students.sum().over(of_date))
    known = lessons.met.filter(_.teacher_id.notnull())
    mine = known.group_by("unit_no", "as_of").aggregate(teacher_id=_.teacher_id.argmax(_.position))
    rows = mine.left_join(teachers, ["teacher_id", "as_of"]).drop("teacher_id_right", "as_of_right")
    own = members.select("unit_no", "teacher_id", "as_of", me=1, gone="gone")
    rows = rows.left_join(own, ["unit_no", "teacher_id", "as_of"])
    others = rows.students - rows.me.fill_null(0)
    left = rows.left - rows.gone.fill_null(0)
    prior = settings.uncertainty.min_group
    rows = rows.select(
        *("unit_no", "as_of", "teacher_id"),
        teacher_left_share=(left + prior * rows.rate).cast("float64") / (others + prior).cast("float64"),
    )
    return _since(rows, lessons)


def _since(rows: Rows, lessons: Lessons) -> Rows:
    """Put beside each unit and its teacher since when they have known each other."""
    of_pair = lessons.listed.filter(_.teacher_id.notnull()).group_by("unit_no", "teacher_id", "read_on")
    pairs = of_pair.aggregate(first_on=_.day.min())
    met = rows.join(pairs, ["unit_no", "teacher_id", readable_on(pairs, rows)])
    return met.select(
        *("unit_no", "as_of", "teacher_left_share"), days_with_teacher=met.as_of.delta(met.first_on, unit="day")
    )


def _members(lessons: Lessons, of: str, gone: Rows) -> Rows:
    """One row a unit that came to a class, or teacher, in the trend window: `recent` and `gone` (0 or 1)."""
    came = lessons.met.filter(_[of].notnull() & (_.came > 0))
    members = came.group_by("unit_no", of, "as_of").aggregate(recent=(_.recent_came.sum() > 0).cast("int32"))
    return members.join(gone, ["unit_no", "as_of"])
