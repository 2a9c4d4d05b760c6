"""Which features are there, and what is each read from?"""

from dataclasses import dataclass, replace
from typing import Literal

from churnlab.settings import Settings

Window = Literal["recent_days", "trend_days", "satisfaction_days", "service_days"]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One thing known of a student before a date; its words are `feature.<name>.*` in the locale.

    Attributes
    ----------
    stem : str
        What it measures, without its window.
    unit : str
        What it is counted in: `rate`, `rate_a_week`, `lessons`, `days`, `hours`, `weeks`, `contracts`, `cny`,
        `changes`, `complaints`, `score`, `students`, `lessons_a_week`, `days_a_week`, `courses`, `contacts`,
        `requests`, or `code` for a word.
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
    Feature(
        stem="lessons_a_week", unit="lessons_a_week", source=("lessons",), known_at=_LESSON,
        window="recent_days", named_by_window=True,
    ),
    Feature(
        stem="absence_share", unit="rate", source=("lessons",), known_at=_LESSON,
        window="trend_days", named_by_window=True,
    ),
    Feature(
        stem="leave_share", unit="rate", source=("lessons",), known_at=_LESSON,
        window="trend_days", named_by_window=True,
    ),
    Feature(
        stem="late_share", unit="rate", source=("lessons",), known_at=_LESSON,
        window="trend_days", named_by_window=True,
    ),
    Feature(
        stem="activity_days", unit="days", source=("activity",), known_at=("activity.on",),
        window="recent_days", named_by_window=True,
    ),
    Feature(
        stem="activity_change", unit="days_a_week", source=("activity", "enrolments"),
        known_at=("activity.on", "enrolments.signed_at"), window="recent_days", named_by_window=True,
    ),
    Feature(
        stem="refund_requests", unit="requests", source=("refunds",), known_at=("refunds.requested_at",),
        window="service_days", named_by_window=True,
    ),
    Feature(
        stem="save_calls", unit="contacts", source=("contacts",), known_at=("contacts.at",),
        window="trend_days", named_by_window=True,
    ),
    Feature(
        stem="contacts", unit="contacts", source=("contacts",), known_at=("contacts.at",),
        window="trend_days", named_by_window=True,
    ),
    Feature(
        stem="complaints", unit="complaints", source=("complaints",), known_at=("complaints.opened_at",),
        window="service_days", named_by_window=True,
    ),
    Feature(
        stem="last_nps_score", unit="score", source=("surveys",), known_at=("surveys.at",), window="satisfaction_days",
    ),
    Feature(
        stem="unpaid_share", unit="rate", source=(*_STANDING, "payments"), known_at=(*_CONTRACT, "payments.paid_at"),
    ),
    Feature(stem="hours_behind_rate", unit="rate", source=_STANDING, known_at=_CONTRACT),
    Feature(
        stem="renewed_days_early", unit="days", source=("enrolments",), known_at=("enrolments.signed_at",),
    ),
    Feature(stem="courses_at_once", unit="courses", source=_STANDING, known_at=_CONTRACT),
    Feature(
        stem="days_on_hold", unit="days", source=("suspensions", "lessons"), known_at=(*_HOLD, *_LESSON),
        window="service_days", named_by_window=True,
    ),
    Feature(stem="free_hours_share", unit="rate", source=("enrolments",), known_at=("enrolments.signed_at",)),
    Feature(
        stem="teacher_left_share", unit="rate", source=_STANDING, known_at=_CONTRACT,
        window="trend_days", named_by_window=True,
    ),
    Feature(
        stem="classmates_left_share", unit="rate", source=_STANDING, known_at=_CONTRACT,
        window="trend_days", named_by_window=True,
    ),
    Feature(stem="class_size", unit="students", source=("lessons",), known_at=_LESSON, window="recent_days"),
    Feature(stem="days_with_teacher", unit="days", source=("lessons",), known_at=_LESSON),
    Feature(
        stem="referrals_given", unit="students", source=("leads", "students"),
        known_at=("leads.created_at", "students.registered_on"),
    ),
    Feature(stem="age_band", unit="code", source=("students",), known_at=("students.registered_on",)),
    Feature(stem="channel", unit="code", source=("students",), known_at=("students.registered_on",)),
)  # fmt: skip

# The first of the declared; the others join them where there are leavers enough to tell them apart.
CORE = 16


def declared(settings: Settings) -> tuple[Feature, ...]:
    """Return the features with the windows, and so the names, that these settings give them."""
    return tuple(
        replace(feature, days=getattr(settings.features, feature.window)) if feature.window else feature
        for feature in _DECLARED
    )


FEATURES = declared(Settings())
