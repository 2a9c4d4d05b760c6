"""Do they do it better, faster and with fewer errors when somebody watches on purpose?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import LATER, OCCASIONS
from churnlab.stats.ancova import adjusted_and_gain
from churnlab.stats.gain import ratio_of_means
from churnlab.stats.multiplicity import holm
from churnlab.stats.paired import paired_difference
from churnlab.tables.door import fetch
from churnlab.tables.there import need

KINDS = ("scenario", "skill", "recording", "objection", "sandbox", "blind_test")
_MEASURES = ("score", "seconds", "errors")
BEST = 100


def watched(evaluated: Evaluation) -> pd.DataFrame:
    """Return what assessors saw of a training's people: one row a rater, person, occasion and dimension.

    Columns of `ratings` for the kinds scenario, skill, recording, objection, sandbox and blind test (versions of a
    product told apart without their names); `score` out of 100 of its scale; `is_trained`.

    Raises
    ------
    NotEnoughData
        If nobody of the training was watched.
    """
    need(evaluated.data, "ratings")
    table = evaluated.data.table("ratings")
    rows = fetch(table.filter(table.training_id == evaluated.course.training_id))
    span = rows["scale_max"] - rows["scale_min"]
    rows = rows[rows["kind"].isin(KINDS) & rows["occasion"].isin(OCCASIONS) & (span > 0)]
    rows = rows.merge(evaluated.people[["staff_id", "is_trained"]], on="staff_id")
    if rows.empty:
        raise NotEnoughData("learning.not_watched", training_id=evaluated.course.training_id)
    score = BEST * (rows["score"] - rows["scale_min"]) / (rows["scale_max"] - rows["scale_min"])
    order = ["kind", "staff_id", "occasion", "at", "dimension", "rater_id"]
    return rows.assign(score=score).sort_values(order, ignore_index=True)


def watched_change(evaluated: Evaluation) -> Finding:
    """Compare scores, seconds and errors of watched performances before and after, and with others.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.watched`, one row per `watched_kind`, `watched_measure` (score out of 100, seconds, errors) and later
        occasion `learned_by`: `n` trained with both, `watched_before`, `watched_after` (means), `watched_change` with
        its t interval, `relative_change_rate` of seconds and errors with Fieller's interval; `compared` (people) and
        `watched_difference` from them at equal values before, with its interval; `adjusted_p_value`: Holm over all
        rows, of the difference if there is one, else of the change.

    Raises
    ------
    NotEnoughData
        If nobody was watched, or fewer than two of the trained before and after.
    """
    rows, settings = watched(evaluated), evaluated.data.settings
    told = []
    for kind in KINDS:
        for measure in _MEASURES:
            part = rows[(rows["kind"] == kind) & rows[measure].notna()].astype({measure: float})
            each = part.groupby(["staff_id", "is_trained", "occasion"])[measure].mean().unstack("occasion")
            each = each.reindex(columns=list(OCCASIONS)).reset_index()
            told += [
                {"watched_kind": kind, "watched_measure": measure, "learned_by": later}
                | _row(each, later, measure, settings.uncertainty.level, settings.learning.least_compared)
                for later in LATER
                if each.loc[each["is_trained"], ["pre", later]].notna().all(axis=1).sum() >= 2
            ]
    if not told:
        raise NotEnoughData("learning.not_watched_twice", training_id=evaluated.course.training_id)
    table = pd.DataFrame(told)
    p_value = table.pop("p_value")
    table = table.assign(adjusted_p_value=holm(p_value))
    has_others = bool(table["watched_difference_low"].notna().any())
    least_p = 1 - settings.uncertainty.level
    value = table["watched_difference" if has_others else "watched_change"]
    better = (value > 0) == (table["watched_measure"] == "score")
    sure = table["adjusted_p_value"] < least_p
    facts = {
        "tests": len(table), "better": int((sure & better).sum()), "worse": int((sure & ~better).sum()),
        "n": int(table["n"].max()), "compared": int(table["compared"].max()), "level": settings.uncertainty.level,
    }  # fmt: skip
    return Finding(
        key="learning.watched", table=table, facts=facts, sentences=("compared" if has_others else "alone",),
        design=evaluated.design if has_others else Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip


def _row(each: pd.DataFrame, later: str, measure: str, level: float, least: int) -> dict[str, Any]:
    own = each[each["is_trained"]]
    found = paired_difference(own["pre"], own[later], level=level)
    relative = (np.nan,) * 3
    if measure != "score":
        ratio = ratio_of_means(own[later], own["pre"], level=level)
        relative = (ratio.ratio - 1, ratio.low - 1, ratio.high - 1) if ratio.bounded else relative
    against = adjusted_and_gain(each["pre"], each[later], each["is_trained"], level=level)
    enough = against.n_others >= least and not np.isnan(against.adjusted_low)
    more = (against.adjusted, against.adjusted_low, against.adjusted_high) if enough else (np.nan,) * 3
    return {
        "n": found.n, "watched_before": found.before, "watched_after": found.after, "watched_change": found.mean,
        "watched_change_low": found.low, "watched_change_high": found.high, "relative_change_rate": relative[0],
        "relative_change_rate_low": relative[1], "relative_change_rate_high": relative[2],
        "compared": against.n_others if enough else 0, "watched_difference": more[0],
        "watched_difference_low": more[1], "watched_difference_high": more[2],
        "p_value": against.adjusted_p if enough else found.p_value,
    }  # fmt: skip
