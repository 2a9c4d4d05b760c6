"""When is it known how a request turned out, and which requests are looked at?"""

from pydantic import Field

from churnlab.settings.kinds import Days, Section, Share


class Funnel(Section):
    """How those who asked are followed."""

    same_request_days: Days = 30
    ripe_share: Share = 0.95
    longest_days: Days = Field(168, ge=1)
    longest_renewal_days: Days = Field(540, ge=1)
    period_days: Days = Field(365, ge=1)
    season_months: int = Field(3, ge=1, le=12)
    listed: int = Field(15, ge=1, le=20)
