"""Who asked for money back, who was asked why she left, and how satisfied is everybody?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.blanks import where_known
from churnlab.synthetic.causes import others
from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.hinting import hinted, lowest_there
from churnlab.synthetic.history import History
from churnlab.synthetic.people import student_ids, those_with_role
from churnlab.synthetic.sales import enrolment_ids
from churnlab.synthetic.state import COMPLETED, NOT_RENEWED, PERSONAL, REFUNDED, WITHDRAWN, World
from churnlab.synthetic.stated import exit_reasons, hindsight, refund_reasons

PERSONAL_REASONS = (("moved", 0.6), ("health", 0.4))
EXIT_SHARE = {NOT_RENEWED: 0.45, WITHDRAWN: 1.0, COMPLETED: 1.0, PERSONAL: 1.0}
"""Of those refunded the reason stands in the refund; of those who just stay away nobody asked."""
METHODS = ("phone", "survey", "interview", "form")
KEPT_PER_STUDENT = 0.03
RESPONSE_SHARE = 0.4
ITEMS = (("教学满意度", "teaching", 4.15), ("服务满意度", "service", 4.0), ("环境满意度", "facility", 4.05))


def refunds(world: World, past: History, paid: pd.DataFrame, causes: pd.DataFrame) -> pd.DataFrame:
    """Return the table `refunds`: those of leavers, and requests that were talked out of."""
    rows = pd.concat([_refunded(world, past, causes), _kept(world, past)], ignore_index=True)
    rng, end = world.rng, world.days.days
    settled = rows["day"] + rng.integers(2, 13, len(rows))
    known = (settled < end).to_numpy()
    share = rng.uniform(0.15, 0.85, len(rows))
    total = paid.groupby("contract")["amount"].sum().reindex(rows["contract"]).to_numpy()
    rows = rows.assign(amount=np.round(share * total), settled=settled, known=known)
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
            **refund_reasons(world, rows["stated"].to_numpy()),
            "outcome": np.where(known, np.where(rows["kept"], "kept", "refunded"), "open"),
        }
    )


def _refunded(world: World, past: History, causes: pd.DataFrame) -> pd.DataFrame:
    """Request the money back a few days after the last lesson."""
    ends = past.ends[past.ends["kind"] == REFUNDED].astype(np.int64)
    day = ends["left"] + world.rng.integers(1, 6, len(ends))
    stated = causes["stated"].reindex(ends.index).to_numpy()
    return pd.DataFrame(
        {"student": ends["student"], "contract": ends["contract"], "day": day, "kept": False, "stated": stated}
    )


def _kept(world: World, past: History) -> pd.DataFrame:
    """Let some ask for their money in the middle of a contract and be talked into staying."""
    rows = past.contracts[(past.contracts["closed"] >= 0) & (past.contracts["closed"] - past.contracts["starts"] > 40)]
    rows = rows[world.rng.random(len(rows)) < KEPT_PER_STUDENT]
    day = rows["starts"] + (world.rng.uniform(0.2, 0.5, len(rows)) * (rows["closed"] - rows["starts"])).astype(np.int64)
    stated = others(len(rows), world.rng)
    return pd.DataFrame(
        {"student": rows["student"], "contract": rows.index, "day": day, "kept": True, "stated": stated}
    )


def exits(world: World, past: History, causes: pd.DataFrame) -> pd.DataFrame:
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
    names, weight = zip(*PERSONAL_REASONS, strict=True)
    personal = rng.choice(np.array(names, dtype=object), len(ends), p=np.array(weight, dtype=float))
    apart = np.select([kind == PERSONAL, kind == COMPLETED], [personal, "graduated"], "")
    until = past.contracts["ends"].reindex(ends["extra"]).to_numpy()
    alone = (ends["extra"] < 0).to_numpy() | (until <= ends["left"].to_numpy())
    contract = enrolment_ids(past).reindex(ends["contract"]).to_numpy()
    table = pd.DataFrame(
        {
            "student_id": student_ids(world)[ends["student"]],
            # Who leaves with two courses leaves both: the register names neither.
            "enrolment_id": where_known(alone, contract),
            "left_on": world.days.date(ends["left"].to_numpy()),
            **exit_reasons(world, causes["stated"].reindex(ends.index).to_numpy(), apart),
            "method": rng.choice(METHODS, len(ends), p=[0.6, 0.1, 0.1, 0.2]),
            "staff_id": those_with_role(world, "学管师", world.students.campus[ends["student"]]),
        }
    )
    table = table.assign(**hindsight(world, table))
    return table.sort_values(["left_on", "student_id"], ignore_index=True)


def _graduated(world: World, ends: pd.DataFrame) -> np.ndarray:
    day = ends["left"].to_numpy().astype(np.int64)
    grade = world.students.grade_on(world.days, ends["student"].to_numpy(), day)
    month = (world.days.first_day + day).astype("datetime64[M]").astype(int) % 12 + 1
    return np.isin(grade, (8, 11)) & np.isin(month, (6, 7))


def surveys(world: World, past: History, causes: pd.DataFrame) -> pd.DataFrame:
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
    scores = np.column_stack([_score(mean + 0.5 * mood, 1, 5, rng) for _, _, mean in ITEMS])
    hints = hinted(world, causes, "hinting_scores", moods["student"].to_numpy(dtype=np.int64), day)
    scores = lowest_there(hints, scores, tuple(name for _, name, _ in ITEMS))
    parts = [
        base.assign(item=item, dimension=name, score=score, scale_min=1.0, scale_max=5.0)
        for (item, name, _), score in zip(ITEMS, scores.T, strict=True)
    ]
    likely = _score(8.2 + 1.1 * mood, 0, 10, rng)
    parts.append(base.assign(item="推荐意愿", dimension="loyalty", score=likely, scale_min=0.0, scale_max=10.0))
    table = pd.concat(parts, ignore_index=True)
    table.loc[table["item"] == "推荐意愿", "instrument"] = "nps"
    table = table.assign(text=None)[(table["at"] < world.institution.end)]
    return table.sort_values(["at", "survey_id", "item"], ignore_index=True)


def _score(mean: np.ndarray, low: int, high: int, rng: np.random.Generator) -> np.ndarray:
    return np.clip(np.round(mean + rng.normal(0, 0.7, len(mean))), low, high)
