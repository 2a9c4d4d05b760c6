"""What kind of institution is made up, and what truly drives its students away?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from churnlab.synthetic.planted import BetaGeometric, Calling, Shock
from churnlab.synthetic.training.programmes import Training

CAMPUSES = (
    "徐汇校区", "浦东校区", "闵行校区", "静安校区", "杨浦校区", "宝山校区", "长宁校区", "松江校区",
    "嘉定校区", "普陀校区", "虹口校区", "青浦校区",
)  # fmt: skip
CHANNELS = ("自然到访", "老带新", "短视频", "地推", "异业合作")
COURSES = ("数学思维", "少儿英语", "创意美术", "少儿编程", "语文阅读", "小升初冲刺")
TERMINAL = "小升初冲刺"
USUAL_CALLING = Calling()
USUAL_TRAINING = Training()


def _frozen(**effects: float) -> Mapping[str, float]:
    return MappingProxyType(effects)


@dataclass(frozen=True, kw_only=True)
class Effects:
    """True log hazard ratios of leaving (churn of any kind); 0 has no effect.

    Attributes
    ----------
    campus, channel, course : mapping of str to float
        Against those that are not named (log hazard ratio 0). Fixed at entry in the simple mode.
    weak_teacher : float
        A first teacher of the lower third of quality, against the others. The simple mode only.
    teacher_quality : float
        For one standard deviation of the present teacher's quality.
    teacher_change : float
        The teacher changed within the last 84 days.
    missed_lessons : float
        All of the last four lessons missed, against none; linear in the share.
    price : float
        For one standard deviation of the logarithm of the price per hour.
    open_complaint : float
        A complaint of the student is open.
    sibling_with_us : float
        A sibling is in service.
    month : mapping of int to float
        Calendar month of the lesson; against those that are not named.
    month_noise : float
        Standard deviation of a normal effect of its own for each month of the history.
    """

    campus: Mapping[str, float] = field(default_factory=lambda: _frozen(浦东校区=-0.25, 闵行校区=0.30))
    channel: Mapping[str, float] = field(default_factory=lambda: _frozen(老带新=-0.35, 短视频=0.30, 地推=0.20))
    course: Mapping[str, float] = field(default_factory=lambda: _frozen(少儿英语=-0.20, 创意美术=0.35, 少儿编程=0.15))
    weak_teacher: float = 0.35
    teacher_quality: float = -0.25
    teacher_change: float = 0.45
    missed_lessons: float = 2.2
    price: float = 0.10
    open_complaint: float = 0.90
    sibling_with_us: float = -0.35
    month: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({1: 0.15, 6: 0.15, 7: 0.25, 9: -0.15}))
    month_noise: float = 0.08


@dataclass(frozen=True, kw_only=True)
class Hazards:
    """Baseline hazards of a student with every covariate at its reference.

    Attributes
    ----------
    leaving_per_week : float
        Churn in the middle of a contract, per week.
    leaving_at_end : float
        Churn at a contract's end, cumulative hazard: of the reference students 1 − exp(−this) do not renew.
    simple_per_week : float
        Churn of any kind per week in the simple mode, where a contract's end adds nothing.
    personal_per_week : float
        Ends that no department owns (moved, health), the same for everybody.
    graduating_per_week : float
        Graduation of the final grade between 20 June and 10 July; half of it three grades below.
    early_weeks : int
        A student's first weeks, in which she leaves `early_ratio` times as readily; outside the simple mode not those
        of students who were there when the history begins.
    early_ratio : float
        A hazard ratio, above 0.
    """

    leaving_per_week: float = 0.0030
    leaving_at_end: float = 0.105
    simple_per_week: float = 0.0080
    personal_per_week: float = 0.0007
    graduating_per_week: float = 1.0
    early_weeks: int = 8
    early_ratio: float = 1.4


@dataclass(frozen=True, kw_only=True)
class Institution:
    """A made-up training institution, whole: the same parameters make the same rows, everywhere.

    Attributes
    ----------
    students : int
        Students on file, those who never started included; at least 20.
    months : int
        Whole months of history.
    campuses : int
        How many campuses, 1 to 12.
    first_month : str
        First month of history as `2024-11`. The institution moved its running contracts into a new system then: they
        were entered anew with what was left of them, so every student's history in the tables is whole.
    seed : int
        Any whole number.
    simple : bool
        Hazards depend on covariates fixed at entry only (campus, channel, course, weak first teacher) and on tenure:
        a Cox model of time since entry is correctly specified. No suspension, transfer, return, complaint effect,
        season of leaving, or end of course.
    calling : Calling, optional
        Randomised retention calls; by default those of the full mode, which the simple mode has only if it is given a
        `Calling` of its own. None: nobody is called.
    renewal : BetaGeometric, optional
        Students leave at the ends of contracts only, each with a probability of her own. It goes on top of the simple
        mode, which it switches on, and nobody was there at the start, for whom no first contract would be known;
        `effects` and `hazards` have no say.
    shocks : tuple of Shock
        Sudden changes.
    returning : float
        Share of those not renewed or refunded who come back 14 to 40 weeks later.
    opening : float
        Share of the students on file who were in service at the start.
    hinting : float
        Share of those who leave soon whose complaints, lowest scores and words in a call name what they leave for; the
        others name anything. 0: what they say tells nothing of why they leave.
    training : Training, optional
        How its people are trained, with which further staff; it moves no table of students, but where a programme
        has a `churn_hazard_ratio`. By default that of the full mode, which the simple mode has only if it is given a
        `Training` of its own. None: nobody is trained, and there is no further staff.
    effects, hazards
        The truth that an analysis should find.
    """

    students: int = 5000
    months: int = 24
    campuses: int = 3
    first_month: str = "2024-11"
    seed: int = 20261
    simple: bool = False
    calling: Calling | None = USUAL_CALLING
    renewal: BetaGeometric | None = None
    shocks: tuple[Shock, ...] = ()
    returning: float = 0.12
    opening: float = 0.42
    hinting: float = 0.65
    training: Training | None = USUAL_TRAINING
    effects: Effects = field(default_factory=Effects)
    hazards: Hazards = field(default_factory=Hazards)

    def __post_init__(self) -> None:
        assert self.students >= 20, self.students
        assert self.months >= 1, self.months
        assert 0 <= self.hinting <= 1, self.hinting
        assert 1 <= self.campuses <= len(CAMPUSES), self.campuses
        assert {shock.campus for shock in self.shocks} <= {"", *self.campus_names}, self.shocks
        if self.renewal:
            object.__setattr__(self, "simple", True)
            object.__setattr__(self, "opening", 0.0)
        if self.simple and self.calling is USUAL_CALLING:
            object.__setattr__(self, "calling", None)
        if self.simple and self.training is USUAL_TRAINING:
            object.__setattr__(self, "training", None)

    @property
    def has_formula(self) -> bool:
        """Whether leaving follows from what is fixed at entry alone, so that its probabilities have a closed form."""
        changed = any(shock.what in ("churn", "refunds") for shock in self.shocks)
        taught = self.training and any(one.churn_hazard_ratio != 1 for one in self.training.programmes)
        return self.simple and not (self.calling or self.renewal or changed or taught)

    @property
    def first_day(self) -> np.datetime64:
        """First day of history."""
        return np.datetime64(self.first_month, "D")

    @property
    def end(self) -> np.datetime64:
        """First day after the history; nothing is dated on it or later."""
        return (np.datetime64(self.first_month, "M") + self.months).astype("datetime64[D]")

    @property
    def as_of(self) -> date:
        """The end as a date, for `churnlab.open`."""
        return self.end.astype(object)

    @property
    def days(self) -> int:
        """Length of the history in days."""
        return int((self.end - self.first_day).astype(int))

    @property
    def campus_names(self) -> tuple[str, ...]:
        """Names of the campuses."""
        return CAMPUSES[: self.campuses]


def quiet(institution: Institution) -> Institution:
    """Return the same institution without seasons and changes: no effect of months, of tenure, of calls, no shock.

    For charts that watch for changes: in the simple mode every student's hazard is then the same each week. What the
    calendar brings stays: few lessons at Spring Festival, more newcomers after the holidays; and in the full mode
    students still react to what happens to them, and finish courses.

    Parameters
    ----------
    institution : Institution
        Of any kind; its shocks and calls are left out, to be planted anew with `dataclasses.replace`.
    """
    return replace(
        institution,
        effects=replace(institution.effects, month={}, month_noise=0.0),
        hazards=replace(institution.hazards, early_ratio=1.0, graduating_per_week=0.0),
        calling=None,
        shocks=(),
    )
