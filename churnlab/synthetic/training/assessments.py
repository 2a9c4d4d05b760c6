"""How well do they do it when somebody watches on purpose?"""

import numpy as np
import pandas as pd

from churnlab.synthetic.clock import moments, office_minutes
from churnlab.synthetic.state import World
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import ADVISER, Floats, Ints
from churnlab.synthetic.training.workforce import there

CAPABILITIES = ("需求挖掘", "产品讲解", "异议处理", "促成签约", "售后跟进")
CAPABILITY_LEVEL = (3.6, 3.9, 2.9, 3.2, 3.7)
TARGET_SD, ASSESSOR_SD, NOISE_SD = 8.0, 3.0, 4.0
"""Of a score out of 100: between those assessed, between assessors, and of the rest."""
BASE = 68.0
GAIN_POINTS = 8.0
"""What one standard deviation of learning adds to a score, just after the training."""
SECONDS, SECONDS_SD, FASTER = 7.0, 0.35, -0.3
"""Median seconds to answer an objection, their standard deviation as logarithms, and what a standard deviation of
learning adds to the logarithm."""
ERRORS, FEWER = 3.0, -0.5
"""Mean number of errors in a scenario, and what a standard deviation of learning adds to its logarithm."""
VERSIONS, BLIND_LOGIT, BLIND_GAIN = 10, -0.2, 0.8
"""How many versions a blind test has, the log odds of telling one apart, and what a standard deviation of learning
adds."""
KINDS = {
    "scenario": ("PW01",),
    "skill": ("PW02",),
    "recording": ("PW01", "PW02"),
    "objection": ("PW03",),
    "sandbox": ("PW03",),
}
"""Who watches: recordings are rated twice."""
_EACH = {
    "scenario": "情景演练",
    "skill": "技能考核",
    "recording": "标准流程",
    "objection": "价格异议",
    "sandbox": "招生沙盘",
}
COMPETENCY_DAY = 45


def assessments(world: World, staff: pd.DataFrame, held: list[Held], rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows of the table `ratings` by assessors: of advisers, in trainings that teach them something."""
    assessors = {
        name: ASSESSOR_SD * value for name, value in zip(("PW01", "PW02", "PW03"), rng.normal(size=3), strict=True)
    }
    parts = [
        _watched(world, staff, one, kind, occasion, assessors, rng)
        for one in held
        if one.programme.role == ADVISER
        for kind in KINDS
        for occasion in ("pre", "post")
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _watched(
    world: World,
    staff: pd.DataFrame,
    one: Held,
    kind: str,
    occasion: str,
    by: dict[str, float],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Let each be watched at the beginning or a week after the end, by all assessors of the kind at once."""
    person, day, learned = _there_then(world, staff, one, occasion)
    own = 0.6 * staff["ability"].to_numpy()[person] + 0.8 * rng.normal(size=len(person))
    true = BASE + TARGET_SD * own + GAIN_POINTS * learned
    at = moments(world.days, day, office_minutes(len(person), rng))
    ids, many = staff["staff_id"].to_numpy()[person], len(person)
    parts = []
    for assessor in KINDS[kind]:
        score = true + by[assessor] + NOISE_SD * rng.normal(size=many)
        parts.append(
            pd.DataFrame(
                {
                    "training_id": one.training_id, "staff_id": ids, "rater_id": assessor, "rater_role": "assessor",
                    "kind": kind, "occasion": occasion, "at": at, "dimension": _EACH[kind],
                    "score": np.round(np.clip(score, 0, 100), 1), "scale_min": 0.0, "scale_max": 100.0,
                    "seconds": _seconds(learned, rng) if kind == "objection" else np.full(many, np.nan),
                    "errors": pd.array(_errors(learned, rng) if kind == "scenario" else [None] * many, dtype="Int64"),
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _there_then(world: World, staff: pd.DataFrame, one: Held, occasion: str) -> tuple[Ints, Ints, Floats]:
    """Return who is there to be assessed, on which day, and how much each has learned in standard deviations."""
    who, post = one.trainees, occasion == "post"
    day: Ints = who["ends"].to_numpy() + 7 if post else who["starts"].to_numpy()
    person = who["person"].to_numpy()
    left = staff["left"].to_numpy()[person]
    still = (day < world.days.days) & ((left < 0) | (left >= day))
    learned = one.programme.learning_gain * post * (who["cohort"].to_numpy() > 0)
    return person[still], day[still], learned[still]


def blind_tests(world: World, staff: pd.DataFrame, held: list[Held], rng: np.random.Generator) -> pd.DataFrame:
    """Return how many of some versions of a product each told apart without their names, as rows of `ratings`."""
    parts = []
    for one in held:
        for occasion in ("pre", "post") if one.programme.is_blind_tested else ():
            person, day, learned = _there_then(world, staff, one, occasion)
            right = 1 / (1 + np.exp(-(BLIND_LOGIT + 0.6 * staff["ability"].to_numpy()[person] + BLIND_GAIN * learned)))
            parts.append(pd.DataFrame({
                "training_id": one.training_id, "staff_id": staff["staff_id"].to_numpy()[person], "rater_id": "PW03",
                "rater_role": "assessor", "kind": "blind_test", "occasion": occasion,
                "at": moments(world.days, day, office_minutes(len(person), rng)), "dimension": "版本盲测",
                "score": rng.binomial(VERSIONS, right).astype(float), "scale_min": 0.0, "scale_max": float(VERSIONS),
            }))  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _seconds(learned: Floats, rng: np.random.Generator) -> Floats:
    return np.round(np.exp(np.log(SECONDS) + FASTER * learned + SECONDS_SD * rng.normal(size=len(learned))), 1)


def _errors(learned: Floats, rng: np.random.Generator) -> Ints:
    return rng.poisson(ERRORS * np.exp(FEWER * learned))


def competencies(world: World, staff: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a rating of each adviser's capabilities by the head of the campus, once a year."""
    parts = []
    for day in range(COMPETENCY_DAY, world.days.days, 365):
        is_there = there(staff, day)
        who = np.flatnonzero(is_there & (staff["role"].to_numpy() == ADVISER))
        head = staff[is_there & (staff["role"].to_numpy() == "校长")].groupby("place")["staff_id"].first()
        by = head.reindex(staff["place"].to_numpy()[who]).to_numpy()
        level = np.array(CAPABILITY_LEVEL) + 0.4 * staff["ability"].to_numpy()[who, None]
        score = np.clip(np.rint(level + 0.6 * rng.normal(size=level.shape)), 1, 5)
        many = len(CAPABILITIES)
        parts.append(
            pd.DataFrame(
                {
                    "staff_id": np.repeat(staff["staff_id"].to_numpy()[who], many),
                    "rater_id": np.repeat(by, many), "rater_role": "superior", "kind": "competency", "occasion": "pre",
                    "at": np.repeat(moments(world.days, np.full(len(who), day), office_minutes(len(who), rng)), many),
                    "dimension": np.tile(np.array(CAPABILITIES, dtype=object), len(who)),
                    "score": score.ravel(), "scale_min": 1.0, "scale_max": 5.0,
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def recording_icc() -> float:
    """Return ICC(2,1) of two assessors' scores of the same recordings: σ²(target) / (σ²(target) + σ²(assessor) + σ²).

    An expectation over assessors too: of the two there are, one draw.
    """
    return TARGET_SD**2 / (TARGET_SD**2 + ASSESSOR_SD**2 + NOISE_SD**2)
