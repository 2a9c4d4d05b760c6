"""What would the campuses that were trained have done without it, judged by a mixture of the others?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named, written
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.campus_months import CampusMonths, Floats, campus_months
from churnlab.kirkpatrick.results.groups import other_trainings
from churnlab.settings import Settings
from churnlab.stats.multiplicity import holm
from churnlab.stats.synthetic_did import interval_of_did, placebo_error, placebo_p, synthetic_did
from churnlab.wording import Said

# With two or three months before, synthetic difference in differences is not to be trusted.
_FEWEST_BEFORE = 4
_FEWEST_COMPARED = 2
SHOWN, WORSE, NOT_SHOWN, CANNOT_TELL = "shown", "worse", "not_shown", "cannot_tell"


@dataclass(frozen=True, kw_only=True, eq=False)
class RegionEffect:
    """The campuses trained beside their mixture of others, in one KPI.

    Attributes
    ----------
    metric : str
        Which KPI.
    effect, low, high : float
        In its unit, a mean over the months after; no interval where fewer than two campuses more are compared than
        were trained.
    p_value, smallest_p : float
        How unusual the effect is among those of all other choices of campuses, and how unusual it could be at all.
    fit : float
        How far the two were apart in a typical month before: root of the mean square.
    own, synthetic : numpy.ndarray, shape (months,)
        The campuses trained and their mixture, moved to the same height before.
    of : CampusMonths
        What it was told from.
    """

    metric: str
    effect: float
    low: float
    high: float
    p_value: float
    smallest_p: float
    fit: float
    own: Floats
    synthetic: Floats
    of: CampusMonths


def region_effect(evaluated: Evaluation) -> Finding:
    """Say what a training did to the KPIs of campuses that were trained as a whole, by synthetic campuses.

    Synthetic difference in differences of the campuses' monthly means: the campuses not trained and the months before
    are weighted so that together they go as the trained ones went. All other choices of as many campuses are tried as
    well: an effect that these reach too is none. p-values are Holm's, over all KPIs. Where so few campuses are there
    that no effect, however large, could stand out, nothing is told.

    Returns
    -------
    Finding
        `results.region_effect`: one row a KPI, surest first: `metric`, `region_verdict` (`shown`, `worse`,
        `not_shown`, `cannot_tell`), `kpi_effect` (with its interval, in words; none with too few campuses),
        `placebo_p_value` (Holm's), `smallest_p_value` (no p-value could be below), `fit_before` (how far apart in a
        typical month before), `campuses_trained`, `campuses_compared`.

    Raises
    ------
    NotEnoughData
        If no campus was trained as a whole, with at least two others and four months before, for any KPI.

    References
    ----------
    Arkhangelsky D, Athey S, Hirshberg D A, Imbens G W, Wager S, Am Econ Rev 2021;111:4088–4118.
    """
    found, settings = region_effects(evaluated), evaluated.data.settings
    raised = holm([one.p_value for one in found])
    alpha = 1 - settings.uncertainty.level
    verdicts = [_verdict(one, p, len(found), alpha, settings) for one, p in zip(found, raised, strict=True)]
    rows = [
        {
            "metric": one.metric, "region_verdict": said,
            "kpi_effect": change_written(one.effect, one.low, one.high, one.metric, settings), "placebo_p_value": p,
            "smallest_p_value": one.smallest_p, "fit_before": written(one.fit, one.metric, settings),
            "campuses_trained": int(one.of.treated.sum()), "campuses_compared": int((~one.of.treated).sum()),
        }
        for one, p, said in zip(found, raised, verdicts, strict=True)
    ]  # fmt: skip
    first = found[0]
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "kpis": len(found), "level": settings.uncertainty.level, "alpha": alpha,
        "trained": int(first.of.treated.sum()), "compared": int((~first.of.treated).sum()),
        "smallest": max(one.smallest_p for one in found), "mixed": max(one.of.mixed for one in found),
    }  # fmt: skip
    for verdict in (SHOWN, WORSE, NOT_SHOWN, CANNOT_TELL):
        of = [one for one, said in zip(found, verdicts, strict=True) if said == verdict]
        facts[verdict] = len(of)
        facts[f"{verdict}_list"] = tuple(_said(one, settings) for one in of)
    asked = {"results.region_fit": True, "results.mixed_campuses": facts["mixed"] > 0}
    return Finding(
        key="results.region_effect", table=pd.DataFrame(rows), facts=facts,
        sentences=tuple(one for one in (SHOWN, WORSE, NOT_SHOWN, CANNOT_TELL) if facts[one]),
        caveats=tuple(key for key, holds in asked.items() if holds), design=first.of.design,
    )  # fmt: skip


def region_months(evaluated: Evaluation, metric: str = "") -> Finding:
    """Follow the campuses trained and their synthetic counterpart month by month, in one KPI.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    metric : str
        A KPI; empty: the one whose effect is surest.

    Returns
    -------
    Finding
        `results.region_months`: one row a `month`: `metric`, `when` (`before`, `after`), `region_share` and
        `synthetic_share`, both as shares of what the trained campuses had on the mean of the months before, and
        `apart_points`, their difference.

    Raises
    ------
    NotEnoughData
        As `region_effect`, or if that KPI has no effect to tell.
    """
    every = region_effects(evaluated)
    found = [one for one in every if metric in ("", one.metric)]
    if not found:
        raise NotEnoughData("results.no_region", compared=0, least=_FEWEST_COMPARED, months=_FEWEST_BEFORE)
    one, settings = found[0], evaluated.data.settings
    base = abs(float(one.own[: one.of.before].mean())) or np.nan
    when = np.where(np.arange(len(one.own)) < one.of.before, "before", "after")
    table = pd.DataFrame({
        "metric": one.metric, "month": one.of.months, "when": when, "region_share": one.own / base,
        "synthetic_share": one.synthetic / base, "apart_points": (one.own - one.synthetic) / base,
    })  # fmt: skip
    trained = [name for name, is_trained in zip(one.of.names, one.of.treated, strict=True) if is_trained]
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "metric": named(one.metric), "campuses": tuple(trained),
        "fit": written(one.fit, one.metric, settings), "people": one.of.people_trained,
        "change": change_written(one.effect, one.low, one.high, one.metric, settings),
        "before": one.of.before, "after": len(one.own) - one.of.before,
    }  # fmt: skip
    return Finding(key="results.region_months", table=table, facts=facts, design=one.of.design)


def region_effects(evaluated: Evaluation) -> list[RegionEffect]:
    """Return the effect on each KPI of the campuses trained as a whole, surest first; at least one.

    Raises
    ------
    NotEnoughData
        As `region_effect`.
    """
    elsewhere = other_trainings(evaluated)
    told = {name: campus_months(evaluated, rows, elsewhere) for name, rows in _series(evaluated).items()}
    enough = {name: one for name, one in told.items() if _is_enough(one)}
    if not enough:
        compared = max((int((~one.treated).sum()) for one in told.values() if one.treated.any()), default=0)
        raise NotEnoughData("results.no_region", compared=compared, least=_FEWEST_COMPARED, months=_FEWEST_BEFORE)
    found = [_effect(name, one, evaluated.data.settings) for name, one in enough.items()]
    return sorted(found, key=lambda one: (one.p_value, one.metric))


def _series(evaluated: Evaluation) -> Mapping[str, pd.DataFrame]:
    kpis = staff_kpis(evaluated.data)
    metrics = kpis.loc[kpis["staff_id"].isin(evaluated.trained["staff_id"]), "metric"].unique()
    return {str(one): kpis[kpis["metric"] == one] for one in sorted(metrics)}


def _is_enough(one: CampusMonths) -> bool:
    compared = int((~one.treated).sum())
    months = one.before >= _FEWEST_BEFORE and one.before < len(one.months)
    return bool(one.treated.any()) and compared >= _FEWEST_COMPARED and months


def _effect(metric: str, of: CampusMonths, settings: Settings) -> RegionEffect:
    level, draws = settings.uncertainty.level, settings.results.draws
    values, treated, before = of.outcomes, of.treated, of.before
    told = synthetic_did(values, treated=treated, before=before)
    rng = np.random.default_rng(settings.uncertainty.seed)
    p, smallest = placebo_p(values, treated=treated, before=before, draws=draws, rng=rng)
    low, high, compared = np.nan, np.nan, int((~treated).sum())
    if compared >= treated.sum() + 2:
        error = placebo_error(values, treated=treated, before=before, draws=draws, rng=rng)
        low, high = interval_of_did(told.effect, error, freedom=compared - 1, level=level)
    own, mixture = values[treated].mean(axis=0), told.region_weights @ values[~treated]
    synthetic = mixture + told.period_weights @ (own - mixture)[:before]
    fit = float(np.sqrt(((own - synthetic)[:before] ** 2).mean()))
    return RegionEffect(
        metric=metric, effect=told.effect, low=low, high=high, p_value=p, smallest_p=smallest, fit=fit, own=own,
        synthetic=synthetic, of=of,
    )  # fmt: skip


def _verdict(one: RegionEffect, raised: float, kpis: int, alpha: float, settings: Settings) -> str:
    if one.smallest_p * kpis > alpha:
        return CANNOT_TELL
    if raised > alpha:
        return NOT_SHOWN
    return SHOWN if (one.effect < 0) == low_is_good(one.metric, settings) else WORSE


def _said(one: RegionEffect, settings: Settings) -> Said:
    change = change_written(one.effect, one.low, one.high, one.metric, settings)
    return Said("results.one_effect", {"metric": named(one.metric), "change": change})
