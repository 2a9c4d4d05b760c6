"""What is a sale worth, what is an hour, and when did a training pay?"""

from pydantic import Field

from churnlab.settings.kinds import Section, Share


class Returns(Section):
    """What a training's effect is worth, and what counts as its cost."""

    sales_rate: str = "conversion_rate"
    sales_value: str = "order_value_cny"
    margin_share: Share = 0.12
    margin_error_share: float = Field(0.25, ge=0, lt=1)
    hourly_wage_cny: float = Field(60, ge=0, le=10_000)
    roi_target: float = Field(1.5, gt=0, le=100)
    drawings: int = Field(10_000, ge=1000, le=1_000_000)
