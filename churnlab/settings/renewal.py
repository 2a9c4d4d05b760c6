"""When is a renewal early, and how far and at what discount is a student's worth counted?"""

from typing import Annotated

from pydantic import Field

from churnlab.settings.kinds import Days, Section, Share

Discount = Annotated[float, Field(gt=0, le=1)]


class Renewal(Section):
    """How renewals are counted and what students are worth."""

    early_days: Days = 7
    forecast_terms: int = Field(3, ge=1, le=10)
    horizon_months: int = Field(36, ge=1, le=120)
    discount_rate_per_year: Discount = 0.08
    margin_rate: Share = 0.5
    consumption_days: Annotated[int, Field(ge=28, le=366)] = 91
