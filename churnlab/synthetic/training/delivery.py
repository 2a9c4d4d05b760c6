"""Which sessions were held, who came, and who went on by herself?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.clock import moments
from churnlab.synthetic.said import some
from churnlab.synthetic.state import World
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import Ints

MOVED_SHARE, CANCELLED_SHARE, INCIDENT_SHARE, NEW_SHARE = 0.12, 0.02, 0.06, 0.2
PRESENT_SHARE, MADE_UP_SHARE, COMPLETED_FROM = 0.9, 0.6, 0.75
"""Present at a session; of the absent, who make it up; of the sessions held, how many it takes to complete."""
CHECK_IN_WEEKS, CHECK_IN_SPREAD = 8, 12.0
INCIDENTS = ("投影设备故障", "讲师迟到二十分钟", "停电改线上", "场地临时更换")
ROOMS = ("总部培训室", "线上直播间", "徐汇三楼会议室", "酒店会议厅")
SESSION_HOURS = (2.0, 3.0, 4.0)


def sessions(world: World, held: list[Held], rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a session: the columns of the table, and `number` (of the training), `cohort` and `day` (−1)."""
    rows = []
    for number, one in enumerate(held):
        what = one.programme
        for cohort, starts in one.attending.groupby("cohort")["starts"].first().items():
            step = 7 * what.weeks / what.sessions
            for turn in range(what.sessions):
                instructor = what.instructors[turn % len(what.instructors)]
                rows.append((number, cohort, turn, int(starts + step * turn), instructor, int(step)))
    names = ["number", "cohort", "turn", "planned", "instructor_id", "room_for"]
    table = pd.DataFrame(rows, columns=names)
    many, planned = len(table), _open(world, table["planned"].to_numpy())
    moved = rng.random(many) < MOVED_SHARE
    later = planned + np.where(moved, np.minimum(rng.integers(1, 4, many), np.maximum(table["room_for"] - 1, 0)), 0)
    cancelled = (rng.random(many) < CANCELLED_SHARE) & (table["turn"].to_numpy() > 0)
    minutes = rng.choice([9 * 60 + 30, 14 * 60], many)
    ids = np.array([one.training_id for one in held], dtype=object)
    day = np.where(cancelled, -1, _open(world, later))
    incident = where_known((rng.random(many) < INCIDENT_SHARE) & (day >= 0), some(INCIDENTS, many, rng))
    return table.assign(
        session_id=[f"CC{one:05d}" for one in range(1, many + 1)],
        training_id=ids[table["number"]],
        planned_at=moments(world.days, planned, minutes),
        held_at=pd.Series(moments(world.days, day, minutes)).where(day >= 0),
        hours=rng.choice(SESSION_HOURS, many),
        room=some(ROOMS, many, rng),
        module=[f"{held[n].programme.name}·第{t + 1}讲" for n, t in zip(table["number"], table["turn"], strict=True)],
        new_content=pd.array(rng.random(many) < NEW_SHARE, dtype="boolean"),
        incident=incident,
        day=day,
    )


def _open(world: World, day: Ints) -> Ints:
    """Put off what falls on a holiday; at most eleven days, as long as the longest, and not past the history."""
    found = np.asarray(day).copy()
    for _ in range(11):
        found += world.days.closed[np.minimum(found, world.days.days - 1)]
    return np.minimum(found, world.days.days - 1)


def attendance(
    world: World, staff: pd.DataFrame, held: list[Held], rows: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the table `training_attendance`, with `number`, `person`, `hours`, `day` and `instructor_id`."""
    trained = pd.concat([one.attending.assign(number=n) for n, one in enumerate(held)], ignore_index=True)
    given = rows.loc[rows["day"] >= 0, ["number", "cohort", "session_id", "hours", "day", "instructor_id", "held_at"]]
    pairs = trained[["number", "cohort", "person", "ends"]].merge(given, on=["number", "cohort"], sort=True)
    left = staff["left"].to_numpy()[pairs["person"]]
    pairs = pairs[(left < 0) | (left >= pairs["day"].to_numpy())].reset_index(drop=True)
    came, makes_up = rng.random((2, len(pairs)))
    status = np.where(came < PRESENT_SHARE, "present", np.where(makes_up < MADE_UP_SHARE, "made_up", "absent"))
    return pairs.assign(
        staff_id=staff["staff_id"].to_numpy()[pairs["person"]],
        status=status.astype(object),
        at=pairs["held_at"].where(status == "present"),
    )


def trainee_table(
    world: World, staff: pd.DataFrame, held: list[Held], rows: pd.DataFrame, came: pd.DataFrame
) -> pd.DataFrame:
    """Return the table `trainees`."""
    given = rows[rows["day"] >= 0].groupby(["number", "cohort"]).size()
    there = came[came["status"] != "absent"].groupby(["number", "person"])["hours"].agg(["size", "sum"])
    parts = [_trainees(world, staff, one, number, given, there) for number, one in enumerate(held)]
    return pd.concat(parts, ignore_index=True).sort_values(["training_id", "staff_id"], ignore_index=True)


def _trainees(
    world: World, staff: pd.DataFrame, one: Held, number: int, given: pd.Series, there: pd.DataFrame
) -> pd.DataFrame:
    who = one.trainees
    person, cohort, ends = (who[name].to_numpy() for name in ("person", "cohort", "ends"))
    key = pd.MultiIndex.from_arrays([np.full(len(who), number), person])
    been = there.reindex(key, fill_value=0)
    of = given.reindex(pd.MultiIndex.from_arrays([np.full(len(who), number), np.maximum(cohort, 1)]), fill_value=1)
    left = staff["left"].to_numpy()[person]
    gone = (left >= 0) & (left >= who["starts"].to_numpy())
    stayed = (left < 0) | (left >= ends)
    completed = (been["size"].to_numpy() >= COMPLETED_FROM * of.to_numpy()) & stayed
    trained = cohort > 0
    name = where_known(trained, [f"第{turn}期" for turn in cohort])
    return pd.DataFrame(
        {
            "training_id": one.training_id,
            "staff_id": staff["staff_id"].to_numpy()[person],
            "arm": who["arm"].astype(object),
            "cohort": name,
            "class_id": where_known(trained, [f"{one.training_id}-{turn}" for turn in cohort]),
            "assigned_at_random": pd.array([one.programme.chosen in ("lot", "waitlist")] * len(who), dtype="boolean"),
            # Who waits is on the list from the beginning.
            "enrolled_on": world.days.date(np.full(len(who), one.begins)),
            "completed": pd.Series(where_known(trained, completed)).astype("boolean"),
            "concluded_on": pd.Series(world.days.date(ends)).where(trained & stayed),
            "hours": np.where(trained, been["sum"].to_numpy(dtype=float), 0.0),
            "left_on": pd.Series(world.days.date(left)).where(gone),
        }
    )


def check_ins(world: World, staff: pd.DataFrame, held: list[Held], rng: np.random.Generator) -> pd.DataFrame:
    """Return the table `check_ins`: eight weeks from the Monday after the training, of those still there."""
    parts = []
    for one in held:
        share, who = one.programme.check_in_share, one.attending
        own = rng.beta(share * CHECK_IN_SPREAD, (1 - share) * CHECK_IN_SPREAD, len(who))
        monday = world.days.monday + 7 * (1 + (who["ends"].to_numpy() - world.days.monday) // 7)
        week = monday[:, None] + 7 * np.arange(CHECK_IN_WEEKS)
        left = staff["left"].to_numpy()[who["person"]][:, None]
        person, turn = np.nonzero((week + 7 <= world.days.days) & ((left < 0) | (left >= week + 7)))
        parts.append(
            pd.DataFrame(
                {
                    "training_id": one.training_id,
                    "staff_id": staff["staff_id"].to_numpy()[who["person"].to_numpy()[person]],
                    "week": world.days.date(week[person, turn]),
                    "done": pd.array(rng.random(len(person)) < own[person], dtype="boolean"),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
