"""What went wrong, what was said, and which reasons were written down?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.history import History
from churnlab.synthetic.people import Ints, student_ids, those_with_role
from churnlab.synthetic.sales import enrolment_ids
from churnlab.synthetic.state import COMPLETED, NOT_RENEWED, PERSONAL, REFUNDED, WITHDRAWN, World

REASONS = (
    ("market", "price", 0.16), ("market", "competitor", 0.10), ("market", "promise_not_kept", 0.05),
    ("market", "wrong_course_sold", 0.05), ("teaching", "teacher", 0.13), ("teaching", "teacher_change", 0.11),
    ("teaching", "progress", 0.13), ("teaching", "class_size", 0.04), ("service", "scheduling", 0.10),
    ("service", "slow_reply", 0.05), ("service", "attitude", 0.03), ("facility", "location", 0.03),
    ("facility", "environment", 0.02),
)  # fmt: skip
PERSONAL_REASONS = (("moved", 0.6), ("health", 0.4))
EXIT_SHARE = {NOT_RENEWED: 0.45, WITHDRAWN: 1.0, COMPLETED: 1.0, PERSONAL: 1.0}
"""Of those refunded the reason stands in the refund; of those who just stay away nobody asked."""
METHODS = ("phone", "survey", "interview", "form")
KEPT_PER_STUDENT = 0.03
RESPONSE_SHARE = 0.4
SIGNED_SHARE = 0.1
COMPLAINT_CATEGORIES = (
    ("教学质量", 0.35), ("排课调课", 0.25), ("服务态度", 0.15), ("退费处理", 0.1), ("环境卫生", 0.15),
)  # fmt: skip
SAYINGS = {
    "教学质量": "孩子反映听不懂，希望老师讲慢一点",
    "排课调课": "临时调课没有提前通知",
    "服务态度": "前台回复太慢，态度一般",
    "退费处理": "咨询退费流程，迟迟没有答复",
    "环境卫生": "教室空调不制冷，卫生间不干净",
}
ITEMS = (("教学满意度", "teaching", 4.15), ("服务满意度", "service", 4.0), ("环境满意度", "facility", 4.05))


def refunds(world: World, past: History, price: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """Return the table `refunds`: those of leavers, and requests that were talked out of."""
    rows = pd.concat([_refunded(world, past), _kept(world, past)], ignore_index=True)
    rng, end = world.rng, world.days.days
    settled = rows["day"] + rng.integers(2, 13, len(rows))
    known = (settled < end).to_numpy()
    share = rng.uniform(0.15, 0.85, len(rows))
    total = paid.groupby("contract")["amount"].sum().reindex(rows["contract"]).to_numpy()
    reason, detail = _reasons(world, len(rows))
    rows = rows.assign(amount=np.round(share * total), settled=settled, known=known, reason=reason, detail=detail)
    rows = rows[(rows["day"] < end).to_numpy()].sort_values(["day", "contract"], kind="stable")
    known = rows["known"].to_numpy(dtype=bool)
    settled_at = moments(world.days, rows["settled"].to_numpy(), office_minutes(len(rows), rng))
    return pd.DataFrame(
        {
            "refund_id": [f"TF{number:07d}" for number in range(1, 1 + len(rows))],
            "student_id": student_ids(world)[rows["student"]],
            "enrolment_id": enrolment_ids(past).reindex(rows["contract"]).to_numpy(),
            "requested_at": moments(world.days, rows["day"].to_numpy(), office_minutes(len(rows), rng)),
            "settled_at": pd.Series(settled_at).where(known).to_numpy(),
            "amount": rows["amount"].to_numpy(),
            "reason_code": rows["reason"].to_numpy(),
            "reason_text": None,
            "outcome": np.where(known, np.where(rows["kept"], "kept", "refunded"), "open"),
        }
    )


def _refunded(world: World, past: History) -> pd.DataFrame:
    """Request the money back a few days after the last lesson."""
    ends = past.ends[past.ends["kind"] == REFUNDED].astype(np.int64)
    day = ends["left"] + world.rng.integers(1, 6, len(ends))
    return pd.DataFrame({"student": ends["student"], "contract": ends["contract"], "day": day, "kept": False})


def _kept(world: World, past: History) -> pd.DataFrame:
    """Let some ask for their money in the middle of a contract and be talked into staying."""
    rows = past.contracts[(past.contracts["closed"] >= 0) & (past.contracts["closed"] - past.contracts["starts"] > 40)]
    rows = rows[world.rng.random(len(rows)) < KEPT_PER_STUDENT]
    day = rows["starts"] + (world.rng.uniform(0.2, 0.5, len(rows)) * (rows["closed"] - rows["starts"])).astype(np.int64)
    return pd.DataFrame({"student": rows["student"], "contract": rows.index, "day": day, "kept": True})


def _reasons(world: World, many: int) -> tuple[np.ndarray, np.ndarray]:
    codes, details, share = (np.array(part) for part in zip(*REASONS, strict=True))
    drawn = world.rng.choice(len(REASONS), many, p=share.astype(float) / share.astype(float).sum())
    return codes.astype(object)[drawn], details.astype(object)[drawn]


def exits(world: World, past: History) -> pd.DataFrame:
    """Return the table `exits`: dated by the last day of service, one row for each who was asked."""
    ends, rng = past.ends, world.rng
    share = ends["kind"].map(EXIT_SHARE).fillna(0.0).to_numpy(dtype=float)
    # Who finishes a course after which nothing follows needs no reason.
    finished = (ends["kind"] == COMPLETED).to_numpy() & (
        past.contracts["closed"].reindex(ends["contract"]).to_numpy() >= 0
    )
    finished &= ~_graduated(world, ends)
    ends = ends[(rng.random(len(ends)) < share) & ~finished]
    kind = ends["kind"].to_numpy()
    reason, detail = _reasons(world, len(ends))
    names, weight = zip(*PERSONAL_REASONS, strict=True)
    personal = rng.choice(np.array(names, dtype=object), len(ends), p=np.array(weight, dtype=float))
    reason = np.select([kind == PERSONAL, kind == COMPLETED], [personal, "graduated"], reason)
    until = past.contracts["ends"].reindex(ends["extra"]).to_numpy()
    alone = (ends["extra"] < 0).to_numpy() | (until <= ends["left"].to_numpy())
    contract = enrolment_ids(past).reindex(ends["contract"]).to_numpy()
    table = pd.DataFrame(
        {
            "student_id": student_ids(world)[ends["student"]],
            # Who leaves with two courses leaves both: the register names neither.
            "enrolment_id": where_known(alone, contract),
            "left_on": world.days.date(ends["left"].to_numpy()),
            "reason_code": reason,
            "reason_detail": where_known(kind <= WITHDRAWN, detail),
            "method": rng.choice(METHODS, len(ends), p=[0.6, 0.1, 0.1, 0.2]),
            "staff_id": those_with_role(world, "学管师", world.students.campus[ends["student"]]),
            "text": None,
        }
    )
    return table.sort_values(["left_on", "student_id"], ignore_index=True)


def _graduated(world: World, ends: pd.DataFrame) -> np.ndarray:
    day = ends["left"].to_numpy().astype(np.int64)
    grade = world.students.grade_on(world.days, ends["student"].to_numpy(), day)
    month = (world.days.first_day + day).astype("datetime64[M]").astype(int) % 12 + 1
    return np.isin(grade, (8, 11)) & np.isin(month, (6, 7))


def complaints(world: World, past: History) -> pd.DataFrame:
    """Return the table `complaints`."""
    rows, rng, end = past.complaints.astype(np.int64), world.rng, world.days.days
    rows = rows.sort_values(["day", "student"], kind="stable")
    many, known = len(rows), (rows["until"] < end).to_numpy()
    reply = np.minimum(rows["day"].to_numpy() + rng.integers(0, 4, many), rows["until"].to_numpy())
    names, weight = zip(*COMPLAINT_CATEGORIES, strict=True)
    category = rng.choice(np.array(names, dtype=object), many, p=np.array(weight, dtype=float))
    opened = moments(world.days, rows["day"].to_numpy(), office_minutes(many, rng))
    evening = np.full(many, 20 * 60)
    left = past.episodes.groupby("student")["left"].max().reindex(rows["student"]).to_numpy()
    gone = (left >= rows["day"]) & (left <= rows["until"] + 60)
    return pd.DataFrame(
        {
            "complaint_id": [f"TS{number:07d}" for number in range(1, 1 + many)],
            "student_id": student_ids(world)[rows["student"]],
            "campus": np.array(world.institution.campus_names, dtype=object)[rows["campus"]],
            "channel": rng.choice(["hotline", "box", "staff", "online"], many, p=[0.4, 0.1, 0.3, 0.2]),
            "opened_at": opened,
            "first_reply_at": _until(world, reply, evening, end),
            "resolved_at": _until(world, rows["until"].to_numpy(), evening + 30, end),
            "category": category,
            "severity": rng.choice(["一般", "较重", "严重"], many, p=[0.7, 0.22, 0.08]),
            "escalated": pd.Series(where_known(known, rng.random(many) < 0.1)).astype("boolean").array,
            "staff_id": those_with_role(world, "学管师", rows["campus"].to_numpy()),
            "about_id": where_known(category == "教学质量", world.place.staff["staff_id"].to_numpy()[rows["teacher"]]),
            "text": _complained(world, rows["student"].to_numpy(), category),
            "resolution": where_known(known, "已与家长沟通，给出解决方案"),
            "outcome": np.where(~known, "open", np.where(gone, "left", "kept")),
        }
    )


def _complained(world: World, student: Ints, category: np.ndarray) -> np.ndarray:
    """Write what was said; some leave name and phone in it, as people do."""
    who = world.students
    said = np.array([SAYINGS[word] for word in category], dtype=object)
    signed = world.rng.random(len(student)) < SIGNED_SHARE
    return np.where(signed, "我是" + who.guardian[student] + "，电话" + who.phone[student] + "，" + said, said)


def _until(world: World, day: Ints, minutes: Ints, end: int) -> np.ndarray:
    return pd.Series(moments(world.days, day, minutes)).where(day < end).to_numpy()


def surveys(world: World, past: History) -> pd.DataFrame:
    """Return the table `surveys`: each quarter three items of satisfaction, and how likely one is to recommend."""
    moods, rng = past.moods, world.rng
    moods = moods[rng.random(len(moods)) < RESPONSE_SHARE].sort_values(["step", "student"], kind="stable")
    day = world.days.monday + 7 * (moods["step"].to_numpy(dtype=np.int64) // 2) + rng.integers(7, 14, len(moods))
    at = moments(world.days, day, office_minutes(len(moods), rng))
    mood = moods["engagement"].to_numpy(dtype=float)
    base = pd.DataFrame(
        {
            "survey_id": [f"WJ{number:07d}" for number in range(1, 1 + len(moods))],
            "instrument": "satisfaction",
            "respondent_id": student_ids(world)[moods["student"]],
            "student_id": student_ids(world)[moods["student"]],
            "campus": np.array(world.institution.campus_names, dtype=object)[moods["campus"]],
            "at": at,
        }
    )
    parts = [
        base.assign(item=item, dimension=name, score=_score(mean + 0.5 * mood, 1, 5, rng), scale_min=1.0, scale_max=5.0)
        for item, name, mean in ITEMS
    ]
    likely = _score(8.2 + 1.1 * mood, 0, 10, rng)
    parts.append(base.assign(item="推荐意愿", dimension="loyalty", score=likely, scale_min=0.0, scale_max=10.0))
    table = pd.concat(parts, ignore_index=True)
    table.loc[table["item"] == "推荐意愿", "instrument"] = "nps"
    table = table.assign(text=None)[(table["at"] < world.institution.end)]
    return table.sort_values(["at", "survey_id", "item"], ignore_index=True)


def _score(mean: np.ndarray, low: int, high: int, rng: np.random.Generator) -> np.ndarray:
    return np.clip(np.round(mean + rng.normal(0, 0.7, len(mean))), low, high)
