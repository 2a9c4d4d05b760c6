"""Which department could change what a feature tells, and which features are signs only?"""

import re
from collections.abc import Mapping
from types import MappingProxyType

_BY_WINDOW = re.compile(r"_\d+d$")

# By what a feature measures, without its window; what is not here is a sign: who stays away, has few hours left or a
# contract that ends is on the way out, whoever's doing that is.
OWNERS: Mapping[str, str] = MappingProxyType({
    "price_per_hour_cny": "market",
    "unpaid_share": "market",
    "free_hours_share": "market",
    "channel": "market",
    "teacher_changes": "teaching",
    "days_with_teacher": "teaching",
    "teacher_left_share": "teaching",
    "classmates_left_share": "teaching",
    "class_size": "teaching",
    "open_complaints": "service",
    "complaints": "service",
    "days_since_contact": "service",
    "contacts": "service",
})  # fmt: skip
SIGNS = frozenset({
    "attendance_rate", "attendance_trend", "missed_in_a_row", "days_since_lesson", "hours_left", "weeks_of_hours_left",
    "days_to_contract_end", "tenure_days", "contracts_before", "last_satisfaction_score", "last_nps_score",
    "siblings_with_us", "course_id", "lessons_a_week", "absence_share", "leave_share", "late_share", "activity_days",
    "activity_change", "refund_requests", "save_calls", "hours_behind_rate", "renewed_days_early", "courses_at_once",
    "days_on_hold", "referrals_given", "age_band",
})  # fmt: skip


def owner(feature: str) -> str | None:
    """Return the department that could change what a feature tells, whatever its window; None of a sign."""
    return OWNERS.get(feature) or OWNERS.get(_BY_WINDOW.sub("", feature))
