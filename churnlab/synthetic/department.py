"""Whom does each campus list for a call, whom does the lot hold out, and who is reached?"""

from dataclasses import dataclass

import numpy as np

from churnlab.synthetic.institution import COURSES, TERMINAL
from churnlab.synthetic.planted import Calling
from churnlab.synthetic.state import SERVED, Flags, Floats, Ints, Log, State, World

ARMS = ("call", "hold_out")
CALL, HOLD_OUT = range(len(ARMS))
CALLS = (
    "number", "student", "campus", "day", "position", "arm", "is_first", "called", "reached", "missed", "near",
)  # fmt: skip
LEAST_SCORE = 0.5
NEAR_LESSONS = 6
NEAR_DAYS = 35


@dataclass(frozen=True, kw_only=True)
class Forced:
    """Everybody who is drawn at one list is drawn into the same arm; up to that list nothing is other than it was.

    Attributes
    ----------
    number : int
        Of the list, from 0.
    arm : int
        CALL or HOLD_OUT.
    """

    number: int
    arm: int


class Department:
    """Makes the lists month by month; knows what stands in the tables before the day, and who still comes."""

    def __init__(self, world: World, forced: Forced | None) -> None:
        self.forced = forced
        self.calling = world.institution.calling
        days = [world.days.first_of(step) for step in range(world.days.steps)]
        months: Ints | list[int] = world.days.month_starts[self.calling.from_month : -1] if self.calling else []
        steps = np.searchsorted(days, months)
        self.numbers = {int(step): number for number, step in enumerate(steps)}

    def make_lists(self, world: World, state: State, log: Log, step: int) -> None:
        """List, draw arms and call, if this half-week is the first of its month."""
        if self.calling is None or step not in self.numbers:
            return
        number, day, many = self.numbers[step], world.days.first_of(step), len(state.phase)
        # One draw a student, listed or not: so a list that differs moves no draw of the next.
        order, lot, delay, answer = world.planted.random((4, many))
        who, missed, near = _likely(state, _asked(self.calling, state, day), day)
        chosen, position = _best(self.calling, state.campus[who], missed / 4 + near, order[who])
        who, missed, near = who[chosen], missed[chosen], near[chosen]
        is_first = state.arm[who] < 0
        self._draw(state, who[is_first], lot, number)
        reached = (answer[who] < self.calling.reached_share) & (state.arm[who] == CALL)
        called = day + 1 + (delay[who] * self.calling.within_days).astype(np.int64)
        state.listed[who], state.called[who[reached]] = day, called[reached]
        log.add(
            "calls",
            number=number,
            student=who,
            campus=state.campus[who],
            day=day,
            position=position,
            arm=state.arm[who],
            is_first=is_first,
            called=np.where(state.arm[who] == CALL, called, -1),
            reached=reached,
            missed=missed,
            near=near,
        )

    def _draw(self, state: State, who: Ints, lot: Floats, number: int) -> None:
        assert self.calling is not None
        state.arm[who] = np.where(lot[who] < self.calling.hold_out_share, HOLD_OUT, CALL)
        if self.forced and self.forced.number == number:
            state.arm[who] = self.forced.arm


def _asked(calling: Calling, state: State, day: int) -> Ints:
    """Return those who come to lessons, rested; nobody keeps a student from finishing a course that ends."""
    there = (state.phase == SERVED) & (state.entered < day) & (state.hold <= day)
    there &= (state.listed + calling.rest_days <= day) & (state.course != COURSES.index(TERMINAL))
    return np.flatnonzero(there)


def _likely(state: State, who: Ints, day: int) -> tuple[Ints, Ints, Flags]:
    """Return those who look likely to leave, how many of four lessons they missed, and whose contract ends soon."""
    missed = state.missed[who].sum(axis=1)
    near = np.where(state.by_hours[who], state.lessons_left[who] <= NEAR_LESSONS, state.ends[who] - day <= NEAR_DAYS)
    likely = missed / 4 + near >= LEAST_SCORE
    return who[likely], missed[likely], near[likely]


def _best(calling: Calling, campus: Ints, score: Floats, order: Floats) -> tuple[Ints, Ints]:
    """Choose as many of each campus as it can call, highest score first, and tell their positions from 1."""
    ranked = np.lexsort((order, -score, campus))
    starts = np.searchsorted(campus[ranked], campus[ranked])
    position = 1 + np.arange(len(ranked)) - starts
    kept = position <= calling.capacity
    return ranked[kept], position[kept]


def in_effect(world: World, state: State, who: Ints, day: Ints) -> Flags:
    """Tell for whom a call that reached her lowers the hazard at a lesson on this day."""
    calling = world.institution.calling
    if calling is None:
        return np.zeros(len(who), dtype=bool)
    return (state.called[who] < day) & (day <= state.called[who] + calling.lasts_days)
