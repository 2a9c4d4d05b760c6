"""How did each kind of rater see each person, before a training and after?"""

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.tables.door import fetch
from churnlab.tables.there import need

OCCASIONS = ("pre", "post", "delayed")
SELF = "self"


def behavior_ratings(evaluated: Evaluation) -> pd.DataFrame:
    """Return the 360-degree ratings of the people of a training.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    pandas.DataFrame
        One row per `staff_id`, `rater_role`, `rater_id`, `dimension` and `occasion` (`pre`, `post`, `delayed`): the
        `score` on the scale used most, to which others are stretched; `at` (timestamp; the latest, if she was rated
        twice on one occasion), `is_trained`, `ended_on`, `lowest` and `highest` of that scale. Ratings of other
        occasions, and those "after" a training that a person had not ended yet, are left out.

    Raises
    ------
    NotEnoughData
        If nobody was rated.
    """
    need(evaluated.data, "ratings")
    rows = evaluated.data.table("ratings")
    told = fetch(rows.filter((rows.training_id == evaluated.course.training_id) & (rows.kind == "behavior")))
    people = evaluated.people[["staff_id", "is_trained", "began_on", "ended_on"]]
    told = told[told["occasion"].isin(OCCASIONS)].merge(people, on="staff_id", validate="m:1")
    told["at"] = pd.to_datetime(told["at"])
    later = told["occasion"] != "pre"
    too_early = later & told["is_trained"] & ~(told["at"] >= told["ended_on"])
    told = told[~too_early & ~(~later & (told["at"] >= told["began_on"] + pd.Timedelta(days=1)))]
    if told.empty:
        raise NotEnoughData("behavior.unrated", training_id=evaluated.course.training_id)
    key = ["staff_id", "rater_role", "rater_id", "dimension", "occasion"]
    told = told.sort_values([*key, "at"], kind="stable").drop_duplicates(key, keep="last")
    scales = told.groupby(["scale_min", "scale_max"], as_index=False).size().sort_values("size", kind="stable")
    low, high = (float(scales[end].iloc[-1]) for end in ("scale_min", "scale_max"))
    share = (told["score"].astype(float) - told["scale_min"]) / (told["scale_max"] - told["scale_min"])
    told = told.assign(score=low + share * (high - low), lowest=low, highest=high)
    return told[[*key, "at", "score", "is_trained", "ended_on", "lowest", "highest"]].reset_index(drop=True)


def seen_by_role(ratings: pd.DataFrame, shown: set[tuple[str, str]]) -> pd.DataFrame:
    """Return how each kind of rater saw each person on each occasion: the mean over raters, then over dimensions.

    Parameters
    ----------
    ratings : pandas.DataFrame
        As `behavior_ratings` returns them.
    shown : set of (str, str)
        Role and dimension pairs whose raters may be averaged; others are left out. Of a person only the dimensions
        count that were rated on all her occasions by that role, so that a change is never one of what was asked.

    Returns
    -------
    pandas.DataFrame
        One row per `staff_id`, `rater_role` and `occasion`: `score`, `at` (the latest), `is_trained`, `ended_on`.
    """
    pairs = pd.MultiIndex.from_frame(ratings[["rater_role", "dimension"]])
    kept = ratings[pairs.isin(list(shown))] if shown else ratings.iloc[:0]
    whose = ["staff_id", "rater_role"]
    asked = kept.groupby(whose)["occasion"].transform("nunique")
    answered = kept.groupby([*whose, "dimension"])["occasion"].transform("nunique")
    kept = kept[answered == asked]
    cells = kept.groupby([*whose, "occasion", "dimension"], as_index=False).agg(
        score=("score", "mean"), at=("at", "max"), is_trained=("is_trained", "first"), ended_on=("ended_on", "first")
    )
    return cells.groupby([*whose, "occasion"], as_index=False).agg(
        score=("score", "mean"), at=("at", "max"), is_trained=("is_trained", "first"), ended_on=("ended_on", "first")
    )


def seen_by_others(seen: pd.DataFrame) -> pd.DataFrame:
    """Return how others see each person: the mean over the kinds of rater, the person herself left out.

    Of a person only those kinds count that rated her on all occasions on which any did.

    Parameters
    ----------
    seen : pandas.DataFrame
        As `seen_by_role` returns it.

    Returns
    -------
    pandas.DataFrame
        One row per `staff_id` and `occasion`: `score`, `at`, `is_trained`, `ended_on`.
    """
    others = seen[seen["rater_role"] != SELF]
    asked = others.groupby("staff_id")["occasion"].transform("nunique")
    others = others[others.groupby(["staff_id", "rater_role"])["occasion"].transform("nunique") == asked]
    return others.groupby(["staff_id", "occasion"], as_index=False).agg(
        score=("score", "mean"), at=("at", "max"), is_trained=("is_trained", "first"), ended_on=("ended_on", "first")
    )
