"""Who asked, when, and how far did each go?

The students are given: they asked, and took every step. Beside them ask those who do not go so far. Where one who comes
is expected at a rate λ and an asker comes with probability P, those who do not come are a Poisson process of rate
λ (1 − P) / P: then all askers together are one of rate λ / P, and each comes with probability P independently of the
others. So the steps of any group of them are binomial with the probabilities of `steps`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from churnlab.synthetic.campaigns import CAME_BY_IT, Running
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.history import History
from churnlab.synthetic.institution import CHANNELS, COURSES
from churnlab.synthetic.people import with_role
from churnlab.synthetic.starting import starting
from churnlab.synthetic.state import World
from churnlab.synthetic.steps import ADVISERS, STEPS, Floats, Ints, probabilities, waiting_days
from churnlab.synthetic.students import CHANNEL_SHARE, INTAKE_BY_MONTH, campus_share, course_share
from churnlab.synthetic.training.programmes import ADVISER

AHEAD_DAYS = 220
"""Whoever asks by the end and will come at all comes within so many days after it, but for one in a million."""
TIMES = ("asked", *STEPS[:-1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Askers:
    """People who ask, in positions and day numbers.

    Attributes
    ----------
    student : ndarray of int
        −1: not on file.
    channel, campus, course, adviser, campaign : ndarray of int
        Positions; no campaign is −1.
    owner : ndarray of object
        Id of the member of staff who looks after each.
    first, starts : ndarray of int
        Days of the first lesson and of the start planned, were every step taken.
    times : ndarray of float, shape (askers, 5)
        Days on which each asks, is spoken to, books a trial, has it, signs, were each step taken.
    reached : ndarray of int
        How many steps are taken in the end, perhaps after the history: 0 to 5.
    chance : ndarray of float, shape (askers, 5)
        True probability of each step, given the one before.
    """

    student: Ints
    channel: Ints
    campus: Ints
    course: Ints
    adviser: Ints
    campaign: Ints
    owner: npt.NDArray[np.object_]
    first: Ints
    starts: Ints
    times: Floats
    reached: Ints
    chance: Floats

    def __len__(self) -> int:
        return len(self.student)

    def some(self, which: np.ndarray) -> "Askers":
        """Return some of them, in this order."""
        return Askers(**{name: value[which] for name, value in vars(self).items()})


def asking(world: World, past: History, plan: pd.DataFrame) -> Askers:
    """Return all who asked within the history, in the order of asking."""
    world = with_own_dice(world, "asking")
    running, rate = Running(world, plan), _coming(world)
    there = _students(world, past)
    parts = [
        _drawn(world, running, there, came=True),
        _drawn(world, running, _expected(world, rate, world.days.days), came=True),
        _failing(world, running, rate),
    ]
    both = Askers(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})
    inside = np.flatnonzero((both.times[:, 0] >= 0) & (both.times[:, 0] < world.days.days))
    return both.some(inside[np.argsort(both.times[inside, 0], kind="stable")])


def _coming(world: World) -> Floats:
    """Return how many are expected to want to start on each day of the history and a while after it."""
    day = np.arange(world.days.days + AHEAD_DAYS)
    weight = INTAKE_BY_MONTH[(world.days.first_day + day).astype("datetime64[M]").astype(int) % 12]
    weight[:14] = 0
    inside = weight[: world.days.days].sum()
    found: Floats = weight * ((~world.students.opening).sum() / inside if inside else 0.0)
    return found


def _students(world: World, past: History) -> pd.DataFrame:
    """Return when each new student signed, or would sign after the end."""
    who, end = world.students, world.days.days
    new = np.flatnonzero(~who.opening)
    contracts = past.contracts.groupby("student")[["signed", "planned", "starts"]].min().reindex(new)
    signed = contracts["signed"].to_numpy()
    later = end + world.rng.integers(1, 10, len(new))
    # Who has not signed by the end has had her trial by the day on which she wanted to start.
    return pd.DataFrame(
        {
            "student": new,
            "signs": np.where(np.isnan(signed), who.wanted[new], signed),
            "starts": contracts["planned"].fillna(end).to_numpy(),
            "first": contracts["starts"].fillna(end).to_numpy(),
            "late": np.where(np.isnan(signed), later, -1),
            "channel": who.channel[new],
            "campus": who.campus[new],
            "course": who.course[new],
        }
    )


def _expected(world: World, rate: Floats, after: int, times: float = 1.0) -> pd.DataFrame:
    """Draw people as the students are drawn who want to start on `after` or later; `times` as many."""
    rng, rate = world.rng, np.where(np.arange(len(rate)) >= after, rate, 0.0)
    many = rng.poisson(rate.sum() * times)
    wanted = rng.choice(len(rate), many, p=rate / rate.sum()) if many else np.empty(0, dtype=np.int64)
    first = wanted + rng.integers(0, 7, many)
    signs, starts = starting(world, first, rng)
    if world.institution.simple and after:
        signs = np.maximum(signs, after)
    return pd.DataFrame(
        {
            "student": -1,
            "signs": signs,
            "starts": starts,
            "first": first,
            "late": -1,
            "channel": rng.choice(len(CHANNELS), many, p=CHANNEL_SHARE),
            "campus": rng.choice(world.institution.campuses, many, p=campus_share(world.institution.campuses)),
            "course": rng.choice(len(COURSES), many, p=course_share(world.institution)),
        }
    )


def _drawn(world: World, running: Running, rows: pd.DataFrame, *, came: bool) -> Askers:
    """Draw when each asked, by which campaign and of whom, given that each came, or that none did."""
    many, rng = len(rows), world.rng
    channel, campus = rows["channel"].to_numpy(), rows["campus"].to_numpy()
    times = _times(rows, rng)
    runs = running.number(channel, campus, times[:, 0])
    chance = _each_way(world, running, runs, channel, campus, times[:, 0])
    whole = chance.prod(axis=2)
    prior = np.where(runs >= 0, CAME_BY_IT, 0.0)
    weight = np.stack([(1 - prior) / 2, (1 - prior) / 2, prior / 2, prior / 2]) * (whole if came else 1 - whole)
    way = (np.cumsum(weight, axis=0) < rng.random(many) * weight.sum(axis=0)).sum(axis=0)
    mine, adviser = chance[way, np.arange(many)], way % ADVISERS
    return Askers(
        student=rows["student"].to_numpy(),
        channel=channel,
        campus=campus,
        course=rows["course"].to_numpy(),
        adviser=adviser,
        campaign=np.where(way >= ADVISERS, runs, -1),
        owner=with_role(world, ADVISER)[campus, adviser],
        first=rows["first"].to_numpy(dtype=np.int64),
        starts=rows["starts"].to_numpy(dtype=np.int64),
        times=times,
        reached=np.full(many, len(STEPS)) if came else _lost_at(mine, rng),
        chance=mine,
    )


def _times(rows: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Go back from the day of signing, step by step."""
    signs = rows["signs"].to_numpy(dtype=float)
    waits = waiting_days(len(rows), rng)
    back = np.cumsum(waits[:, ::-1], axis=1)[:, ::-1]
    late = rows["late"].to_numpy(dtype=float)
    return np.column_stack([signs[:, None] - back, np.where(late >= 0, late, signs)])


def _each_way(world: World, running: Running, runs: Ints, channel: Ints, campus: Ints, asked: Floats) -> Floats:
    """Return the probabilities for each adviser, without the campaign and by it: shape (4, askers, steps)."""
    ways = [
        (adviser, effect) for effect in (np.zeros(len(runs)), running.log_odds[runs]) for adviser in range(ADVISERS)
    ]
    return np.stack(
        [
            probabilities(world, channel=channel, campus=campus, asked=asked, adviser=adviser, campaign=effect)
            for adviser, effect in ways
        ]
    )


def _lost_at(chance: Floats, rng: np.random.Generator) -> Ints:
    """Draw how many steps each takes who does not take them all."""
    before = np.column_stack([np.ones(len(chance)), np.cumprod(chance, axis=1)])
    lost = before[:, :-1] * (1 - chance)
    reached = np.cumsum(lost, axis=1)
    return np.asarray((reached < rng.random((len(chance), 1)) * reached[:, -1:]).sum(axis=1), dtype=np.int64)


def _failing(world: World, running: Running, rate: Floats) -> Askers:
    """Draw those who do not come: candidates at the highest rate, thinned to each one's own."""
    highest = _highest_ratio(world)
    rows = _expected(world, rate, 0, highest)
    askers = _drawn(world, running, rows, came=False)
    ways = _mean_chance(world, running, askers)
    return askers.some(np.flatnonzero(world.rng.random(len(rows)) * highest < (1 - ways) / ways))


def _mean_chance(world: World, running: Running, askers: Askers) -> Floats:
    """Return the probability of taking all steps, averaged over the ways in which one may ask."""
    asked = askers.times[:, 0]
    runs = running.number(askers.channel, askers.campus, asked)
    whole = _each_way(world, running, runs, askers.channel, askers.campus, asked).prod(axis=2)
    prior = np.where(runs >= 0, CAME_BY_IT, 0.0)
    found: Floats = (1 - prior) * whole[:ADVISERS].mean(axis=0) + prior * whole[ADVISERS:].mean(axis=0)
    return found


def _highest_ratio(world: World) -> float:
    """Return the largest number of those who do not come for one who does."""
    channel = np.arange(len(CHANNELS))
    lowest = probabilities(
        world, channel=channel, campus=np.full(len(channel), 1 % world.institution.campuses),
        asked=np.full(len(channel), float(world.days.days)), adviser=1, campaign=-0.6,
    ).prod(axis=1).min()  # fmt: skip
    return float((1 - lowest) / lowest)
