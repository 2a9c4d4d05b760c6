"""What happened at each campus in each of the last weeks?"""

from datetime import timedelta

import pandas as pd

from churnlab.churn.outcome import episodes, with_us
from churnlab.churn.weekly.counts import EVENTS, event_days, monday
from churnlab.tables.door import Data


def weekly_counts_by_campus(data: Data, *, weeks: int) -> pd.DataFrame:
    """Count at each campus what `weekly_counts` counts, week by week.

    Parameters
    ----------
    data : Data
        What had happened before a date, as a rule a Monday.
    weeks : int
        How many, at least 1.

    Returns
    -------
    pandas.DataFrame
        One row per campus and week, campuses by name, weeks in order of time: `campus`, `week_on`, `at_start` and the
        columns of `EVENTS`. Who is nowhere to be placed is left out.
    """
    stays = episodes(data)
    firsts = pd.to_datetime([monday(data) - timedelta(days=7 * back) for back in reversed(range(weeks))])
    found = {"at_start": pd.concat([_here(with_us(stays, day), day) for day in firsts])}
    for name, rows in event_days(data, stays).items():
        back = (pd.Timestamp(data.as_of) - pd.to_datetime(rows["on"])).dt.days.sub(1) // 7
        weeks_on = pd.Timestamp(monday(data)) - pd.to_timedelta(back * 7, unit="D")
        found[name] = rows.assign(week_on=weeks_on)[["campus", "week_on"]]
    campuses = sorted({campus for rows in found.values() for campus in rows["campus"].dropna()})
    cells = pd.MultiIndex.from_product([campuses, firsts], names=["campus", "week_on"])
    counts = {
        name: rows.value_counts(["campus", "week_on"]).reindex(cells, fill_value=0) for name, rows in found.items()
    }
    return pd.DataFrame(counts).reset_index().astype(dict.fromkeys(("at_start", *EVENTS), "int64"))


def _here(rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return rows[["campus"]].assign(week_on=day)
