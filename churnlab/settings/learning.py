"""When is something learned, a question good, and a standard met?"""

from pydantic import Field

from churnlab.settings.kinds import Section, Share


class Learning(Section):
    """Thresholds of tests, questions and watched performances."""

    pass_score_share: Share = 0.8
    conform_share: Share = 0.9
    good_score_share: Share = 0.8
    quick_seconds: float = Field(5, gt=0, le=600)
    standard_target_share: Share = 0.9
    least_compared: int = Field(5, ge=3, le=1000)
    chosen_low_sd: float = Field(0.25, gt=0, le=3)
    easy_share: Share = 0.95
    hard_share: Share = 0.2
    least_correlation: Share = 0.2
    false_discovery_rate: Share = 0.1
