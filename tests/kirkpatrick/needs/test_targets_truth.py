"""How often is a target called met, or not met, though people are exactly at its line?"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from churnlab.kirkpatrick import Evaluation, targets_met
from churnlab.tables.door import Data
from tests.builders import institution
from tests.kirkpatrick.needs.rows import kpi

pytestmark = pytest.mark.slow

BEFORE, AFTER = ("2025-10", "2025-11", "2025-12"), ("2026-02", "2026-03", "2026-04")
PEOPLE = 12  # as in many a training: fewer than some intervals promise to hold for
TRAININGS = 60
# What is true of the people of each training, and what is agreed: the same.
LINES = {"check_ins": 0.85, "attendance": 0.9, "test_mean": 80.0, "reaction": 75.0, "applied_share": 0.5}


def at_most(share: float, n: int) -> float:
    """Return how many of n chance makes of a share in all but one of two hundred cases."""
    return float(binom.ppf(0.995, n, share))


def test_a_kpi_that_is_at_its_line_is_seldom_called_met_or_not_met() -> None:
    """Estimand: the mean that a person of the trained is expected to reach after, and its change against before."""
    rng = np.random.default_rng(3)
    found = pd.concat([of_kpis(rng) for _ in range(4)], ignore_index=True)
    for kind, rows in found.groupby("kind"):
        for verdict in ("met", "not_met"):
            many = int((rows["state"] == verdict).sum())
            assert many <= at_most(0.05, len(rows)), (kind, verdict, many / len(rows))
    # On both sides together it is 5 of 100, and not never: an interval that is always too long would be no answer.
    wrong = int(found["state"].isin(["met", "not_met"]).sum())
    assert wrong >= binom.ppf(0.005, len(found), 0.05), wrong / len(found)


def of_kpis(rng: np.random.Generator) -> pd.DataFrame:
    """Return what is said of ninety KPIs of a dozen people: means, changes of +20 %, and rates near 1."""
    names, numbers, targets = [f"P{number}" for number in range(PEOPLE)], [], []
    for number in range(90):
        kind, target = (("level", 12.0), ("change", 0.2), ("rate", 0.93))[number % 3]
        metric = f"{kind}_{number}_rate" if kind == "rate" else f"{kind}_{number}"
        # Levels of people, a fifth of their mean more for all alike, noise of each month; some levels are very unlike.
        level = rng.gamma(4, 2.5, PEOPLE) if number % 2 else 10 + rng.normal(size=PEOPLE)
        rate = rng.beta(0.93 * 30, 0.07 * 30, PEOPLE)
        values = {
            one: {month: float(rng.binomial(40, rate[at]) / 40) for month in AFTER}
            if kind == "rate"
            else {month: level[at] + rng.normal() + 2 * (month in AFTER) for month in BEFORE + AFTER}
            for at, one in enumerate(names)
        }
        numbers += kpi(metric, values)
        agreed = {"kind": "change" if kind == "change" else "level", "agreed_on": "2025-12-20"}
        targets.append({"training_id": "PX1", "measure": metric, "target": target, "months": 3.0} | agreed)
    data = many_trainings(["PX1"], {"PX1": names}, kpis=numbers, training_targets=targets)
    with closing(data):
        table = targets_met(Evaluation(data, "PX1")).table
    return pd.DataFrame({"state": table["target_state"], "kind": table["metric"].str.split("_").str[0]})


def test_what_we_measure_ourselves_and_is_at_its_line_is_seldom_called_met_or_not_met() -> None:
    """Estimand: of tasks, seats, tests, reactions and ratings the share or mean that is expected of a person."""
    states = of_measures(np.random.default_rng(4), LINES)
    for measure, said in states.groupby("metric")["target_state"]:
        for verdict in ("met", "not_met"):
            many = int((said == verdict).sum())
            assert many <= at_most(0.05, len(said)), (measure, verdict, many / len(said))
    for verdict in ("met", "not_met"):
        many = int((states["target_state"] == verdict).sum())
        assert many <= at_most(0.05, len(states)), (verdict, many / len(states))


def test_what_is_far_beyond_its_line_is_called_met() -> None:
    """Estimand: as above; the lines lie far below what is true."""
    lines = {"check_ins": 0.6, "attendance": 0.6, "test_mean": 55.0, "reaction": 55.0, "applied_share": 0.1}
    states = of_measures(np.random.default_rng(4), lines, trainings=15)
    share = states.groupby("metric")["target_state"].agg(lambda said: (said == "met").mean())
    assert (share >= 0.8).all(), share.to_dict()


def of_measures(rng: np.random.Generator, lines: dict[str, float], trainings: int = TRAININGS) -> pd.DataFrame:
    """Return what is said of these targets in so many trainings of a dozen people each."""
    ids = [f"PX{number}" for number in range(trainings)]
    people = {one: [f"{one}-{number}" for number in range(PEOPLE)] for one in ids}
    targets = [
        {"training_id": one, "measure": measure, "target": line, "months": 3.0, "agreed_on": "2025-12-20"}
        for one in ids
        for measure, line in lines.items()
    ]
    tables: dict[str, list[dict[str, Any]]] = {}
    for one in ids:
        for name in people[one]:
            for table, row in told_of(one, name, rng):
                tables.setdefault(table, []).append(row)
    data = many_trainings(ids, people, training_targets=targets, **tables)
    with closing(data):
        return pd.concat([targets_met(Evaluation(data, one)).table for one in ids], ignore_index=True)


def told_of(training: str, who: str, rng: np.random.Generator) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return what the tables tell of one person, whose expectations are drawn first."""
    both = {"training_id": training, "staff_id": who}
    diligence, knowledge = rng.beta(0.85 * 12, 0.15 * 12), rng.beta(0.8 * 8, 0.2 * 8)
    for week in pd.date_range("2026-02-08", periods=8, freq="7D"):
        yield "check_ins", both | {"week": week, "done": bool(rng.random() < diligence)}
    for day in ("05", "12", "19", "26"):
        status = "present" if rng.random() < 0.9 else "absent"
        yield "training_attendance", {"session_id": f"{training}-{day}", "staff_id": who, "status": status}
    for item in range(10):
        right = float(rng.random() < knowledge)
        asked = {"occasion": "post", "taken_at": "2026-01-31", "item_id": str(item), "score": right, "max_score": 1.0}
        yield "test_answers", both | asked
    liking = rng.choice([3, 4])
    for item in ("one", "two", "three"):
        score = float(liking + rng.integers(2))
        answer = {"training_id": training, "respondent_id": who, "item": item, "score": score}
        yield "reactions", answer | {"dimension": "usefulness", "answered_at": "2026-01-31"}
    seen = {"rater_id": "H", "rater_role": "superior", "kind": "behavior", "occasion": "post", "at": "2026-05-01"}
    score = 5.0 if rng.random() < 0.5 else 2.0
    yield "ratings", both | seen | {"dimension": "listening", "score": score, "scale_min": 1.0, "scale_max": 5.0}


def many_trainings(ids: list[str], people: dict[str, list[str]], **tables: Any) -> Data:
    """Open trainings of January 2026, each with people of its own, as of July."""
    return institution(
        "2026-07-01",
        trainings=[
            {"training_id": one, "name": one, "starts_on": "2026-01-05", "ends_on": "2026-01-31"} for one in ids
        ],
        staff=[
            {"staff_id": who, "role": "adviser", "campus": "East", "hired_on": "2024-01-01"}
            for one in ids
            for who in people[one]
        ],
        trainees=[
            {"training_id": one, "staff_id": who, "arm": "trained", "enrolled_on": "2026-01-05",
             "concluded_on": "2026-01-31"}
            for one in ids
            for who in people[one]
        ],
        training_sessions=[
            {"session_id": f"{one}-{day}", "training_id": one, "planned_at": f"2026-01-{day} 09:00",
             "held_at": f"2026-01-{day} 09:00", "module": day}
            for one in ids
            for day in ("05", "12", "19", "26")
        ],
        **tables,
    )  # fmt: skip
