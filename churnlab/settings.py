"""What does this institution mean by churn, and where do its thresholds lie?

One TOML file, `churnlab.toml`, read once and frozen. Every threshold has its unit in its name and its reason beside it.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from churnlab.errors import SettingsError

FILE = "churnlab.toml"
Days = Annotated[int, Field(ge=0, le=3660)]
Share = Annotated[float, Field(gt=0, lt=1)]
Unit = Literal["student", "enrolment", "student-campus"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Institution(_Section):
    """Who we are."""

    name: str = Field("", description="As it stands on the report's first page; never a student's name.")
    timezone: str = Field("Asia/Shanghai", description="Times with a zone are converted to this one on reading.")


class Period(_Section):
    """A span of days, both ends included."""

    from_on: date
    to_on: date

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.to_on < self.from_on:
            raise ValueError("to_on is before from_on")
        return self


class Calendar(_Section):
    """Days on which a student who stays away has not gone."""

    public_holidays: Literal["china", "none"] = Field("china", description="Statutory holidays, by chinesecalendar.")
    school_holidays: tuple[Period, ...] = Field((), description="Days on which the institution is closed.")


class Outcome(_Section):
    """What counts as leaving, and when we can tell."""

    unit: Unit = Field("student", description="Who churns. A transfer between campuses is no churn of a student.")
    horizon_days: Days = Field(
        30, description="How far ahead a prediction looks; one month is how far a service team plans."
    )
    grace_days: Days = Field(
        30, description="A renewal signed this many days after the last contract ended still follows it."
    )
    inactivity_days: Days | None = Field(
        45,
        description="Days without a lesson, holidays and suspensions not counted, that end a running contract.",
    )
    silent_days: Days = Field(
        14, description="Days without a lesson after which a student is looked at: two missed weeks."
    )
    graduated_reasons: tuple[str, ...] = Field(("graduated",), description="Reasons in exits that say completion.")
    personal_reasons: tuple[str, ...] = Field(
        ("personal", "moved", "health"),
        description="Reasons no department owns: a competing end, not a failure.",
    )
    terminal_courses: tuple[str, ...] = Field((), description="Courses after which nothing follows by nature.")


class Features(_Section):
    """How far back a feature looks."""

    recent_days: Days = Field(28, description="Four weeks: a month of weekly lessons, whatever its weekday.")
    trend_days: Days = Field(84, description="Twelve weeks: long enough to tell a trend in weekly lessons.")
    satisfaction_days: Days = Field(180, description="An older answer says little of today.")


class Model(_Section):
    """How risk is learned."""

    snapshot_step: Literal["month"] = Field("month", description="One snapshot on each month's first day.")
    penalties: tuple[float, ...] = Field(
        (0.01, 0.1, 1.0), description="Values of C tried on the later months; smaller shrinks more."
    )
    min_events: int = Field(
        30, ge=1, description="Fewer churned students than this teach nothing that could be trusted."
    )
    events_per_feature: float = Field(
        5, gt=0, description="Below this many events for each column a caveat is printed."
    )
    test_months: int = Field(
        6, ge=1, description="Months at the end on which each model trained before them is judged."
    )
    top_share: Share = Field(0.1, description="Lift is told for this share of the students, those at highest risk.")


class Retention(_Section):
    """How curves are drawn."""

    min_at_risk: int = Field(
        20, ge=1, description="A curve starts and ends where this many are at risk; fewer swing wildly."
    )
    restricted_days: Days = Field(365, description="Restricted mean stay is told within the first year.")
    cox_min_events: int = Field(50, ge=1, description="Hazard ratios need at least this many ends.")


class Uncertainty(_Section):
    """How sure is sure."""

    level: Share = Field(0.95, description="Coverage of every printed interval.")
    min_group: int = Field(
        10, ge=1, description="Smaller groups are not told apart: their rate would say more of luck."
    )
    bootstrap: int = Field(400, ge=50, description="Resamples where an interval has no formula.")
    seed: int = Field(20261, description="The same report twice has the same bytes.")


class Report(_Section):
    """What is printed."""

    at_risk_students: int = Field(30, ge=1, description="Longest list a teaching manager reads before acting.")
    reasons_per_student: int = Field(3, ge=1, description="More than three reasons are none.")
    cell_timeout_seconds: int = Field(600, ge=1, description="A cell that runs longer hangs.")


class Tables(_Section):
    """How exports meet what is in the store."""

    replace_months: tuple[str, ...] = Field(
        (), description="Tables whose export replaces the months it covers; the others are upserted."
    )
    allow_missing: tuple[str, ...] = Field((), description="Required tables this institution does not have.")


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
            If the file is no TOML, or has a key or value that is not known; all of them are named at once.
        """
        if not file.exists():
            return cls()
        try:
            return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError("settings.not_toml", file=file.name, what=str(error)) from None
        except ValidationError as error:
            wrong = "; ".join(_wrong(item) for item in error.errors(include_url=False))
            raise SettingsError("settings.wrong", file=file.name, wrong=wrong) from None

    @classmethod
    def find(cls, start: Path) -> "Settings":
        """Read the nearest `churnlab.toml` in this folder or one above it; without one, the defaults."""
        folder = start.resolve()
        for place in (folder, *folder.parents):
            if (place / FILE).exists():
                return cls.read(place / FILE)
        return cls()


def _wrong(item: Any) -> str:
    return f"[{'.'.join(str(part) for part in item['loc'])}] {item['msg']} ({item.get('input')!r})"
