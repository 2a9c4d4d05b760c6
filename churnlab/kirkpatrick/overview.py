"""What was the training, and with whom can its people be compared?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation

ARMS = ("trained", "waitlist", "comparison")


def overview(evaluated: Evaluation) -> Finding:
    """Say whose training it was, when, and how far a comparison can be believed.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `training.overview`, one row per arm: `arm`, `people`, `trained` (by the date), `completed` (missing: not told),
        `quit` (left the training), `left_staff` (left the institution), `hours_mean` (of those trained; missing: not
        told). Facts: the course, `trained`, `compared`, `sessions` and `hours` held, `design`.

    Raises
    ------
    NotEnoughData
        If nobody was put into the training by the date.
    """
    people, course = evaluated.people, evaluated.course
    if people.empty:
        raise NotEnoughData("kirkpatrick.nobody", training_id=course.training_id)
    as_of = pd.Timestamp(evaluated.data.as_of)
    rows = [_arm(people[people["arm"] == arm], arm) for arm in ARMS if (people["arm"] == arm).any()]
    held = evaluated.sessions[evaluated.sessions["held_at"].notna()]
    facts: dict[str, Any] = {
        "training_id": course.training_id, "name": course.name, "starts_on": course.starts_on,
        "ends_on": course.ends_on, "trained": len(evaluated.trained),
        "compared": len(evaluated.compared), "sessions": len(held), "hours": float(held["hours"].sum()),
    }  # fmt: skip
    is_over = pd.Timestamp(course.ends_on) < as_of
    sentences = [("sentence" if len(evaluated.compared) else "alone") if is_over else "going_on"]
    sentences += ["sessions"] if len(held) else []
    sentences += [f"by_{evaluated.design}"]
    return Finding(key="training.overview", table=pd.DataFrame(rows), facts=facts, sentences=tuple(sentences))


def _arm(people: pd.DataFrame, arm: str) -> dict[str, object]:
    told, trained = people["completed"].dropna(), people[people["is_trained"]]
    return {
        "arm": arm,
        "people": len(people),
        "trained": len(trained),
        "completed": int(told.astype(bool).sum()) if len(told) else np.nan,
        "quit": int(people["quit_on"].notna().sum()),
        "left_staff": int(people["left_on"].notna().sum()),
        "hours_mean": float(trained["hours"].mean()) if len(trained) else np.nan,
    }
