"""When did a training please, and how is an answer of 1 to 5 written out of 100?"""

from typing import Literal

from pydantic import Field

from churnlab.settings.kinds import Section


class Reaction(Section):
    """Thresholds of the questionnaires after a training."""

    mapping: Literal["from_zero", "share_of_top"] = "from_zero"
    pass_line: float = Field(85, gt=0, lt=100)
    top_boxes: int = Field(2, ge=1, le=4)
    least_people: int = Field(5, ge=2, le=1000)
    late_days: int = Field(1, ge=1, le=60)
    promoter_months: int = Field(3, ge=1, le=24)
    liking_weight: float = Field(0.4, gt=0, le=1)
    learning_weight: float = Field(0.3, ge=0, le=1)
    results_weight: float = Field(0.3, ge=0, le=1)
    results_months: int = Field(6, ge=1, le=24)
    usual_learning_sd: float = Field(0.63, gt=0, le=3)
    usual_results_sd: float = Field(0.62, gt=0, le=3)
    least_alpha: float = Field(0.7, gt=0, lt=1)
    reliable_people: int = Field(30, ge=10, le=1000)
    asked: Literal["present", "present_or_made_up"] = "present"
    answer_days: int = Field(7, ge=0, le=60)
    slips_share: float = Field(0.05, ge=0, lt=0.5)
