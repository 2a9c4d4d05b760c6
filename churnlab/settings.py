"""What does this institution mean by churn, and where do its thresholds lie?

One TOML file, `churnlab.toml`, read once and frozen. Every threshold has its unit in its name; its reason stands in
locale/*/settings.toml, from which `churnlab init` writes the file and the guide its page.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from churnlab.errors import SettingsError
from churnlab.toml_faults import not_toml, wrong

FILE = "churnlab.toml"
NEVER = "never"


def _days_or_never(told: Any) -> Any:
    """Read `never`: TOML has no word for nothing."""
    if isinstance(told, str) and told != NEVER:
        raise PydanticCustomError("days_or_never", "expected whole days or never")
    return None if told == NEVER else told


def _not_empty(told: tuple[float, ...]) -> tuple[float, ...]:
    if not told:
        raise PydanticCustomError("empty", "expected at least one value")
    return told


def _known_zone(told: str) -> str:
    if told not in available_timezones():
        raise PydanticCustomError("timezone", "there is no such time zone")
    return told


Days = Annotated[int, Field(ge=0, le=3660)]
DaysOrNever = Annotated[Days | None, BeforeValidator(_days_or_never)]
Share = Annotated[float, Field(gt=0, lt=1)]
Penalty = Annotated[float, Field(gt=0)]
Unit = Literal["student", "enrolment", "student-campus"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_flag(cls, told: Any) -> Any:
        # Python takes true for 1; nobody means one day by it.
        if isinstance(told, bool):
            raise PydanticCustomError("flag", "no setting is true or false")
        return told


class Institution(_Section):
    """Who we are."""

    name: str = ""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"


class Period(_Section):
    """A span of days, both ends included."""

    from_on: date
    to_on: date

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.to_on < self.from_on:
            raise PydanticCustomError("order", "to_on is before from_on")
        return self


class Calendar(_Section):
    """Days on which a student who stays away has not gone."""

    public_holidays: Literal["china", "none"] = "china"
    school_holidays: tuple[Period, ...] = ()


class Outcome(_Section):
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


class Features(_Section):
    """How far back a feature looks."""

    recent_days: Days = 28
    trend_days: Days = 84
    satisfaction_days: Days = 180


class Model(_Section):
    """How risk is learned."""

    snapshot_step: Literal["month"] = "month"
    snapshots: int = Field(24, ge=2)
    penalties: Annotated[tuple[Penalty, ...], AfterValidator(_not_empty)] = (0.01, 0.1, 1.0)
    min_events: int = Field(30, ge=1)
    events_per_feature: float = Field(5, gt=0)
    test_months: int = Field(6, ge=1)
    top_share: Share = 0.1
    validation_share: Share = 0.25
    weak_auc: Share = 0.65
    good_auc: Share = 0.75
    calibration_bins: int = Field(10, ge=2)
    max_vif: float = Field(10, gt=1)


class Retention(_Section):
    """How curves are drawn."""

    min_at_risk: int = Field(20, ge=1)
    period_days: Days = 365
    restricted_days: Days = 365
    cox_min_events: int = Field(50, ge=1)
    cox_min_level_events: int = Field(5, ge=1)


class Uncertainty(_Section):
    """How sure is sure."""

    level: Share = 0.95
    min_group: int = Field(10, ge=1)
    bootstrap: int = Field(400, ge=50)
    replay_months: int = Field(12, ge=3)
    seed: int = 20261


class Report(_Section):
    """What is printed."""

    at_risk_students: int = Field(30, ge=1)
    at_risk_share: Share = 0.1
    reasons_per_student: int = Field(3, ge=1)
    cell_timeout_seconds: int = Field(600, ge=1)


class Tables(_Section):
    """How exports meet what is in the store."""

    replace_months: tuple[str, ...] = ()
    allow_missing: tuple[str, ...] = ()
    month_end_days: Days = 3
    set_aside_alarm_share: Share = 0.02


class Paths(_Section):
    """Where things are, below the folder of the settings file."""

    raw: Path = Path("data/raw")
    store: Path = Path("data/store")
    set_aside: Path = Path("data/set_aside")
    reports: Path = Path("reports")


class Settings(_Section):
    """Everything an institution decides; parameters of a report choose scope and never override these."""

    institution: Institution = Institution()
    calendar: Calendar = Calendar()
    outcome: Outcome = Outcome()
    features: Features = Features()
    model: Model = Model()
    retention: Retention = Retention()
    uncertainty: Uncertainty = Uncertainty()
    report: Report = Report()
    tables: Tables = Tables()
    paths: Paths = Paths()

    @classmethod
    def read(cls, file: Path) -> "Settings":
        """Read a settings file; a missing file means the defaults.

        Raises
        ------
        SettingsError
            If the file cannot be read, is no TOML, or has a key or value that is not known; all of them are named at
            once.
        """
        if not file.exists():
            return cls()
        try:
            return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError("settings.not_toml", file=file.name, what=not_toml(error)) from None
        except OSError as error:
            raise SettingsError("settings.not_read", file=file.as_posix(), what=error.strerror) from None
        except ValidationError as error:
            raise SettingsError("settings.wrong", file=file.name, wrong=wrong(error, cls)) from None
