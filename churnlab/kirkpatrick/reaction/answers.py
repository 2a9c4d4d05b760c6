"""What was answered after a training, with reversed questions turned round?"""

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.stats.rating import Rating, rating
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

LOWEST, HIGHEST = 1, 5
_ORDER = ["training_id", "session_id", "respondent_id", "dimension", "item"]


def answers_of(data: Data) -> pd.DataFrame:
    """Return the answers after all trainings: one row a respondent, session and item.

    Columns of `reactions` without the free text; `score` as it was given (1–5), `turned` the same with items turned
    round that are marked reversed, so that 5 is always the best.

    Raises
    ------
    NotEnoughData
        If nobody was asked anything.
    """
    need(data, "reactions")
    rows = fetch(data.table("reactions")).drop(columns=["text"], errors="ignore")
    # A half between two boxes is no answer to a five-point item.
    rows = rows[rows["score"].isin(range(LOWEST, HIGHEST + 1))]
    reversed_ = rows["reverse_keyed"].eq(True).to_numpy(dtype=bool, na_value=False)
    score = rows["score"].astype(float)
    return rows.assign(turned=np.where(reversed_, LOWEST + HIGHEST - score, score)).sort_values(
        _ORDER, ignore_index=True
    )


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
