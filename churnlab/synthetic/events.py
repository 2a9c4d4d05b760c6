"""What else happens to a student in service: suspension, transfer, a second course, a complaint?"""

import numpy as np

from churnlab.synthetic.contracting import EXPANSION, choose_class, next_lesson
from churnlab.synthetic.institution import COURSES, TERMINAL
from churnlab.synthetic.shocks import ratio
from churnlab.synthetic.state import NEVER, Flags, Ints, Log, State, World

SUSPENDED_PER_LESSON = 0.0020
SUSPENDED_WEEKS = (3, 12)
TRANSFER_PER_LESSON = 0.0006
COMPLAINT_PER_LESSON = 0.0022
COMPLAINT_BY_ENGAGEMENT = -0.7
COMPLAINT_DAYS = (4, 35)
EXPANSION_PER_LESSON = 0.012
EXPANSION_WEEKS = (8, 12)
EXTRA_ATTENDED = 0.88

SUSPENSIONS = ("student", "contract", "starts", "ends")
TRANSFERS = ("student", "day", "from_campus", "to_campus")
COMPLAINTS = ("student", "day", "until", "campus", "teacher")


def happen(world: World, state: State, log: Log, who: Ints, day: Ints) -> None:
    """Let things happen to those who had a lesson on `day` and stay, in the middle of a contract."""
    _expand(world, state, log, *_some(world, who, day, EXPANSION_PER_LESSON))
    alone = state.extra_group[who] < 0
    _suspend(world, state, log, *_some(world, who[alone], day[alone], SUSPENDED_PER_LESSON))
    alone &= (state.hold[who] <= day) & (state.attended[who] == day)
    if world.institution.campuses > 1:
        _transfer(world, state, log, *_some(world, who[alone], day[alone], TRANSFER_PER_LESSON))


def complain(world: World, state: State, log: Log, who: Ints, day: Ints) -> None:
    """Open complaints; the less engaged complain more, and an open complaint makes leaving likelier."""
    rate = COMPLAINT_PER_LESSON * np.exp(COMPLAINT_BY_ENGAGEMENT * state.engagement[who])
    rate *= ratio(world, "complaints", state.campus[who], day)
    opens = (world.rng.random(len(who)) < rate) & (state.complaint_until[who] <= day)
    who, day = who[opens], day[opens]
    until = day + world.rng.integers(*COMPLAINT_DAYS, len(who))
    state.complaint_until[who] = until
    log.add(
        "complaints", student=who, day=day, until=until, campus=state.campus[who], teacher=state.teacher[who]
    )  # fmt: skip


def _some(world: World, who: Ints, day: Ints, share: float) -> tuple[Ints, Ints]:
    chosen = world.rng.random(len(who)) < share
    return who[chosen], day[chosen]


def _suspend(world: World, state: State, log: Log, who: Ints, day: Ints) -> None:
    """Put students on hold until a later lesson; by-period contracts are prolonged by as many days.

    Only where both the return and the prolonged end fall on a lesson: the last day of a period is a day of service.
    """
    pause = 7 * world.rng.integers(*SUSPENDED_WEEKS, len(who))
    group, until, ends = state.group[who], day + pause, state.ends[who] + pause
    fits = (next_lesson(world, group, until) == until) & (next_lesson(world, group, ends) == ends)
    who, until, day, pause = who[fits], until[fits], day[fits], pause[fits]
    log.add("suspensions", student=who, contract=state.contract[who], starts=day, ends=until)
    state.hold[who] = state.since[who] = state.attended[who] = until
    state.ends[who] += pause
    state.prolonged[who] += pause


def _transfer(world: World, state: State, log: Log, who: Ints, day: Ints) -> None:
    """Move students to another campus, where the same course goes on under the same contract."""
    campuses = world.institution.campuses
    old = state.campus[who]
    new = (old + world.rng.integers(1, campuses, len(who))) % campuses
    log.add("transfers", student=who, day=day, from_campus=old, to_campus=new)
    state.campus[who] = new
    state.group[who] = choose_class(world, new, state.course[who])
    state.ends[who] = next_lesson(world, state.group[who], state.ends[who])


def _expand(world: World, state: State, log: Log, who: Ints, day: Ints) -> None:
    """Add a short course beside the first, if it is sure to be over before the first contract is."""
    weeks = world.rng.integers(EXPANSION_WEEKS[0], EXPANSION_WEEKS[1] + 1, len(who))
    course = world.rng.integers(0, COURSES.index(TERMINAL), len(who))
    fits: Flags = (state.extra_group[who] < 0) & (_days_left(world, state, who, day) >= 7 * weeks + 28)
    fits &= (course != state.course[who]) & (state.hold[who] <= day)
    group = choose_class(world, state.campus[who], course)
    starts = next_lesson(world, group, day + 1)
    fits &= next_lesson(world, state.group[who], starts) != starts
    who, day, weeks, course, group, starts = (part[fits] for part in (who, day, weeks, course, group, starts))
    ends = starts + 7 * weeks
    state.extra_group[who], state.extra_starts[who], state.extra_ends[who] = group, starts, ends
    state.extra_contract[who] = state.contracts + np.arange(len(who))
    state.contracts += len(who)
    log.add(
        "contracts",
        contract=state.extra_contract[who],
        student=who,
        campus=state.campus[who],
        course=course,
        by_hours=0,
        starts=starts,
        ends=ends,
        lessons=np.maximum(1, weeks * world.place.class_per_week[group]).astype(np.int64),
        signing=EXPANSION,
        previous=-1,
        late=0,
        closed=-1,
        episode=state.episode[who],
        agreed=day,
    )


def _days_left(world: World, state: State, who: Ints, day: Ints) -> Ints:
    """Return the days that the running contract lasts at least."""
    by_lessons = (7 * state.lessons_left[who] / world.place.class_per_week[state.group[who]]).astype(np.int64)
    return np.where(state.by_hours[who], by_lessons, state.ends[who] - day)


def attend_extra(world: World, state: State, log: Log, step: int) -> None:
    """Close the second courses that are over, and hold the lessons of the others in this half-week."""
    over = np.flatnonzero((state.extra_group >= 0) & (state.extra_ends < world.days.first_of(step)))
    state.extra_group[over], state.extra_ends[over] = -1, NEVER
    who = np.flatnonzero((state.extra_group >= 0) & (state.phase == 1))
    group = state.extra_group[who]
    day = world.place.class_day[group, step]
    held = (day >= state.extra_starts[who]) & (day <= state.extra_ends[who]) & (day >= state.hold[who])
    held &= day != world.place.class_day[state.group[who], step]
    here, status = who[held], world.rng.random(held.sum()) < EXTRA_ATTENDED
    log.add(
        "lessons",
        student=here,
        day=day[held],
        group=group[held],
        teacher=world.place.teacher[group[held], step],
        contract=state.extra_contract[here],
        status=np.where(status, 0, 2),
        used=np.zeros(len(here), dtype=np.int64),
    )
