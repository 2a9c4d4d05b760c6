"""Did the students of trained teachers stay, were they content, and did they complain less?"""

from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.loop.hazard import HazardRatio, hazard_ratio
from churnlab.kirkpatrick.loop.judged import FEW, LEAVING, Judged, judged
from churnlab.kirkpatrick.results.telling import CHANGE, DOUBTFUL, NOT_SHOWN, SHOWN, WORSE
from churnlab.wording import Said

_SENTENCES = {SHOWN: "fewer", WORSE: "more", FEW: "few"}
_JUDGED = (SHOWN, WORSE, NOT_SHOWN)


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
        `holm_p_value` (raised for all results of these students, see `student_outcomes`; missing: fewer than
        `loop.fewest_teachers` in all, and no verdict), `trained_teachers`, `compared_teachers`, `student_months` and
        `churned_in_them`.

    Raises
    ------
    NotEnoughData
        If too few teachers have students while trained or while not, or too few students left.
    """
    _asked(evaluated)
    found = hazard_ratio(evaluated)
    leaving = next(one for one in judged(evaluated) if one.outcome == LEAVING)
    row = {
        "hazard_ratio": found.ratio, "hazard_ratio_low": found.low, "hazard_ratio_high": found.high,
        "holm_p_value": leaving.raised, "trained_teachers": found.trained_teachers,
        "compared_teachers": found.compared_teachers, "student_months": found.student_months,
        "churned_in_them": found.churned,
    }  # fmt: skip
    return Finding(
        key="loop.kept", table=pd.DataFrame([row]), facts=_facts(evaluated, found) | row,
        sentences=(_SENTENCES.get(leaving.verdict, "cannot_tell"), "base"), caveats=("loop_students_not_by_lot",),
        design=leaving.design,
    )  # fmt: skip


def _facts(evaluated: Evaluation, found: HazardRatio) -> dict[str, Any]:
    settings = evaluated.data.settings
    return {
        "training": evaluated.course.name, "level": settings.uncertainty.level,
        "teachers": found.teachers, "fewest": settings.loop.fewest_teachers,
        "less": 1 - found.ratio, "less_low": 1 - found.high, "less_high": 1 - found.low,
        "more": found.ratio - 1, "more_low": found.low - 1, "more_high": found.high - 1,
    }  # fmt: skip


def student_outcomes(evaluated: Evaluation) -> Finding:
    """Say how churn, satisfaction and complaints of the students of trained teachers moved beyond those of the others.

    How readily students leave is told twice: by the month and teacher of the moment (`hazard.hazard_ratio`), and by the
    share of a month, where each student counts for the teacher whom she had when the training began, whoever taught her
    later. That and the other monthly numbers are judged as `series_effect` judges any of the people trained: a
    difference in differences, staggered where cohorts began one after the other, weighted by students, errors by
    teacher. Complaints that name somebody are a ratio of rates per month in service (`complaints.complaint_ratio`); of
    service staff that is all that can be told: who looks after a student is known as of now, not as of then.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `loop.outcomes`, one row an outcome: `student_outcome`, `effect_verdict` (as of `kpi_effects`; `few`: fewer
        than `loop.fewest_teachers`), `without_training` and `observed_mean` (of the students after; the first is the
        second less the effect), `student_effect` (with its interval, in words), `student_change_share` with its
        interval (the effect over what it would be without the training), `holm_p_value` (raised for all outcomes a
        claim is made of), `told_by` (people trained and compared). What too few people tell is left out.

    Raises
    ------
    NotEnoughData
        If that is so of every outcome, as of a training of people who give no lessons and are in no complaint.
    """
    _asked(evaluated)
    found = judged(evaluated)
    if not found:
        least = evaluated.data.settings.results.fewest_people
        raise NotEnoughData("loop.nobody_teaches", training=evaluated.course.name, least=least)
    verdicts = [one.verdict for one in found]
    settings = evaluated.data.settings
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "outcomes": _tested(found), "better": verdicts.count(SHOWN),
        "worse": verdicts.count(WORSE), "level": settings.uncertainty.level, "fewest": settings.loop.fewest_teachers,
    }  # fmt: skip
    return Finding(
        key="loop.outcomes", table=pd.DataFrame([_row(one) for one in found]), facts=facts,
        sentences=_said(verdicts, facts["outcomes"]), caveats=_caveats(verdicts), design=_weakest(found),
    )  # fmt: skip


def _row(one: Judged) -> dict[str, object]:
    change, low, high = one.relative
    return {
        "student_outcome": one.outcome,
        "effect_verdict": one.verdict,
        "without_training": one.without,
        "observed_mean": one.observed,
        "student_effect": one.effect,
        "student_change_share": change,
        "student_change_share_low": low,
        "student_change_share_high": high,
        "holm_p_value": one.raised,
        "told_by": Said("results.sides", {"trained": one.trained, "compared": one.compared}),
    }


def _said(verdicts: list[str], tested: int) -> tuple[str, ...]:
    if SHOWN in verdicts or WORSE in verdicts:
        return ("shown", "how")
    if tested:
        return ("not_shown", "how")
    return (next(one for one in (CHANGE, DOUBTFUL, FEW) if one in verdicts), "how")


def _tested(found: list[Judged]) -> int:
    return sum(one.verdict in _JUDGED for one in found)


def _caveats(verdicts: list[str]) -> tuple[str, ...]:
    asked = {"loop_few_teachers": FEW in verdicts, "loop_groups_apart": DOUBTFUL in verdicts}
    return ("loop_students_not_by_lot", *(key for key, holds in asked.items() if holds))


def _asked(evaluated: Evaluation) -> None:
    if evaluated.trained["works_from"].isna().all():
        raise NotEnoughData("loop.not_over", training=evaluated.course.name)


def _weakest(found: list[Judged]) -> Design:
    return max((one.design for one in found), key=list(Design).index)
