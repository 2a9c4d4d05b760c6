"""Why did each leave who left?

A cause is drawn in proportion to its weight: the institution's, times what the campus and what happened to the student
make of it. Who is asked says it; some say something else, and some nothing.
"""

import numpy as np
import pandas as pd

from churnlab.synthetic.dice import with_own_dice
from churnlab.synthetic.hazard import COVARIATES
from churnlab.synthetic.history import History
from churnlab.synthetic.people import student_ids
from churnlab.synthetic.state import CHURN, KINDS, World
from churnlab.synthetic.steps import Floats, Ints

WEIGHTS = {
    "market": {"price": 0.13, "competitor": 0.09, "promise_not_kept": 0.05, "wrong_course_sold": 0.05},
    "teaching": {"teacher": 0.11, "teacher_change": 0.07, "course_design": 0.05, "progress": 0.12, "class_size": 0.04},
    "service": {"scheduling": 0.09, "slow_reply": 0.05, "attitude": 0.03, "refund_terms": 0.02},
    "facility": {"location": 0.04, "environment": 0.03, "safety": 0.02, "equipment": 0.01},
}
CAUSES = tuple((department, code) for department, codes in WEIGHTS.items() for code in codes)
CODES = tuple(code for _, code in CAUSES)
DEPARTMENT_OF = dict((code, department) for department, code in CAUSES)
SCHEDULING_RATIO, SAFETY_RATIO = 3.0, 4.0
"""How much heavier these weigh at the campus that is bad at them."""
AFTER_TEACHER_CHANGE, AFTER_COMPLAINT = 4.0, 2.5
"""How much heavier a change of teachers weighs after one, and service while a complaint is open."""
BY_PRICE, BY_QUALITY = 0.5, -0.5
"""Log weight of price by a standard deviation of it, and of the teacher by one of quality."""
MISREPORTED_SHARE = 0.12
"""Who is asked gives an excuse instead."""
EXCUSES = {"price": 0.45, "scheduling": 0.35, "competitor": 0.20}


def scheduling_campus(world: World) -> int:
    """Return the campus that cannot get its timetable right."""
    return 2 % world.institution.campuses


def safety_campus(world: World) -> int:
    """Return the campus that is not safe."""
    return 0


def causes(world: World, past: History) -> pd.DataFrame:
    """Return one row per end of any kind of churn, in the order of `History.ends`.

    Returns
    -------
    pandas.DataFrame
        Index of `ends`; `student`, `episode`, `left`, `campus` (positions and days), `cause` and `stated` (positions in
        `CODES`; what would be said if asked), and a column per code with its probability.
    """
    rng = with_own_dice(world, "causes").rng
    ends = past.ends[past.ends["kind"] < len(CHURN)]
    campus = _campus(world, past, ends)
    chance = _weights(world, past, ends, campus)
    chance /= chance.sum(axis=1, keepdims=True)
    cause = _drawn(chance, rng)
    excuses = np.array([CODES.index(code) for code in EXCUSES])
    excuse = rng.choice(excuses, len(ends), p=list(EXCUSES.values()))
    stated = np.where(rng.random(len(ends)) < MISREPORTED_SHARE, excuse, cause)
    table = ends[["student", "episode", "left", "kind"]].astype(np.int64)
    return table.assign(campus=campus, cause=cause, stated=stated).join(
        pd.DataFrame(chance, columns=list(CODES), index=ends.index)
    )


def others(many: int, rng: np.random.Generator) -> Ints:
    """Draw positions in `CODES` of reasons of people of whom nothing else is known."""
    return _drawn(np.broadcast_to(_base(), (many, len(CODES))), rng)


def _base() -> Floats:
    weight = np.array([WEIGHTS[department][code] for department, code in CAUSES])
    return weight / weight.sum()


def _drawn(chance: Floats, rng: np.random.Generator) -> Ints:
    found: Ints = np.minimum((np.cumsum(chance, axis=1) < rng.random((len(chance), 1))).sum(axis=1), len(CODES) - 1)
    return found


def _campus(world: World, past: History, ends: pd.DataFrame) -> Ints:
    """Return where each had her last lesson."""
    attended = past.lessons[past.lessons["status"] <= 1].drop_duplicates(["student", "day"])
    group = attended.set_index(["student", "day"])["group"].reindex(pd.MultiIndex.from_frame(ends[["student", "left"]]))
    known = group.notna().to_numpy()
    found: Ints = world.students.campus[ends["student"]].copy()
    found[known] = world.place.class_campus[group.to_numpy()[known].astype(np.int64)]
    return found


def _weights(world: World, past: History, ends: pd.DataFrame, campus: Ints) -> Floats:
    weight = np.tile(_base(), (len(ends), 1))
    at = {code: number for number, code in enumerate(CODES)}
    weight[campus == scheduling_campus(world), at["scheduling"]] *= SCHEDULING_RATIO
    weight[campus == safety_campus(world), at["safety"]] *= SAFETY_RATIO
    then = _then(world, past, ends)
    weight[:, at["teacher_change"]] *= np.where(then["teacher_change"] > 0, AFTER_TEACHER_CHANGE, 1)
    service = [at[code] for code in ("slow_reply", "attitude", "refund_terms")]
    weight[:, service] *= np.where(then["open_complaint"] > 0, AFTER_COMPLAINT, 1)[:, None]
    weight[:, at["price"]] *= np.exp(BY_PRICE * then["price"])
    weight[:, at["teacher"]] *= np.exp(BY_QUALITY * then["teacher_quality"])
    return weight


def _then(world: World, past: History, ends: pd.DataFrame) -> dict[str, Floats]:
    """Return what stood of each when she decided to leave; nothing in the simple mode."""
    if world.institution.simple:
        return {name: np.zeros(len(ends)) for name in COVARIATES}
    decided = past.risk[past.risk["kind"] >= 0].drop_duplicates(["student", "day"], keep="last")
    rows = decided.set_index(["student", "day"])[list(COVARIATES)]
    found = rows.reindex(pd.MultiIndex.from_frame(ends[["student", "left"]])).fillna(0.0)
    return {name: found[name].to_numpy(dtype=float) for name in COVARIATES}


def cause_truth(world: World, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per churned episode: what `Truth.causes` says."""
    codes = np.array(CODES, dtype=object)
    found = pd.DataFrame(
        {
            "student_id": student_ids(world)[rows["student"]],
            "episode": rows["episode"].to_numpy(),
            "left_on": world.days.date(rows["left"].to_numpy()),
            "end_kind": np.array(KINDS, dtype=object)[rows["kind"]],
            "campus": np.array(world.institution.campus_names, dtype=object)[rows["campus"]],
            "department": pd.Series(codes[rows["cause"]], dtype=object).map(DEPARTMENT_OF).to_numpy(),
            "cause": codes[rows["cause"]],
            "stated": codes[rows["stated"]],
            **{f"p_{code}": rows[code].to_numpy() for code in CODES},
        }
    )
    return found.sort_values(["student_id", "episode"], ignore_index=True)


def cause_shares(causes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per campus (`""`: all) and cause: what `Truth.cause_shares` says."""
    rows = pd.concat([causes, causes.assign(campus="")], ignore_index=True)
    grouped = rows.groupby("campus")
    mean = grouped[[f"p_{code}" for code in CODES]].mean().set_axis(list(CODES), axis=1)
    table = mean.reset_index().melt("campus", var_name="cause", value_name="share")
    place = table["cause"].map(CODES.index)
    table = table.assign(place=place).sort_values(["campus", "place"], ignore_index=True)
    drawn = (
        rows.groupby(["campus", "cause"])
        .size()
        .reindex(pd.MultiIndex.from_frame(table[["campus", "cause"]]), fill_value=0)
    )
    table = table.assign(
        department=table["cause"].map(DEPARTMENT_OF),
        left=table["campus"].map(grouped.size()),
        drawn=drawn.to_numpy(),
    )
    return table[["campus", "department", "cause", "left", "drawn", "share"]]
