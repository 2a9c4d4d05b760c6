"""Whose hours did a training take?"""

import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.tables.door import Data, fetch


@remembered
def attended(data: Data) -> pd.DataFrame:
    """Return the hours that each spent at each training's sessions: `training_id`, `staff_id`, `hours`.

    Sessions held, of those who came or made it up; where no attendance is told, the hours written down for her.
    """
    came = fetch(data.table("training_attendance"))
    held = fetch(data.table("training_sessions"))
    held = held[held["held_at"].notna()]
    there = came[came["status"] != "absent"].merge(held[["session_id", "training_id", "hours"]], on="session_id")
    hours = there.groupby(["training_id", "staff_id"], as_index=False)["hours"].sum()
    written = fetch(data.table("trainees"))[["training_id", "staff_id", "hours"]]
    written = written[(written["hours"] > 0) & ~written["training_id"].isin(hours["training_id"])]
    told = pd.concat([part for part in (hours, written) if len(part)] or [hours], ignore_index=True)
    return told.astype({"hours": float}).sort_values(["training_id", "staff_id"], ignore_index=True)


def hours_of(evaluated: Evaluation) -> pd.Series:
    """Return the hours of each of those trained, rows as of `trained`: attended, else written down, else 0.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    """
    told = attended(evaluated.data)
    own = told[told["training_id"] == evaluated.course.training_id].set_index("staff_id")["hours"]
    trained = evaluated.trained
    return trained["staff_id"].map(own).fillna(trained["hours"].astype(float)).fillna(0.0).astype(float)
