"""Over which months is a training's effect on the KPIs looked for, and with how many people?"""

from pydantic import Field

from churnlab.settings.kinds import Section, Share


class Industry(Section):
    """By how much an industry's sales grew in a year."""

    year: int = Field(ge=1900, le=2200)
    growth: float = Field(ge=-1, le=10)


class Results(Section):
    """How the level-4 answer is found."""

    months_before: int = Field(12, ge=3, le=60)
    months_after: int = Field(12, ge=1, le=60)
    selection_months: int = Field(3, ge=0, le=12)
    fewest_people: int = Field(4, ge=2)
    fewest_groups: int = Field(6, ge=2)
    campus_share: Share = 0.3
    kpi_share: float = Field(0.8, gt=0, lt=1)
    trend_months: int = Field(6, ge=2, le=24)
    unmoved: tuple[str, ...] = ()
    placebo_months: int = Field(3, ge=2, le=12)
    placebo_dates: int = Field(3, ge=1, le=12)
    industry_growth: tuple[Industry, ...] = ()
    matched_people: int = Field(12, ge=2)
    draws: int = Field(999, ge=99)
    power: Share = 0.8
