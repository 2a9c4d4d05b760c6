"""How is the effect on a KPI estimated, given whom there is to compare with?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t

from churnlab.finding import Design
from churnlab.kirkpatrick.results.window import Window
from churnlab.settings import Settings
from churnlab.stats.effects import (
    detectable_slope,
    difference_in_differences,
    event_study,
    few_clusters,
    group_time_effects,
)
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
    is_compared, groups_are_few : bool
        With people to compare with; whole campuses began together, too few of them to tell by campuses.
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
    groups_are_few: bool = False


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
    compared = rows[~rows["is_trained"]]
    both = compared.groupby("staff_id")["after"].nunique().eq(2).sum() if len(compared) else 0
    if len(chosen.starts) > 1:
        if (staggered := _staggered(chosen, settings)) is not None:
            return staggered
    elif both >= least:
        return _differences(chosen, settings)
    alone = rows[rows["is_trained"]]
    alone = alone.assign(after=alone["period"] >= alone["start"])
    series = _monthly(alone) if len(chosen.starts) == 1 else pd.DataFrame()
    if len(series) and _is_long(series):
        return _interrupted(alone, series, settings)
    return _before_after(alone, settings)


def _differences(chosen: Window, settings: Settings) -> Estimate:
    rows, level = chosen.rows, settings.uncertainty.level
    columns = {"unit": "staff_id", "period": "period", "outcome": "value", "treated": "is_trained", "after": "after"}
    few = 0 < chosen.whole_campuses < settings.results.fewest_groups
    by_month, pre_trend_p, slope = _events(rows, settings)
    if few:
        rng = np.random.default_rng(settings.uncertainty.seed)
        draws = settings.results.draws
        told = few_clusters(rows, **columns, clusters="campus", level=level, distribution="webb", draws=draws, rng=rng)
        return Estimate(
            effect=told.effect, low=told.low, high=told.high, error=np.nan, p_value=told.p_value,
            degrees_of_freedom=np.nan, design=chosen.design, method="few_clusters", rows=rows, by_month=by_month,
            pre_trend_p=pre_trend_p, detectable_slope=slope, smallest_p=told.smallest_p, groups_are_few=True,
        )  # fmt: skip
    cluster = "campus" if chosen.whole_campuses else None
    found = difference_in_differences(rows, **columns, clusters=cluster, weights="weight", level=level)
    return Estimate(
        effect=found.effect, low=found.low, high=found.high, error=found.error, p_value=found.p_value,
        degrees_of_freedom=found.degrees_of_freedom, design=chosen.design, method="difference_in_differences",
        rows=rows, by_month=by_month, pre_trend_p=pre_trend_p, detectable_slope=slope,
    )  # fmt: skip


def _events(rows: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, float, float]:
    """Return the event study, and what its test of the months before says and could have found.

    Months left out are skipped: the last month told before the training is −1.
    """
    months = np.sort(rows["period"].unique())
    first = int(np.searchsorted(months, rows.loc[rows["after"], "period"].min()))
    at = np.searchsorted(months, rows["period"])
    panel = rows.assign(at=at, begins=np.where(rows["is_trained"], float(first), np.nan))
    trained_at = panel.loc[panel["is_trained"], "at"]
    if not ((trained_at == first - 1).any() and first > 0):
        return pd.DataFrame(columns=_BY_MONTH), float("nan"), float("nan")
    study = event_study(
        panel, unit="staff_id", period="at", outcome="value", start="begins",
        leads=min(first, settings.results.trend_months), lags=len(months) - first - 1,
        level=settings.uncertainty.level,
    )  # fmt: skip
    slope = detectable_slope(study, power=settings.results.power)
    return study.effects[_BY_MONTH], study.pre_trend_p, slope


def _staggered(chosen: Window, settings: Settings) -> Estimate | None:
    """Compare each group with those who had not begun, over the stretches between one start and the next.

    None where no two people start together, or fewer than two are there to compare them with.
    """
    rows, level = chosen.rows, settings.uncertainty.level
    starts = np.array(chosen.starts, dtype=float)
    never = rows.loc[rows["start"].isna() | (rows["start"] > starts[-1]), "staff_id"].nunique()
    if never < 2:
        rows = rows[rows["period"] < starts[-1]]
        rows = rows.assign(is_trained=rows["is_trained"] & (rows["start"] < starts[-1]))
    stretch = np.searchsorted(starts, rows["period"], side="right")
    begins = np.searchsorted(starts, rows["start"].fillna(np.inf), side="left") + 1.0
    rows = rows.assign(stretch=stretch, begins=np.where(rows["is_trained"], begins, np.nan))
    whole = rows.groupby("staff_id")["stretch"].transform("nunique") == rows["stretch"].nunique()
    rows = rows[whole]
    sizes = rows.drop_duplicates("staff_id")["begins"].fillna(np.inf).value_counts()
    begun = sizes[np.isfinite(sizes.index) & (sizes.index > rows["stretch"].min()) & (sizes > 1)]
    if begun.empty or sizes[sizes.index > begun.index.min()].max() < 2 or len(sizes) < 2:
        return None
    weighted = rows.assign(weighted=rows["value"] * rows["weight"])
    means = weighted.groupby(["staff_id", "stretch", "begins"], as_index=False, dropna=False)[
        ["weighted", "weight"]
    ].sum()
    means["value"] = means["weighted"] / means["weight"]
    rng = np.random.default_rng(settings.uncertainty.seed)
    found = group_time_effects(
        means, unit="staff_id", period="stretch", outcome="value", start="begins", comparison="not_yet", level=level,
        draws=settings.results.draws, rng=rng,
    )  # fmt: skip
    total = found.overall
    by_stretch = found.by_event_time.rename(columns={"band_low": "blow", "band_high": "bhigh"})
    return Estimate(
        effect=float(total["effect"]), low=float(total["low"]), high=float(total["high"]),
        error=float(total["error"]), degrees_of_freedom=float(total["degrees_of_freedom"]),
        p_value=float(2 * t.sf(abs(total["effect"] / total["error"]), total["degrees_of_freedom"])),
        design=Design.COMPARISON_GROUP if chosen.design is Design.BEFORE_AFTER_ONLY else chosen.design,
        method="staggered", rows=rows, by_month=by_stretch.assign(units=np.nan)[_BY_MONTH],
        groups_are_few=0 < chosen.whole_campuses < settings.results.fewest_groups,
    )  # fmt: skip


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
    found = interrupted_series(
        series["value"], start=before, level=settings.uncertainty.level, after=range(len(series) - before + 1),
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
