"""Which results of the students stand, when all of one training are judged together?"""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.loop.complaints import ComplaintRatio, complaint_ratio
from churnlab.kirkpatrick.loop.hazard import HazardRatio, hazard_ratio
from churnlab.kirkpatrick.loop.series import CHURN, COMPLAINTS, teacher_months
from churnlab.kirkpatrick.metrics import change_written, written
from churnlab.kirkpatrick.results.effects import KpiEffect, effects_of
from churnlab.kirkpatrick.results.telling import CHANGE, DOUBTFUL, NOT_SHOWN, SHOWN, WORSE
from churnlab.settings import Settings
from churnlab.stats.multiplicity import holm
from churnlab.wording import Said

LEAVING, ABOUT = "student_leaving_ratio", "complaints_about_ratio"
LOW_IS_GOOD = (LEAVING, CHURN, COMPLAINTS, ABOUT)
FEW = "few"
"""Too few teachers tell it for a verdict, whatever the interval says."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """One result of the students of those trained.

    Attributes
    ----------
    outcome : str
        Which.
    verdict : str
        As of `kpi_effects`, or `few`: too few teachers for a verdict.
    without, observed : Said or None
        After the training, estimated without it and seen.
    effect : Said or None
        Difference or ratio with its interval, in words.
    relative : tuple of float
        The same with its ends as a share of what it would be without the training: −0.3 is 30 % less.
    p_value, raised : float
        Before and after the correction for all results of its students; NaN: no claim is made.
    design : Design
        How a claim of cause is supported.
    trained, compared : int
        People who tell it.
    is_apart : bool
        The groups were not alike before, or too few could have told.
    """

    outcome: str
    without: Said | None
    observed: Said | None
    effect: Said | None
    relative: tuple[float, float, float]
    p_value: float
    design: Design
    trained: int
    compared: int
    is_apart: bool = False
    is_few: bool = False
    raised: float = np.nan
    verdict: str = NOT_SHOWN


def judged(evaluated: Evaluation) -> list[Judged]:
    """Return all results of the students, their p-values raised by Holm for all of them: churn is tested twice.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    """
    settings = evaluated.data.settings
    found: list[Judged] = []
    with suppress(NotEnoughData):
        found.append(_of_hazard(hazard_ratio(evaluated), settings))
    found += [
        _of_effect(one, settings)
        for one in effects_of(evaluated, teacher_months(evaluated))
        if np.isfinite(one.effect)
    ]  # fmt: skip
    about = complaint_ratio(evaluated)
    return family([*found, *([_of_complaints(about)] if about else [])], 1 - settings.uncertainty.level)


def family(found: list[Judged], alpha: float) -> list[Judged]:
    """Raise the p-values of results for each other, and give each its verdict.

    Parameters
    ----------
    found : list of Judged
        All that is tested of the students of one training.
    alpha : float
        A false verdict among them may come so often.
    """
    raised = holm([one.p_value for one in found])
    return [
        replace(one, raised=float(p), verdict=_verdict(one, float(p), alpha))
        for one, p in zip(found, raised, strict=True)
    ]


def _verdict(one: Judged, raised: float, alpha: float) -> str:
    if one.design is Design.BEFORE_AFTER_ONLY:
        return CHANGE
    if one.is_few:
        return FEW
    if one.is_apart:
        return DOUBTFUL
    if np.isnan(raised) or raised > alpha:
        return NOT_SHOWN
    return SHOWN if (one.relative[0] < 0) == (one.outcome in LOW_IS_GOOD) else WORSE


def _of_hazard(found: HazardRatio, settings: Settings) -> Judged:
    few = found.teachers < settings.loop.fewest_teachers
    return Judged(
        outcome=LEAVING, without=None, observed=None, effect=_times(found.ratio, found.low, found.high),
        relative=(found.ratio - 1, found.low - 1, found.high - 1), p_value=np.nan if few else found.p_value,
        design=Design.COMPARISON_GROUP, trained=found.trained_teachers, compared=found.compared_teachers, is_few=few,
    )  # fmt: skip


def _of_effect(one: KpiEffect, settings: Settings) -> Judged:
    base = abs(one.counterfactual_mean) or np.nan
    return Judged(
        outcome=one.metric, observed=written(one.observed_mean, one.metric, settings),
        without=written(one.counterfactual_mean, one.metric, settings) if one.is_claim else None,
        effect=change_written(one.effect, one.low, one.high, one.metric, settings),
        relative=(one.effect / base, one.low / base, one.high / base), p_value=one.p_value if one.is_claim else np.nan,
        design=one.design, trained=one.n_trained, compared=one.n_compared, is_apart=one.is_doubtful,
    )  # fmt: skip


def _of_complaints(found: ComplaintRatio) -> Judged:
    alone = found.design is Design.BEFORE_AFTER_ONLY
    return Judged(
        outcome=ABOUT, effect=_times(found.ratio, found.low, found.high),
        without=None if alone else Said("loop.a_month", {"value": found.after / found.ratio}),
        observed=Said("loop.a_month", {"value": found.after}),
        relative=(found.ratio - 1, found.low - 1, found.high - 1), p_value=np.nan if alone else found.p_value,
        design=found.design, trained=found.trained, compared=found.compared,
    )  # fmt: skip


def _times(ratio: float, low: float, high: float) -> Said:
    return Said("loop.times" if np.isfinite(high) else "loop.times_open", {"ratio": ratio, "low": low, "high": high})
