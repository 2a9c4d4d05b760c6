"""How much does each know, in tests and in the eyes of those above?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from churnlab.kirkpatrick.evaluation import Evaluation, staff
from churnlab.kirkpatrick.people.standing import Standing, stand
from churnlab.stats.normal_shrinkage import NormalShrunken
from churnlab.stats.shrinkage import beta_binomial
from churnlab.stats.two_way import two_way_normal
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import need

AFTER = ("post", "delayed")
_COLUMNS = ["staff_id", "kind", "source", "value"]


def learning(data: Data) -> Standing:
    """Return how high each stands in tests of what she had been taught, and in competency ratings by others.

    Of each training the first test after it, of those taught only: what nobody had taught her yet is no sign of her,
    and neither is what she says of herself. Of each year the mean of her competency ratings. Right answers are taken as
    log odds, where a hard test lies below an easy one by the same for all; both kinds are in standard deviations
    between colleagues in one test or round. Trainings are of unlike difficulty, and of unlike company: people are
    compared through the tests and rounds that they share (`two_way_normal`), so that strong colleagues lower nobody;
    where few share any, intervals are wide. Who shares none with the largest group of her role, not even through
    colleagues, is left out, and counted in `unlinked`.

    Returns
    -------
    Standing
        0 is the mean of the role, 1 the standard deviation between colleagues in one test.

    Raises
    ------
    NotEnoughData
        If neither tests nor ratings are stored, or there are too few.
    """
    need(data, "test_answers", "ratings")
    people = staff(data)[["staff_id", "role", "campus"]]
    told = pd.concat([_tests(data), _competencies(data)], ignore_index=True).merge(people, on="staff_id")
    return stand_linked(told, data)


def stand_linked(told: pd.DataFrame, data: Data) -> Standing:
    """Return the standing of people from what they took.

    Parameters
    ----------
    told : pandas.DataFrame
        `staff_id`, `role`, `campus`, `kind` (values of one kind are alike in spread), `source` (the test) and `value`.
    data : Data
        Whose settings count.

    Raises
    ------
    NotEnoughData
        As `stand`.
    """
    off = told["value"] - told.groupby(["role", "source"])["value"].transform("mean")
    alone = told.groupby(["role", "source"])["value"].transform("size") == 1
    keys = [told["role"], told["kind"]]
    freedom = (~alone).groupby(keys).transform("sum") - told["source"].where(~alone).groupby(keys).transform("nunique")
    spread = np.sqrt((off**2).groupby(keys).transform("sum") / freedom.where(freedom > 0))
    told = told.assign(value=told["value"] / spread.where(spread > 0))[~alone].dropna(subset="value")
    standing = stand(told, data, _judged)
    known = told[told["role"].isin(standing.by_role)]
    return replace(standing, unlinked=known["staff_id"].nunique() - len(standing.table))


def _judged(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, NormalShrunken] | None:
    found = two_way_normal(rows["value"], rows["staff_id"], rows["source"], level=level)
    return None if found is None else (found.table.drop(columns="group"), found)


def _tests(data: Data) -> pd.DataFrame:
    """Return the first test of each after each training that she was taught."""
    rows = data.table("test_answers")
    rows, keys = rows.filter(rows.occasion.isin(AFTER)), ["training_id", "staff_id", "occasion"]
    marks = rows.group_by(keys).aggregate(
        share=rows.score.sum() / rows.max_score.sum(), asked=rows.count(), taken_at=rows.taken_at.min()
    )
    told = fetch(marks.order_by(keys))
    ids = sorted(set(told["training_id"]) & set(fetch(data.table("trainings"))["training_id"]))
    taught = [Evaluation(data, one).trained.assign(training_id=one) for one in ids]
    columns = ["training_id", "staff_id", "began_on"]
    began = pd.concat([rows[columns] for rows in taught]) if taught else pd.DataFrame(columns=columns)
    told = told.merge(began, on=["training_id", "staff_id"])
    told = told[pd.to_datetime(told["taken_at"]) >= pd.to_datetime(told["began_on"])]
    told = told.sort_values([*keys[:2], "taken_at"]).drop_duplicates(keys[:2])
    right = told["share"].astype(float) * told["asked"]
    odds = np.log((right + 0.5) / (told["asked"] - right + 0.5))
    source: pd.Series = told["training_id"] + "/" + told["occasion"]
    return told.assign(source=source, kind="test", value=odds)[_COLUMNS]


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
    return rounds.assign(source=source, kind="competency")[_COLUMNS]


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
