"""What is watched: how many, over how much, at which campus, week by week and day by day?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from churnlab.churn.holidays import eligible_days
from churnlab.churn.outcome import inactivity_days
from churnlab.churn.service import SERVED, as_time
from churnlab.churn.weekly.by_campus import weekly_counts_by_campus
from churnlab.errors import NotEnoughData
from churnlab.improvement.monitoring.seasons import SUMMER, USUAL, season_of, with_factors
from churnlab.settings import Settings
from churnlab.tables.door import Data, fetch

WEEKLY = {"churn": "lost", "refunds": "refunds_requested", "complaints": "complaints_opened"}
ABSENCE, DAILY = "absence", "absence_day"
POOLED = "pooled "  # no name in the data ends in a blank, so this is nobody's
"""The name under which small campuses are watched together."""
WHOLE = "whole "
"""The name under which all campuses are watched together, beside each."""
_YEAR_WEEKS = 52


@dataclass(frozen=True, kw_only=True, eq=False)
class Watched:
    """The series that are watched.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per measure, campus and period, in order of time: `watch_measure` (`churn`, `refunds`, `complaints`,
        `absence` by week, `absence_day`), `campus`, `period_on` (datetime64), `counted`, `exposure` (students with us,
        for refunds and complaints times the share of the week's usual lessons that no holiday takes; lessons for
        absence, by day adjusted for the weekday; all times what the season makes of them), `is_usual`: whether the
        period makes limits, `is_judged`, `season` and `season_error` (`with_factors`).
    pooled : mapping of str to tuple of str
        By measure the campuses that are watched together, too small to be watched alone.
    unwatched : mapping of str to tuple of str
        By measure the campuses that are not watched: too few were counted even together. They count in all campuses.
    everywhere : tuple of str
        Of these the measures that no campus is watched for.
    """

    rows: pd.DataFrame
    pooled: Mapping[str, tuple[str, ...]]
    unwatched: Mapping[str, tuple[str, ...]]
    everywhere: tuple[str, ...]


def watched(data: Data) -> Watched:
    """Gather the series up to the week that ends before `data.as_of`.

    Parameters
    ----------
    data : Data
        What had happened before a date, as a rule a Monday.

    Raises
    ------
    NotEnoughData
        If nothing of these weeks is known to have been at any campus.
    """
    rules = data.settings.watching
    most = rules.baseline_weeks + rules.recent_weeks + rules.told_weeks + _YEAR_WEEKS * rules.earlier_years
    days = _missed_by_day(data, most)
    weeks = min(most, _held(data, days))
    counts = weekly_counts_by_campus(data, weeks=weeks)
    if counts.empty:
        raise NotEnoughData("watch.no_campus", weeks=weeks)
    weeks_on = pd.Series(counts["week_on"].unique())
    open_share = _open_share(data, days, weeks_on)
    season = season_of(weeks_on, open_share, data.settings).set_axis(weeks_on)
    told = counts.assign(open_share=counts["week_on"].map(open_share.set_axis(weeks_on)))
    told = told.assign(season=told["week_on"].map(season))
    parts = [_of_students(data, told, name) for name in WEEKLY]
    parts += [_by_week(data, days, counts["week_on"]), _by_day(days, rules.baseline_weeks)]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(season=week_of(rows["period_on"] + pd.Timedelta(0), data.as_of).map(season).fillna(USUAL))
    found = _large_enough(rows, data.settings)
    rows = with_whole(with_factors(found.rows, data.settings))
    unwatched = (rows["campus"] == POOLED) & rows["watch_measure"].isin(found.unwatched)
    return replace(found, rows=rows[~unwatched].reset_index(drop=True))


def week_of(days: pd.Series, as_of: date) -> pd.Series:
    """Return the first day of each day's week: weeks end where the next begins, the last before `as_of`.

    Parameters
    ----------
    days : pandas.Series of datetime64
        Before `as_of`.
    as_of : datetime.date
        As a rule a Monday.
    """
    back = ((pd.Timestamp(as_of) - days).dt.days - 1) // 7
    return pd.Timestamp(as_of) - pd.to_timedelta(7 * (back + 1), unit="D")


def _missed_by_day(data: Data, weeks: int) -> pd.DataFrame:
    """Return lessons and how many of them were missed, by campus and day, of the last weeks."""
    lessons = data.table("lessons")
    first = pd.Timestamp(data.as_of) - pd.Timedelta(weeks=weeks)
    day = as_time(lessons.starts_at)
    lessons = lessons.filter(lessons.campus.notnull() & (day >= first))
    grouped = lessons.group_by(["campus", as_time(lessons.starts_at).name("on")])
    told = grouped.aggregate(lessons=lessons.count(), missed=(~lessons.status.isin(SERVED)).sum())
    rows = fetch(told.order_by(["campus", "on"]))
    return rows.astype({"on": "datetime64[ns]", "lessons": "float64", "missed": "float64"})


def _held(data: Data, days: pd.DataFrame) -> int:
    """Return how many weeks there are from the first lesson on."""
    return -(-(pd.Timestamp(data.as_of) - days["on"].min()).days // 7) if len(days) else _YEAR_WEEKS


def _open_share(data: Data, days: pd.DataFrame, weeks: pd.Series) -> pd.Series:
    """Return for each week which share of a usual week's lessons falls on days that no holiday closes."""
    first, last = weeks.min().date(), (weeks.max() + pd.Timedelta(days=6)).date()
    closed = pd.DatetimeIndex(eligible_days(data.settings.calendar, first, last).closed)
    open_days = days[~days["on"].isin(closed)]
    usual = open_days.groupby(open_days["on"].dt.weekday)["lessons"].sum()
    usual = usual.reindex(range(7), fill_value=0.0) if usual.sum() else pd.Series(1.0, index=range(7))
    lost = pd.Series(usual.to_numpy()[closed.weekday])
    by_week = lost.groupby(week_of(pd.Series(closed), data.as_of).to_numpy()).sum()
    return (1 - by_week.reindex(weeks, fill_value=0.0) / usual.sum()).set_axis(weeks.index)


def _of_students(data: Data, counts: pd.DataFrame, name: str) -> pd.DataFrame:
    usual, with_us = counts["season"] == USUAL, counts["at_start"]
    if name == "churn":
        # Of those who left before the first records nobody could tell it in the first weeks.
        blind = max(data.settings.outcome.grace_days, inactivity_days(data) or 0)
        begun = counts["week_on"][counts["at_start"] > 0].min()
        with_us = with_us.where(counts["week_on"] >= begun + pd.Timedelta(days=2 * blind), 0)
    # What a festival week loses is told by that of earlier years, however many of its days were closed.
    has_share = usual | counts["season"].str.startswith(SUMMER)
    share = counts["open_share"].where(has_share & (name != "churn"), 1.0)
    return pd.DataFrame({
        "watch_measure": name, "campus": counts["campus"], "period_on": counts["week_on"],
        "counted": counts[WEEKLY[name]].astype(float), "exposure": with_us * share, "is_usual": with_us > 0,
    })  # fmt: skip


def _by_week(data: Data, days: pd.DataFrame, weeks: pd.Series) -> pd.DataFrame:
    period = week_of(days["on"], data.as_of).rename("period_on")
    summed = days.groupby(["campus", period])[["missed", "lessons"]].sum()
    cells = pd.MultiIndex.from_product([sorted(days["campus"].unique()), sorted(weeks.unique())])
    summed = summed.reindex(cells.set_names(["campus", "period_on"]), fill_value=0.0).reset_index()
    return pd.DataFrame({
        "watch_measure": ABSENCE, "campus": summed["campus"], "period_on": summed["period_on"],
        "counted": summed["missed"], "exposure": summed["lessons"], "is_usual": summed["lessons"] > 0,
    })  # fmt: skip


def _by_day(days: pd.DataFrame, baseline_weeks: int) -> pd.DataFrame:
    """Weigh each day's lessons by how much more is missed on its weekday, at all campuses together."""
    if days.empty:
        weight = pd.Series(dtype=float)
    else:
        known = days[days["on"] >= days["on"].max() - pd.Timedelta(weeks=baseline_weeks)]
        summed = known.groupby(known["on"].dt.weekday)[["missed", "lessons"]].sum()
        rate = summed["missed"] / summed["lessons"]
        weight = (rate / max(summed["missed"].sum() / summed["lessons"].sum(), 1e-12)).clip(lower=0.1)
    return pd.DataFrame({
        "watch_measure": DAILY, "campus": days["campus"], "period_on": days["on"],
        "counted": days["missed"], "exposure": days["lessons"] * days["on"].dt.weekday.map(weight).astype(float),
        "is_usual": days["lessons"] > 0,
    })  # fmt: skip


def _large_enough(rows: pd.DataFrame, settings: Settings) -> Watched:
    """Pool the campuses of which too little is counted a week, by measure; say of which it is too little even so.

    The rows of these are here, for the sum of all campuses, pooled as the others.
    """
    least, kept = settings.watching.least_weekly_events, []
    pooled: dict[str, tuple[str, ...]] = {}
    unwatched: dict[str, tuple[str, ...]] = {}
    everywhere = []
    for measure, told in rows.groupby("watch_measure", sort=False):
        name, small = str(measure), _small(told, least)
        rest = told["campus"].isin(small)
        together = _together(told[rest])
        kept += [told[~rest], together]
        if small:
            (unwatched if _small(together, least) else pooled)[name] = tuple(small)
        everywhere += [name] if name in unwatched and rest.all() else []
    together = pd.concat(kept, ignore_index=True)
    return Watched(rows=together, pooled=pooled, unwatched=unwatched, everywhere=tuple(everywhere))


def _small(rows: pd.DataFrame, least: float) -> list[str]:
    """Return the campuses at which less is counted a usual week, or no week is usual; rows are of one measure."""
    usual = rows[rows["is_usual"]]
    a_week = usual.groupby("campus")["counted"].mean() * (7 if (rows["watch_measure"] == DAILY).any() else 1)
    return sorted(set(rows["campus"]) - set(a_week.index[a_week >= least]))


def _together(rows: pd.DataFrame) -> pd.DataFrame:
    summed = rows.groupby(["watch_measure", "period_on"], as_index=False).agg(
        counted=("counted", "sum"),
        exposure=("exposure", "sum"),
        is_usual=("is_usual", "any"),
        season=("season", "first"),
    )
    return summed.assign(campus=POOLED)[list(rows.columns)]


def with_whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Add, where a measure has several weekly charts, one of them all: a rise at every campus shows there first.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `with_factors` returns them.
    """
    weekly = rows[rows["watch_measure"] != DAILY]
    several = weekly.groupby("watch_measure")["campus"].transform("nunique") > 1
    whole = weekly[several].groupby(["watch_measure", "period_on", "season"], as_index=False, sort=False).agg(
        counted=("counted", "sum"), exposure=("exposure", "sum"), is_usual=("is_usual", "any"),
        is_judged=("is_judged", "any"), season_error=("season_error", "max"),
    )  # fmt: skip
    return pd.concat([rows, whole.assign(campus=WHOLE)[list(rows.columns)]], ignore_index=True)
