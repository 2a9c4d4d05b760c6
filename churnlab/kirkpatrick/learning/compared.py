"""Did the trained learn more than people who were not trained?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.learning.scores import LATER, whole_scores
from churnlab.kirkpatrick.results.window import is_by_campus, period
from churnlab.stats.ancova import AdjustedAndGain, adjusted_and_gain


def differences(evaluated: Evaluation) -> dict[str, AdjustedAndGain]:
    """Return both comparisons of trained with others, by later test; tests that too few took are left out.

    Who waited for her turn stands among the others with what she answered while she waited. Errors go by campus where
    who was trained hangs together within campuses, and by person where some are on both sides.
    """
    scores, settings = whole_scores(evaluated), evaluated.data.settings
    clusters, level = _clusters(evaluated, scores), settings.uncertainty.level
    found = {
        later: adjusted_and_gain(scores["pre"], scores[later], scores["is_trained"], level=level, clusters=clusters)
        for later in LATER
    }
    least = settings.learning.least_compared
    return {
        later: one
        for later, one in found.items()
        if min(one.n_trained, one.n_others) >= least and one.adjusted_low == one.adjusted_low
    }


def _clusters(evaluated: Evaluation, scores: pd.DataFrame) -> pd.Series | None:
    people = evaluated.people.assign(start=period(evaluated.people["works_from"]))
    if is_by_campus(people, evaluated.data.settings.results.campus_share):
        campus = people.set_index("staff_id")["campus"].astype(object)
        return scores["staff_id"].map(campus.where(campus.notna(), ""))
    return scores["staff_id"] if scores["staff_id"].duplicated().any() else None


def learning_compared(evaluated: Evaluation) -> Finding:
    """Compare the test scores of trained and others in two ways, side by side.

    At equal scores before (analysis of covariance), and by gains. Where the two disagree nobody can say from the data
    which is right (Lord's paradox), and both are told.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `learning.compared`, one row per later test `learned_by` and `learning_method` (`adjusted`, `gain`): `trained`,
        `compared` (people with both scores), `before_difference_points` (trained − others, before) and
        `learned_more_points` with its interval and `p_value`.

    Raises
    ------
    NotEnoughData
        If nobody was tested, or too few of either group before and after.
    """
    found = differences(evaluated)
    settings = evaluated.data.settings
    if not found:
        raise NotEnoughData(
            "learning.no_comparison", training_id=evaluated.course.training_id, least=settings.learning.least_compared
        )
    rows = [row for later, one in found.items() for row in _rows(later, one)]
    later, one = next(iter(found.items()))
    facts: dict[str, Any] = {
        "level": settings.uncertainty.level, "trained": one.n_trained, "compared": one.n_others,
        "adjusted": one.adjusted, "adjusted_low": one.adjusted_low, "adjusted_high": one.adjusted_high,
        "gain": one.gain, "gain_low": one.gain_low, "gain_high": one.gain_high, "before": one.baseline_difference,
    }  # fmt: skip
    disagree = any(each.disagree for each in found.values())
    sentences = ("sentence" if later == "post" else "later", "lord" if disagree else "agree")
    return Finding(
        key="learning.compared", table=pd.DataFrame(rows), facts=facts, sentences=sentences, design=evaluated.design
    )


def _rows(later: str, one: AdjustedAndGain) -> list[dict[str, Any]]:
    common = {
        "trained": one.n_trained, "compared": one.n_others, "before_difference_points": one.baseline_difference,
    }  # fmt: skip
    return [
        {
            "learned_by": later, "learning_method": method, **common, "learned_more_points": value,
            "learned_more_points_low": low, "learned_more_points_high": high, "p_value": p_value,
        }
        for method, value, low, high, p_value in (
            ("adjusted", one.adjusted, one.adjusted_low, one.adjusted_high, one.adjusted_p),
            ("gain", one.gain, one.gain_low, one.gain_high, one.gain_p),
        )
    ]  # fmt: skip
