"""How much of a gain would have come anyway, because those were chosen who had scored low?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import LATER, answers, whole_scores
from churnlab.stats.gain import toward_the_mean
from churnlab.stats.paired import paired_difference
from churnlab.stats.reliability import cronbachs_alpha


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Who was chosen, by the test before.

    Attributes
    ----------
    trained, everybody : float
        Mean share of the points, 0–1.
    gap_sd : float
        Trained − everybody, in standard deviations of everybody.
    kr20 : float
        Reliability of the test, 0–1.
    low : bool
        Whether the trained had clearly lower scores; never where a lot chose them.
    expected : float
        Gain to expect by regression to the mean alone, in shares of the points; 0 where not `low`.
    """

    trained: float
    everybody: float
    gap_sd: float
    kr20: float
    low: bool
    expected: float


def chosen(evaluated: Evaluation) -> Chosen:
    """Tell whether the trained were chosen for low scores.

    Raises
    ------
    NotEnoughData
        If too few were tested before who were not trained, or the test's reliability cannot be told.
    """
    scores, rules = whole_scores(evaluated).dropna(subset="pre"), evaluated.data.settings.learning
    trained = scores.loc[scores["is_trained"], "pre"]
    training_id = evaluated.course.training_id
    if min(len(trained), len(scores) - len(trained)) < rules.least_compared or not scores["pre"].std() > 0:
        raise NotEnoughData("learning.no_reference", training_id=training_id, least=rules.least_compared)
    kr20 = reliability(evaluated)
    if np.isnan(kr20):
        raise NotEnoughData("learning.no_reliability", training_id=training_id)
    mean, own = float(scores["pre"].mean()), float(trained.mean())
    gap = (own - mean) / float(scores["pre"].std())
    low = evaluated.design is not Design.RANDOMISED and gap <= -rules.chosen_low_sd
    expected = toward_the_mean(mean, own, kr20) if low else 0.0
    return Chosen(trained=own, everybody=mean, gap_sd=gap, kr20=kr20, low=low, expected=expected)


def reliability(evaluated: Evaluation) -> float:
    """Return KR-20 of the test before, of all who took it, held within 0–1; NaN where too few did."""
    told = answers(evaluated)
    told = told[told["occasion"] == "pre"]
    if told["staff_id"].nunique() < evaluated.data.settings.uncertainty.min_group:
        return float("nan")
    marks = told.assign(mark=told["score"] / told["max_score"]).pivot(
        index=["staff_id", "is_trained"], columns="item_id", values="mark"
    )
    alpha = cronbachs_alpha(marks, level=evaluated.data.settings.uncertainty.level).alpha
    return float(np.clip(alpha, 0, 1))


def regression_guard(evaluated: Evaluation) -> Finding:
    """Take from the gain of people chosen for low scores what regression to the mean alone would give them.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.regression`, one row per later test `learned_by`: `n`, `test_change_points` with its interval,
        `expected_change_points` (by regression alone; 0 where they were not chosen for low scores) and
        `beyond_chance_points` with the interval of the change moved by as much.

    Raises
    ------
    NotEnoughData
        As `chosen`; and if fewer than two of the trained were tested before and after.
    """
    how, level = chosen(evaluated), evaluated.data.settings.uncertainty.level
    scores = whole_scores(evaluated)
    scores = scores[scores["is_trained"]]
    rows: list[dict[str, Any]] = []
    for later in LATER:
        found = paired_difference(scores["pre"], scores[later], level=level)
        if found.n >= 2:
            rows.append({
                "learned_by": later, "n": found.n, "test_change_points": found.mean,
                "test_change_points_low": found.low, "test_change_points_high": found.high,
                "expected_change_points": how.expected, "beyond_chance_points": found.mean - how.expected,
                "beyond_chance_points_low": found.low - how.expected,
                "beyond_chance_points_high": found.high - how.expected,
            })  # fmt: skip
    if not rows:
        raise NotEnoughData("learning.no_pairs", training_id=evaluated.course.training_id)
    facts = {
        **{name: value for name, value in rows[0].items() if name != "learned_by"}, "level": level,
        "before": how.trained, "everybody": how.everybody, "kr20": how.kr20, "gap_sd": how.gap_sd,
    }  # fmt: skip
    is_random = evaluated.design is Design.RANDOMISED
    said = "low" if how.low else "by_lot" if is_random else "not_low"
    return Finding(
        key="learning.regression", table=pd.DataFrame(rows), facts=facts, sentences=(said,),
        caveats=("learning_kr20",) if how.low else (), design=Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip
