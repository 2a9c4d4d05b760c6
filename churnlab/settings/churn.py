"""What is churn here, and how is it looked at?"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from churnlab.settings.kinds import Days, DaysOrNever, Section, Share, not_empty

Penalty = Annotated[float, Field(gt=0)]
Unit = Literal["student", "enrolment", "student-campus"]


class Outcome(Section):
    """What counts as leaving, and when we can tell."""

    unit: Unit = "student"
    horizon_days: Days = 30
    grace_days: Days = 30
    inactivity_days: DaysOrNever = 45
    silent_days: Days = 14
    longest_suspension_days: Days = 365
    suspension_check_days: Days = 90
    graduated_reasons: tuple[str, ...] = ("graduated",)
    personal_reasons: tuple[str, ...] = ("personal", "moved", "health")
    terminal_courses: tuple[str, ...] = ()


class Features(Section):
    """How far back a feature looks."""

    recent_days: Days = 28
    trend_days: Days = 84
    satisfaction_days: Days = 180
    service_days: Days = 180


class Model(Section):
    """How risk is learned."""

    snapshot_step: Literal["month"] = "month"
    snapshots: int = Field(24, ge=2)
    penalties: Annotated[tuple[Penalty, ...], AfterValidator(not_empty)] = (0.01, 0.1, 1.0)
    min_events: int = Field(30, ge=1)
    events_per_feature: float = Field(5, gt=0)
    events_per_learned_column: float = Field(10, gt=0)
    test_months: int = Field(6, ge=1)
    top_share: Share = 0.1
    validation_share: Share = 0.25
    weak_auc: Share = 0.65
    good_auc: Share = 0.75
    calibration_bins: int = Field(10, ge=2)
    max_vif: float = Field(10, gt=1)


class Retention(Section):
    """How curves are drawn."""

    min_at_risk: int = Field(20, ge=1)
    period_days: Days = 365
    restricted_days: Days = 365
    cox_min_events: int = Field(50, ge=1)
    cox_min_level_events: int = Field(5, ge=1)


class Calling(Section):
    """How many can be called, what a call costs and saves, and whom a lot holds out."""

    calls_per_month: int = Field(30, ge=1)
    shown_students: int = Field(8, ge=1, le=30)
    saved_share: Share = 0.3
    saved_share_error: Share = 0.1
    cost_per_call_cny: float = Field(20.0, ge=0)
    offer_cny: float = Field(0.0, ge=0)
    rest_days: Days = 60
    hold_out_share: float = Field(0.0, ge=0, le=0.5)
    experiment: str = Field("1", min_length=1, max_length=40)
    power: Share = 0.8
