"""Who counts as among the best, who needs help, and what is a contribution worth?"""

from pydantic import Field

from churnlab.settings.kinds import Section, Share


class People(Section):
    """Thresholds of what is told of single members of staff."""

    performance_months: int = Field(12, ge=6, le=60)
    top_share: Share = 0.2
    outer_share: float = Field(0.3, gt=0, lt=0.5)
    placed_probability: Share = 0.6
    module_pass_share: Share = 0.7
    mentees_per_mentor: int = Field(2, ge=1, le=20)
    promotion_kpi_months: int = Field(6, ge=1, le=24)
    plan_weeks: int = Field(8, ge=1, le=52)
    plan_behaviors: tuple[str, ...] = ()
    lessons_listed: int = Field(5, ge=1, le=100)
    points_per_session: float = Field(10, ge=0)
    points_per_document: float = Field(5, ge=0)
    points_per_application: float = Field(2, ge=0)
    points_per_share: float = Field(1, ge=0)
    listed: int = Field(15, ge=1, le=1000)
    hindcast_quarters: int = Field(4, ge=1, le=20)
