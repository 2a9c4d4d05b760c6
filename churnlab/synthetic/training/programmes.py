"""In what are the staff trained, who is chosen, and what does it truly change?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

Chosen = Literal["lot", "waitlist", "weakest", "ablest", "newcomers", "all"]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ADVISER, SERVICE, TEACHER, HEAD = "课程顾问", "学管师", "教师", "校长"
DEPARTMENTS = {ADVISER: "市场部", SERVICE: "客服部", TEACHER: "教学部", HEAD: "校区管理"}
MARGIN = 0.12
"""Of what a customer pays, the part that a further sale leaves when lessons, rooms and commission are paid."""
_MONTHS, _SHARES = (0, 3, 6, 12), (1.0, 0.62, 0.44, 0.34)
INSTRUCTORS = MappingProxyType({"JS01": 0.45, "JS02": 0.0, "JS03": -0.5, "JS04": 0.1})
"""What each adds to the latent answers about the instructor, in standard deviations."""


@dataclass(frozen=True, kw_only=True)
class Programme:
    """A training of staff, and its true effects.

    Attributes
    ----------
    name, kind, format, vendor
        As in the table `trainings`; an empty vendor is the house itself.
    instructors : tuple of str
        They take turns, session by session.
    role : str
        Whose training it is.
    begins : int
        Weeks before the end of the history at which its first cohort begins.
    weeks, sessions : int
        Length of a cohort, and how many sessions it has.
    cohorts, gap_weeks : int
        How many cohorts begin one after the other, and how far apart.
    chosen : str
        `lot`: drawn within each campus, the others are compared. `waitlist`: campus after campus in an order drawn by
        lot; later cohorts are in the arm `waitlist` and are trained later. `weakest`: those of the lowest sum of the
        role's main KPI over the three months before and the score in the test before, both standardised; the others
        are compared. `ablest`: those whom
        managers think able; nobody is compared. `newcomers`: quarter by quarter, those hired since the history began.
        `all`: the whole role.
    share : float
        Of those of the role who could be chosen, how many are, for `lot`, `weakest` and `ablest`.
    skill_life_months : int
        After so many months the effect is gone.
    kpi_effects : mapping of str to float
        By metric, in its own unit, as it would be just after the training; see `share_left`.
    learning_gain : float
        In standard deviations of ability, just after the training.
    kept_share : float
        Of the learning gain, what is left at the delayed test twelve weeks later.
    behavior_effect : float
        On the latent 360-degree rating, in points of its scale of five, just after the training.
    close_log_odds : float
        On the log-odds that a trial ends in a contract with the adviser trained, just after the training; see
        `share_left`.
    rate_ratio : float
        Of bad incidents of the role `学管师`, from the first whole month after the training until `skill_life_months`
        are over; it does not fade before.
    request_hazard_ratio : float
        Of closing requests between departments that are opened after it; see `records`.
    churn_hazard_ratio : float
        Of the churn of students (all kinds, not ends for personal reasons) whose lesson of the moment a trained teacher
        gives, from the first whole month after the training until `skill_life_months` are over; it does not fade
        before. Several trainings of one teacher multiply. Further staff give no lessons in the tables, and other
        roles none at all: with them it changes nothing.
    liking : float
        Shift of all latent answers about it, in standard deviations.
    is_blind_tested : bool
        Versions of a product are to be told apart without their names, before and after.
    check_in_share : float
        Mean probability that a trainee's weekly task is done.
    fee_cny, head_cny : float
        To the instructor or vendor for each cohort; material, travel and platform for each trainee.
    """

    name: str
    kind: str
    format: str
    vendor: str = ""
    instructors: tuple[str, ...]
    role: str
    begins: int
    weeks: int
    sessions: int
    cohorts: int = 1
    gap_weeks: int = 16
    chosen: Chosen
    share: float = 0.5
    skill_life_months: int = 18
    kpi_effects: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    learning_gain: float = 0.0
    kept_share: float = 0.6
    behavior_effect: float = 0.0
    close_log_odds: float = 0.0
    rate_ratio: float = 1.0
    request_hazard_ratio: float = 1.0
    churn_hazard_ratio: float = 1.0
    liking: float = 0.0
    is_blind_tested: bool = False
    check_in_share: float = 0.9
    fee_cny: float = 8_000.0
    head_cny: float = 200.0

    @property
    def is_compared(self) -> bool:
        """Whether some are not trained with whom trainees can be compared."""
        return self.chosen in ("lot", "waitlist", "weakest")


def share_left(months: npt.ArrayLike, skill_life_months: int) -> Floats:
    """Return what is left of an effect in the so-manieth whole month since the training, from 1.

    Straight lines through 1 just after the training, 0.62 at 3 months, 0.44 at 6, 0.34 at 12 (the shares of Saks 2002,
    "So what is a good transfer of training estimate?", The Industrial-Organizational Psychologist 39(3), 29–30, put at
    those months); 0.34 from there until the skill's life is over, then 0.
    """
    since = np.asarray(months, dtype=float)
    left = np.interp(since, _MONTHS, _SHARES)
    return np.where((since >= 1) & (since <= skill_life_months), left, 0.0)


PROGRAMMES = (
    Programme(
        name="低分顾问补课", kind="skills", format="offline", instructors=("JS02", "JS03"), role=ADVISER, begins=88,
        weeks=4, sessions=4, chosen="weakest", share=0.35, check_in_share=0.86, liking=0.1,
    ),
    Programme(
        name="FABE销售话术", kind="skills", format="blended", vendor="GY01", instructors=("JS01", "JS02"), role=ADVISER,
        begins=46, weeks=6, sessions=6, chosen="lot", skill_life_months=18,
        kpi_effects=MappingProxyType({"conversion_rate": 0.08, "order_value_cny": 1_200.0}),
        close_log_odds=0.4, learning_gain=0.8, behavior_effect=0.7, liking=0.4, fee_cny=90_000.0, head_cny=2_400.0,
    ),
    Programme(
        name="投诉一日内答复", kind="skills", format="offline", instructors=("JS01", "JS04"), role=SERVICE, begins=68,
        weeks=3, sessions=3, cohorts=3, gap_weeks=18, chosen="waitlist", skill_life_months=18,
        kpi_effects=MappingProxyType({"reply_24h_rate": 0.16, "reply_hours": -8.0}),
        learning_gain=0.6, rate_ratio=0.55, liking=0.2, fee_cny=3_000.0,
    ),
    Programme(
        name="产品知识通关", kind="skills", format="online", vendor="GY02", instructors=("JS04",), role=SERVICE,
        begins=24, weeks=4, sessions=4, chosen="lot", skill_life_months=12, learning_gain=1.0, is_blind_tested=True,
        fee_cny=4_000.0, head_cny=120.0,
    ),
    Programme(
        name="课堂互动教学", kind="skills", format="offline", instructors=("JS01", "JS03"), role=TEACHER, begins=40,
        weeks=8, sessions=6, chosen="lot", skill_life_months=24,
        kpi_effects=MappingProxyType({"lesson_quality": 4.0, "feedback_rate": 0.10}),
        learning_gain=0.5, behavior_effect=0.5, liking=0.2,
    ),
    Programme(
        name="新员工入职培训", kind="onboarding", format="blended", instructors=("JS02", "JS04"), role="", begins=91,
        weeks=2, sessions=4, cohorts=7, gap_weeks=13, chosen="newcomers", learning_gain=1.2, fee_cny=2_000.0,
    ),
    Programme(
        name="教育行业峰会", kind="industry", format="offline", vendor="GY09", instructors=("JS03",), role=SERVICE,
        begins=80, weeks=1, sessions=2, chosen="ablest", share=0.3, skill_life_months=6, learning_gain=0.1,
        liking=-0.5, check_in_share=0.7, fee_cny=28_000.0, head_cny=2_600.0,
    ),
    Programme(
        name="教育行业峰会·第二年", kind="industry", format="offline", vendor="GY09", instructors=("JS03",),
        role=SERVICE, begins=30, weeks=1, sessions=2, chosen="ablest", share=0.3, skill_life_months=6,
        learning_gain=0.1, liking=-0.6, check_in_share=0.7, fee_cny=33_000.0, head_cny=2_900.0,
    ),
    Programme(
        name="校长领导力", kind="skills", format="blended", vendor="GY01", instructors=("JS01",), role=HEAD, begins=36,
        weeks=8, sessions=4, chosen="all", skill_life_months=24,
        kpi_effects=MappingProxyType({"plan_done_rate": 0.08}), behavior_effect=0.4, learning_gain=0.4, liking=0.5,
        request_hazard_ratio=1.3,
        fee_cny=16_000.0, head_cny=900.0,
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Training:
    """How the made-up institution trains its people.

    Attributes
    ----------
    programmes : tuple of Programme
        Those that begin less than a quarter after the history does are left out.
    students_per_adviser, students_per_service, students_per_teacher : int
        Of students on file, for each further adviser, member of the service staff and teacher who is there beside
        those of the other tables.
    leaves_per_week : float
        Probability that one of the further staff leaves, per week.
    """

    programmes: tuple[Programme, ...] = PROGRAMMES
    students_per_adviser: int = 115
    students_per_service: int = 160
    students_per_teacher: int = 220
    leaves_per_week: float = 0.002
