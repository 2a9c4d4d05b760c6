"""Who are we, when are we closed, how sure must we be, and where do things lie?"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from churnlab.settings.kinds import Days, Section, Share, known_zone


class Institution(Section):
    """Who we are."""

    name: str = ""
    timezone: Annotated[str, AfterValidator(known_zone)] = "Asia/Shanghai"


class Period(Section):
    """A span of days, both ends included."""

    from_on: date
    to_on: date

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.to_on < self.from_on:
            raise PydanticCustomError("order", "to_on is before from_on")
        return self


class Calendar(Section):
    """Days on which a student who stays away has not gone."""

    public_holidays: Literal["china", "none"] = "china"
    school_holidays: tuple[Period, ...] = ()


class Uncertainty(Section):
    """How sure is sure."""

    level: Share = 0.95
    min_group: int = Field(10, ge=1)
    bootstrap: int = Field(400, ge=50)
    replay_months: int = Field(12, ge=3)
    seed: int = 20261


class Report(Section):
    """What is printed."""

    at_risk_students: int = Field(30, ge=1)
    at_risk_share: Share = 0.1
    reasons_per_student: int = Field(3, ge=1)
    cell_timeout_seconds: int = Field(600, ge=1)


class Tables(Section):
    """How exports meet what is in the store."""

    replace_months: tuple[str, ...] = ()
    allow_missing: tuple[str, ...] = ()
    month_end_days: Days = 3
    week_end_days: Days = 2
    set_aside_alarm_share: Share = 0.02


class Paths(Section):
    """Where things are, below the folder of the settings file."""

    raw: Path = Path("data/raw")
    store: Path = Path("data/store")
    set_aside: Path = Path("data/set_aside")
    reports: Path = Path("reports")
