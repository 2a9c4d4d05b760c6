"""How much more did the trainees know after the training, chapter by chapter, and how much of it stayed?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import ALL, LATER, scores_by_chapter
from churnlab.stats.gain import normalised_gain, retention
from churnlab.stats.multiplicity import holm
from churnlab.stats.paired import paired_difference


def learning_gains(evaluated: Evaluation) -> Finding:
    """Compare the test scores of the trained with their own before.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.gains`, one row per `chapter` (`all_chapters` first) and later test `learned_by`: `n` who took both;
        `test_before_share`, `test_after_share` (mean share of the points), `test_change_points` with its t interval;
        `change_dz` and `change_dav` with intervals (see `stats.paired`); `normalised_gain` of the class's means with
        its interval (open where the data leave it so) and `own_gain`, the mean of single people's;
        `adjusted_p_value`, Holm over all rows.

    Raises
    ------
    NotEnoughData
        If nobody was tested, or fewer than two of the trained both before and after.
    """
    scores = scores_by_chapter(evaluated)
    scores = scores[scores["is_trained"]]
    level = evaluated.data.settings.uncertainty.level
    rows = [
        _row(chapter, later, part, level)
        for chapter, part in scores.groupby("chapter", sort=False)
        for later in LATER
        if (part["pre"].notna() & part[later].notna()).sum() >= 2
    ]
    if not rows or rows[0]["chapter"] != ALL:
        raise NotEnoughData("learning.no_pairs", training_id=evaluated.course.training_id)
    table = pd.DataFrame(rows)
    p_value = table.pop("p_value")
    table = table.assign(adjusted_p_value=holm(p_value))
    first = table.iloc[0]
    parts = table[(table["chapter"] != ALL) & (table["learned_by"] == first["learned_by"])]
    facts: dict[str, Any] = {str(name): first[str(name)] for name in table if name not in ("chapter", "learned_by")}
    risen = parts[(parts["adjusted_p_value"] < 1 - level) & (parts["test_change_points"] > 0)]
    facts |= {"level": level, "chapters": len(parts), "risen": len(risen), "n": int(first["n"])}
    sentences = ["sentence" if first["learned_by"] == "post" else "later"]
    sentences += ["chapters"] if len(parts) else []
    few = first["n"] < evaluated.data.settings.uncertainty.min_group
    return Finding(
        key="learning.gains",
        table=table,
        facts=facts,
        sentences=tuple(sentences),
        caveats=("learning_hake", *(("learning_few",) if few else ())),
        design=Design.BEFORE_AFTER_ONLY,
    )


def learning_kept(evaluated: Evaluation) -> Finding:
    """Tell how much of what was learned was still known at the delayed test.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.kept`, one row per `chapter`: `n` who took all three tests, their mean shares `test_before_share`,
        `test_after_share`, `test_delayed_share`, and `kept_of_gain_rate` with Fieller's interval; the ends are infinite
        where the data leave them open.

    Raises
    ------
    NotEnoughData
        If nobody was tested, or fewer than two of the trained three times.
    """
    scores = scores_by_chapter(evaluated)
    level, least = evaluated.data.settings.uncertainty.level, evaluated.data.settings.uncertainty.min_group
    three = scores[scores["is_trained"]].dropna(subset=["pre", *LATER])
    rows: list[dict[str, Any]] = []
    for chapter, part in three.groupby("chapter", sort=False):
        found = retention(part["pre"], part["post"], part["delayed"], level=level)
        ends = (found.low, found.high) if found.bounded else (np.nan, np.nan)
        rows.append({
            "chapter": chapter, "n": found.n, "test_before_share": part["pre"].mean(),
            "test_after_share": part["post"].mean(), "test_delayed_share": part["delayed"].mean(),
            "kept_of_gain_rate": found.ratio if found.bounded else np.nan, "kept_of_gain_rate_low": ends[0],
            "kept_of_gain_rate_high": ends[1],
        })  # fmt: skip
    if not rows or rows[0]["n"] < 2:
        raise NotEnoughData("learning.no_delayed", training_id=evaluated.course.training_id)
    table = pd.DataFrame(rows)
    first: dict[str, Any] = {str(name): value for name, value in table.iloc[0].to_dict().items()}
    sure = not np.isnan(first["kept_of_gain_rate"])
    return Finding(
        key="learning.kept",
        table=table,
        facts={**first, "level": level},
        sentences=("sentence" if sure else "unclear",),
        caveats=("learning_few",) if first["n"] < least else (),
        design=Design.BEFORE_AFTER_ONLY,
    )


def _row(chapter: Any, later: str, part: pd.DataFrame, level: float) -> dict[str, Any]:
    found = paired_difference(part["pre"], part[later], level=level)
    gain = normalised_gain(part["pre"], part[later], highest=1.0, level=level)
    return {
        "chapter": chapter, "learned_by": later, "n": found.n, "test_before_share": found.before,
        "test_after_share": found.after, "test_change_points": found.mean, "test_change_points_low": found.low,
        "test_change_points_high": found.high, "change_dz": found.dz, "change_dz_low": found.dz_low,
        "change_dz_high": found.dz_high, "change_dav": found.dav, "change_dav_low": found.dav_low,
        "change_dav_high": found.dav_high, "normalised_gain": gain.gain, "normalised_gain_low": gain.low,
        "normalised_gain_high": gain.high, "own_gain": gain.single, "p_value": found.p_value,
    }  # fmt: skip
