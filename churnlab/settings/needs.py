"""When is there a need to train, what can so many people show, and when was a training held as planned?"""

from typing import Annotated

from pydantic import AfterValidator, Field

from churnlab.settings.kinds import Section, Share, not_empty

Years = Annotated[float, Field(gt=0, le=60)]


class Needs(Section):
    """Thresholds of what is looked at before a training, and of how it was held."""

    kpi_months: int = Field(6, ge=2, le=36)
    block_months: int = Field(3, ge=1, le=12)
    mastered_share: Share = 0.75
    rating_months: int = Field(18, ge=1, le=120)
    gaps_listed: int = Field(3, ge=1, le=20)
    tenure_years: Annotated[tuple[Years, ...], AfterValidator(not_empty)] = (1.0, 3.0)
    target_months: int = Field(3, ge=1, le=12)
    power: float = Field(0.8, ge=0.5, lt=1)
    on_time_minutes: int = Field(30, ge=0, le=1440)
    on_time_share: Share = 0.9
    attended_share: Share = 0.9
    year_months: int = Field(12, ge=1, le=36)
    new_module_share: Share = 0.2
