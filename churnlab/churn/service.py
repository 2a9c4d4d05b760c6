"""On which days was whom taught?

The only readers of the big table: everything here runs in the engine and brings back a few rows a student.
"""

from datetime import date

import ibis
import numpy as np
import pandas as pd
from ibis import Table as Rows

from churnlab.churn.memory import remembered
from churnlab.tables.door import Data, fetch

SERVED = ("present", "late")
_ENOUGH_HOURS = 1e-6  # sums of tenths of an hour are not exact


def day_numbers(values: pd.Series, missing: int) -> np.ndarray:
    """Return dates as days since 1970-01-01, `missing` where there is none."""
    days = values.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), missing, days.astype(np.int64))


def as_time(column: ibis.Value) -> ibis.Value:
    """Return a date or time column as midnight of its day, which crosses to pandas without Python objects."""
    return column.cast("date").cast("timestamp")


def started(enrolments: Rows) -> ibis.Value:
    """Return the day on which a contract counts: its start, but never before it was signed."""
    signed = enrolments.signed_at.cast("date")
    return ibis.greatest(enrolments.starts_on.fill_null(signed), signed)


def attributed(rows: Rows, data: Data, *, key: str, at: ibis.Value) -> Rows:
    """Give rows without a contract the student's latest one, signed by then.

    Parameters
    ----------
    rows : ibis.Table
        Lessons or refunds: `student_id`, `enrolment_id`, `course_id` and the key.
    data : Data
        Where the contracts are.
    key : str
        The rows' id.
    at : ibis.Value
        The rows' day; contracts signed after it are not considered. A contract for the row's own course comes first.
    """
    rows = rows.mutate(on_day=at)
    contracts = data.table("enrolments")
    contracts = contracts.select(
        "student_id",
        found=contracts.enrolment_id,
        found_course=contracts.course_id,
        signed_on=contracts.signed_at.cast("date"),
        started_on=started(contracts),
    )
    nameless = rows.filter(rows.enrolment_id.isnull())
    pairs = nameless.inner_join(
        contracts, [nameless.student_id == contracts.student_id, contracts.signed_on <= nameless.on_day]
    )
    same_course = (pairs.found_course == pairs.course_id).fill_null(False)
    choice = ibis.window(group_by=pairs[key], order_by=[same_course.desc(), pairs.started_on.desc(), pairs.found])
    best = pairs.mutate(place=ibis.row_number().over(choice))
    best = best.filter(best.place == 0).mutate(enrolment_id=best.found)
    return rows.filter(rows.enrolment_id.notnull()).union(best.select(*rows.columns))


def _lessons(data: Data) -> Rows:
    lessons = data.table("lessons")
    return lessons.select(
        "lesson_id", "student_id", "enrolment_id", "course_id", "campus", "hours_used",
        served=lessons.status.isin(SERVED),
        starts_day=lessons.starts_at.cast("date"),
    )  # fmt: skip


def lessons_by_contract(data: Data) -> Rows:
    """Return every lesson with the contract it belongs to: an expression with `served`, `on_day`, `hours_used`."""
    lessons = _lessons(data)
    return attributed(lessons, data, key="lesson_id", at=lessons.starts_day)


@remembered
def any_lessons(data: Data) -> bool:
    """Tell whether the institution records lessons at all."""
    return bool(len(fetch(data.table("lessons").select("lesson_id").limit(1))))


def used_up(data: Data) -> pd.DataFrame:
    """Find the day on which the hours of a contract were used up.

    Returns
    -------
    pandas.DataFrame
        `enrolment_id`, `day` (datetime64): only contracts by hours whose hours are known and gone. Lessons missed but
        charged count; lessons without hours count nothing.
    """
    contracts = data.table("enrolments")
    hours = contracts.hours_bought.fill_null(0) + contracts.hours_free.fill_null(0)
    contracts = contracts.mutate(hours=hours).filter(contracts.billing == "by_hours", hours > 0)
    contracts = contracts.select(contract=contracts.enrolment_id, hours=contracts.hours - _ENOUGH_HOURS)
    lessons = lessons_by_contract(data)
    daily = (
        lessons.filter(lessons.hours_used.notnull())
        .group_by(["enrolment_id", "on_day"])
        .agg(hours_used=lambda t: t.hours_used.sum())
    )
    total = daily.group_by("enrolment_id").agg(total=daily.hours_used.sum())
    gone = total.inner_join(contracts, [total.enrolment_id == contracts.contract, total.total >= contracts.hours])
    gone = gone.select("contract", "hours")
    daily = daily.inner_join(gone, daily.enrolment_id == gone.contract)
    so_far = ibis.window(group_by="enrolment_id", order_by="on_day", preceding=None, following=0)
    daily = daily.mutate(so_far=daily.hours_used.sum().over(so_far))
    daily = daily.filter(daily.so_far >= daily.hours).group_by("enrolment_id").agg(day=lambda t: t.on_day.min())
    return fetch(daily.mutate(day=as_time(daily.day)).order_by("enrolment_id"))


def next_service(data: Data, marks: pd.DataFrame, *, by: str) -> np.ndarray:
    """Find the first lesson attended after each mark.

    Parameters
    ----------
    data : Data
        Where the lessons are.
    marks : pandas.DataFrame
        Columns `by` and `day` (int, days since 1970-01-01).
    by : {"enrolment_id", "student_id"}
        Whose lessons count.

    Returns
    -------
    numpy.ndarray of int64
        One per mark: the day of the first lesson after the mark's day; -1 if there is none.
    """
    if marks.empty:
        return np.empty(0, dtype=np.int64)
    wanted = marks[[by, "day"]].drop_duplicates().sort_values([by, "day"])
    asked = ibis.memtable(wanted.assign(after=pd.to_datetime(wanted["day"], unit="D")).rename(columns={by: "whose"}))
    asked = asked.mutate(after=asked.after.cast("date"))
    lessons = lessons_by_contract(data) if by == "enrolment_id" else _lessons(data).rename(on_day="starts_day")
    lessons = lessons.filter(lessons.served).select(by, "on_day")
    later = asked.inner_join(lessons, [asked.whose == lessons[by], lessons.on_day > asked.after])
    found = fetch(later.group_by(["whose", "day"]).agg(next_day=as_time(later.on_day.min())))
    joined = marks[[by, "day"]].merge(found.rename(columns={"whose": by}), on=[by, "day"], how="left")
    return day_numbers(joined["next_day"], -1)


def runs(data: Data, contracts: pd.DataFrame, exits: pd.DataFrame, *, gap_days: int) -> pd.DataFrame:
    """Fold the days on which units were taught into runs without a long gap.

    Parameters
    ----------
    data : Data
        Where the lessons are.
    contracts : pandas.DataFrame
        `enrolment_id`, `student_id`, `unit_id`, `signed` (int day). Lessons before a unit's first signing are trials.
    exits : pandas.DataFrame
        `unit_id`, `day` (int): a run ends here even if lessons go on.
    gap_days : int
        Neighbouring days of service at most this far apart belong to one run.

    Returns
    -------
    pandas.DataFrame
        `unit_id`, `first`, `last` (int days), `campus` (of the last lesson), sorted.
    """
    service = _unit_days(data, contracts).mutate(exit=False)
    marks = ibis.memtable(
        pd.DataFrame({"unit_id": exits["unit_id"].astype(str), "day": pd.to_datetime(exits["day"], unit="D")})
    )
    marks = marks.mutate(day=marks.day.cast("date"), campus=ibis.null("string"), exit=True).distinct()
    days = service.union(marks.select(*service.columns)) if len(exits) else service
    order = ibis.window(group_by="unit_id", order_by=["day", "exit"])
    days = days.mutate(
        before=days.day.lag().over(order), after=days.day.lead().over(order),
        exit_before=days.exit.lag().over(order), exit_after=days.exit.lead().over(order),
    )  # fmt: skip
    days = days.mutate(
        opens=days.before.isnull() | days.exit_before | (days.day.delta(days.before, unit="day") > gap_days),
        closes=days.after.isnull() | days.exit_after | (days.after.delta(days.day, unit="day") > gap_days),
    )
    days = days.filter(~days.exit & (days.opens | days.closes))
    edges = days.select("unit_id", "campus", "opens", "closes", day=as_time(days.day))
    edges = fetch(edges.order_by(["unit_id", "day"]))
    return _paired(edges.assign(day=day_numbers(edges["day"], -1)))


def _paired(edges: pd.DataFrame) -> pd.DataFrame:
    first = edges[edges["opens"].astype(bool)]
    last = edges[edges["closes"].astype(bool)]
    return pd.DataFrame({
        "unit_id": first["unit_id"].to_numpy(),
        "first": first["day"].to_numpy(),
        "last": last["day"].to_numpy(),
        "campus": last["campus"].to_numpy(),
    })  # fmt: skip


def _unit_days(data: Data, contracts: pd.DataFrame) -> Rows:
    if data.settings.outcome.unit == "student":
        lessons, whose = _lessons(data).rename(on_day="starts_day"), "student_id"
    else:
        lessons, whose = lessons_by_contract(data), "enrolment_id"
    first = contracts.assign(first=contracts.groupby("unit_id")["signed"].transform("min"))
    first = first[[whose, "unit_id", "first"]].drop_duplicates(whose)
    units = ibis.memtable(first.assign(first=pd.to_datetime(first["first"], unit="D")).rename(columns={whose: "whose"}))
    lessons = lessons.filter(lessons.served)
    taught = lessons.inner_join(units, [lessons[whose] == units.whose, lessons.on_day >= units.first.cast("date")])
    return taught.group_by(["unit_id", taught.on_day.name("day")]).agg(campus=taught.campus.max())


def campus_months(data: Data) -> pd.DataFrame:
    """Say where each student was last taught in each month with a lesson, where that changed.

    Returns
    -------
    pandas.DataFrame
        `student_id`, `from_on` (datetime64: the first day of the month after), `campus`; sorted by both. It holds until
        the student's next row.
    """
    lessons = _lessons(data)
    lessons = lessons.filter(lessons.served & lessons.campus.notnull())
    month = lessons.starts_day.truncate("M")
    daily = lessons.group_by(["student_id", month.name("month")]).agg(
        campus=lessons.campus.argmax(lessons.starts_day.cast("string") + lessons.lesson_id)
    )
    order = ibis.window(group_by="student_id", order_by="month")
    daily = daily.mutate(before=daily.campus.lag().over(order))
    daily = daily.filter(daily.before.isnull() | (daily.before != daily.campus))
    found = fetch(daily.select("student_id", "campus", month=as_time(daily.month)).order_by(["student_id", "month"]))
    found["month"] = found["month"].astype("datetime64[ns]")
    return found.assign(from_on=found["month"] + pd.offsets.MonthBegin(1))[["student_id", "from_on", "campus"]]


def as_number(day: date) -> int:
    """Return a date as days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def as_day(number: int) -> date:
    """Return a day's date."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)


def last_lessons(data: Data, contracts: pd.DataFrame, days: np.ndarray) -> pd.DataFrame:
    """Find the last lesson attended before each of several days, in one pass.

    Parameters
    ----------
    data, contracts
        As for `runs`.
    days : numpy.ndarray of int64
        Sorted days since 1970-01-01.

    Returns
    -------
    pandas.DataFrame
        `unit_id`, `place`, `day` (int): the last lesson before `days[place]` and not before `days[place - 1]`.
    """
    service = _unit_days(data, contracts)
    place = ibis.literal(0)
    for day in days:
        place = place + (service.day >= ibis.literal(as_day(int(day)))).cast("int64")
    placed = service.mutate(place=place)
    last = placed.filter(placed.place < len(days)).group_by(["unit_id", "place"]).agg(day=placed.day.max())
    found = fetch(last.mutate(day=as_time(last.day)).order_by(["unit_id", "place"]))
    return found.assign(day=day_numbers(found["day"], -1))
