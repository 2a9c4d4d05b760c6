"""Which lessons were held, and what was studied beside them?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.clock import moments
from churnlab.synthetic.history import History
from churnlab.synthetic.institution import COURSES
from churnlab.synthetic.life import ABSENT, LEAVE, PRESENT, STATUSES
from churnlab.synthetic.people import student_ids
from churnlab.synthetic.places import HOURS_PER_LESSON, class_ids
from churnlab.synthetic.sales import enrolment_ids
from churnlab.synthetic.state import World

TAKEN_BACK = {LEAVE: 0.03, PRESENT: 0.002}
ACTIVITY_SHARE = 0.35
ACTIVITIES = ("homework", "video", "reading")


def lessons(world: World, past: History, price: pd.DataFrame) -> pd.DataFrame:
    """Return the table `lessons`, with wrong rows, the rows that take them back (撤销), and the right ones."""
    rows = past.lessons.sort_values(["day", "group", "student"], kind="stable", ignore_index=True)
    rows = _with_mistakes(world, rows)
    place, group, contract = world.place, rows["group"].to_numpy(), rows["contract"].to_numpy()
    used = rows["used"].to_numpy() * rows["sign"].to_numpy()
    by_hours = past.contracts["by_hours"].reindex(contract).to_numpy(dtype=bool)
    hours = np.where(by_hours, used * HOURS_PER_LESSON[place.class_course[group]], 0.0)
    cost = price.reindex(contract)
    amount = np.where(by_hours, hours * cost["per_hour"], used * cost["per_lesson"])
    ids = np.array([f"KX{number:09d}" for number in range(1, 1 + len(rows))], dtype=object)
    return pd.DataFrame(
        {
            "lesson_id": ids,
            "student_id": student_ids(world)[rows["student"]],
            "enrolment_id": enrolment_ids(past).reindex(contract).to_numpy(),
            "class_id": class_ids(place).astype(object)[group],
            "course_id": np.array(COURSES, dtype=object)[place.class_course[group]],
            "campus": np.array(world.institution.campus_names, dtype=object)[place.class_campus[group]],
            "teacher_id": place.staff["staff_id"].to_numpy()[rows["teacher"]],
            "starts_at": moments(world.days, rows["day"].to_numpy(), place.class_minutes[group]),
            "status": np.array(STATUSES, dtype=object)[rows["status"]],
            "hours_used": hours,
            "amount_used": np.round(amount, 2),
            "reverses_id": where_known(rows["sign"] < 0, np.roll(ids, 1)),
        }
    )


def _with_mistakes(world: World, rows: pd.DataFrame) -> pd.DataFrame:
    """Put before some rows a wrong one and the one that takes it back: three rows of one student and lesson."""
    draw = world.rng.random(len(rows))
    wrong = np.zeros(len(rows), dtype=bool)
    for kind, share in TAKEN_BACK.items():
        wrong |= (rows["status"] == kind).to_numpy() & (draw < share)
    times = np.where(wrong, 3, 1)
    last = np.repeat(np.cumsum(times) - 1, times)
    number = np.arange(len(last)) - last
    many = rows.loc[rows.index.repeat(times)].reset_index(drop=True)
    mistaken = np.less(number, 0)
    status = np.where(mistaken, np.where(many["status"] == LEAVE, PRESENT, ABSENT), many["status"])
    return many.assign(status=status, used=np.where(mistaken, 1, many["used"]), sign=np.where(number == -1, -1, 1))


def activity(world: World, past: History) -> pd.DataFrame:
    """Return the table `activity`: study in the days after a lesson, never after the student left."""
    rows = past.lessons[past.lessons["status"] <= 1]
    rows = rows[world.rng.random(len(rows)) < ACTIVITY_SHARE]
    day = rows["day"].to_numpy() + world.rng.integers(1, 4, len(rows))
    entered = past.episodes.sort_values("entered", kind="stable")
    left = pd.merge_asof(
        rows[["student", "day"]].astype(np.int64).reset_index(drop=True).sort_values("day", kind="stable"),
        entered[["student", "entered", "left"]],
        left_on="day", right_on="entered", by="student",
    )["left"]  # fmt: skip
    order = np.argsort(rows["day"].to_numpy(), kind="stable")
    rows, day, until = rows.iloc[order], day[order], left.to_numpy()
    found = pd.DataFrame(
        {
            "student_id": student_ids(world)[rows["student"]],
            "enrolment_id": enrolment_ids(past).reindex(rows["contract"]).to_numpy(),
            "on": world.days.date(day),
            "kind": world.rng.choice(ACTIVITIES, len(rows), p=[0.6, 0.3, 0.1]),
            "count": 1 + world.rng.poisson(2.0, len(rows)),
        }
    )
    found = found[(day < world.days.days) & ((until < 0) | (day <= until))]
    key = ["student_id", "enrolment_id", "on", "kind"]
    return found.drop_duplicates(key).sort_values(key, ignore_index=True)


def suspensions(world: World, past: History) -> pd.DataFrame:
    """Return the table `suspensions`; who is still on hold at the end has no day of return."""
    rows = past.suspensions.sort_values(["starts", "student"], kind="stable")
    back = pd.Series(world.days.date(rows["ends"].to_numpy()))
    return pd.DataFrame(
        {
            "student_id": student_ids(world)[rows["student"]],
            "enrolment_id": enrolment_ids(past).reindex(rows["contract"]).to_numpy(),
            "from_on": world.days.date(rows["starts"].to_numpy()),
            "to_on": back.where((rows["ends"] < world.days.days).to_numpy()).to_numpy(),
        }
    )
