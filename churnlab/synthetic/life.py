"""Who starts, comes, stays away, renews and leaves, half-week by half-week?"""

import numpy as np

from churnlab.synthetic.contracting import NEW, choose_class, close, next_lesson, renew, sign
from churnlab.synthetic.department import Department, Forced
from churnlab.synthetic.events import attend_extra, complain, happen
from churnlab.synthetic.hazard import Driver, Exposure
from churnlab.synthetic.shocks import ratio
from churnlab.synthetic.state import (
    DORMANT,
    GONE,
    KINDS,
    NEVER,
    NOT_RENEWED,
    REFUNDED,
    SERVED,
    WAITING,
    Flags,
    Ints,
    Log,
    State,
    World,
)

PRESENT, LATE, LEAVE, ABSENT = range(4)
STATUSES = ("present", "late", "leave", "absent")
ATTENDED_LOGIT = 2.5
ENGAGEMENT_KEPT = 0.97
LATE_FOR_LESSON = 0.04
ABSENT_SHARE = 0.3
GHOST_LESSONS = 4
RETURN_DAYS = (98, 280)
SILENT_DAYS_AT_MOST = 38
"""Nobody who stays is silent for longer: it would look like leaving."""

MOOD_EVERY = 26
"""Half-weeks between two surveys of satisfaction: a quarter."""

LESSONS = ("student", "day", "group", "teacher", "contract", "status", "used")
ENDS = ("student", "episode", "entered", "left", "kind", "contract", "extra", "ends", "missed")
MOODS = ("student", "step", "engagement", "campus")
RISK = ("student", "day", "weeks", "predictor", "finishing", "called", "kind", *KINDS)


def live(world: World, forced: Forced | None = None) -> tuple[Log, State]:
    """Let the history pass; nothing later than its last day happens. A list's arms may be forced, to compare."""
    state, log, driver, department = State(world), Log(), Driver(world), Department(world, forced)
    state.group = choose_class(world, state.campus, state.course)
    for step in range(world.days.steps):
        department.make_lists(world, state, log, step)
        day = world.place.class_day[state.group, step]
        attend_extra(world, state, log, step)
        entering = (state.phase == WAITING) & (day >= state.wanted)
        held = (state.phase == SERVED) & (day >= 0) & (day >= state.hold)
        _ghosts(world, state, log, np.flatnonzero((state.phase == GONE) & (state.ghost > 0) & (day >= 0)), day, step)
        _enter(world, state, log, np.flatnonzero(entering), day[entering], step)
        _lesson(world, state, log, driver, np.flatnonzero(held), day[held], step)
        if step % MOOD_EVERY == MOOD_EVERY - 1:
            there = np.flatnonzero(state.phase == SERVED)
            log.add("moods", student=there, step=step, engagement=state.engagement[there], campus=state.campus[there])
    close(state, log, np.flatnonzero((state.phase != WAITING) & (state.contract >= 0) & ~_closed(state)), -1)
    return log, state


def _closed(state: State) -> Flags:
    return state.phase == GONE


def _enter(world: World, state: State, log: Log, who: Ints, day: Ints, step: int) -> None:
    """Give each her first lesson of an episode, and a contract that starts with it."""
    state.phase[who], state.entered[who], state.since[who] = SERVED, day, day
    state.hold[who], state.missed[who], state.attended[who] = NEVER, False, day
    state.teacher[who] = world.place.teacher[state.group[who], step]
    state.changed[who] = NEVER
    state.first_teacher[who] = np.where(state.episode[who] == 1, state.teacher[who], state.first_teacher[who])
    sign(world, state, who, day, NEW)
    _write(state, log, who, day, np.full(len(who), PRESENT), np.ones(len(who), dtype=np.int64))
    state.lessons_left[who] -= 1


def _lesson(world: World, state: State, log: Log, driver: Driver, who: Ints, day: Ints, step: int) -> None:
    """Hold a lesson: who comes, who decides that it was the last, what follows."""
    _meet(world, state, who, day, step)
    attends = _attends(world, state, who, day)
    by_hours, left = state.by_hours[who], state.lessons_left[who]
    finishing = np.where(by_hours, (left == 1) & attends, day >= state.ends[who])
    roomy = np.where(by_hours, left > 1, ~finishing)
    exposure = driver.exposure(world, state, who, day, finishing, roomy)
    leaves = world.rng.random(len(who)) < -np.expm1(-exposure.total)
    kind = _kind(world, exposure)
    _record_risk(world, state, log, who, day, exposure, finishing, leaves, kind)
    decided = roomy | finishing | world.institution.simple
    state.since[who[decided]] = np.maximum(state.since[who], day)[decided]
    _mark(world, state, log, who, day, attends | leaves | finishing)
    _leave(world, state, log, who[leaves], day[leaves], kind[leaves])
    over = finishing & ~leaves
    renew(world, state, log, who[over], day[over])
    if not world.institution.simple:
        stays = roomy & ~leaves
        complain(world, state, log, who[stays], day[stays])
        happen(world, state, log, who[stays], day[stays])


def _meet(world: World, state: State, who: Ints, day: Ints, step: int) -> None:
    """Notice a new teacher, and let engagement drift, upwards with a good one."""
    teacher = world.place.teacher[state.group[who], step]
    new = teacher != state.teacher[who]
    state.changed[who[new]] = day[new]
    state.teacher[who] = teacher
    drift = np.sqrt(1 - ENGAGEMENT_KEPT**2) * world.rng.normal(size=len(who)) + 0.01 * world.place.quality[teacher]
    state.engagement[who] = ENGAGEMENT_KEPT * state.engagement[who] + drift


def _attends(world: World, state: State, who: Ints, day: Ints) -> Flags:
    chance = 1 / (1 + np.exp(-ATTENDED_LOGIT - state.engagement[who]))
    times = ratio(world, "absence", state.campus[who], day)
    chance = np.where(times == 1, chance, 1 - times * (1 - chance))
    comes = world.rng.random(len(who)) < chance
    return comes | (next_lesson(world, state.group[who], day + 1) - state.attended[who] > SILENT_DAYS_AT_MOST)


def _kind(world: World, exposure: Exposure) -> Ints:
    """Draw how each would leave, in proportion to the cause-specific hazards."""
    reached = np.cumsum(exposure.by_kind, axis=0)
    draw = world.rng.random(reached.shape[1]) * reached[-1]
    return np.minimum((reached <= draw).sum(axis=0), len(reached) - 1)


def _record_risk(
    world: World, state: State, log: Log, who: Ints, day: Ints, exposure: Exposure, finishing: Flags, leaves: Flags,
    kind: Ints,
) -> None:  # fmt: skip
    log.add(
        "risk",
        student=who,
        day=day,
        weeks=np.maximum(0, day - state.since[who]) / 7,
        predictor=exposure.predictor,
        finishing=finishing,
        called=exposure.called,
        kind=np.where(leaves, kind, -1),
        **dict(zip(KINDS, exposure.by_kind, strict=True)),
        **exposure.covariates,
    )


def _mark(world: World, state: State, log: Log, who: Ints, day: Ints, attends: Flags) -> None:
    """Write the lesson down, and use up its hours; asking for leave costs none."""
    draw = world.rng.random(len(who))
    absent = (draw < ABSENT_SHARE) & (state.lessons_left[who] > 1)
    status = np.where(attends, np.where(draw < LATE_FOR_LESSON, LATE, PRESENT), np.where(absent, ABSENT, LEAVE))
    used = (attends | (status == ABSENT)).astype(np.int64)
    _write(state, log, who, day, status, used)
    state.lessons_left[who] -= used
    state.missed[who, state.lessons_seen[who] % 4] = ~attends
    state.lessons_seen[who] += 1
    state.attended[who[attends]] = day[attends]


def _write(state: State, log: Log, who: Ints, day: Ints, status: Ints, used: Ints) -> None:
    log.add(
        "lessons",
        student=who,
        day=day,
        group=state.group[who],
        teacher=state.teacher[who],
        contract=state.contract[who],
        status=status,
        used=used,
    )


def _leave(world: World, state: State, log: Log, who: Ints, day: Ints, kind: Ints) -> None:
    """End episodes with the lesson on `day`; some of them will wait to come back."""
    if world.institution.simple and not world.institution.renewal:
        _fit_contract(state, who, day, kind)
    log.add(
        "ends",
        student=who,
        episode=state.episode[who],
        entered=state.entered[who],
        left=day,
        kind=kind,
        contract=state.contract[who],
        extra=np.where(state.extra_group[who] >= 0, state.extra_contract[who], -1),
        ends=state.ends[who],
        missed=4 * state.missed_share(who),
    )
    close(state, log, who, np.where(kind == DORMANT, -1, day))
    state.phase[who], state.extra_group[who] = GONE, -1
    ghost = world.rng.integers(0, GHOST_LESSONS, len(who)) * (kind == DORMANT)
    state.ghost[who] = np.minimum(ghost, np.maximum(0, state.lessons_left[who] - 1))
    back = np.isin(kind, (NOT_RENEWED, REFUNDED)) & (world.rng.random(len(who)) < world.institution.returning)
    if not world.institution.simple:
        _return(world, state, who[back], day[back])


def _return(world: World, state: State, who: Ints, day: Ints) -> None:
    """Let some come back to a class of their course, long after everybody could tell that they had gone."""
    state.phase[who] = WAITING
    state.wanted[who] = day + world.rng.integers(*RETURN_DAYS, len(who))
    state.episode[who] += 1
    state.group[who] = choose_class(world, state.campus[who], state.course[who])


def _fit_contract(state: State, who: Ints, day: Ints, kind: Ints) -> None:
    """Give the last contract the length that goes with how it ended: in the simple mode the end came first."""
    over = kind == NOT_RENEWED
    used = state.lessons_bought[who] - state.lessons_left[who]
    short = ~over & (state.lessons_left[who] < 6)
    state.lessons_bought[who] = np.where(over, used, state.lessons_bought[who] + 6 * short)
    state.lessons_left[who] = np.where(over, 0, state.lessons_left[who] + 6 * short)
    quiet = ~over & (state.ends[who] - day < 70)
    state.ends[who] = np.where(over, day, state.ends[who] + 70 * quiet)


def _ghosts(world: World, state: State, log: Log, who: Ints, day: Ints, step: int) -> None:
    """Mark those absent who stopped coming, as long as they stand on the class list."""
    state.teacher[who] = world.place.teacher[state.group[who], step]
    many = np.ones(len(who), dtype=np.int64)
    _write(state, log, who, day[who], ABSENT * many, many)
    state.ghost[who] -= 1
    state.lessons_left[who] -= 1
