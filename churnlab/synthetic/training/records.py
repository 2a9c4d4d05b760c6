"""What stood out, who rose, what was read, and how do departments work together?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.names import people
from churnlab.synthetic.said import some
from churnlab.synthetic.state import World
from churnlab.synthetic.training.performance import Drawn
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import Floats

KINDS = {"投诉升级": (False, 0.5), "家长表扬": (True, 0.35)}
"""Good or bad, and its rate per whole month of a member of the service staff."""
TEXTS = {"投诉升级": "{name}家长投诉升级到校长", "家长表扬": "{name}家长来电表扬"}
DOCUMENTS, TOPICS = 60, ("话术", "课程介绍", "投诉处理", "续费", "教学案例")
EVENTS = {"view": 0.62, "download": 0.22, "applied": 0.1, "shared": 0.06}
USES_PER_PERSON_MONTH = 0.8
DEPARTMENTS = ("市场部、客服部", "教学部、客服部", "市场部、教学部")
MEETING_DAYS = 28
DECISION_DONE_SHARE, ITEM_DONE_SHARE = 0.72, 0.85
PER_MONTH = {"request": 12.0, "dispute": 3.0}
MEAN_DAYS = {"request": 4.0, "dispute": 12.0}
"""Of exponential durations until a matter is closed; those not closed by the end are censored there."""


def incidents(
    world: World, staff: pd.DataFrame, held: list[Held], exposed: Drawn, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the table `incidents`: Poisson in each whole month that somebody of the service staff works there."""
    ratio = rate_ratios(staff, held, world.institution.months)[exposed.who]
    parts = []
    for kind, (good, rate) in KINDS.items():
        many = rng.poisson(rate * exposed.measured * (1.0 if good else ratio))
        person, month = (np.repeat(where, many[np.nonzero(many)]) for where in np.nonzero(many))
        starts = world.days.month_starts
        day = rng.integers(starts[month], starts[month + 1])
        said = [TEXTS[kind].format(name=name) for name in people(len(day), rng)]
        parts.append(
            pd.DataFrame(
                {
                    "staff_id": staff["staff_id"].to_numpy()[exposed.who[person]],
                    "at": moments(world.days, day, office_minutes(len(day), rng)),
                    "kind": kind,
                    "good": pd.array([good] * len(day), dtype="boolean"),
                    "text": said,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True).drop_duplicates(["staff_id", "at", "kind"])
    return table.sort_values(["at", "staff_id", "kind"], ignore_index=True)


def rate_ratios(staff: pd.DataFrame, held: list[Held], months: int) -> Floats:
    """Return by what trainings multiply the rate of bad incidents: workforce × months of the history."""
    found = np.ones((len(staff), months))
    for one in held:
        who = one.attending
        since = np.arange(months) - who["first_month"].to_numpy()[:, None] + 1
        in_effect = (since >= 1) & (since <= one.programme.skill_life_months)
        found[who["person"].to_numpy()] *= np.where(in_effect, one.programme.rate_ratio, 1.0)
    return found


def promotions(world: World, staff: pd.DataFrame) -> pd.DataFrame:
    """Return the table `promotions`."""
    rose = staff[(staff["promoted"] >= 0) & (staff["from_grade"] != staff["grade"])]
    table = pd.DataFrame(
        {
            "staff_id": rose["staff_id"],
            "on": world.days.date(rose["promoted"].to_numpy()),
            "from_grade": rose["from_grade"],
            "to_grade": rose["grade"],
        }
    )
    return table.sort_values(["on", "staff_id"], ignore_index=True)


def documents(world: World, staff: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table `documents`; a few documents are used most, and nobody uses one before she is hired."""
    many = rng.poisson(USES_PER_PERSON_MONTH * len(staff) * world.institution.months)
    weight = 1 / np.arange(2, DOCUMENTS + 2)
    document = rng.choice(DOCUMENTS, many, p=weight / weight.sum())
    topic, user, day = rng.integers(0, len(TOPICS), DOCUMENTS), rng.integers(0, len(staff), many), None
    hired, left = staff["hired"].to_numpy(), staff["left"].to_numpy()
    old = np.flatnonzero(hired <= 0)  # who was there before the history wrote them
    author = rng.choice(old, DOCUMENTS)
    day = rng.integers(0, world.days.days, many)
    used = (hired[user] <= day) & ((left[user] < 0) | (left[user] >= day))
    table = pd.DataFrame(
        {
            "doc_id": [f"WD{number + 1:03d}" for number in document],
            "author_id": staff["staff_id"].to_numpy()[author[document]],
            "topic": np.array(TOPICS, dtype=object)[topic[document]],
            "at": moments(world.days, day, office_minutes(many, rng)),
            "event": rng.choice(np.array(list(EVENTS), dtype=object), many, p=list(EVENTS.values())),
            "staff_id": staff["staff_id"].to_numpy()[user],
        }
    )[used].drop_duplicates(["doc_id", "at", "event", "staff_id"])
    return table.sort_values(["at", "staff_id", "doc_id", "event"], ignore_index=True)


def meetings(world: World, held: list[Held], rng: np.random.Generator) -> pd.DataFrame:
    """Return the table `meetings`: meetings, and requests and disputes between departments."""
    table = pd.concat([_meetings(world, rng), _matters(world, held, rng)], ignore_index=True)
    table = table.sort_values(["at", "kind", "departments"], ignore_index=True)
    table.insert(0, "meeting_id", [f"HY{number:05d}" for number in range(1, len(table) + 1)])
    return table


def _meetings(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Let every pair of departments meet once a month; four weeks later is told what was done."""
    starts = np.repeat(world.days.month_starts[:-1], len(DEPARTMENTS))
    many, day = len(starts), starts + rng.integers(0, 25, len(starts))
    items, decisions = 2 + rng.poisson(3, many), 1 + rng.poisson(3, many)
    at = moments(world.days, day, office_minutes(many, rng))
    told = day + MEETING_DAYS < world.days.days
    closed = at + np.timedelta64(MEETING_DAYS, "D")
    done = {
        "items_done": rng.binomial(items, ITEM_DONE_SHARE),
        "decisions_done": rng.binomial(decisions, DECISION_DONE_SHARE),
    }
    return pd.DataFrame(
        {
            "at": at,
            "kind": "meeting",
            "departments": np.tile(np.array(DEPARTMENTS, dtype=object), many // len(DEPARTMENTS)),
            "items": pd.array(items, dtype="Int64"),
            "decisions": pd.array(decisions, dtype="Int64"),
            **{name: pd.Series(where_known(told, values)).astype("Int64") for name, values in done.items()},
            "minutes": rng.integers(6, 25, many) * 5.0,
            "opened_at": at,
            "closed_at": pd.Series(closed).where(told),
        }
    )


def _matters(world: World, held: list[Held], rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    for kind, per_month in PER_MONTH.items():
        many = rng.poisson(per_month * world.institution.months)
        day = rng.integers(0, world.days.days, many)
        at = moments(world.days, day, office_minutes(many, rng))
        ratio = np.ones(many)
        for one in held:
            if kind == "request":
                ratio[day > one.ends] *= one.programme.request_hazard_ratio
        minutes = np.ceil(rng.exponential(MEAN_DAYS[kind] / ratio) * 24 * 60)
        closed = at + minutes.astype("timedelta64[m]")
        parts.append(
            pd.DataFrame(
                {
                    "at": at,
                    "kind": kind,
                    "departments": some(DEPARTMENTS, many, rng),
                    "opened_at": at,
                    "closed_at": pd.Series(closed).where(closed < world.institution.end),
                }
            )
        )
    return pd.concat(parts, ignore_index=True).drop_duplicates(["at", "kind", "departments"])
