"""What was known of each student before the date?"""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from ibis import Table as Rows

from churnlab.churn.declarations import FEATURES, Feature, declared
from churnlab.churn.feature_sources.activity import activity
from churnlab.churn.feature_sources.attendance import attendance
from churnlab.churn.feature_sources.company import classmates, gone, teacher
from churnlab.churn.feature_sources.contracts import contracts, standing
from churnlab.churn.feature_sources.counts import counts, referrals
from churnlab.churn.feature_sources.family import siblings
from churnlab.churn.feature_sources.habits import habits
from churnlab.churn.feature_sources.holds import holds
from churnlab.churn.feature_sources.lessons import read_lessons
from churnlab.churn.feature_sources.people import people
from churnlab.churn.feature_sources.service import complaints, contacts, promoter, satisfaction
from churnlab.churn.feature_sources.snapshots import Snapshots, take
from churnlab.churn.feature_sources.teachers import teachers
from churnlab.churn.feature_sources.terms import on_hold, terms
from churnlab.tables.door import Data, fetch

KEYS = ("as_of", "unit_id", "student_id")
# A query keeps in memory all that it joins, and twenty parts at once took a third of the peak.
_JOINED_AT_ONCE = 6

__all__ = ["FEATURES", "KEYS", "features"]


def features(data: Data, *, dates: Sequence[date | str | pd.Timestamp]) -> pd.DataFrame:
    """Tell what was known of each student before each date.

    The row of a date is exactly what `features(data.before(date), dates=[date])` returns: nothing that happened or
    became known on the date or after it moves it.

    Parameters
    ----------
    data : Data
        The open data.
    dates : sequence of dates
        None after `data.as_of`.

    Returns
    -------
    pandas.DataFrame
        One row per date and unit (`settings.outcome.unit`) with a contract signed before the date, sorted so: `as_of`
        (datetime64[ns]), `unit_id`, `student_id` (text), then the features of `declared(data.settings)` in their order
        and units: float64, NaN where unknown; `course_id` is text.

    Raises
    ------
    ValueError
        If a date lies after `data.as_of`.
    """
    days = sorted({pd.Timestamp(day).date() for day in dates})
    late = [day for day in days if day > data.as_of]
    if late:
        raise ValueError(f"{late[0]} lies after {data.as_of}: the door opens backwards only")
    wanted = declared(data.settings)
    if not days:
        return _empty(wanted)
    rows = _joined(take(data, days))
    values = {f.name: rows[f.stem].cast("string" if f.unit == "code" else "float64") for f in wanted}
    # Nanoseconds, as pandas has them: no copy of a large frame is made for its dates.
    keys = {"as_of": rows.as_of.cast("timestamp(9)"), "unit_id": rows.unit_id, "student_id": rows.student_id}
    table = fetch(rows.select(**keys, **values).order_by("as_of", "unit_id"))
    assert not table.duplicated(["as_of", "unit_id"]).any(), "a feature multiplied its units"
    return table


def _joined(snapshots: Snapshots) -> Rows:
    lessons = read_lessons(snapshots)
    on_hold_then = holds(snapshots, lessons).cache()
    contracts_then = standing(snapshots, lessons, on_hold_then)
    attended = attendance(snapshots, lessons, on_hold_then).cache()
    bought = contracts(snapshots, contracts_then).cache()
    left = gone(snapshots, attended, bought)
    parts = (
        attended,
        bought,
        teachers(snapshots, lessons),
        complaints(snapshots),
        contacts(snapshots),
        satisfaction(snapshots),
        siblings(snapshots, lessons),
        habits(snapshots, lessons),
        activity(snapshots),
        terms(contracts_then),
        on_hold(snapshots, on_hold_then),
        *counts(snapshots),
        promoter(snapshots),
        classmates(lessons, left),
        teacher(lessons, left, snapshots.data.settings),
        referrals(snapshots),
        people(snapshots),
    )
    rows = snapshots.rows
    for number, found in enumerate(parts, 1):
        keys = ["unit_no" if "unit_no" in found.columns else "student_id", "as_of"]
        new = [name for name in found.columns if name not in keys]
        rows = rows.left_join(found, keys).select(*rows.columns, *new)
        rows = rows if number % _JOINED_AT_ONCE else rows.cache()
    return rows


def _empty(wanted: tuple[Feature, ...]) -> pd.DataFrame:
    kinds = {"as_of": "datetime64[ns]", "unit_id": "object", "student_id": "object"}
    kinds |= {feature.name: "object" if feature.unit == "code" else "float64" for feature in wanted}
    return pd.DataFrame(columns=list(kinds)).astype(kinds)
