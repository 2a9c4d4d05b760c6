"""Did the students of trained teachers stay, were they content, and did they complain less?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.loop.hazard import HazardRatio, hazard_ratio
from churnlab.kirkpatrick.loop.series import CHURN, COMPLAINTS, teacher_months
from churnlab.kirkpatrick.metrics import change_written, written
from churnlab.kirkpatrick.results.effects import KpiEffect, series_effect
from churnlab.kirkpatrick.results.telling import CHANGE, DOUBTFUL, NOT_SHOWN, SHOWN, WORSE
from churnlab.stats.multiplicity import holm

FEW_TEACHERS = 30
"""With fewer teachers in all, errors by teacher are rough (see `stats.cox`)."""
_GOOD = {CHURN: -1, COMPLAINTS: -1}


def students_kept(evaluated: Evaluation) -> Finding:
    """Say whether students churn less readily while a trained teacher teaches them.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `loop.kept`, one row: `hazard_ratio` with its interval (below 1: they stay; see `hazard.hazard_ratio`),
        `p_value`, `trained_teachers`, `compared_teachers`, `student_months` and `churned_in_them`.

    Raises
    ------
    NotEnoughData
        If too few teachers have students while trained or while not, or too few students left.
    """
    _asked(evaluated)
    found = hazard_ratio(evaluated)
    row = {
        "hazard_ratio": found.ratio, "hazard_ratio_low": found.low, "hazard_ratio_high": found.high,
        "p_value": found.p_value, "trained_teachers": found.trained_teachers,
        "compared_teachers": found.compared_teachers, "student_months": found.student_months,
        "churned_in_them": found.churned,
    }  # fmt: skip
    level = evaluated.data.settings.uncertainty.level
    facts: dict[str, Any] = {
        "training": evaluated.course.name,
        "level": level,
        "less": 1 - found.ratio,
        "more": found.ratio - 1,
        **row,
    }
    return Finding(
        key="loop.kept", table=pd.DataFrame([row]), facts=facts, sentences=(_kept(found), "base"),
        caveats=_caveats(found.teachers), design=Design.COMPARISON_GROUP,
    )  # fmt: skip


def student_outcomes(evaluated: Evaluation) -> Finding:
    """Say how churn, satisfaction and complaints of the students of trained teachers moved beyond those of the others.

    Each student counts for the teacher whom she had when the training began, whoever taught her later; each outcome is
    judged as `series_effect` judges any monthly number of the people trained: a difference in differences, staggered
    where cohorts began one after the other, weighted by students, errors by teacher.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `loop.outcomes`, one row an outcome: `student_outcome`, `effect_verdict` (as of `kpi_effects`), `observed_mean`
        and `without_training` (of the trained teachers' students after; the second is observed less effect),
        `student_effect` with its interval, `holm_p_value` (raised for the number of outcomes a claim is made of),
        `trained_teachers`, `compared_teachers`, `teacher_months`.
        Outcomes with too few teachers are left out.

    Raises
    ------
    NotEnoughData
        If that is so of every outcome, as of a training of people who give no lessons.
    """
    _asked(evaluated)
    found = _effects(evaluated)
    raised = holm([one.p_value if one.is_claim else np.nan for one in found])
    settings = evaluated.data.settings
    rows = [
        {
            "student_outcome": one.metric,
            "effect_verdict": _verdict(one, p_value),
            "observed_mean": written(one.observed_mean, one.metric, settings),
            "without_training": written(one.counterfactual_mean, one.metric, settings),
            "student_effect": change_written(one.effect, one.low, one.high, one.metric, settings),
            "holm_p_value": p_value,
            "trained_teachers": one.n_trained,
            "compared_teachers": one.n_compared,
            "teacher_months": one.person_months,
        }
        for one, p_value in zip(found, raised, strict=True)
    ]
    verdicts = [row["effect_verdict"] for row in rows]
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "outcomes": len(found), "better": verdicts.count(SHOWN),
        "worse": verdicts.count(WORSE), "level": settings.uncertainty.level,
    }  # fmt: skip
    sure = facts["better"] + facts["worse"] > 0
    said = "shown" if sure else "change" if set(verdicts) == {CHANGE} else "not_shown"
    caveats = _caveats(min(one.n_trained + one.n_compared for one in found))
    caveats += ("loop_groups_apart",) if any(one.is_doubtful for one in found) else ()
    return Finding(
        key="loop.outcomes", table=pd.DataFrame(rows), facts=facts, sentences=(said, "how"), caveats=caveats,
        design=_weakest(found),
    )  # fmt: skip


def _verdict(one: KpiEffect, raised: float) -> str:
    if not one.is_claim:
        return CHANGE
    if one.is_doubtful:
        return DOUBTFUL
    if np.isnan(raised) or raised > 1 - one.level:
        return NOT_SHOWN
    return SHOWN if one.effect * _GOOD.get(one.metric, 1) > 0 else WORSE


def _effects(evaluated: Evaluation) -> list[KpiEffect]:
    found, refused = [], None
    for metric, series in teacher_months(evaluated).items():
        try:
            effect = series_effect(evaluated, metric, series)
        except NotEnoughData as error:
            refused = error
            continue
        if np.isfinite(effect.effect):
            found.append(effect)
    if not found:
        least = evaluated.data.settings.results.fewest_people
        raise NotEnoughData("loop.nobody_teaches", training=evaluated.course.name, least=least) from refused
    return found


def _asked(evaluated: Evaluation) -> None:
    if evaluated.trained["works_from"].isna().all():
        raise NotEnoughData("loop.not_over", training=evaluated.course.name)


def _kept(found: HazardRatio) -> str:
    if found.high < 1:
        return "fewer"
    return "more" if found.low > 1 else "cannot_tell"


def _weakest(found: list[KpiEffect]) -> Design:
    strongest_first = list(Design)
    return max((one.design for one in found), key=strongest_first.index)


def _caveats(teachers: int) -> tuple[str, ...]:
    return ("loop_students_not_by_lot", *(("loop_few_teachers",) if teachers < FEW_TEACHERS else ()))
