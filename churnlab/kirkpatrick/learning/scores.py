"""Which share of a test did each have right, before, right after and later?"""

import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

OCCASIONS = ("pre", "post", "delayed")
LATER = ("post", "delayed")
ALL = "all_chapters"


def answers(evaluated: Evaluation) -> pd.DataFrame:
    """Return the answers to the tests of a training: one row a person, occasion and question.

    Of a question that somebody answered twice on one occasion, the first answer. Columns of `test_answers`, and
    `is_trained`: that the test is one of her training. Who waits for her turn may sit the tests of those before her:
    what she answered before her own training, but for her last test `pre`, is that of somebody not trained, and she
    has rows of both kinds.

    Raises
    ------
    NotEnoughData
        If nobody of the training answered a question that brings points.
    """
    return _answers(evaluated.data, evaluated.course.training_id).copy()


@remembered
def _answers(data: Data, training_id: str) -> pd.DataFrame:
    """Return `answers`: of one training they are asked for again and again, and are many rows."""
    need(data, "test_answers")
    evaluated, table = Evaluation(data, training_id), data.table("test_answers")
    rows = fetch(table.filter(table.training_id == training_id))
    rows = rows[rows["max_score"] > 0].merge(evaluated.people[["staff_id", "is_trained", "began_on"]], on="staff_id")
    rows["is_trained"] &= ~_while_waiting(rows)
    rows = rows.drop(columns="began_on").sort_values(["staff_id", "is_trained", "occasion", "item_id", "taken_at"])
    rows = rows.drop_duplicates(["staff_id", "is_trained", "occasion", "item_id"])
    if rows.empty:
        raise NotEnoughData("learning.no_tests", training_id=training_id)
    return rows.reset_index(drop=True)


def _while_waiting(rows: pd.DataFrame) -> pd.Series:
    """Tell what somebody answered before her training began, but for her last test before it."""
    day = rows["taken_at"].dt.normalize()
    before = rows["is_trained"] & (day < rows["began_on"])
    own = before & (rows["occasion"] == "pre")
    last = day[own].groupby(rows["staff_id"]).max()
    return before & ~(own & (day == rows["staff_id"].map(last)))


def scores_by_chapter(evaluated: Evaluation) -> pd.DataFrame:
    """Return the share of the points that each had: one row a chapter and person, of who waited two (see `answers`).

    `chapter` (`all_chapters`: over all, first), `staff_id`, `is_trained`, and `pre`, `post` and `delayed` (0–1; missing
    where there was no test).

    Raises
    ------
    NotEnoughData
        As `answers`.
    """
    told = answers(evaluated)
    whole = _shares(told.assign(chapter=ALL))
    parts = _shares(told[told["chapter"].notna()])
    return pd.concat([whole, parts], ignore_index=True) if parts["chapter"].nunique() > 1 else whole


def whole_scores(evaluated: Evaluation) -> pd.DataFrame:
    """Return the rows of `scores_by_chapter` over all chapters."""
    scores = scores_by_chapter(evaluated)
    return scores[scores["chapter"] == ALL].reset_index(drop=True)


def _shares(rows: pd.DataFrame) -> pd.DataFrame:
    points = rows.groupby(["chapter", "staff_id", "is_trained", "occasion"])[["score", "max_score"]].sum()
    shares = (points["score"] / points["max_score"]).unstack("occasion")
    return shares.reindex(columns=list(OCCASIONS)).rename_axis(columns=None).reset_index()
