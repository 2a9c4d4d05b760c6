"""How is a number read: in which steps, between which values, and where does its meaning turn?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from types import MappingProxyType
from typing import Literal

from churnlab.settings import Settings

_BY_WINDOW = re.compile(r"_\d+d$")
_DAYS_A_WEEK = 7
# In weeks: hours that do not last another day are used up.
_DAY = 1 / _DAYS_A_WEEK


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a number bears on leaving, as declared before any data are seen.

    Attributes
    ----------
    step : float
        A difference that a teacher can picture; odds ratios are told per step.
    unit : str
        Its words: `churn.drivers.step.<unit>` in the locale.
    turns : tuple of float
        Where the slope of the log odds may change.
    thresholds : tuple of float
        Where the log odds may jump: those below it differ from those who have reached it.
    points : tuple of float
        Of a number whose line turns: the values that are compared with the reference, for there no step stands for all.
    reference : float
        What they are compared with.
    """

    step: float
    unit: str
    turns: tuple[float, ...] = ()
    thresholds: tuple[float, ...] = ()
    points: tuple[float, ...] = ()
    reference: float = 0.0


# On which side a number is expected to go with leaving. Where both can be understood, as with the time a student has
# been with us, it is not here.
_WORSE: Mapping[str, Literal["low", "high"]] = MappingProxyType({
    "attendance_rate": "low",
    "attendance_trend": "low",
    "missed_in_a_row": "high",
    "days_since_lesson": "high",
    "hours_left": "low",
    "weeks_of_hours_left": "low",
    "days_to_contract_end": "low",
    "contracts_before": "low",
    "price_per_hour_cny": "high",
    "teacher_changes": "high",
    "open_complaints": "high",
    "days_since_contact": "high",
    "last_satisfaction_score": "low",
    "siblings_with_us": "low",
    "lessons_a_week": "low",
    "absence_share": "high",
    "leave_share": "high",
    "late_share": "high",
    "activity_days": "low",
    "activity_change": "low",
    "refund_requests": "high",
    "save_calls": "high",
    "contacts": "low",
    "complaints": "high",
    "last_nps_score": "low",
    "unpaid_share": "high",
    "hours_behind_rate": "high",
    "renewed_days_early": "low",
    "courses_at_once": "low",
    "days_on_hold": "high",
    "teacher_left_share": "high",
    "classmates_left_share": "high",
    "days_with_teacher": "low",
    "referrals_given": "low",
})  # fmt: skip

# What nobody who calls a student can act on or talk about, or what would blame a teacher for a few who left.
_NO_REASON = frozenset({
    "courses_at_once", "free_hours_share", "teacher_left_share", "referrals_given", "age_band", "channel",
})  # fmt: skip


# A step is what a teacher can picture: a lesson more, a week longer, ten of a hundred.
_STRAIGHT: Mapping[str, Shape] = MappingProxyType({
    "attendance_rate": Shape(step=0.1, unit="points"),
    "attendance_trend": Shape(step=0.01, unit="points_a_week"),
    "missed_in_a_row": Shape(step=1, unit="lessons"),
    "days_since_lesson": Shape(step=7, unit="days"),
    "hours_left": Shape(step=10, unit="hours"),
    "tenure_days": Shape(step=90, unit="days"),
    "contracts_before": Shape(step=1, unit="contracts"),
    "price_per_hour_cny": Shape(step=50, unit="yuan"),
    "teacher_changes": Shape(step=1, unit="changes"),
    "open_complaints": Shape(step=1, unit="complaints"),
    "days_since_contact": Shape(step=30, unit="days"),
    "last_satisfaction_score": Shape(step=0.1, unit="points"),
    "siblings_with_us": Shape(step=1, unit="students"),
    "lessons_a_week": Shape(step=0.5, unit="lessons_a_week"),
    "absence_share": Shape(step=0.1, unit="points"),
    "leave_share": Shape(step=0.1, unit="points"),
    "late_share": Shape(step=0.1, unit="points"),
    "activity_days": Shape(step=4, unit="days"),
    "activity_change": Shape(step=1, unit="days_a_week"),
    "refund_requests": Shape(step=1, unit="requests"),
    "save_calls": Shape(step=1, unit="contacts"),
    "contacts": Shape(step=1, unit="contacts"),
    "complaints": Shape(step=1, unit="complaints"),
    "last_nps_score": Shape(step=0.1, unit="points"),
    "unpaid_share": Shape(step=0.1, unit="points"),
    "hours_behind_rate": Shape(step=0.1, unit="points"),
    "renewed_days_early": Shape(step=30, unit="days"),
    "courses_at_once": Shape(step=1, unit="courses"),
    "days_on_hold": Shape(step=14, unit="days"),
    "free_hours_share": Shape(step=0.1, unit="points"),
    "teacher_left_share": Shape(step=0.05, unit="points"),
    "classmates_left_share": Shape(step=0.1, unit="points"),
    "class_size": Shape(step=5, unit="classmates"),
    "days_with_teacher": Shape(step=90, unit="days"),
    "referrals_given": Shape(step=1, unit="students"),
})  # fmt: skip


def shapes(settings: Settings) -> Mapping[str, Shape]:
    """Return how each declared feature is read, by its name without its window.

    A contract that ends within the horizon can be left by not renewing it, a later one cannot: at the horizon the risk
    jumps, and once more at 0, where the contract is over. Hours bring the same end, less sharply, for it is not known
    on which day the last is used: the slope turns at the weeks of one horizon and of two, and the risk jumps where none
    are left. These places come from the settings and the calendar, none from the data. A feature that is not here is
    taken as a straight line.

    Where a line turns, one value stands for each stretch: the middle between two turns; half a horizon past the end of
    a contract; and, as the reference, one horizon beyond the last turn, where the end is far off. Hours of which none
    are left have no value: they are the end of a contract, and told there.

    References
    ----------
    Harrell F E, Regression Modeling Strategies, 2nd ed., 2015, §2.4.4 (linear splines), §2.4.1 (thresholds only where
    the subject has them), §5.2 and `summary.rms` (effects told as differences between chosen values).
    """
    horizon = settings.outcome.horizon_days
    weeks = max(round(horizon / _DAYS_A_WEEK), 1)
    return MappingProxyType({
        **_STRAIGHT,
        "weeks_of_hours_left": Shape(
            step=4, unit="weeks", turns=(weeks, 2 * weeks), thresholds=(_DAY,),
            points=(ceil(weeks / 2), ceil(weeks * 3 / 2)), reference=3 * weeks,
        ),
        "days_to_contract_end": Shape(
            step=30, unit="days", turns=(0, horizon), thresholds=(0, horizon),
            points=(-ceil(horizon / 2), ceil(horizon / 2)), reference=2 * horizon,
        ),
    })  # fmt: skip


def shape_of(feature: str, known: Mapping[str, Shape]) -> Shape | None:
    """Return how a feature is read, whatever its window; None if nothing was declared."""
    return known.get(feature) or known.get(_BY_WINDOW.sub("", feature))


def worse(feature: str) -> Literal["low", "high"] | None:
    """Return which side of a feature is expected to go with leaving, whatever its window; None if none is."""
    return _WORSE.get(feature) or _WORSE.get(_BY_WINDOW.sub("", feature))


def can_be_reason(feature: str) -> bool:
    """Tell whether who calls a student can act on a feature or talk about it, whatever its window."""
    return feature not in _NO_REASON and _BY_WINDOW.sub("", feature) not in _NO_REASON
