"""How many are usual about Spring Festival, in the summer holidays and in closed weeks, by earlier years?

Such weeks make no baseline. Each is held against the rate of its baseline times a factor: how many there were in the
same weeks of earlier years, over how many the usual weeks about them would have had. The factor is drawn towards 1, the
more the fewer were counted, and is known no better than that and than two years are alike.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from churnlab.churn.holidays import spring_festival
from churnlab.settings import Settings
from churnlab.settings.watching import Watching

USUAL = ""
"""The season of a week like any other."""

FESTIVAL, CLOSED, SUMMER = "festival", "closed", "summer"
_BLOCK_DAYS = 21  # the same weeks of two summers are three that begin within the same 21 days
_ABOUT = pd.Timedelta(weeks=26)
_MIDDLE = pd.Timedelta(days=3)


def season_of(weeks: pd.Series, open_share: pd.Series, settings: Settings) -> pd.Series:
    """Name what is not usual about each week: the same name in two years says that the weeks are alike.

    Parameters
    ----------
    weeks : pandas.Series of datetime64
        First days of weeks.
    open_share : pandas.Series
        Of the same index: the share of usual lessons that no holiday takes.
    settings : Settings
        `watching`.

    Returns
    -------
    pandas.Series of str
        `festival-1` for the week before that of Spring Festival and so on; `closed10` where holidays take most of a
        week of October; `summer0` and so on for each three weeks of the summer holidays; `USUAL`, the empty text, else.
    """
    rules, middle = settings.watching, weeks + _MIDDLE
    season = pd.Series(USUAL, index=weeks.index, dtype=object)
    in_summer = middle.dt.month.between(rules.summer_from_month, rules.summer_to_month)
    begun = pd.to_datetime({"year": middle.dt.year, "month": rules.summer_from_month, "day": 1})
    block = (middle - begun).dt.days // _BLOCK_DAYS
    season = season.mask(in_summer, SUMMER + block.astype(str))
    season = season.mask(open_share < rules.least_open_share, CLOSED + middle.dt.month.astype(str))
    for year in sorted(set(weeks.dt.year) | set(weeks.dt.year + 1)):
        festival = spring_festival(year)
        if festival:
            # The week that holds the day is week 0; a week that begins the day after is week 1.
            place = -((pd.Timestamp(festival) - weeks).dt.days // 7)
            near = place.between(-(rules.festival_before_days // 7), -(-rules.festival_after_days // 7))
            season = season.mask(near, FESTIVAL + place.astype(str))
    return season


def with_factors(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Put into the exposure what the season makes of a period, where an earlier year tells it.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row per measure, campus and period: `watch_measure`, `campus`, `period_on`, `counted`, `exposure`, `season`
        and `is_usual`; of a campus no row twice.
    settings : Settings
        `watching`.

    Returns
    -------
    pandas.DataFrame
        The same rows; `exposure` times the factor; `season_error`, its relative standard error (0: usual); and
        `is_judged`: usual, or in a season of which an earlier year is held.
    """
    factors = pd.DataFrame(
        [*_factors(rows[rows["exposure"] > 0], settings.watching)],
        columns=["watch_measure", "season", "season_year", "factor", "season_error"],
    ).astype({"season_year": "int64", "factor": "float64", "season_error": "float64"})
    rows = rows.assign(season_year=_year(rows).astype("int64"))
    told = rows.merge(factors, on=["watch_measure", "season", "season_year"], how="left", sort=False)
    usual = told["is_usual"] & (told["season"] == USUAL)
    return told.assign(
        is_usual=usual,
        exposure=told["exposure"] * told["factor"].fillna(1.0),
        season_error=told["season_error"].fillna(0.0),
        is_judged=usual | told["factor"].notna(),
    ).drop(columns=["season_year", "factor"])


def _year(rows: pd.DataFrame) -> pd.Series:
    """Return the year that a season belongs to: weeks before an early Spring Festival still count to its year."""
    on = rows["period_on"]
    return on.dt.year + (rows["season"].str.startswith(FESTIVAL) & (on.dt.month == 12)).astype(int)


def _factors(rows: pd.DataFrame, rules: Watching) -> Iterator[tuple[object, ...]]:
    """Yield the factor of each season of each measure and year, from the years before it, all campuses together."""
    rows = rows.assign(season_year=_year(rows))
    worth = 1 / rules.season_spread_share**2
    for (measure, season), told in rows[rows["season"] != USUAL].groupby(["watch_measure", "season"], sort=True):
        usual = rows[(rows["watch_measure"] == measure) & (rows["season"] == USUAL) & rows["is_usual"]]
        years = [int(year) for year in np.sort(told["season_year"].unique())]
        seen = {year: _seen(told[told["season_year"] == year], usual, rules) for year in years}
        for year in years:
            before = [seen[other] for other in years if year - rules.earlier_years <= other < year]
            counted, expected = (float(sum(pair[side] for pair in before)) for side in (0, 1))
            if expected > 0:
                error = np.sqrt(1 / (counted + worth) + rules.season_change_share**2)
                yield measure, season, year, (counted + worth) / (expected + worth), error


def _seen(part: pd.DataFrame, usual: pd.DataFrame, rules: Watching) -> tuple[float, float]:
    """Return how many there were in one season of one year, and how many at the rate of the usual weeks about it."""
    middle = part["period_on"].min()
    about = usual[usual["period_on"].between(middle - _ABOUT, middle + _ABOUT)]
    about = about[about.groupby("campus")["period_on"].transform("nunique") >= rules.least_baseline_weeks // 2]
    summed = about.groupby("campus")[["counted", "exposure"]].sum()
    rate = part["campus"].map(summed["counted"] / summed["exposure"])
    known = rate.notna()
    return float(part["counted"][known].sum()), float((rate * part["exposure"])[known].sum())
