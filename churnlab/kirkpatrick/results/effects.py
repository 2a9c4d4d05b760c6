"""By how much did a training move each series of the people trained, and how far can that be believed?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import named
from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.estimates import Estimate, estimate
from churnlab.kirkpatrick.results.window import Window, begun_elsewhere, window
from churnlab.settings import Settings
from churnlab.stats.balance import ADJUSTABLE_G, balance
from churnlab.tables.door import Data


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
    fewest_cases : float
        Of the trained, before or after, whichever is less: the sum of denominators; of what has none, of months.
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
    fewest_cases: float
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
        apart = not self.by_lot and (self.least_g > ADJUSTABLE_G or self.pre_trend_p < 1 - self.level)
        return apart or self.smallest_p > 1 - self.level


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
        person_months=len(rows), fewest_cases=float(trained["weight"].groupby(after).sum().min()),
        months_before=trained.loc[~after, "period"].nunique(),
        months_after=trained.loc[after, "period"].nunique(), first_month=months.min(), last_month=months.max(),
        selected_months=chosen.selected_months, other_trainings=chosen.other_trainings,
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
