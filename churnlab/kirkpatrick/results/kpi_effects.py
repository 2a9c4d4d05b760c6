"""What did a training do to the KPIs of the people trained, and would it have come without it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnlab.churn.memory import remembered
from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named, written
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.estimates import Estimate, estimate
from churnlab.kirkpatrick.results.window import Window, begun_elsewhere, window
from churnlab.settings import Settings
from churnlab.stats.balance import balance
from churnlab.stats.multiplicity import holm
from churnlab.tables.door import Data
from churnlab.wording import Said

Floats = NDArray[np.float64]
LOW_IS_GOOD = "complaints_about"
"""Of the results that are counted from the students' tables, the one of which less is better."""
SHOWN, WORSE, NOT_SHOWN, DOUBTFUL, CHANGE = "shown", "worse", "not_shown", "doubtful", "change"


@dataclass(frozen=True, kw_only=True, eq=False)
class KpiEffect:
    """What a training did to one KPI, per trained person and month.

    Attributes
    ----------
    metric : str
        Which KPI.
    effect, low, high, error, p_value, degrees_of_freedom : float
        In the KPI's unit, a mean over the months after that are told; two-sided, not yet adjusted for other KPIs. Under
        `before_after_only` it is a change and no effect.
    level : float
        Of the interval.
    design : Design
        How a claim of cause is supported.
    method : str
        `difference_in_differences`, `staggered`, `interrupted_series` or `before_after`.
    baseline_mean, observed_mean, counterfactual_mean : float
        Of the trained: before; after; and after had they not been trained, which is observed less effect.
    n_trained, n_compared, person_months, months_before, months_after : int
        People and months that tell it.
    first_month, last_month : pandas.Timestamp
        Of the months after.
    selected_months, other_trainings, left, left_compared : int
        As of `Window`.
    others : bool
        Compared with other people of the same role who were not in the training.
    by_lot : bool
        Who was trained, or when, was drawn by lot, were it by a few campuses.
    baseline_g, least_g : float
        Distance of trained and compared before, in standard deviations (Hedges' g), and the least size of it that its
        interval holds; NaN without a comparison.
    pre_trend_p, detectable_slope : float
        That both went alike over the last `results.trend_months` before, and the smallest slope a month that test finds
        with `results.power`; NaN where it could not be tested.
    smallest_p : float
        No p-value could have been below (few groups); 0 where there is no such limit.
    groups : int
        Campuses that the errors go by, where who was trained hangs together within them; else 0.
    by_month : pandas.DataFrame
        One row a month about the start, months left out skipped: `event_time` (0: first whole month after the training;
        −1: the last month before), `effect` (against each one's own mean before), `low`, `high`, `units` (trained
        people).
    """

    metric: str
    effect: float
    low: float
    high: float
    error: float
    p_value: float
    degrees_of_freedom: float
    level: float
    design: Design
    method: str
    baseline_mean: float
    observed_mean: float
    counterfactual_mean: float
    n_trained: int
    n_compared: int
    person_months: int
    months_before: int
    months_after: int
    first_month: pd.Timestamp
    last_month: pd.Timestamp
    selected_months: int
    other_trainings: int
    left: int
    left_compared: int
    others: bool
    by_lot: bool
    baseline_g: float
    least_g: float
    pre_trend_p: float
    detectable_slope: float
    smallest_p: float
    groups: int
    by_month: pd.DataFrame

    @property
    def is_claim(self) -> bool:
        """Whether the design allows an effect to be spoken of at all."""
        return self.design is not Design.BEFORE_AFTER_ONLY

    @property
    def is_doubtful(self) -> bool:
        """Whether the groups were surely unlike before, or did not go alike, or too few groups could have told."""
        # By lot both happen by chance alone, as often as chance says, and are no reason to choose among results. Of few
        # people a distance is mostly chance, and each is held against her own months before.
        apart = not self.by_lot and (self.least_g > _FAR or self.pre_trend_p < 1 - self.level)
        return apart or self.smallest_p > 1 - self.level


# Beyond this distance before, no adjustment is trusted (What Works Clearinghouse, see stats/balance).
_FAR = 0.25


def kpi_effect(evaluated: Evaluation, metric: str) -> KpiEffect:
    """Estimate what a training did to a KPI of the people trained.

    With people to compare with, a difference in differences of person-months; where several groups began one after the
    other, against those who had not begun; without anybody, the monthly mean against the line it was on; with too few
    months for that, a change before and after, which is no effect. See `window` for which months count.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    metric : str
        As in the table `kpis`.

    Raises
    ------
    NotEnoughData
        If the trained have fewer than `results.fewest_people` with months both before and after.
    """
    kpis = staff_kpis(evaluated.data)
    return series_effect(evaluated, metric, kpis[kpis["metric"] == metric])


def series_effect(
    evaluated: Evaluation, metric: str, series: pd.DataFrame, elsewhere: pd.DataFrame | None = None
) -> KpiEffect:
    """Estimate what a training did to any series of person-months; as `kpi_effect`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    metric : str
        How it is called.
    series : pandas.DataFrame
        One row per `staff_id` and `month` (timestamp) with `value` and `n` (of a share its denominator, else missing).
    elsewhere : pandas.DataFrame, optional
        As `begun_elsewhere` returns it, which is asked by default; for many series it need be asked only once.

    Raises
    ------
    NotEnoughData
        As `kpi_effect`.
    """
    settings = evaluated.data.settings
    chosen = window(evaluated, series, _elsewhere(evaluated) if elsewhere is None else elsewhere)
    trained = chosen.rows[chosen.rows["is_trained"]]
    later = trained["period"] >= trained["start"]
    told = len(set(trained.loc[later, "staff_id"]) & set(trained.loc[~later, "staff_id"]))
    if told < settings.results.fewest_people:
        raise NotEnoughData(
            "results.few_people", people=told, least=settings.results.fewest_people, metric=named(metric),
            months=chosen.selected_months,
        )  # fmt: skip
    found = estimate(chosen, settings)
    return _told(metric, chosen, found, settings)


def _told(metric: str, chosen: Window, found: Estimate, settings: Settings) -> KpiEffect:
    rows, level = found.rows, settings.uncertainty.level
    trained = rows[rows["is_trained"]]
    after = trained["period"] >= trained["start"]
    means = [np.average(part["value"], weights=part["weight"]) for part in (trained[~after], trained[after])]
    months = trained.loc[after, "month"]
    # Lots drawn among so few campuses make none of them alike.
    few = 0 < found.groups < settings.results.fewest_groups and found.design is Design.RANDOMISED
    design = Design.COMPARISON_GROUP if few else found.design
    g, least_g = _distance(rows, level) if found.is_compared else (np.nan, np.nan)
    return KpiEffect(
        metric=metric, effect=found.effect, low=found.low, high=found.high, error=found.error, p_value=found.p_value,
        degrees_of_freedom=found.degrees_of_freedom, level=level, design=design, method=found.method,
        baseline_mean=float(means[0]), observed_mean=float(means[1]),
        counterfactual_mean=float(means[1]) - found.effect,
        n_trained=trained["staff_id"].nunique(), n_compared=rows.loc[~rows["is_trained"], "staff_id"].nunique(),
        person_months=len(rows), months_before=trained.loc[~after, "period"].nunique(),
        months_after=trained.loc[after, "period"].nunique(), first_month=months.min(), last_month=months.max(),
        selected_months=chosen.selected_months if found.is_compared else 0, other_trainings=chosen.other_trainings,
        left=chosen.left, left_compared=chosen.left_compared, others=chosen.others,
        by_lot=chosen.design is Design.RANDOMISED, baseline_g=g, least_g=least_g,
        pre_trend_p=found.pre_trend_p, detectable_slope=found.detectable_slope, smallest_p=found.smallest_p,
        groups=found.groups, by_month=found.by_month,
    )  # fmt: skip


def _distance(rows: pd.DataFrame, level: float) -> tuple[float, float]:
    """Return how far trained and compared were apart before the first start, in standard deviations, and the least."""
    before = rows[~rows["after"]].assign(weighted=lambda one: one["value"] * one["weight"])
    people = before.groupby(["staff_id", "is_trained"], as_index=False)[["weighted", "weight"]].sum()
    if people["is_trained"].nunique() < 2 or people.groupby("is_trained").size().min() < 2:
        return np.nan, np.nan
    means = pd.DataFrame({"baseline": people["weighted"] / people["weight"]})
    row = balance(means, people["is_trained"], level=level).table.iloc[0]
    low, high = float(row["low"]), float(row["high"])
    return float(row["g"]), 0.0 if low <= 0 <= high else min(abs(low), abs(high))


def all_effects(evaluated: Evaluation) -> list[KpiEffect]:
    """Return what a training did to each KPI that the people trained have, by name; those with too few left out."""
    return list(_all_effects(evaluated.data, evaluated.course.training_id))


@remembered
def _all_effects(data: Data, training_id: str) -> list[KpiEffect]:
    evaluated, kpis = Evaluation(data, training_id), staff_kpis(data)
    metrics = kpis.loc[kpis["staff_id"].isin(evaluated.trained["staff_id"]), "metric"].unique()
    return effects_of(evaluated, {str(one): kpis[kpis["metric"] == one] for one in sorted(metrics)})


def effects_of(evaluated: Evaluation, series: Mapping[str, pd.DataFrame]) -> list[KpiEffect]:
    """Return what a training did to each series of person-months, by its name; those with too few people left out."""
    elsewhere, found = _elsewhere(evaluated), []
    for metric, rows in series.items():
        try:
            found.append(series_effect(evaluated, metric, rows, elsewhere))
        except NotEnoughData:
            continue
    return found


def _elsewhere(evaluated: Evaluation) -> pd.DataFrame:
    """Return other trainings of its people where they matter: lots were drawn among those and these alike."""
    by_lot = evaluated.design is Design.RANDOMISED
    return pd.DataFrame(columns=["staff_id", "began", "works"]) if by_lot else begun_elsewhere(evaluated)


def kpi_effects(evaluated: Evaluation) -> Finding:
    """Say what a training did to the KPIs of the people trained: the level-4 answer.

    p-values are Holm's, over all KPIs that a claim is made of. An effect is `shown` (or `worse`) where that is below
    1 − level and the groups were alike before; else `not_shown`, or `doubtful` where they were not, or too few groups
    could have told. What has nothing to be compared with is a `change`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `results.kpi_effects`: one row a KPI, `metric`, `effect_verdict`, `kpi_before` and `kpi_without` (of the
        trained, before, and after had they not been trained), `kpi_after`, `kpi_effect` (with its interval, in words),
        `relative_change_share` with its interval (the effect over what it was before),
        `holm_p_value`, `judged_by`, `people_trained`, `people_compared`, `months_after`. Facts: counts of each
        verdict.

    Raises
    ------
    NotEnoughData
        If no KPI has `results.fewest_people` trained with months before and after.
    """
    found = all_effects(evaluated)
    if not found:
        raise NotEnoughData("results.nothing_told", least=evaluated.data.settings.results.fewest_people)
    return told(evaluated, found, "results.kpi_effects")


def told(evaluated: Evaluation, found: list[KpiEffect], key: str) -> Finding:
    """Put effects beside each other: verdicts, adjusted p-values, what to know first.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.
    found : list of KpiEffect
        At least one.
    key : str
        Of the Finding.
    """
    settings = evaluated.data.settings
    raised = holm([one.p_value if one.is_claim else np.nan for one in found])
    verdicts = [_verdict(one, p, settings) for one, p in zip(found, raised, strict=True)]
    rows = [_row(one, p, said, settings) for one, p, said in zip(found, raised, verdicts, strict=True)]
    sentences, facts = _said(evaluated, found, verdicts)
    order = list(Design)
    claimed = [one.design for one in found]
    return Finding(
        key=key, table=pd.DataFrame(rows), facts=facts, sentences=sentences, caveats=_caveats(found, raised, settings),
        design=max(claimed, key=order.index),
    )  # fmt: skip


def _verdict(one: KpiEffect, raised: float, settings: Settings) -> str:
    if not one.is_claim:
        return CHANGE
    if one.is_doubtful:
        return DOUBTFUL
    if np.isnan(raised) or raised > 1 - one.level:
        return NOT_SHOWN
    better = (one.effect < 0) == (one.metric == LOW_IS_GOOD or low_is_good(one.metric, settings))
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
        "people_trained": one.n_trained,
        "people_compared": one.n_compared,
        "months_after": one.months_after,
    }


def _relative(one: KpiEffect) -> dict[str, float]:
    """Return the effect as a share of what it was before, so that KPIs of several units stand side by side."""
    base = abs(one.baseline_mean) or np.nan
    ends = {"": one.effect, "_low": one.low, "_high": one.high}
    return {f"relative_change_share{end}": value / base for end, value in ends.items()}


def _said(evaluated: Evaluation, found: list[KpiEffect], verdicts: list[str]) -> tuple[tuple[str, ...], dict[str, Any]]:
    settings = evaluated.data.settings
    facts: dict[str, Any] = {
        "training": evaluated.course.name, "kpis": len(found), "level": settings.uncertainty.level,
        **{verdict: verdicts.count(verdict) for verdict in (SHOWN, WORSE, NOT_SHOWN, DOUBTFUL, CHANGE)},
        "people": max(one.n_trained for one in found), "compared": max(one.n_compared for one in found),
        "left": max(one.left for one in found), "left_compared": max(one.left_compared for one in found),
        "selected": max(one.selected_months for one in found),
        "other_months": max(one.other_trainings for one in found), "groups": max(one.groups for one in found),
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
        "results.unlike": any(abs(one.baseline_g) > _FAR for one in claims if not one.by_lot),
        "results.few_groups": any(0 < one.groups < settings.results.fewest_groups for one in claims),
        "results.time_series": any(one.design is Design.TIME_SERIES for one in claims),
        "results.left": any(one.left for one in found),
        "results.unmoved": any(
            one.metric in settings.results.unmoved and p <= alpha for one, p in zip(found, raised, strict=True)
        ),
    }
    return tuple(key for key, holds in asked.items() if holds)
