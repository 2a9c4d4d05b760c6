"""What has changed, where, since when, and what is to be looked at next?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.counts import Campus
from churnlab.churn.memory import remembered
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.improvement.monitoring.limits import Budget, budget, judged
from churnlab.improvement.monitoring.series import DAILY, POOLED, WHOLE, Watched, watched, week_of
from churnlab.improvement.monitoring.unseen import unseen
from churnlab.settings import Settings
from churnlab.tables.door import Data
from churnlab.wording import Said

_SHOWN = [
    "watch_measure", "campus", "since_on", "counted", "expected", "expected_low", "expected_high", "p_value",
    "alert_standing", "look_next",
]  # fmt: skip
_STILL_WEEKS = 3  # an alert that is silent for a week or two and comes again is the same


@dataclass(frozen=True, kw_only=True, eq=False)
class Watch:
    """Everything that was looked at.

    Attributes
    ----------
    series : Watched
        What was counted.
    limits : Budget
        How unlikely a look must be.
    looks : pandas.DataFrame
        As `judged` returns it, all measures, with `is_alarm`.
    """

    series: Watched
    limits: Budget
    looks: pd.DataFrame


def watch(data: Data) -> Watch:
    """Look at the charts of all campuses, of the last `watching.told_weeks` weeks; the last ends at `data.as_of`.

    Raises
    ------
    NotEnoughData
        If no chart has a baseline of `watching.least_baseline_weeks` weeks yet.
    """
    return _watch(data)


@remembered
def _watch(data: Data) -> Watch:
    settings, weeks = data.settings, data.settings.watching.told_weeks
    series = watched(data)
    limits = budget(series.rows, settings)
    looks = [
        judged(rows, limits=limits, settings=settings, periods=weeks * (7 if name == DAILY else 1))
        for name, rows in series.rows.groupby("watch_measure", sort=False)
    ]
    looks = [rows for rows in looks if len(rows)]
    if not looks:
        raise NotEnoughData("watch.no_baseline", weeks=settings.watching.least_baseline_weeks)
    told = pd.concat(looks, ignore_index=True)
    below = np.where(told["watch_measure"] == DAILY, limits.daily, limits.weekly)
    least = told[["p_value", "late_p_value"]].min(axis=1)
    return Watch(series=series, limits=limits, looks=told.assign(least=least, is_alarm=least < below))


def alerts(data: Data, *, campus: Campus = None) -> Finding:
    """List what is more than chance makes of the usual, at which campus, since when.

    Watched are, by week, at each campus and at all together, who became known to have churned, refunds asked for,
    complaints and lessons missed, and lessons missed by campus and day of the last week. Only rises are told. In quiet
    times all looks of a month together raise a false alert in at most `watching.false_alarm_share` of months; a part of
    it is kept for the model's (`drift`).

    Parameters
    ----------
    data : Data
        What had happened before a date, as a rule a Monday.
    campus : str, sequence of str, optional
        Whose alerts; None: all. What counts as unlikely is the same either way.

    Returns
    -------
    Finding
        `watch.alerts`, one row per alert, new ones first, then the least likely: `watch_measure`, `campus` (`pooled`:
        the small ones together, `whole`: all), `since_on` (where the change most likely began), `counted` since beside
        `expected` with the range of `uncertainty.level`, `p_value` (how likely the look that raised it would be, had
        nothing changed), `alert_standing` (`new`, or since the Monday of which week it has been told) and `look_next`.
        At most `watching.listed`.

    Raises
    ------
    NotEnoughData
        If no chart has a baseline yet.
    """
    found = watch(data)
    settings = data.settings
    told = _standing(found.looks, pd.Timestamp(data.as_of))
    told = told[held_at(told, campus, found.series)]
    table = _table(told, found, settings)
    shown = table.head(settings.watching.listed)
    new = int((table["alert_standing"].astype(object) == "new").sum())
    facts = (
        _facts(found, data)
        | unseen(found.series, data, campus)
        | {"alerts": len(table), "new": new, "listed": len(shown)}
    )
    said = ["none"] if table.empty else ["sentence"]
    said += ["more"] if len(table) > len(shown) else []
    return Finding(
        key="watch.alerts",
        table=shown.reset_index(drop=True),
        facts=facts,
        sentences=tuple(said),
        caveats=_caveats(facts),
    )


def held_at(rows: pd.DataFrame, campus: Campus, series: Watched) -> pd.Series:
    """Tell which rows are of the asked campuses; a small campus is among those pooled.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `watch_measure` and `campus`.
    campus : str, sequence of str or None
        Those asked for; None: all.
    series : Watched
        Which says who is pooled.

    Raises
    ------
    NotEnoughData
        If one of them is in no chart, alone, pooled or in that of all: of it nothing is known, not even that all is
        quiet.
    """
    if campus is None:
        return pd.Series(True, index=rows.index)
    wanted = {campus} if isinstance(campus, str) else set(campus)
    together = {name for of in (series.pooled, series.unwatched) for names in of.values() for name in names}
    known = (together | set(series.rows["campus"])) - {POOLED, WHOLE}
    if wanted - known:
        raise NotEnoughData(
            "watch.no_such_campus", came=", ".join(sorted(wanted - known)), known=", ".join(sorted(known))
        )
    pooled = [name for name, small in series.pooled.items() if wanted & set(small)]
    return rows["campus"].isin(wanted) | ((rows["campus"] == POOLED) & rows["watch_measure"].isin(pooled))


def _standing(looks: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Keep the alarms of the last week, one a chart, and say since which week they have been told without a break."""
    this_week = as_of - pd.Timedelta(days=7)
    alarms = looks[looks["is_alarm"]]
    alarms = alarms.assign(week_on=week_of(alarms["period_on"], as_of.date()))
    now = alarms[alarms["period_on"] >= this_week].sort_values(["least", "period_on"], kind="stable")
    now = now.drop_duplicates(["watch_measure", "campus"])
    told = alarms.groupby(["watch_measure", "campus"])["week_on"].agg(_first_of_run).rename("first_told_on")
    now = now.merge(told.reset_index(), on=["watch_measure", "campus"], how="left")
    return now.assign(is_new=now["first_told_on"] >= this_week)


def _first_of_run(weeks: pd.Series) -> pd.Timestamp:
    """Return the first week of the last run of alarms."""
    known = weeks.drop_duplicates().sort_values()
    new_run = known.diff() > pd.Timedelta(weeks=_STILL_WEEKS)
    return known[new_run].iloc[-1] if new_run.any() else known.iloc[0]


def _table(told: pd.DataFrame, found: Watch, settings: Settings) -> pd.DataFrame:
    told = told.sort_values(["is_new", "least", "watch_measure", "campus"], ascending=[False, True, True, True])
    rows = [
        {
            "watch_measure": row["watch_measure"],
            "campus": row["campus"],
            "since_on": row["since_on"].date(),
            "counted": int(row["since_counted"]),
            "expected": float(row["since_expected"]),
            "expected_low": float(row["since_expected_low"]),
            "expected_high": float(row["since_expected_high"]),
            "p_value": float(row["least"]),
            "alert_standing": "new"
            if row["is_new"]
            else Said("watch.still", {"first_told_on": row["first_told_on"].date()}),
            "look_next": _next(row, found),
        }
        for row in told.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=_SHOWN)


def _next(row: Mapping[Any, Any], found: Watch) -> Said:
    """Say what to look at, with as many as there were in the same weeks a year before, where these are held."""
    rows = found.series.rows
    rows = rows[(rows["watch_measure"] == row["watch_measure"]) & (rows["campus"] == row["campus"])]
    year = pd.Timedelta(weeks=52)
    same = rows[rows["period_on"].between(row["since_on"] - year, row["period_on"] - year)]
    look = Said(f"watch.next.{row['watch_measure']}")
    if same.empty or rows["period_on"].min() > row["since_on"] - year:
        return look
    return Said("watch.next.with_year", {"look": look, "before": int(same["counted"].sum())})


def _facts(found: Watch, data: Data) -> dict[str, Any]:
    rules = data.settings.watching
    return {
        "unit": data.settings.outcome.unit,
        "charts": found.limits.charts,
        "false_alarm_share": rules.false_alarm_share,
        "model_share": rules.model_share,
        "last_on": data.as_of - timedelta(days=1),
        **usual_facts(found, data.settings),
    }


def usual_facts(found: Watch, settings: Settings) -> dict[str, float | int]:
    """Return what the sentences about the usual and the holidays need: settings, and how many weeks are left out."""
    rules = settings.watching
    weekly = found.series.rows[found.series.rows["watch_measure"] != DAILY]
    last = weekly["period_on"].drop_duplicates().nlargest(rules.told_weeks)
    judged = weekly[weekly["period_on"].isin(last)].groupby("period_on")["is_judged"].any()
    return {
        "baseline_weeks": rules.baseline_weeks,
        "recent_weeks": rules.recent_weeks,
        "least_recent_weeks": rules.recent_weeks // 2,
        "before_days": rules.festival_before_days,
        "after_days": rules.festival_after_days,
        "closed_share": 1 - rules.least_open_share,
        "earlier_years": rules.earlier_years,
        "told_weeks": rules.told_weeks,
        "left_out": int((~judged).sum()),
    }


def _caveats(facts: Mapping[str, object]) -> tuple[str, ...]:
    told = {"pooled": "watch_pooled", "unwatched": "watch_unwatched", "tables": "watch_not_loaded"}
    return (
        "watch_chance",
        "watch_usual",
        "watch_holidays",
        "week_known",
        *(key for fact, key in told.items() if fact in facts),
    )
