"""Which of several effects is shown, which got worse, and what is to be known first?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named, written
from churnlab.kirkpatrick.results.effects import KpiEffect
from churnlab.settings import Settings
from churnlab.stats.balance import ADJUSTABLE_G
from churnlab.stats.multiplicity import holm
from churnlab.wording import Said

Floats = NDArray[np.float64]
_RELATIVE = ("relative_change_share", "relative_change_share_low", "relative_change_share_high")
_COUNTED = ("people_trained", "people_compared", "months_after")
SHOWN, WORSE, NOT_SHOWN, DOUBTFUL, CHANGE = "shown", "worse", "not_shown", "doubtful", "change"


def told(
    evaluated: Evaluation, found: list[KpiEffect], key: str, beside: Sequence[KpiEffect] = (), share: float = 0.5
) -> Finding:
    """Put effects beside each other: verdicts, adjusted p-values, what to know first.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    found : list of KpiEffect
        At least one.
    key : str
        Of the Finding.
    beside : sequence of KpiEffect
        Effects that the same training is asked for elsewhere: p-values are Holm's over these, too.
    share : float
        How much of the chance of a false finding is that of those found; the rest is that of those beside.
    """
    settings = evaluated.data.settings
    raised, least = _raised(found, beside, share)
    verdicts = [_verdict(one, p, at_best, settings) for one, p, at_best in zip(found, raised, least, strict=True)]
    rows = [_row(one, p, said, settings) for one, p, said in zip(found, raised, verdicts, strict=True)]
    sentences, facts = _said(evaluated, found, verdicts)
    order = list(Design)
    claimed = [one.design for one in found]
    # Where all are judged alike the caveat says so; a page has no room for it in every row.
    hidden = (*_RELATIVE, *_COUNTED, *(("judged_by",) if len(set(claimed)) == 1 else ()))
    return Finding(
        key=key, table=pd.DataFrame(rows), facts=facts, sentences=sentences, caveats=_caveats(found, raised, settings),
        design=max(claimed, key=order.index), hidden=hidden,
    )  # fmt: skip


def _raised(found: Sequence[KpiEffect], beside: Sequence[KpiEffect], share: float) -> tuple[Floats, Floats]:
    """Return the p-values of those found, raised, and the least that each could have come to (few groups; else 0)."""
    p = np.array([one.p_value if one.is_claim else np.nan for one in (*found, *beside)])
    here, there = np.split(~np.isnan(p), [len(found)])
    weights = np.repeat([share / max(here.sum(), 1), (1 - share) / max(there.sum(), 1)], [len(found), len(beside)])
    least = np.array([one.smallest_p for one in found]) * weights[~np.isnan(p)].sum() / weights[: len(found)]
    return holm(p, weights)[: len(found)], least


def _verdict(one: KpiEffect, raised: float, at_best: float, settings: Settings) -> str:
    if not one.is_claim:
        return CHANGE
    if one.is_doubtful or at_best > 1 - one.level:
        return DOUBTFUL
    if np.isnan(raised) or raised > 1 - one.level:
        return NOT_SHOWN
    better = (one.effect < 0) == low_is_good(one.metric, settings)
    return SHOWN if better else WORSE


def _row(one: KpiEffect, raised: float, verdict: str, settings: Settings) -> dict[str, object]:
    def value(number: float) -> Said | None:
        return written(number, one.metric, settings)

    return {
        "metric": one.metric,
        "effect_verdict": verdict,
        "kpi_before": value(one.baseline_mean),
        "kpi_without": value(one.counterfactual_mean) if one.is_claim else None,
        "kpi_after": value(one.observed_mean),
        "kpi_effect": change_written(one.effect, one.low, one.high, one.metric, settings),
        **_relative(one),
        "holm_p_value": raised,
        "judged_by": str(one.design),
        "told_by": Said("results.sides", {"trained": one.n_trained, "compared": one.n_compared}),
        "people_trained": one.n_trained,
        "people_compared": one.n_compared,
        "months_after": one.months_after,
    }


def _relative(one: KpiEffect) -> dict[str, float]:
    """Return the effect as a share of what it was before, so that KPIs of several units stand side by side."""
    base = abs(one.baseline_mean) or np.nan
    return {name: value / base for name, value in zip(_RELATIVE, (one.effect, one.low, one.high), strict=True)}


def _said(evaluated: Evaluation, found: list[KpiEffect], verdicts: list[str]) -> tuple[tuple[str, ...], dict[str, Any]]:
    settings = evaluated.data.settings
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "kpis": len(found), "level": settings.uncertainty.level,
        **{verdict: verdicts.count(verdict) for verdict in (SHOWN, WORSE, NOT_SHOWN, DOUBTFUL, CHANGE)},
        "people": max(one.n_trained for one in found), "compared": max(one.n_compared for one in found),
        "left": max(one.left for one in found), "left_compared": max(one.left_compared for one in found),
        "selected": max(one.selected_months for one in found), "early": min(one.months_after for one in found),
        "other_months": max(one.other_trainings for one in found),
        "groups": min((one.groups for one in found if one.groups), default=0),
    }  # fmt: skip
    for verdict in (SHOWN, WORSE):
        of = [one for one, said in zip(found, verdicts, strict=True) if said == verdict]
        facts[f"{verdict}_list"] = _listed([_effect_said(one, settings) for one in of])
    asked = (SHOWN, WORSE, NOT_SHOWN, DOUBTFUL, CHANGE)
    return tuple(verdict for verdict in asked if facts[verdict]), facts


def _listed(items: list[Said]) -> Said | None:
    said = items[0] if items else None
    for item in items[1:]:
        said = Said("results.and", {"first": said, "rest": item})
    return said


def _effect_said(one: KpiEffect, settings: Settings) -> Said:
    change = change_written(one.effect, one.low, one.high, one.metric, settings)
    return Said("results.one_effect", {"metric": named(one.metric), "change": change})


def _caveats(found: list[KpiEffect], raised: Floats, settings: Settings) -> tuple[str, ...]:
    alpha = 1 - settings.uncertainty.level
    claims = [one for one in found if one.is_claim]
    asked = {
        "results.selected": any(one.selected_months for one in found),
        "results.others": any(one.others for one in claims),
        "results.other_trainings": any(one.other_trainings for one in found),
        "results.pre_trend": any(one.pre_trend_p < alpha for one in claims if not one.by_lot),
        "results.unlike": any(abs(one.baseline_g) > ADJUSTABLE_G for one in claims if not one.by_lot),
        "results.trend_untested": any(
            np.isnan(one.pre_trend_p) for one in claims if not one.by_lot and one.design is Design.COMPARISON_GROUP
        ),
        "results.early": any(0 < one.months_after <= one.selected_months for one in claims),
        "results.few_groups": any(0 < one.groups < settings.results.fewest_groups for one in claims),
        "results.time_series": any(one.design is Design.TIME_SERIES for one in claims),
        "results.left": any(one.left for one in found),
        "results.unmoved": any(
            one.metric in settings.results.unmoved and p <= alpha for one, p in zip(found, raised, strict=True)
        ),
    }
    return tuple(key for key, holds in asked.items() if holds)
