"""What is a sale worth, what is an hour, how long does an effect last, and when did a training pay?"""

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from churnlab.settings.kinds import Section, Share


class Price(Section):
    """What one unit of a KPI, in one month of one person, is worth to the house as margin."""

    metric: str = Field(min_length=1)
    low_cny: float
    cny: float
    high_cny: float

    @model_validator(mode="after")
    def _ordered(self) -> "Price":
        if not self.low_cny <= self.cny <= self.high_cny or not self.cny:
            raise PydanticCustomError("price_order", "expected low_cny <= cny <= high_cny, and cny not 0")
        return self


class Amount(Section):
    """An amount of money for one grade of staff."""

    grade: str = Field(min_length=1)
    cny: float = Field(ge=0)


class Returns(Section):
    """What a training's effect is worth, and what counts as its cost."""

    sales_rate: str = "conversion_rate"
    sales_value: str = "order_value_cny"
    margin_share: Share = 0.12
    margin_error_share: float = Field(0.25, ge=0, lt=1)
    prices: tuple[Price, ...] = ()
    hourly_wage_cny: float = Field(60, ge=0, le=10_000)
    wages: tuple[Amount, ...] = ()
    wage_error_share: float = Field(0.25, ge=0, lt=1)
    roi_target: float = Field(1.5, gt=0, le=100)
    drawings: int = Field(10_000, ge=1000, le=1_000_000)
    decay: Literal["transfer", "exponential", "none"] = "transfer"
    kept_months: tuple[float, ...] = (0, 3, 6, 12)
    kept_shares: tuple[float, ...] = (1.0, 0.62, 0.44, 0.34)
    half_life_months: float = Field(6, gt=0)
    fading_error_share: float = Field(1, ge=0, le=1)
    life_months: float = Field(12, ge=1, le=240)
    life_error_share: float = Field(0.25, ge=0, lt=1)
    horizon_months: int = Field(12, ge=1, le=240)
    staying_months: int = Field(24, ge=3)
    short_days: int = Field(92, ge=1)
    projected_most_share: Share = 0.5
    saved_hours_metrics: tuple[str, ...] = ()
    replacement_cny: float = Field(0, ge=0)
    cost_months: int = Field(12, ge=1, le=60)
    head_standards: tuple[Amount, ...] = ()
    industry_head_cny: float = Field(0, ge=0)
    above_industry_share: Share = 0.2
    on_the_job_share: Share = 0.7
    from_others_share: Share = 0.2
    on_the_job_words: tuple[str, ...] = ("在岗", "实践", "轮岗", "跟岗", "on the job", "practice")
    from_others_words: tuple[str, ...] = ("导师", "师徒", "带教", "教练", "分享", "mentor", "coach", "sharing")
    blended_target_share: float = Field(0, ge=0, le=1)
    check_in_minutes: float = Field(60, ge=0)
    document_minutes: float = Field(15, ge=0)
    vendor_roi: float = Field(1.2, ge=0)
    vendor_years: int = Field(2, ge=1, le=5)

    @model_validator(mode="after")
    def _fits(self) -> "Returns":
        months, shares = self.kept_months, self.kept_shares
        rising = all(first < second for first, second in pairwise(months))
        if len(months) != len(shares) or not months or not rising or min(shares) <= 0 or max(shares) > 1:
            raise PydanticCustomError("kept_curve", "expected as many shares above 0 up to 1 as months, months rising")
        if self.on_the_job_share + self.from_others_share >= 1:
            raise PydanticCustomError("split_shares", "expected on_the_job_share + from_others_share below 1")
        priced = [one.metric for one in self.prices]
        if len(set(priced)) < len(priced) or {self.sales_rate, self.sales_value} & set(priced):
            raise PydanticCustomError("priced_twice", "expected each KPI priced once; the sales pair has a price")
        return self
