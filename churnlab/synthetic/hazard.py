"""How readily does each student leave at this lesson, and how?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from churnlab.synthetic.department import in_effect
from churnlab.synthetic.institution import CHANNELS, COURSES, TERMINAL, Hazards
from churnlab.synthetic.shocks import ratio
from churnlab.synthetic.state import (
    COMPLETED,
    DORMANT,
    KINDS,
    NOT_RENEWED,
    PERSONAL,
    REFUNDED,
    SERVED,
    WITHDRAWN,
    Flags,
    Floats,
    Ints,
    State,
    World,
)
from churnlab.synthetic.students import PRICE_SPREAD

MID_SHARE = {DORMANT: 0.50, REFUNDED: 0.28, WITHDRAWN: 0.22}
"""How those who leave in the middle of a contract leave; every effect acts on all of them alike."""
SIMPLE_SHARE = {NOT_RENEWED: 0.55, DORMANT: 0.22, REFUNDED: 0.13, WITHDRAWN: 0.10}
CHANGE_DAYS = 84
QUIET_DAYS = 70
"""A period that ends within these days is neither refunded nor silently given up: one waits for its end, or says so."""
FINAL_GRADES = {11: 1.0, 8: 0.5}
NORMAL_LOWER_THIRD = -0.4307
CERTAIN = 1e9


COVARIATES = ("teacher_quality", "teacher_change", "missed_lessons", "price", "open_complaint", "sibling_with_us")
"""What changes while a student is in service; each has its log hazard ratio in `Effects` under the same name."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Exposure:
    """Cumulative hazards over the days since the last lesson, for each student who has one now.

    Attributes
    ----------
    predictor : ndarray of float
        Sum of the true log hazard ratios.
    covariates : mapping of str to ndarray
        What of it changes, by `COVARIATES`; empty in the simple mode.
    called : ndarray of bool
        A retention call is in effect.
    by_kind : ndarray of float, shape (kinds, students)
        Cause-specific cumulative hazards; all 0 where nothing can be decided.
    """

    predictor: Floats
    covariates: Mapping[str, Floats]
    called: Flags
    by_kind: Floats

    @property
    def total(self) -> Floats:
        """Cumulative hazard of leaving in whatever way."""
        return self.by_kind.sum(axis=0)


class Driver:
    """What drives students away, in each month of the history."""

    def __init__(self, world: World) -> None:
        effects = world.institution.effects
        months = (world.days.first_day.astype("datetime64[M]").astype(int) + np.arange(world.institution.months)) % 12
        self.month = np.array([effects.month.get(int(month) + 1, 0.0) for month in months])
        self.month += effects.month_noise * world.rng.normal(size=len(self.month))

    def exposure(self, world: World, state: State, who: Ints, day: Ints, finishing: Flags, roomy: Flags) -> Exposure:
        """Return each student's hazards at this lesson.

        Parameters
        ----------
        finishing : ndarray of bool
            This lesson is the contract's last.
        roomy : ndarray of bool
            There is a lesson of the contract after this one.
        """
        institution, effects, campus = world.institution, world.institution.effects, state.campus[who]
        called = in_effect(world, state, who, day)
        predictor = np.log(ratio(world, "churn", campus, day))
        if institution.calling:
            predictor += institution.calling.log_hazard_ratio * called
        if world.taught is not None:
            predictor += world.taught[state.teacher[who], world.days.month(day)]
        covariates: dict[str, Floats] = {}
        weeks = np.maximum(0, day - state.since[who]) / 7
        by_kind = np.zeros((len(KINDS), len(who)))
        if institution.renewal:
            _by_chance(state, who, predictor, by_kind, finishing)
        elif institution.simple:
            predictor += fixed_predictor(world, world.students.channel[who], campus, state.course[who])
            predictor += effects.weak_teacher * weak(world, state.first_teacher[who])
            self._simple(world, day - state.entered[who], weeks, predictor, by_kind)
        else:
            covariates = _covariates(world, state, who, day)
            predictor += fixed_predictor(world, world.students.channel[who], campus, state.course[who])
            predictor += sum(getattr(effects, name) * value for name, value in covariates.items())
            predictor += self.month[world.days.month(day)]
            self._full(world, state, who, day, weeks, predictor, by_kind, finishing, roomy)
        by_kind[REFUNDED] *= ratio(world, "refunds", campus, day)
        return Exposure(predictor=predictor, covariates=covariates, called=called, by_kind=by_kind)

    def _simple(self, world: World, tenure: Ints, weeks: Floats, predictor: Floats, by_kind: Floats) -> None:
        exposed = early_weeks(world.institution.hazards, tenure / 7, weeks)
        hazard = world.institution.hazards.simple_per_week * exposed * np.exp(predictor)
        for kind, share in SIMPLE_SHARE.items():
            by_kind[kind] = share * hazard
        by_kind[PERSONAL] = world.institution.hazards.personal_per_week * exposed

    def _full(
        self, world: World, state: State, who: Ints, day: Ints, weeks: Floats, predictor: Floats, by_kind: Floats,
        finishing: Flags, roomy: Flags,
    ) -> None:  # fmt: skip
        hazards = world.institution.hazards
        ratio = np.exp(predictor)
        # Those who were there when the history begins are not new, whatever their tenure in the tables.
        early = early_weeks(hazards, (day - state.entered[who]) / 7, weeks)
        exposed = np.where(world.students.opening[who], weeks, early)
        middle = hazards.leaving_per_week * exposed * ratio * (roomy & ~finishing)
        for kind, share in MID_SHARE.items():
            by_kind[kind] = share * middle
        # Who has two courses leaves both, which one refund would not say.
        both = state.extra_group[who] >= 0
        by_kind[WITHDRAWN] += by_kind[REFUNDED] * both
        by_kind[REFUNDED] *= ~both
        by_kind[[DORMANT, REFUNDED]] *= state.by_hours[who] | (state.ends[who] - day >= QUIET_DAYS)
        by_kind[NOT_RENEWED] = hazards.leaving_at_end * ratio * finishing
        terminal = finishing & (state.course[who] == COURSES.index(TERMINAL))
        by_kind[NOT_RENEWED, terminal] = 0
        by_kind[PERSONAL] = hazards.personal_per_week * weeks * (roomy | finishing)
        by_kind[COMPLETED] = _graduating(world, who, day) * weeks * (roomy | finishing)
        by_kind[COMPLETED, terminal] = CERTAIN


def _by_chance(state: State, who: Ints, predictor: Floats, by_kind: Floats, finishing: Flags) -> None:
    hazard = np.minimum(-np.log1p(-state.not_renewing[who]), CERTAIN)
    by_kind[NOT_RENEWED] = hazard * np.exp(predictor) * finishing


def fixed_predictor(world: World, channel: Ints, campus: Ints, course: Ints) -> Floats:
    """Return the sum of the log hazard ratios of channel, campus and course."""
    effects, names = world.institution.effects, world.institution.campus_names
    levels = ((effects.channel, CHANNELS, channel), (effects.campus, names, campus), (effects.course, COURSES, course))
    each = [np.array([ratios.get(name, 0.0) for name in of])[place] for ratios, of, place in levels]
    return np.sum(each, axis=0)


def _covariates(world: World, state: State, who: Ints, day: Ints) -> dict[str, Floats]:
    """Return what changes, as it stands before the lesson on `day`, in the order of `COVARIATES`."""
    sibling = world.students.sibling[who]
    found = (
        world.place.quality[state.teacher[who]],
        day - state.changed[who] <= CHANGE_DAYS,
        state.missed_share(who),
        world.students.discount[who] / PRICE_SPREAD,
        day < state.complaint_until[who],
        (sibling >= 0) & (state.phase[sibling] == SERVED),
    )
    return {name: value.astype(float) for name, value in zip(COVARIATES, found, strict=True)}


def weak(world: World, teacher: Ints) -> Flags:
    """Tell which teachers are of the lower third of quality."""
    return world.place.quality[teacher] < NORMAL_LOWER_THIRD


def early_weeks(hazards: Hazards, tenure: Floats, weeks: Floats) -> Floats:
    """Return the last `weeks` of exposure before a tenure in weeks, a student's first weeks weighed by their ratio."""
    early = np.clip(hazards.early_weeks - (tenure - weeks), 0, weeks)
    return weeks + (hazards.early_ratio - 1) * early


def _graduating(world: World, who: Ints, day: Ints) -> Floats:
    """Return the weekly hazard of graduating: only in early summer, only in a final grade."""
    date = world.days.first_day + day
    grade = world.students.grade_on(world.days, who, day)
    rate = np.select([grade == final for final in FINAL_GRADES], list(FINAL_GRADES.values()), 0.0)
    month = date.astype("datetime64[M]")
    of_year, of_month = month.astype(int) % 12 + 1, (date - month.astype("datetime64[D]")).astype(int) + 1
    inside = ((of_year == 6) & (of_month >= 20)) | ((of_year == 7) & (of_month <= 10))
    return rate * inside * world.institution.hazards.graduating_per_week
