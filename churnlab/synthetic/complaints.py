"""Who complained, of what, by which channel, and what was put into the box?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.causes import SAFETY_RATIO, SCHEDULING_RATIO, safety_campus, scheduling_campus
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.hinting import hinted, in_words
from churnlab.synthetic.history import History
from churnlab.synthetic.people import Ints, student_ids, those_with_role
from churnlab.synthetic.said import of_category, some
from churnlab.synthetic.sayings import WISHES
from churnlab.synthetic.state import World

SIGNED_SHARE = 0.1
CATEGORIES: dict[str, tuple[float, tuple[str, ...]]] = {
    "教学质量": (0.33, ("teacher", "teacher_change", "progress", "course_design", "class_size")),
    "排课调课": (0.22, ("scheduling",)),
    "服务态度": (0.17, ("attitude", "slow_reply")),
    "退费处理": (0.10, ("refund_terms",)),
    "环境卫生": (0.13, ("environment", "equipment")),
    "安全隐患": (0.05, ("safety",)),
}
"""Share of each, and the reasons that it is about; at the campus that is bad at something more of it."""
_CATEGORY_OF = {code: name for name, (_, codes) in CATEGORIES.items() for code in codes}
CHANNELS = {"hotline": 0.4, "box": 0.1, "staff": 0.3, "online": 0.2}
WISH = "意见建议"
WISHES_PER_STUDENT = 0.0012
"""Suggestions in the box a month, without a name, by the students on file."""
RESOLUTIONS = (
    "已与家长沟通，给出解决方案",
    "已道歉并安排补课",
    "已转教学主管跟进",
    "已调整班级和时间",
    "已联系后勤维修",
    "家长表示理解",
)


def complaint_table(world: World, past: History, causes: pd.DataFrame) -> pd.DataFrame:
    """Return the table `complaints`, suggestions in the box among them."""
    # Whether nobody complained or everybody moves no other table.
    world = with_own_dice(world, "complaints")
    table = pd.concat([_complaints(world, past, causes), _wishes(world)], ignore_index=True)
    types = {"escalated": "boolean", "first_reply_at": "datetime64[ns]", "resolved_at": "datetime64[ns]"}
    table = table.astype(types).sort_values(["opened_at", "student_id"], ignore_index=True)
    return table.assign(complaint_id=[f"TS{number:07d}" for number in range(1, 1 + len(table))])


def _complaints(world: World, past: History, causes: pd.DataFrame) -> pd.DataFrame:
    rows, rng, end = past.complaints.astype(np.int64), world.rng, world.days.days
    rows = rows.sort_values(["day", "student"], kind="stable")
    many, known = len(rows), (rows["until"] < end).to_numpy()
    reply = np.minimum(rows["day"].to_numpy() + rng.integers(0, 4, many), rows["until"].to_numpy())
    hints = hinted(world, causes, "hinting_complaints", rows["student"].to_numpy(), rows["day"].to_numpy())
    # Nobody files a complaint of the competitor, or of the way.
    category = in_words(hints, _CATEGORY_OF, _categories(world, rows["campus"].to_numpy()))
    evening = np.full(many, 20 * 60)
    left = past.episodes.groupby("student")["left"].max().reindex(rows["student"]).to_numpy()
    gone = (left >= rows["day"]) & (left <= rows["until"] + 60)
    teachers = world.place.staff["staff_id"].to_numpy()[rows["teacher"]]
    return pd.DataFrame(
        {
            "student_id": student_ids(world)[rows["student"]],
            "campus": np.array(world.institution.campus_names, dtype=object)[rows["campus"]],
            "channel": rng.choice(np.array(list(CHANNELS), dtype=object), many, p=list(CHANNELS.values())),
            "opened_at": moments(world.days, rows["day"].to_numpy(), office_minutes(many, rng)),
            "first_reply_at": _until(world, reply, evening, end),
            "resolved_at": _until(world, rows["until"].to_numpy(), evening + 30, end),
            "category": category,
            "severity": rng.choice(np.array(["一般", "较重", "严重"], dtype=object), many, p=[0.7, 0.22, 0.08]),
            "escalated": where_known(known, rng.random(many) < 0.1),
            "staff_id": those_with_role(world, "学管师", rows["campus"].to_numpy()),
            "about_id": where_known(category == "教学质量", teachers),
            "text": _complained(world, rows["student"].to_numpy(), category),
            "resolution": where_known(known, some(RESOLUTIONS, many, rng)),
            "outcome": np.where(~known, "open", np.where(gone, "left", "kept")),
        }
    )


def _categories(world: World, campus: Ints) -> np.ndarray:
    names = list(CATEGORIES)
    weight = np.tile([share for share, _ in CATEGORIES.values()], (len(campus), 1))
    weight[campus == scheduling_campus(world), names.index("排课调课")] *= SCHEDULING_RATIO
    weight[campus == safety_campus(world), names.index("安全隐患")] *= SAFETY_RATIO
    reached = np.cumsum(weight, axis=1)
    drawn = (reached < world.rng.random((len(campus), 1)) * reached[:, -1:]).sum(axis=1)
    return np.array(names, dtype=object)[drawn]


def _complained(world: World, student: Ints, category: np.ndarray) -> np.ndarray:
    """Write what was said; some leave name and phone in it, as people do."""
    # A text throws as many dice as it has choices: they must not move what comes after it.
    world = with_own_dice(world, "complained")
    who = world.students
    said = np.array([of_category(CATEGORIES[word][1], world.rng) for word in category], dtype=object)
    signed = world.rng.random(len(student)) < SIGNED_SHARE
    return np.where(signed, "我是" + who.guardian[student] + "，电话" + who.phone[student] + "，" + said, said)


def _wishes(world: World) -> pd.DataFrame:
    """Empty the box of each campus at the end of each month."""
    rng, starts = world.rng, world.days.month_starts
    each = WISHES_PER_STUDENT * world.institution.students / world.institution.campuses
    counts = rng.poisson(each, (world.institution.campuses, len(starts) - 1))
    campus, month = np.nonzero(counts)
    times = counts[campus, month]
    campus, month = np.repeat(campus, times), np.repeat(month, times)
    many, minutes = (
        len(campus),
        18 * 60 + np.concatenate([np.arange(time) for time in times] or [np.empty(0, dtype=int)]),
    )
    nothing = np.full(many, None, dtype=object)
    at = moments(world.days, starts[month + 1] - 1, minutes)
    return pd.DataFrame(
        {
            "student_id": nothing, "campus": np.array(world.institution.campus_names, dtype=object)[campus],
            "channel": "box", "opened_at": at, "first_reply_at": pd.NaT,
            "resolved_at": pd.NaT, "category": WISH, "severity": nothing, "escalated": nothing,
            "staff_id": nothing, "about_id": nothing, "text": some(WISHES, many, rng), "resolution": nothing,
            "outcome": nothing,
        }
    )  # fmt: skip


def _until(world: World, day: Ints, minutes: Ints, end: int) -> np.ndarray:
    return pd.Series(moments(world.days, day, minutes)).where(day < end).to_numpy()
