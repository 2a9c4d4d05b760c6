"""How many false alerts may the charts raise, and what do they take for usual?"""

from pydantic import Field

from churnlab.settings.kinds import Section, Share


class Watching(Section):
    """The charts that watch for changes."""

    false_alarm_share: Share = 0.05
    daily_share: Share = 0.1
    model_share: Share = 0.1
    baseline_weeks: int = Field(52, ge=20, le=156)
    least_baseline_weeks: int = Field(20, ge=12, le=156)
    recent_weeks: int = Field(26, ge=2, le=52)
    smoothing_share: Share = 0.2
    least_weekly_events: float = Field(1.0, ge=0.2)
    least_open_share: Share = 0.8
    festival_before_days: int = Field(21, ge=0, le=60)
    festival_after_days: int = Field(28, ge=0, le=90)
    summer_from_month: int = Field(7, ge=1, le=12)
    summer_to_month: int = Field(8, ge=1, le=12)
    earlier_years: int = Field(3, ge=1, le=5)
    season_spread_share: Share = 0.5
    season_change_share: Share = 0.15
    found_within_weeks: int = Field(4, ge=1, le=26)
    found_share: Share = 0.8
    told_weeks: int = Field(26, ge=4, le=156)
    listed: int = Field(8, ge=1, le=8)
