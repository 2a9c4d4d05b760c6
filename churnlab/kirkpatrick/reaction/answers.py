"""What was answered after a training, with reversed questions turned round?"""

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.rating import Rating, rating
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

LOWEST, HIGHEST = 1, 5
MOST = 10
RECOMMENDATION = "recommendation"
_ORDER = ["training_id", "session_id", "respondent_id", "dimension", "item"]


def answers_of(data: Data) -> pd.DataFrame:
    """Return the answers to questions of 1 to 5 after all trainings: one row a respondent, session and item.

    Columns of `reactions` without the free text; `score` as it was given (1–5), `turned` the same with items turned
    round that are marked reversed, so that 5 is always the best.

    Raises
    ------
    NotEnoughData
        If nobody was asked anything.
    """
    rows = _all_of(data)
    # A half between two boxes is no answer to a five-point item.
    rows = rows[_on_five(rows, data) & rows["score"].isin(range(LOWEST, HIGHEST + 1))]
    reversed_ = rows["reverse_keyed"].eq(True).to_numpy(dtype=bool, na_value=False)
    score = rows["score"].astype(float)
    return rows.assign(turned=np.where(reversed_, LOWEST + HIGHEST - score, score)).sort_values(
        _ORDER, ignore_index=True
    )


def off_five(evaluated: Evaluation) -> int:
    """Count the questions after a training that are on another scale than 1 to 5 and count nowhere else either."""
    rows = _all_of(evaluated.data)
    rows = rows[(rows["training_id"] == evaluated.course.training_id) & ~_on_five(rows, evaluated.data)]
    return len(set(rows["item"]) - set(from_0_to_10(evaluated)["item"]))


def from_0_to_10(evaluated: Evaluation) -> pd.DataFrame:
    """Return the answers to how likely somebody recommends a training, where they are said to be from 0 to 10."""
    rows = _all_of(evaluated.data)
    rows = rows[(rows["training_id"] == evaluated.course.training_id) & (rows["dimension"] == RECOMMENDATION)]
    rows = rows[(rows["scale_min"] == 0) & (rows["scale_max"] == MOST) & rows["score"].isin(range(MOST + 1))]
    return rows.sort_values(_ORDER, ignore_index=True)


@remembered
def _all_of(data: Data) -> pd.DataFrame:
    need(data, "reactions")
    return fetch(data.table("reactions")).drop(columns=["text"], errors="ignore")


def _on_five(rows: pd.DataFrame, data: Data) -> pd.Series:
    """Tell of each answer whether its question is on 1 to 5.

    It is not where its scale is told and is another one, or where it is not told and too many answers lie beyond: those
    of 1 to 5 to a question of 0 to 10 would be read as good answers.
    """
    other = (rows["scale_min"].notna() & (rows["scale_min"] != LOWEST)) | (
        rows["scale_max"].notna() & (rows["scale_max"] != HIGHEST)
    )
    beyond = ~rows["score"].between(LOWEST, HIGHEST)
    key = [rows["training_id"], rows["item"]]
    slips = beyond.groupby(key).transform("mean") <= data.settings.reaction.slips_share
    return ~other.groupby(key).transform("any") & slips


def answers(evaluated: Evaluation) -> pd.DataFrame:
    """Return the answers after one training, as `answers_of`.

    Raises
    ------
    NotEnoughData
        If fewer than two people answered.
    """
    rows = answers_of(evaluated.data)
    rows = rows[rows["training_id"] == evaluated.course.training_id].reset_index(drop=True)
    if rows["respondent_id"].nunique() < 2:
        raise NotEnoughData("reaction.none", training_id=evaluated.course.training_id)
    return rows


def rated(rows: pd.DataFrame, evaluated: Evaluation) -> Rating:
    """Return distribution, mean and top boxes of answers, with intervals by respondent."""
    settings = evaluated.data.settings
    return rating(
        rows["turned"],
        lowest=LOWEST,
        highest=HIGHEST,
        top_boxes=settings.reaction.top_boxes,
        clusters=rows["respondent_id"],
        level=settings.uncertainty.level,
    )


def out_of_100(score: float, mapping: str) -> float:
    """Write an answer of 1 to 5 out of 100: `from_zero` 100 (x − 1) / 4, `share_of_top` 100 x / 5."""
    if mapping == "from_zero":
        return 100 * (score - LOWEST) / (HIGHEST - LOWEST)
    return 100 * score / HIGHEST
