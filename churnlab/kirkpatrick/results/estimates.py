"""How is the effect on a KPI estimated, given whom there is to compare with?"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import t

from churnlab.finding import Design
from churnlab.kirkpatrick.results.window import Window
from churnlab.settings import Settings
from churnlab.stats.effects import randomisation_test, rollout_effect
from churnlab.stats.effects.rollout import Rollout
from churnlab.stats.interrupted import FEWEST_AFTER, FEWEST_BEFORE, interrupted_series
from churnlab.stats.paired import paired_difference

_BY_MONTH = ["event_time", "effect", "low", "high", "units"]
_YEAR = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate:
    """An effect and what it rests on; as `KpiEffect` has it.

    Attributes
    ----------
    rows : pandas.DataFrame
        The person-months that told it; `is_trained` is False of who served only as a comparison.
    is_compared : bool
        With people to compare with.
    groups : int
        Campuses that the errors go by; 0 where each person stands for herself.
    """

    effect: float
    low: float
    high: float
    error: float
    p_value: float
    degrees_of_freedom: float
    design: Design
    method: str
    rows: pd.DataFrame
    by_month: pd.DataFrame
    pre_trend_p: float = float("nan")
    detectable_slope: float = float("nan")
    smallest_p: float = 0.0
    is_compared: bool = True
    groups: int = 0


def estimate(chosen: Window, settings: Settings) -> Estimate:
    """Estimate by the strongest way that the people allow.

    Parameters
    ----------
    chosen : Window
        Person-months; of the trained at least two people have months before and after.
    settings : Settings
        `results` and `uncertainty`.
    """
    rows, least = chosen.rows, settings.results.fewest_people
    enough = len(chosen.starts) > 1 or _on_both_sides(rows[~rows["is_trained"]])["staff_id"].nunique() >= least
    if enough and (compared := _compared(chosen, settings)) is not None:
        return compared
    alone = rows[rows["is_trained"]]
    alone = _on_both_sides(alone.assign(after=alone["period"] >= alone["start"]))
    series = _monthly(alone) if len(chosen.starts) == 1 else pd.DataFrame()
    if len(series) and _is_long(series):
        return _interrupted(alone, series, settings)
    return _before_after(alone, settings)


def _on_both_sides(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out who has months only before, or only after: who comes or goes moves a mean without changing herself."""
    both = rows.groupby("staff_id")["after"].transform("nunique") == 2
    return rows[both]


def _compared(chosen: Window, settings: Settings) -> Estimate | None:
    """Compare each group with those who had not begun; None where no two were there to compare them with."""
    rows = chosen.rows.assign(begins=chosen.rows["start"].where(chosen.rows["is_trained"]))
    try:
        found = rollout_effect(
            rows, unit="staff_id", period="period", outcome="value", start="begins", weights="weight",
            clusters="campus" if chosen.by_campus else None, level=settings.uncertainty.level,
            leads=settings.results.trend_months, power=settings.results.power,
        )  # fmt: skip
    except ValueError:
        return None
    if len(chosen.starts) > 1 and min(_people(rows, found)) < 2:
        return None
    told = _told_rows(rows, found)
    design = Design.COMPARISON_GROUP if chosen.design is Design.BEFORE_AFTER_ONLY else chosen.design
    estimated = Estimate(
        effect=found.effect, low=found.low, high=found.high, error=found.error, p_value=found.p_value,
        degrees_of_freedom=found.degrees_of_freedom, design=design,
        method="staggered" if len(chosen.starts) > 1 else "difference_in_differences", rows=told,
        by_month=found.by_event_time[_BY_MONTH], pre_trend_p=found.slope_p, detectable_slope=found.detectable_slope,
        groups=told["campus"].nunique() if chosen.by_campus else 0,
    )  # fmt: skip
    if not chosen.by_campus or np.isfinite(found.error):
        return estimated
    p_value, smallest_p = _by_lots(told, settings)
    return replace(estimated, p_value=p_value, smallest_p=smallest_p)


def _people(rows: pd.DataFrame, found: Rollout) -> tuple[int, int]:
    """Return how many trained people the effect is a mean of, and how many were ever beside them."""
    trained = rows.loc[found.told]
    others = rows[rows["period"].isin(trained["period"]) & ~(rows["period"] >= rows["begins"])]
    return trained["staff_id"].nunique(), others["staff_id"].nunique()


def _told_rows(rows: pd.DataFrame, found: Rollout) -> pd.DataFrame:
    """Return the person-months that tell the effect; who only stood beside is not `is_trained` in them."""
    begun = (rows["period"] >= rows["begins"]).to_numpy()
    last = rows.loc[found.told, "period"].max()
    kept = rows[(found.told | ~begun) & (rows["period"] <= last).to_numpy()]
    return kept.assign(is_trained=kept["staff_id"].isin(rows.loc[found.told, "staff_id"])).drop(columns="begins")


def _by_lots(rows: pd.DataFrame, settings: Settings) -> tuple[float, float]:
    """Return the p-value, and the smallest there could be, by which campus was trained: one stands alone on a side."""
    weighted = rows.assign(weighted=rows["value"] * rows["weight"])
    sums = weighted.groupby(["campus", "after"])[["weighted", "weight"]].sum()
    means = (sums["weighted"] / sums["weight"]).unstack().reindex(columns=[False, True])
    change = (means[True] - means[False]).dropna()
    treated = rows.groupby("campus")["is_trained"].mean().reindex(change.index) > 1 / 2
    if treated.nunique() < 2 or rows.loc[rows["is_trained"], "start"].nunique() > 1:
        return np.nan, 1.0
    rng = np.random.default_rng(settings.uncertainty.seed)
    drawn = randomisation_test(change, treated, level=settings.uncertainty.level, draws=settings.results.draws, rng=rng)
    return drawn.p_value, drawn.smallest_p


def _monthly(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of the trained by month, each row as heavy as its denominator."""
    weighted = rows.assign(weighted=rows["value"] * rows["weight"])
    months = weighted.groupby(["period", "after"], as_index=False).agg(
        weighted=("weighted", "sum"), weight=("weight", "sum"), units=("staff_id", "nunique")
    )
    return months.assign(value=months["weighted"] / months["weight"])


def _is_long(series: pd.DataFrame) -> bool:
    """Tell whether there are months enough on both sides, without gaps."""
    sides = [series.loc[series["after"] == side, "period"].to_numpy() for side in (False, True)]
    whole = all((np.diff(side) == 1).all() for side in sides)
    return whole and len(sides[0]) >= FEWEST_BEFORE and len(sides[1]) >= FEWEST_AFTER


def _interrupted(rows: pd.DataFrame, series: pd.DataFrame, settings: Settings) -> Estimate:
    before = int((~series["after"]).sum())
    seasonal = len(series) >= 2 * _YEAR and before > _YEAR
    gap = int(series["period"].iloc[before] - series["period"].iloc[before - 1]) - 1
    found = interrupted_series(
        series["value"], start=before, gap=gap, level=settings.uncertainty.level,
        after=range(len(series) - before + 1),
        season_length=_YEAR if seasonal else None, fourier_pairs=1 if seasonal else None,
    )  # fmt: skip
    told = found.effects.iloc[: len(series) - before].rename(columns={"periods_after": "event_time"})
    width = (found.mean_high - found.mean_low) / 2
    return Estimate(
        effect=found.mean_effect, low=found.mean_low, high=found.mean_high,
        error=width / float(t.ppf((1 + settings.uncertainty.level) / 2, found.freedom)), p_value=found.mean_p_value,
        degrees_of_freedom=float(found.freedom), design=Design.TIME_SERIES, method="interrupted_series", rows=rows,
        by_month=told.assign(units=series["units"].to_numpy()[before:])[_BY_MONTH], is_compared=False,
    )  # fmt: skip


def _before_after(rows: pd.DataFrame, settings: Settings) -> Estimate:
    weighted = rows.assign(weighted=rows["value"] * rows["weight"])
    sums = weighted.groupby(["staff_id", "after"])[["weighted", "weight"]].sum()
    means = (sums["weighted"] / sums["weight"]).unstack().reindex(columns=[False, True])
    found = paired_difference(means[False], means[True], level=settings.uncertainty.level)
    return Estimate(
        effect=found.mean, low=found.low, high=found.high, error=found.standard_error, p_value=found.p_value,
        degrees_of_freedom=found.n - 1.0, design=Design.BEFORE_AFTER_ONLY, method="before_after", rows=rows,
        by_month=pd.DataFrame(columns=_BY_MONTH), is_compared=False,
    )  # fmt: skip
