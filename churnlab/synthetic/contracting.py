"""What is signed, for how long, and what follows it?"""

import numpy as np

from churnlab.synthetic.institution import COURSES, TERMINAL
from churnlab.synthetic.state import Flags, Ints, Log, State, World

SIGNINGS = ("new", "renewal", "expansion", "transfer")
NEW, RENEWAL, EXPANSION, TRANSFER = range(len(SIGNINGS))
WEEKS = np.array([12, 16, 24, 36, 48])
WEEKS_SHARE = (0.15, 0.25, 0.32, 0.18, 0.10)
TERMINAL_WEEKS = 20
BY_HOURS_SHARE = 0.68
LATE_SHARE = 0.15
LATE_HOLD_DAYS = 8
COURSE_CHANGE_SHARE = 0.06
CONTRACTS = (
    "contract", "student", "campus", "course", "by_hours", "starts", "ends", "lessons", "signing", "previous", "late",
    "closed", "episode", "agreed",
)  # fmt: skip


def choose_class(world: World, campus: Ints, course: Ints) -> Ints:
    """Draw a class of this course at this campus for each entry."""
    cells = world.place.class_campus * len(COURSES) + world.place.class_course
    first = np.searchsorted(cells, campus * len(COURSES) + course, side="left")
    last = np.searchsorted(cells, campus * len(COURSES) + course, side="right")
    return first + (world.rng.random(len(campus)) * (last - first)).astype(np.int64)


def sign(world: World, state: State, who: Ints, start: Ints, signing: Ints | int) -> None:
    """Open a contract for each, its first lesson on `start`; the one before it must have been closed."""
    rng, place = world.rng, world.place
    weeks = rng.choice(WEEKS, len(who), p=WEEKS_SHARE)
    terminal = state.course[who] == COURSES.index(TERMINAL)
    weeks[terminal] = TERMINAL_WEEKS
    moved = (state.entered[who] == start) & world.students.opening[who] & (state.episode[who] == 1)
    weeks[moved] = (3 + (weeks[moved] - 3) * rng.random(moved.sum())).astype(np.int64)
    chance = world.institution.renewal
    if chance:
        weeks[:] = chance.weeks
    state.previous[who] = state.contract[who]
    state.contract[who] = state.contracts + np.arange(len(who))
    state.contracts += len(who)
    state.by_hours[who] = ((rng.random(len(who)) < BY_HOURS_SHARE) | terminal) & (chance is None)
    state.lessons_bought[who] = np.maximum(4, weeks * place.class_per_week[state.group[who]]).astype(np.int64)
    state.lessons_left[who] = state.lessons_bought[who]
    state.starts[who], state.signing[who], state.late[who] = start, signing, False
    state.ends[who], state.prolonged[who] = next_lesson(world, state.group[who], start + 7 * weeks), 0


def next_lesson(world: World, group: Ints, day: Ints) -> Ints:
    """Return the first lesson of the class on the day or later; beyond the history, the day itself."""
    last = world.days.days - 1
    found = world.place.next_lesson[group, np.minimum(day, last)]
    return np.where((day > last) | (found > last), np.maximum(day, last + 1), found)


def close(state: State, log: Log, who: Ints, day: Ints | int) -> None:
    """Write down the running contracts, over on `day` (−1: still running)."""
    log.add(
        "contracts",
        contract=state.contract[who],
        student=who,
        campus=state.campus[who],
        course=state.course[who],
        by_hours=state.by_hours[who],
        starts=state.starts[who],
        ends=state.ends[who] - state.prolonged[who],
        lessons=state.lessons_bought[who],
        signing=state.signing[who],
        previous=state.previous[who],
        late=state.late[who],
        closed=day,
        episode=state.episode[who],
        agreed=-1,
    )


def renew(world: World, state: State, log: Log, who: Ints, day: Ints) -> None:
    """Follow contracts that end on `day` by new ones; some are late, and no lesson is given until they are signed."""
    close(state, log, who, day)
    rng, simple = world.rng, world.institution.simple
    late: Flags = (rng.random(len(who)) < LATE_SHARE) & (not simple)
    changes = (rng.random(len(who)) < COURSE_CHANGE_SHARE) & (not simple)
    movers = who[changes]
    state.course[movers] = rng.integers(0, COURSES.index(TERMINAL), len(movers))
    state.group[movers] = choose_class(world, state.campus[movers], state.course[movers])
    start = next_lesson(world, state.group[who], day + np.where(late, LATE_HOLD_DAYS, 1))
    state.hold[who[late]] = start[late]
    sign(world, state, who, start, np.where(changes & (rng.random(len(who)) < 0.3), TRANSFER, RENEWAL))
    state.late[who] = late
