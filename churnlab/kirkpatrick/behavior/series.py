"""How did the KPIs of those trained go, month by month before and after, beside people who were not trained?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Design, Finding
from churnlab.kirkpatrick.behavior.stacked import AFTER, BEFORE, Stacked, stacked
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written, low_is_good, named, written
from churnlab.settings import Settings
from churnlab.stats.effects.regression import least_squares
from churnlab.stats.multiplicity import holm

_WHO = ["staff_id", "cohort"]
Fit = tuple[float, float, float, float]


def kpi_series(evaluated: Evaluation) -> Finding:
    """Follow each KPI three months before a training and three after, trained people beside people not trained.

    Each person is held against her own months before. Of a training in several groups each is beside those who had not
    begun until its last month, and these count so much in each group as the trained do. Where people were not drawn by
    lot, the last `results.selection_months` before are shown but do not count: had people been chosen for them, they
    would come back to their usual level without any training. Where nobody was kept to compare with, other people of
    the same roles are; without those the trained stand alone, and what is told is a change.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `behavior.kpi_series`, one row per `metric` and `month_about` (−1: the month before that of the first session;
        1: the first whole month after the last), the KPI that moved most surely first: `counted_as` (`before`,
        `set_aside`, `after`), `series_trained` and `series_compared` (means over people, in words),
        `moved_trained_share` and `moved_compared_share` (how far people are from their own mean before, as a share of
        what the trained had before) and `apart_share`, their difference, each with its interval for that month alone;
        `people_trained`, `people_compared`. Facts are of the mean over the months after against that before.

    Raises
    ------
    NotEnoughData
        If of no KPI `results.fewest_people` trained have months both before and after.

    References
    ----------
    Groups one above the other, each beside who had not begun: Cengiz D and others, Q J Econ 2019;134:1405–1454,
    appendix D. One change a person, for months of one person are alike: Bertrand M, Duflo E, Mullainathan S, Q J Econ
    2004;119:249–275. Errors by person, or by campus where who was trained hangs together within campuses, CR2: see
    `stats.effects.regression`.
    """
    settings, found = evaluated.data.settings, stacked(evaluated)
    parts, totals = kpi_moves(found, settings)
    if totals.empty:
        raise NotEnoughData(
            "behavior.no_series", training_id=evaluated.course.training_id, least=settings.results.fewest_people,
            set_aside=found.set_aside, elsewhere=found.elsewhere,
        )  # fmt: skip
    level = settings.uncertainty.level
    rows_of = [_months(str(name), parts[str(name)], level, settings) for name in totals["metric"]]
    return _told(evaluated, found, totals, pd.concat(rows_of, ignore_index=True))


def kpi_moves(found: Stacked, settings: Settings) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return how far each KPI moved, the mean over the months after against that over the months before.

    Parameters
    ----------
    found : Stacked
        As `stacked` returns it.
    settings : Settings
        Level, and how few people tell nothing.

    Returns
    -------
    dict of str to pandas.DataFrame
        By KPI the months that tell it, with `base`, a person's own mean before, and `moved`, how far from it.
    pandas.DataFrame
        One row a `metric`, the surest first: `before`, `after` (of the trained), `found` with `low` and `high` (in the
        KPI's unit; beside those compared if `is_beside`), `p_value`, `adjusted_p_value` (Holm), `people`, `compared`.
    """
    moved: list[dict[str, Any]] = []
    parts: dict[str, pd.DataFrame] = {}
    for metric, rows in found.rows.groupby("metric", sort=True):
        if rows.loc[rows["is_trained"], "staff_id"].nunique() >= settings.results.fewest_people:
            parts[str(metric)] = own = _against_own(rows)
            own["by"] = own["campus" if found.by_campus else "staff_id"]
            moved.append({"metric": metric, **_moved(own, settings.uncertainty.level)})
    if not moved:
        return parts, pd.DataFrame()
    totals = pd.DataFrame(moved)
    totals["adjusted_p_value"] = holm(totals["p_value"].astype(float))
    order = ["adjusted_p_value", "p_value", "metric"]
    return parts, totals.sort_values(order, na_position="last", ignore_index=True)


def _against_own(rows: pd.DataFrame) -> pd.DataFrame:
    """Add `base`, the mean of a person's months before as heavy as their denominators, and `moved`, value less base."""
    before = rows[rows["counted_as"] == BEFORE]
    base = _mean(before).rename("base")
    rows = rows.merge(base.reset_index(), on=_WHO, validate="m:1")
    return rows.assign(moved=rows["value"] - rows["base"])


def _mean(rows: pd.DataFrame) -> "pd.Series[float]":
    sums = rows.assign(weighted=rows["value"] * rows["n"]).groupby(_WHO)[["weighted", "n"]].sum()
    return sums["weighted"] / sums["n"]


def _moved(own: pd.DataFrame, level: float) -> dict[str, Any]:
    """Return what the trained had before and after, and how much further they moved than those compared."""
    after = _mean(own[own["counted_as"] == AFTER]).rename("after")
    people = own.drop_duplicates(_WHO)[[*_WHO, "is_trained", "base", "by"]].merge(after.reset_index(), on=_WHO)
    people = people.assign(moved=people["after"] - people["base"])
    trained = people[people["is_trained"]]
    is_beside = _has_both(people)
    fit = _apart(people, level) if is_beside else _of(trained, level)
    return {
        "before": trained["base"].mean(), "after": trained["after"].mean(), "found": fit[0], "low": fit[1],
        "high": fit[2], "p_value": fit[3], "is_beside": is_beside, "people": trained["staff_id"].nunique(),
        "compared": people.loc[~people["is_trained"], "staff_id"].nunique(),
    }  # fmt: skip


def _months(metric: str, own: pd.DataFrame, level: float, settings: Settings) -> pd.DataFrame:
    base = abs(float(own[own["is_trained"]].drop_duplicates(_WHO)["base"].mean())) or np.nan
    rows = []
    for _, month in own.groupby("month_about", sort=True):
        trained, others = month[month["is_trained"]], month[~month["is_trained"]]
        if trained.empty:
            continue
        beside = month if _has_both(month) else None
        weights = _weights(month)[~month["is_trained"]]
        rows.append({
            "metric": metric, "month_about": month["month_about"].iloc[0], "counted_as": month["counted_as"].iloc[0],
            "series_trained": written(trained["value"].mean(), metric, settings),
            "series_compared": None if others.empty else written(
                float(np.average(others["value"], weights=weights)), metric, settings),
            **_shares("moved_trained_share", _of(trained, level), base),
            **_shares("moved_compared_share", None if beside is None else _of(others, level, weights), base),
            **_shares("apart_share", None if beside is None else _apart(month, level), base),
            "people_trained": trained["staff_id"].nunique(), "people_compared": others["staff_id"].nunique(),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _shares(name: str, fit: Fit | None, base: float) -> dict[str, float]:
    ends = (np.nan,) * 3 if fit is None else fit[:3]
    return {f"{name}{end}": value / base for end, value in zip(("", "_low", "_high"), ends, strict=True)}


def _has_both(rows: pd.DataFrame) -> bool:
    sides = rows.groupby("is_trained")["staff_id"].nunique()
    return len(sides) == 2 and int(sides.min()) >= 2


def _weights(rows: pd.DataFrame) -> "pd.Series[float]":
    """Let those compared count in each cohort as much as the trained, who count one each."""
    trained = rows["is_trained"].astype(float).groupby(rows["cohort"]).transform("sum")
    others = (~rows["is_trained"]).astype(float).groupby(rows["cohort"]).transform("sum")
    return (trained / others.where(others > 0, 1.0)).where(~rows["is_trained"], 1.0)


def _apart(rows: pd.DataFrame, level: float) -> Fit:
    """Return how much further the trained moved, over cohorts in which both sides are told."""
    both = rows[rows["is_trained"].groupby(rows["cohort"]).transform("nunique") == 2]
    if not _has_both(both):
        return np.nan, np.nan, np.nan, np.nan
    design = pd.DataFrame({"constant": 1.0, "trained": both["is_trained"].astype(float)}).join(
        pd.get_dummies(both["cohort"], prefix="cohort", drop_first=True, dtype=float)
    )
    fit = least_squares(both["moved"], design, variance="cr2", clusters=both["by"], weights=_weights(both))
    if both.groupby("is_trained")["by"].nunique().min() < 2:
        return float(fit.coefficients[1]), np.nan, np.nan, np.nan
    low, high = fit.interval(level)
    return float(fit.coefficients[1]), float(low[1]), float(high[1]), float(fit.p_values[1])


def _of(rows: pd.DataFrame, level: float, weights: "pd.Series[float] | None" = None) -> Fit:
    """Return how far people moved from their own months before."""
    if rows["by"].nunique() < 2:
        return float(np.average(rows["moved"], weights=weights)), np.nan, np.nan, np.nan
    constant = pd.DataFrame({"constant": np.ones(len(rows))})
    weigh = None if weights is None else weights.to_numpy()
    fit = least_squares(rows["moved"], constant, variance="cr2", clusters=rows["by"], weights=weigh)
    low, high = fit.interval(level)
    return float(fit.coefficients[0]), float(low[0]), float(high[0]), float(fit.p_values[0])


def _told(evaluated: Evaluation, found: Stacked, totals: pd.DataFrame, table: pd.DataFrame) -> Finding:
    settings, main = evaluated.data.settings, totals.iloc[0]
    level, metric = settings.uncertainty.level, str(main["metric"])
    sure = totals["adjusted_p_value"] < 1 - level
    falls_well = totals["metric"].map(lambda name: low_is_good(name, settings)).astype(bool)
    better = sure & ((totals["found"] < 0) == falls_well)
    beside = bool(totals["is_beside"].any())
    facts: dict[str, Any] = {
        "metric": named(metric), "before": written(main["before"], metric, settings),
        "after": written(main["after"], metric, settings),
        "found": change_written(main["found"], main["low"], main["high"], metric, settings),
        "people": int(main["people"]), "compared": int(main["compared"]), "level": level,
        "months": int((table.loc[table["metric"] == metric, "month_about"] > 0).sum()),
        "kpis": len(totals), "better": int(better.sum()), "worse": int((sure & ~better).sum()),
        "set_aside": found.set_aside, "elsewhere": found.elsewhere,
    }  # fmt: skip
    way = "better" if better.any() else "worse" if sure.any() else "open"
    tail = "beside" if main["is_beside"] else "alone"
    sentences = [f"lead_{tail}", f"{way}_{tail}"]
    sentences += ["but_worse"] if way == "better" and facts["worse"] else []
    sentences += ["others"] if found.others and beside else []
    sentences += ["set_aside"] if found.set_aside else []
    sentences += ["elsewhere"] if found.elsewhere else []
    caveats = ["behavior_series"]
    caveats += ["behavior_series_campuses"] if found.by_campus else []
    caveats += ["behavior_series_few"] if _fewest(main) < settings.uncertainty.min_group else []
    return Finding(
        key="behavior.kpi_series", table=table, facts=facts, sentences=tuple(sentences), caveats=tuple(caveats),
        design=found.design if main["is_beside"] else Design.BEFORE_AFTER_ONLY,
    )  # fmt: skip


def _fewest(main: "pd.Series[Any]") -> int:
    """Return on how many people a KPI rests, on the smaller side."""
    return int(min(main["people"], main["compared"]) if main["is_beside"] else main["people"])
