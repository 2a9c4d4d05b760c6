"""What was known of each student before the date?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pandas as pd
from ibis import Table as Rows

from churnlab.churn.feature_sources.attendance import attendance
from churnlab.churn.feature_sources.contracts import contracts
from churnlab.churn.feature_sources.family import siblings
from churnlab.churn.feature_sources.holds import holds
from churnlab.churn.feature_sources.lessons import read_lessons
from churnlab.churn.feature_sources.service import complaints, contacts, satisfaction
from churnlab.churn.feature_sources.snapshots import Snapshots, take
from churnlab.churn.feature_sources.teachers import teachers
from churnlab.settings import Settings
from churnlab.tables.door import Data, fetch

Window = Literal["recent_days", "trend_days", "satisfaction_days"]
KEYS = ("as_of", "unit_id", "student_id")


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One thing known of a student before a date; its words are `feature.<name>.*` in the locale.

    Attributes
    ----------
    stem : str
        What it measures, without its window.
    unit : str
        What it is counted in: `rate`, `rate_a_week`, `lessons`, `days`, `hours`, `weeks`, `contracts`, `cny`,
        `changes`, `complaints`, `score`, `students`, or `code` for a word.
    source : tuple of str
        Tables it is read from.
    known_at : tuple of str
        Date columns that say when its sources became known; only values from before the date count.
    window : str, optional
        Setting that says how far back it looks; None: as far as the data go.
    named_by_window : bool
        Whether its name ends in its window.
    days : int, optional
        How far back it looks, from the settings.
    """

    stem: str
    unit: str
    source: tuple[str, ...]
    known_at: tuple[str, ...]
    window: Window | None = None
    named_by_window: bool = False
    days: int | None = None

    @property
    def name(self) -> str:
        """Its column; a name that tells a window always tells the one in use."""
        return f"{self.stem}_{self.days}d" if self.named_by_window else self.stem


_LESSON = ("lessons.starts_at",)
_HOLD = ("suspensions.from_on", "suspensions.to_on")
_CONTRACT = ("enrolments.signed_at", *_LESSON, "refunds.settled_at", *_HOLD)
_STANDING = ("enrolments", "lessons", "refunds", "suspensions")
_DECLARED = (
    Feature(
        stem="attendance_rate", unit="rate", source=("lessons",), known_at=_LESSON,
        window="recent_days", named_by_window=True,
    ),
    Feature(
        stem="attendance_trend", unit="rate_a_week", source=("lessons",), known_at=_LESSON,
        window="trend_days", named_by_window=True,
    ),
    Feature(stem="missed_in_a_row", unit="lessons", source=("lessons",), known_at=_LESSON),
    Feature(stem="days_since_lesson", unit="days", source=("lessons", "suspensions"), known_at=(*_LESSON, *_HOLD)),
    Feature(stem="hours_left", unit="hours", source=_STANDING, known_at=_CONTRACT),
    Feature(stem="weeks_of_hours_left", unit="weeks", source=_STANDING, known_at=_CONTRACT, window="trend_days"),
    Feature(stem="days_to_contract_end", unit="days", source=_STANDING, known_at=_CONTRACT),
    Feature(
        stem="tenure_days", unit="days", source=("enrolments", "lessons"),
        known_at=("enrolments.signed_at", *_LESSON),
    ),
    Feature(stem="contracts_before", unit="contracts", source=("enrolments",), known_at=("enrolments.signed_at",)),
    Feature(
        stem="price_per_hour_cny", unit="cny", source=("enrolments", "payments"),
        known_at=("enrolments.signed_at", "payments.paid_at"),
    ),
    Feature(
        stem="teacher_changes", unit="changes", source=("lessons",), known_at=_LESSON,
        window="trend_days", named_by_window=True,
    ),
    Feature(
        stem="open_complaints", unit="complaints", source=("complaints",),
        known_at=("complaints.opened_at", "complaints.resolved_at"),
    ),
    Feature(stem="days_since_contact", unit="days", source=("contacts",), known_at=("contacts.at",)),
    Feature(
        stem="last_satisfaction_score", unit="score", source=("surveys",), known_at=("surveys.at",),
        window="satisfaction_days",
    ),
    Feature(
        stem="siblings_with_us", unit="students", source=("students", "lessons"),
        known_at=("students.registered_on", *_LESSON), window="trend_days",
    ),
    Feature(stem="course_id", unit="code", source=("enrolments",), known_at=("enrolments.signed_at",)),
)  # fmt: skip


def declared(settings: Settings) -> tuple[Feature, ...]:
    """Return the features with the windows, and so the names, that these settings give them."""
    return tuple(
        replace(feature, days=getattr(settings.features, feature.window)) if feature.window else feature
        for feature in _DECLARED
    )


FEATURES = declared(Settings())


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
    table = fetch(rows.select(*KEYS, **values).order_by("as_of", "unit_id"))
    table = table.assign(as_of=pd.to_datetime(table["as_of"]).astype("datetime64[ns]"))
    assert not table.duplicated(["as_of", "unit_id"]).any(), "a feature multiplied its units"
    return table


def _joined(snapshots: Snapshots) -> Rows:
    lessons = read_lessons(snapshots)
    on_hold = holds(snapshots, lessons)
    parts = (
        attendance(snapshots, lessons, on_hold),
        contracts(snapshots, lessons, on_hold),
        teachers(snapshots, lessons),
        complaints(snapshots),
        contacts(snapshots),
        satisfaction(snapshots),
        siblings(snapshots, lessons),
    )
    rows = snapshots.rows
    for found in parts:
        keys = ["unit_no" if "unit_no" in found.columns else "student_id", "as_of"]
        new = [name for name in found.columns if name not in keys]
        rows = rows.left_join(found, keys).select(*rows.columns, *new)
    return rows


def _empty(wanted: tuple[Feature, ...]) -> pd.DataFrame:
    kinds = {"as_of": "datetime64[ns]", "unit_id": "object", "student_id": "object"}
    kinds |= {feature.name: "object" if feature.unit == "code" else "float64" for feature in wanted}
    return pd.DataFrame(columns=list(kinds)).astype(kinds)
