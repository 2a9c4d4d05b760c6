"""What does the department write down of those who ask?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.asking import TIMES, Askers
from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.campaigns import campaign_of
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.institution import CHANNELS, COURSES
from churnlab.synthetic.names import people, phones
from churnlab.synthetic.people import student_ids
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import STEPS, Floats

LOST_AFTER_DAYS = (2.0, 21.0)
"""Shape and mean of the gamma distribution of the days after which one who takes no more steps is given up: since the
day on which the next step would have been taken, or was called off.
"""
MARKED_SHARE = 0.85
"""Of those given up; nobody ever closes the others."""
LOST_REASON_SHARE = 0.7
LOST_REASONS = ("价格太高", "时间不合适", "选择其他机构", "距离太远", "孩子没兴趣")
NEVER_REACHED = "联系不上"
CANCELS_SHARE = 0.6
"""Of those who book a trial and do not have it, who says so; the others just do not come."""
MORE_CONTACTS = 0.6
"""Further contacts on average, between the first and the last."""
_OFFICE_OPENS, _OFFICE_MINUTES = 9 * 60 + 30, 600
_STATUS = np.array(["new", "contacting", "trial_booked", "trial_done", "enrolled"], dtype=object)
_STEP_KINDS = ("follow_up", "trial_booked", "trial_done")


def lead_ids(askers: Askers) -> np.ndarray:
    """Return the id of each lead, in the order of asking."""
    return np.array([f"XS{number:07d}" for number in range(1, 1 + len(askers))], dtype=object)


def moments_of(world: World, day: Floats) -> np.ndarray:
    """Return times in office hours of days with fractions: earlier ones stay earlier."""
    whole = np.floor(day)
    minutes = _OFFICE_OPENS + ((day - whole) * _OFFICE_MINUTES).astype(np.int64)
    found: np.ndarray = world.days.date(whole.astype(np.int64)) + minutes.astype("timedelta64[m]").astype(
        "timedelta64[ns]"
    )
    return found


def steps_by_end(world: World, askers: Askers) -> np.ndarray:
    """Return how many steps each had taken when the history ends, signing the last that a lead can show."""
    taken = (askers.times[:, 1:] < world.days.days) & (np.arange(len(STEPS) - 1) < askers.reached[:, None])
    return np.asarray(taken.sum(axis=1))


def lead_table(world: World, askers: Askers, plan: pd.DataFrame, not_started: pd.DataFrame) -> pd.DataFrame:
    """Return the table `leads`.

    Parameters
    ----------
    askers : Askers
        All who asked.
    plan : pandas.DataFrame
        The campaigns.
    not_started : pandas.DataFrame
        Students who had signed and had no lesson yet: `asker` (position), `student_id`, `name`, `phone`.
    """
    world = with_own_dice(world, "leads")
    many, rng, who = len(askers), world.rng, world.students
    known, done = askers.student >= 0, steps_by_end(world, askers)
    lost_on = lost_day(world, askers)
    lost = lost_on < world.days.days
    name, phone = people(many, rng), phones(many, rng)
    name[known], phone[known] = who.name[askers.student[known]], who.phone[askers.student[known]]
    student = where_known(known, student_ids(world)[askers.student])
    at = not_started["asker"].to_numpy()
    name[at], phone[at], student[at] = (not_started[column].to_numpy() for column in ("name", "phone", "student_id"))
    channel = np.array(CHANNELS, dtype=object)[askers.channel]
    keen = askers.reached + rng.normal(0, 1.2, many)
    return pd.DataFrame(
        {
            "lead_id": lead_ids(askers),
            "name": name,
            "phone": phone,
            "campus": np.array(world.institution.campus_names, dtype=object)[askers.campus],
            "channel": channel,
            "campaign_id": campaign_of(plan, askers.campaign),
            "created_at": moments_of(world, askers.times[:, 0]),
            "intent": np.array(["low", "medium", "high"], dtype=object)[np.digitize(keen, [1.5, 3.5])],
            "status": np.where(lost, "lost", _STATUS[done]),
            "owner_id": askers.owner,
            "course_id": np.array(COURSES, dtype=object)[askers.course],
            "referrer_id": where_known((channel == "老带新") & (done == len(STEPS) - 1), _referrers(world, many)),
            "student_id": student,
            "lost_on": pd.Series(world.days.date(np.where(lost, lost_on, 0).astype(np.int64))).where(lost),
            "lost_reason": _lost_reasons(world, lost, askers.reached),
        }
    )


def lost_day(world: World, askers: Askers) -> Floats:
    """Return the day on which each is marked as lost, perhaps after the end; NaN: never.

    Who takes all steps but the first lesson is not lost to the advisers. Nobody is given up before the last contact.
    """
    world, gone = with_own_dice(world, "giving_up"), askers.reached < len(STEPS) - 1
    shape, mean = LOST_AFTER_DAYS
    expected = askers.times[np.arange(len(askers)), np.minimum(askers.reached + 1, len(TIMES) - 1)]
    given_up = expected + world.rng.gamma(shape, mean / shape, len(askers))
    found: Floats = np.where(gone & (world.rng.random(len(askers)) < MARKED_SHARE), np.floor(given_up), np.nan)
    return found


def _lost_reasons(world: World, lost: np.ndarray, reached: np.ndarray) -> np.ndarray:
    drawn = world.rng.choice(np.array(LOST_REASONS, dtype=object), len(lost), p=[0.3, 0.25, 0.2, 0.1, 0.15])
    said = world.rng.random(len(lost)) < LOST_REASON_SHARE
    return where_known(lost & said, np.where(reached == 0, NEVER_REACHED, drawn))


def _referrers(world: World, many: int) -> np.ndarray:
    """Draw for each a student who was there when the history began."""
    there = max(1, int(world.students.opening.sum()))
    return student_ids(world)[world.rng.integers(0, there, many)]


def lead_contacts(world: World, askers: Askers) -> pd.DataFrame:
    """Return the contacts with leads: each step that one can see, a trial called off, and talk between them."""
    world = with_own_dice(world, "contacts")
    parts = [_step(world, askers, number, kind) for number, kind in enumerate(_STEP_KINDS, start=1)]
    return pd.concat([*parts, _cancelled(world, askers), _more(world, askers)], ignore_index=True)


def _step(world: World, askers: Askers, number: int, kind: str) -> pd.DataFrame:
    who = np.flatnonzero(askers.reached >= number)
    methods = {"trial_done": [0.0, 0.0, 1.0]}.get(kind, [0.6, 0.35, 0.05])
    return _rows(world, askers, who, askers.times[who, number], kind, methods, 1.0)


def _cancelled(world: World, askers: Askers) -> pd.DataFrame:
    who = np.flatnonzero(askers.reached == TIMES.index("trial_booked"))
    who = who[world.rng.random(len(who)) < CANCELS_SHARE]
    return _rows(
        world, askers, who, askers.times[who, TIMES.index("trial_done")], "trial_cancelled", [0.6, 0.4, 0.0], 1.0
    )


def _more(world: World, askers: Askers) -> pd.DataFrame:
    who = np.flatnonzero(askers.reached >= 1)
    who = np.repeat(who, world.rng.poisson(MORE_CONTACTS, len(who)))
    first = askers.times[who, 1]
    last = askers.times[who, np.minimum(askers.reached[who] + 1, len(TIMES) - 1)]
    day = first + world.rng.uniform(0.02, 1, len(who)) * np.maximum(last - first, 0.5)
    return _rows(
        world, askers, who, np.where(last > first, np.minimum(day, last), day), "follow_up", [0.55, 0.4, 0.05], 0.75
    )


def _rows(
    world: World, askers: Askers, who: np.ndarray, day: Floats, kind: str, methods: list[float], answered: float
) -> pd.DataFrame:
    inside = day < world.days.days
    who, day = who[inside], day[inside]
    rng = world.rng
    return pd.DataFrame(
        {
            "lead_id": lead_ids(askers)[who],
            "student_id": None,
            "at": moments_of(world, day),
            "method": rng.choice(np.array(["phone", "chat", "visit"], dtype=object), len(who), p=methods),
            "kind": kind,
            "staff_id": askers.owner[who],
            "outcome": np.where(rng.random(len(who)) < answered, "已接通", "未接通"),
        }
    )
