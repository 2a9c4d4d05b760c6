"""What may stand in a setting?"""

from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

NEVER = "never"


def _days_or_never(told: Any) -> Any:
    """Read `never`: TOML has no word for nothing."""
    if isinstance(told, str) and told != NEVER:
        raise PydanticCustomError("days_or_never", "expected whole days or never")
    return None if told == NEVER else told


def not_empty(told: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse an empty list."""
    if not told:
        raise PydanticCustomError("empty", "expected at least one value")
    return told


def known_zone(told: str) -> str:
    """Refuse a time zone that nobody knows."""
    if told not in available_timezones():
        raise PydanticCustomError("timezone", "there is no such time zone")
    return told


Days = Annotated[int, Field(ge=0, le=3660)]
DaysOrNever = Annotated[Days | None, BeforeValidator(_days_or_never)]
Share = Annotated[float, Field(gt=0, lt=1)]


class Section(BaseModel):
    """One section of `churnlab.toml`: frozen, and no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_flag(cls, told: Any) -> Any:
        # Python takes true for 1; nobody means one day by it.
        if isinstance(told, bool):
            raise PydanticCustomError("flag", "no setting is true or false")
        return told
