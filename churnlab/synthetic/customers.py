"""Who is on file, and who was spoken to?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.clock import moments
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.history import History
from churnlab.synthetic.institution import CHANNELS
from churnlab.synthetic.life import ABSENT
from churnlab.synthetic.people import Ints, student_ids, those_with_role
from churnlab.synthetic.places import GRADES
from churnlab.synthetic.said import some
from churnlab.synthetic.sayings import ABSENT_BECAUSE, ASKED, SEEN
from churnlab.synthetic.state import DORMANT, World
from churnlab.synthetic.stated import save_call_texts

SCHOOLS = ("向阳小学", "实验小学", "第一小学", "外国语小学", "育才中学", "实验中学", "建平中学", "文来中学")
REVISIT_SHARE = 0.02
CALL_AFTER_ABSENCE_SHARE = 0.3
SAVE_CALL_SHARE = 0.5
SAYINGS = {"trial_booked": "已预约周末试听", "trial_done": "试听效果不错", "trial_cancelled": "家长临时有事，取消试听"}
TOLD_SHARE = 0.6
"""Of those who stopped coming and are reached, how many say why."""


def student_table(world: World, past: History) -> pd.DataFrame:
    """Return the table `students`."""
    who, rng, days = world.students, world.rng, world.days
    many = len(who)
    born = (days.first_day + who.wanted).astype("datetime64[Y]") - (6 + who.grade)
    birth = born.astype("datetime64[D]") + rng.integers(0, 365, many)
    channel = np.array(CHANNELS, dtype=object)[who.channel]
    registered = registered_days(world, past)
    return pd.DataFrame(
        {
            "student_id": student_ids(world),
            "name": who.name,
            "phone": who.phone,
            "guardian": who.guardian,
            "birth_date": birth.astype("datetime64[ns]"),
            "gender": rng.choice(["female", "male"], many),
            "school": rng.choice(np.array(SCHOOLS, dtype=object), many),
            "grade": np.array(GRADES, dtype=object)[who.grade_on(days, np.arange(many), days.days - 1)],
            "campus": np.array(world.institution.campus_names, dtype=object)[past.campus],
            "registered_on": days.date(registered),
            "channel": channel,
            "referrer_id": where_known(channel == "老带新", _referrers(world)),
            "advisor_id": those_with_role(world, "学管师", past.campus),
            "tier": rng.choice(["A", "B", "C"], many, p=[0.2, 0.5, 0.3]),
        }
    )


def registered_days(world: World, past: History) -> Ints:
    """Return when each student was put on file: never after the first contract was signed."""
    who = world.students
    first = past.contracts.groupby("student")["signed"].min().reindex(range(len(who))).to_numpy()
    day = np.where(np.isnan(first), who.wanted, np.minimum(who.wanted, np.nan_to_num(first))).astype(np.int64)
    # Their older files came along.
    before = (np.arange(len(who)) * 7919) % 1400 + 30
    return np.where(who.opening, -before, day)


def _referrers(world: World) -> np.ndarray:
    """Draw for each student another who was there when the history began."""
    there = max(1, int(world.students.opening.sum()))
    return student_ids(world)[world.rng.integers(0, there, len(world.students))]


def contacts(world: World, past: History, with_leads: pd.DataFrame, causes: pd.DataFrame) -> pd.DataFrame:
    """Return the table `contacts`: with leads before they sign, with students while they are here and just after."""
    table = pd.concat([with_leads, _with_students(world, past, causes)], ignore_index=True)
    table = table[table["at"] < world.institution.end]
    table = table.sort_values(["at", "lead_id", "student_id"], ignore_index=True)
    table.insert(0, "contact_id", [f"GJ{number:08d}" for number in range(1, 1 + len(table))])
    follows = table["at"] + pd.to_timedelta(world.rng.integers(2, 15, len(table)), unit="D")
    planned = table["kind"].isin(["follow_up", "trial_booked"]) & (follows < world.institution.end)
    return table.assign(text=_texts(world, table), next_at=follows.where(planned)).drop(columns="stated")


def _texts(world: World, table: pd.DataFrame) -> np.ndarray:
    """Write down what was said in each contact."""
    world = with_own_dice(world, "spoken")
    rng, many = world.rng, len(table)
    text = table["kind"].map(SAYINGS).to_numpy(dtype=object)
    for kind, words in (("follow_up", ASKED), ("revisit", SEEN), ("save_call", ABSENT_BECAUSE)):
        text = np.where(table["kind"] == kind, some(words, many, rng), text)
    reached = (table["outcome"] == "已接通").to_numpy() & (rng.random(many) < TOLD_SHARE)
    told = np.flatnonzero(table["stated"].notna().to_numpy() & reached)
    text[told] = save_call_texts(table["stated"].to_numpy(dtype=float)[told], rng)
    return text


def _with_students(world: World, past: History, causes: pd.DataFrame) -> pd.DataFrame:
    """Revisit some after a lesson, call some after an absence, and some who stopped coming."""
    rng, seen = world.rng, past.lessons
    draw = rng.random(len(seen))
    called = draw < np.where(seen["status"] == ABSENT, CALL_AFTER_ABSENCE_SHARE, REVISIT_SHARE)
    after = seen[called]
    gone = past.ends[(past.ends["kind"] == DORMANT) & (rng.random(len(past.ends)) < SAVE_CALL_SHARE)]
    student = np.concatenate([after["student"], gone["student"]]).astype(np.int64)
    day = np.concatenate([after["day"], gone["left"] + rng.integers(18, 45, len(gone))]).astype(np.int64)
    saving = np.concatenate([after["status"] == ABSENT, np.ones(len(gone), dtype=bool)])
    return pd.DataFrame(
        {
            "lead_id": None,
            "student_id": student_ids(world)[student],
            "at": moments(world.days, day, 20 * 60 + 30 + rng.integers(0, 60, len(student))),
            "method": rng.choice(["phone", "chat", "visit"], len(student), p=[0.6, 0.35, 0.05]),
            "kind": np.where(saving, "save_call", "revisit"),
            "staff_id": those_with_role(world, "学管师", world.students.campus[student]),
            "outcome": rng.choice(["已接通", "未接通"], len(student), p=[0.75, 0.25]),
            "stated": np.concatenate([np.full(len(after), np.nan), causes["stated"].reindex(gone.index)]),
        }
    )
