"""Who asked, who came, and who was called?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.history import History
from churnlab.synthetic.institution import CHANNELS, COURSES
from churnlab.synthetic.life import ABSENT
from churnlab.synthetic.names import people, phones
from churnlab.synthetic.people import Ints, student_ids, those_with_role
from churnlab.synthetic.places import GRADES
from churnlab.synthetic.state import DORMANT, World
from churnlab.synthetic.students import CHANNEL_SHARE, INTAKE_BY_MONTH

LEADS_LOST_PER_STUDENT = 1.8
SCHOOLS = ("向阳小学", "实验小学", "第一小学", "外国语小学", "育才中学", "实验中学", "建平中学", "文来中学")
REVISIT_SHARE = 0.02
CALL_AFTER_ABSENCE_SHARE = 0.3
SAVE_CALL_SHARE = 0.5
SAYINGS = {
    "follow_up": "家长了解课程和价格，表示再考虑", "trial_booked": "已预约周末试听", "trial_done": "试听效果不错",
    "revisit": "回访学习情况，家长基本满意", "save_call": "孩子近期缺课，沟通后家长说再看看",
}  # fmt: skip


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


def leads(world: World, past: History) -> pd.DataFrame:
    """Return the table `leads`: those who became students, and those who did not."""
    table = pd.concat([_won(world, past), _lost(world)], ignore_index=True)
    table = table.sort_values(["created_at", "phone"], ignore_index=True)
    table.insert(0, "lead_id", [f"XS{number:07d}" for number in range(1, 1 + len(table))])
    return table.assign(campaign_id=None)


def _won(world: World, past: History) -> pd.DataFrame:
    who, rng, days = world.students, world.rng, world.days
    new = np.flatnonzero(~who.opening)
    registered = registered_days(world, past)[new]
    created = np.maximum(0, registered - rng.integers(0, 40, len(new)))
    started = past.episodes.groupby("student").size().reindex(new).notna().to_numpy()
    channel = np.array(CHANNELS, dtype=object)[who.channel[new]]
    return pd.DataFrame(
        {
            "name": who.name[new],
            "phone": who.phone[new],
            "campus": np.array(world.institution.campus_names, dtype=object)[who.campus[new]],
            "channel": channel,
            "created_at": moments(days, created, np.minimum(office_minutes(len(new), rng), 20 * 60)),
            "intent": rng.choice(["low", "medium", "high"], len(new), p=[0.1, 0.4, 0.5]),
            "status": np.where(started, "enrolled", "trial_done"),
            "owner_id": those_with_role(world, "课程顾问", who.campus[new]),
            "course_id": np.array(COURSES, dtype=object)[who.course[new]],
            "referrer_id": where_known(channel == "老带新", _referrers(world)[new]),
            "student_id": student_ids(world)[new],
            "lost_reason": None,
        }
    )


def _lost(world: World) -> pd.DataFrame:
    rng, days, institution = world.rng, world.days, world.institution
    many = round(LEADS_LOST_PER_STUDENT * (~world.students.opening).sum())
    month = (days.first_day + np.arange(days.days)).astype("datetime64[M]").astype(int) % 12
    weight = INTAKE_BY_MONTH[month]
    created = rng.choice(days.days, many, p=weight / weight.sum())
    recent = created > days.days - 45
    status = np.where(
        recent,
        rng.choice(["new", "contacting", "trial_booked", "trial_done"], many, p=[0.3, 0.4, 0.2, 0.1]),
        rng.choice(["lost", "contacting"], many, p=[0.85, 0.15]),
    )
    campus = rng.integers(0, institution.campuses, many)
    reason = rng.choice(np.array(["价格太高", "时间不合适", "选择其他机构", "联系不上"], dtype=object), many)
    return pd.DataFrame(
        {
            "name": people(many, rng),
            "phone": phones(many, rng),
            "campus": np.array(institution.campus_names, dtype=object)[campus],
            "channel": rng.choice(np.array(CHANNELS, dtype=object), many, p=CHANNEL_SHARE),
            "created_at": moments(days, created, office_minutes(many, rng)),
            "intent": rng.choice(["low", "medium", "high"], many, p=[0.5, 0.4, 0.1]),
            "status": status,
            "owner_id": those_with_role(world, "课程顾问", campus),
            "course_id": rng.choice(np.array(COURSES, dtype=object), many),
            "referrer_id": None,
            "student_id": None,
            "lost_reason": where_known(status == "lost", reason),
        }
    )


def contacts(world: World, past: History, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the table `contacts`: with leads before they sign, with students while they are here and just after."""
    table = pd.concat([_with_leads(world, asked), _with_students(world, past)], ignore_index=True)
    table = table[table["at"] < world.institution.end]
    table = table.sort_values(["at", "lead_id", "student_id"], ignore_index=True)
    table.insert(0, "contact_id", [f"GJ{number:08d}" for number in range(1, 1 + len(table))])
    follows = table["at"] + pd.to_timedelta(world.rng.integers(2, 15, len(table)), unit="D")
    planned = table["kind"].isin(["follow_up", "trial_booked"]) & (follows < world.institution.end)
    return table.assign(text=table["kind"].map(SAYINGS), next_at=follows.where(planned))


def _with_leads(world: World, asked: pd.DataFrame) -> pd.DataFrame:
    rng = world.rng
    rows = asked.loc[asked.index.repeat(1 + rng.integers(0, 3, len(asked)))]
    number = rows.groupby("lead_id").cumcount().to_numpy()
    kind = np.select(
        [number == 0, (number == 1) & (rng.random(len(rows)) < 0.6), number == 2],
        ["follow_up", "trial_booked", "trial_done"],
        "follow_up",
    )
    minutes = rng.integers(30, 600, len(rows)) + number * rng.integers(1440, 4 * 1440, len(rows))
    return pd.DataFrame(
        {
            "lead_id": rows["lead_id"].to_numpy(),
            "student_id": None,
            "at": rows["created_at"].to_numpy() + minutes.astype("timedelta64[m]"),
            "method": rng.choice(["phone", "chat", "visit"], len(rows), p=[0.55, 0.35, 0.10]),
            "kind": kind,
            "staff_id": rows["owner_id"].to_numpy(),
            "outcome": rng.choice(["已接通", "未接通"], len(rows), p=[0.8, 0.2]),
        }
    )


def _with_students(world: World, past: History) -> pd.DataFrame:
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
        }
    )
