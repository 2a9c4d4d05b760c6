"""Which department answers for which reason, and which of several stated reasons counts?"""

from typing import Literal

from pydantic import Field

from churnlab.settings.kinds import Days, Section, Share

Source = Literal["interview", "phone", "survey", "form", "exit", "refund", "call", "text", "complaint", "satisfaction"]
SOURCES: tuple[Source, ...] = (
    "interview", "phone", "survey", "form", "exit", "refund", "call", "text", "complaint", "satisfaction",
)  # fmt: skip


class Causes(Section):
    """Who answers for a reason, and how stated reasons are joined."""

    market: tuple[str, ...] = ("market", "price", "competitor", "promise_not_kept", "wrong_course_sold")
    teaching: tuple[str, ...] = (
        "teaching", "teacher", "teacher_change", "course_design", "progress", "class_size", "lost_interest",
    )  # fmt: skip
    service: tuple[str, ...] = ("service", "attitude", "slow_reply", "scheduling", "refund_terms")
    facility: tuple[str, ...] = ("facility", "environment", "safety", "location", "equipment")
    sources: tuple[Source, ...] = SOURCES
    before_days: Days = 60
    after_days: Days = 90
    low_satisfaction_share: Share = 0.4
    indirect_kappa: float = Field(0.2, ge=-1, lt=1)
    text_filed: int = Field(200, ge=50)
    text_reason_texts: int = Field(10, ge=2)
    text_agreement_share: Share = 0.85
    period_days: Days = Field(365, ge=1)
    trend_quarters: int = Field(8, ge=3, le=12)
    paid_days: Days = Field(365, ge=1)
    taught_days: Days = Field(84, ge=1)
    judged_months: int = Field(12, ge=1, le=36)
    listed: int = Field(15, ge=1, le=20)
    case_days: Days = Field(120, ge=1)
    case_leavers: int = Field(5, ge=2)
    cases_per_cause: int = Field(3, ge=1, le=9)
    case_unseen_share: Share = 0.8
    cases: int = Field(12, ge=1, le=25)
