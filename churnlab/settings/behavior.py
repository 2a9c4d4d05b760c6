"""When do raters agree, when is a training applied, and how far back and ahead is behaviour looked at?"""

from pydantic import Field

from churnlab.settings.kinds import Section, Share


class Behavior(Section):
    """Thresholds of what people do after a training."""

    icc_least: Share = 0.5
    rwg_least: Share = 0.7
    alpha_least: Share = 0.667
    agreements_least: int = Field(2, ge=1, le=3)
    applied_share: Share = 0.7
    transfer_months: tuple[int, ...] = (3, 6, 12)
    series_months: int = Field(3, ge=1, le=12)
    window_months: int = Field(12, ge=1, le=60)
    check_in_share: Share = 0.85
    superior_rated_share: Share = 0.8
    followed_up_share: Share = 0.8
    documents_applied_share: Share = 0.5
    follow_up_days: int = Field(14, ge=1, le=90)
    apply_days: int = Field(90, ge=1, le=730)
