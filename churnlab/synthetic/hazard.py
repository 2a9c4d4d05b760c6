"""How readily does each student leave at this lesson, and how?"""

from dataclasses import dataclass

import numpy as np

from churnlab.synthetic.institution import CHANNELS, COURSES, TERMINAL
from churnlab.synthetic.state import (
    COMPLETED,
    DORMANT,
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

MID_SHARE = {DORMANT: 0.50, REFUNDED: 0.28, WITHDRAWN: 0.22}
"""How those who leave in the middle of a contract leave; every effect acts on all of them alike."""
SIMPLE_SHARE = {NOT_RENEWED: 0.55, DORMANT: 0.22, REFUNDED: 0.13, WITHDRAWN: 0.10}
CHANGE_DAYS = 84
QUIET_DAYS = 70
"""A period that ends within these days is neither refunded nor silently given up: one waits for its end, or says so."""
FINAL_GRADES = {11: 1.0, 8: 0.5}
NORMAL_LOWER_THIRD = -0.4307
CERTAIN = 1e9


@dataclass(frozen=True, kw_only=True, eq=False)
class Exposure:
    """Cumulative hazards over the days since the last lesson, for each student who has one now.

    Attributes
    ----------
    predictor : ndarray of float
        Sum of the true log hazard ratios.
    by_kind : ndarray of float, shape (kinds, students)
        Cause-specific cumulative hazards; all 0 where nothing can be decided.
    """

    predictor: Floats
    by_kind: Floats

    @property
    def total(self) -> Floats:
        """Cumulative hazard of leaving in whatever way."""
        return self.by_kind.sum(axis=0)


class Driver:
    """The true effects, laid out for quick looking up."""

    def __init__(self, world: World) -> None:
        effects, names = world.institution.effects, world.institution.campus_names
        self.campus = np.array([effects.campus.get(name, 0.0) for name in names])
        self.course = np.array([effects.course.get(name, 0.0) for name in COURSES])
        channel = np.array([effects.channel.get(name, 0.0) for name in CHANNELS])
        self.fixed = channel[world.students.channel]
        months = (world.days.first_day.astype("datetime64[M]").astype(int) + np.arange(world.institution.months)) % 12
        self.month = np.array([effects.month.get(int(month) + 1, 0.0) for month in months])
        self.month += effects.month_noise * world.rng.normal(size=len(self.month))

    def predictor(self, world: World, state: State, who: Ints, day: Ints) -> Floats:
        """Return the sum of the log hazard ratios as they stand before the lesson on `day`."""
        place, effects = world.place, world.institution.effects
        found = self.fixed[who] + self.campus[state.campus[who]] + self.course[state.course[who]]
        if world.institution.simple:
            return found + effects.weak_teacher * weak(world, state)[who]
        sibling = world.students.sibling[who]
        with_us = (sibling >= 0) & (state.phase[sibling] == SERVED)
        found += effects.teacher_quality * place.quality[state.teacher[who]]
        found += effects.teacher_change * (day - state.changed[who] <= CHANGE_DAYS)
        found += effects.missed_lessons * state.missed_share(who)
        found += effects.price * world.students.discount[who] / 0.12
        found += effects.open_complaint * (day < state.complaint_until[who])
        found += effects.sibling_with_us * with_us
        return found + self.month[world.days.month(day)]

    def exposure(self, world: World, state: State, who: Ints, day: Ints, finishing: Flags, roomy: Flags) -> Exposure:
        """Return each student's hazards at this lesson.

        Parameters
        ----------
        finishing : ndarray of bool
            This lesson is the contract's last.
        roomy : ndarray of bool
            There is a lesson of the contract after this one.
        """
        predictor = self.predictor(world, state, who, day)
        weeks = np.maximum(0, day - state.since[who]) / 7
        by_kind = np.zeros((6, len(who)))
        if world.institution.simple:
            self._simple(world, state, who, day, weeks, predictor, by_kind)
        else:
            self._full(world, state, who, day, weeks, predictor, by_kind, finishing, roomy)
        return Exposure(predictor=predictor, by_kind=by_kind)

    def _simple(
        self, world: World, state: State, who: Ints, day: Ints, weeks: Floats, predictor: Floats, by_kind: Floats
    ) -> None:
        hazards = world.institution.hazards
        hazard = hazards.simple_per_week * early_weeks(world, state, who, day, weeks) * np.exp(predictor)
        for kind, share in SIMPLE_SHARE.items():
            by_kind[kind] = share * hazard
        by_kind[PERSONAL] = hazards.personal_per_week * weeks

    def _full(
        self, world: World, state: State, who: Ints, day: Ints, weeks: Floats, predictor: Floats, by_kind: Floats,
        finishing: Flags, roomy: Flags,
    ) -> None:  # fmt: skip
        hazards = world.institution.hazards
        ratio = np.exp(predictor)
        # Those who were there when the history begins are not new, whatever their tenure in the tables.
        exposed = np.where(world.students.opening[who], weeks, early_weeks(world, state, who, day, weeks))
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


def weak(world: World, state: State) -> Flags:
    """Tell whose first teacher is of the lower third of quality."""
    return world.place.quality[state.first_teacher] < NORMAL_LOWER_THIRD


def early_weeks(world: World, state: State, who: Ints, day: Ints, weeks: Floats) -> Floats:
    """Return the weeks of exposure that end on `day`, those of a student's first weeks weighed by their ratio."""
    hazards = world.institution.hazards
    tenure = (day - state.entered[who]) / 7
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
