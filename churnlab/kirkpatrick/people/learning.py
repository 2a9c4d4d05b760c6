"""How much does each know, in tests and in the eyes of those above?"""

import numpy as np
import pandas as pd

from churnlab.kirkpatrick.evaluation import staff
from churnlab.kirkpatrick.people.standing import Standing, stand
from churnlab.stats.shrinkage import beta_binomial
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

AFTER = ("post", "delayed")


def learning(data: Data) -> Standing:
    """Return how high each stands in tests and competency ratings, beside those who took the same.

    One value a test (its share right) and one a round of competency ratings (their mean); each less the mean of those
    of the same training, occasion and arm, in standard deviations between them. Tests of one training are alike, so
    that a training is one block. Who took part in no training and has no such rating is not told of. People of
    different trainings are not on one scale: the mean of each training counts as 0.

    Returns
    -------
    Standing
        0 is the mean of those who took the same, 1 the standard deviation between them in one test.

    Raises
    ------
    NotEnoughData
        If neither tests nor ratings are stored, or there are too few.
    """
    need(data, "test_answers", "ratings")
    people = staff(data)[["staff_id", "role", "campus"]]
    told = pd.concat([_tests(data), _competencies(data)], ignore_index=True).merge(people, on="staff_id")
    beside = told.groupby(["role", "source"])["value"]
    spread = beside.transform("std")
    told = told.assign(value=(told["value"] - beside.transform("mean")) / spread.where(spread > 0))
    told = told[beside.transform("size") >= data.settings.uncertainty.min_group].dropna(subset="value")
    return stand(told, data, fewest=1)


def _tests(data: Data) -> pd.DataFrame:
    rows = data.table("test_answers")
    keys = ["training_id", "staff_id", "occasion"]
    shares = fetch(rows.group_by(keys).aggregate(value=rows.score.sum() / rows.max_score.sum()).order_by(keys))
    arms = fetch(data.table("trainees").select("training_id", "staff_id", "arm"))
    shares = shares.merge(arms, on=["training_id", "staff_id"], how="left")
    arm = np.where(shares["occasion"] == "pre", "", shares["arm"].fillna(""))
    source: pd.Series = shares["training_id"] + "/" + shares["occasion"] + "/" + arm
    return shares.assign(source=source, block=shares["training_id"])[["staff_id", "source", "block", "value"]]


def _competencies(data: Data) -> pd.DataFrame:
    rows = data.table("ratings")
    rounds = fetch(
        rows.filter((rows.kind == "competency") & (rows.rater_role != "self"))
        .mutate(
            year=rows.at.year().cast("string"), part=(rows.score - rows.scale_min) / (rows.scale_max - rows.scale_min)
        )
        .group_by(["staff_id", "year"])
        .aggregate(value=lambda group: group.part.mean())
        .order_by(["staff_id", "year"])
    )
    source: pd.Series = pd.Series([f"competency/{year}" for year in rounds["year"]], index=rounds.index, dtype=object)
    return rounds.assign(source=source, block=source)[["staff_id", "source", "block", "value"]]


def module_shares(data: Data) -> pd.DataFrame:
    """Return what each knows of each module after a training, drawn towards all who took the same test.

    Returns
    -------
    pandas.DataFrame
        One row per `training_id`, `module` (the test's chapter) and `staff_id` of those who took the test after the
        training, of a test repeated later the last: `right`, `asked` (questions), `right_share` with `_low` and
        `_high` (`beta_binomial` over the people of the training and module).
    """
    need(data, "test_answers")
    rows = data.table("test_answers")
    told = fetch(rows.filter(rows.occasion.isin(AFTER) & rows.chapter.notnull() & rows.correct.notnull()))
    told = told.assign(last=told.groupby(["training_id", "staff_id"])["taken_at"].transform("max"))
    told = told[told["taken_at"] == told["last"]].rename(columns={"chapter": "module"})
    keys = ["training_id", "module", "staff_id"]
    told = told.assign(correct=told["correct"].astype(float))
    counts = told.groupby(keys, as_index=False).agg(right=("correct", "sum"), asked=("correct", "size"))
    return drawn_in(counts, ["training_id", "module"], data.settings.uncertainty.level)


def drawn_in(counts: pd.DataFrame, by: list[str], level: float) -> pd.DataFrame:
    """Return the shares of right answers, each drawn towards those of its group.

    Parameters
    ----------
    counts : pandas.DataFrame
        `right` and `asked` questions, and the columns of `by`.
    by : list of str
        Who is drawn together.
    level : float
        Coverage of the intervals, between 0 and 1.
    """
    parts = []
    for _, group in counts.groupby(by, sort=True):
        share = beta_binomial(group["right"], group["asked"], level=level)
        limits = {"right_share": share.mean, "right_share_low": share.low, "right_share_high": share.high}
        parts.append(group.assign(**limits))
    empty = counts.assign(right_share=0.0, right_share_low=0.0, right_share_high=0.0)
    return pd.concat(parts, ignore_index=True) if parts else empty
