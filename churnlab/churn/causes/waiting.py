"""How long does it take until something is dealt with, when some of it still is not?"""

from datetime import date

import numpy as np
import pandas as pd

from churnlab.stats.survival import Stays, kaplan_meier, median


def median_days(
    since: pd.Series, until: pd.Series, *, as_of: date, level: float, whose: pd.Series
) -> tuple[float, float, float]:
    """Return the median time to an answer, those still waiting counted as still waiting.

    Parameters
    ----------
    since, until : pandas.Series of datetime64
        When it began and when it was done; NaT: not yet. Whole days count, done on the same day is 0.
    as_of : datetime.date
        Nothing after it is known: what is open has waited until the day before.
    level : float
        Coverage of the interval.
    whose : pandas.Series
        What several rows may share, as a student.

    Returns
    -------
    median, low, high : float
        Days; NaN where fewer than half are done, or of a bound that the data leave open.
    """
    if since.empty:
        return np.nan, np.nan, np.nan
    begun = since.dt.normalize()
    last = until.dt.normalize().fillna(pd.Timestamp(as_of) - pd.Timedelta(days=1))
    days = (last - begun).dt.days.clip(lower=0).to_numpy(dtype=np.int64)
    stays = Stays(
        entry=np.full(len(days), -1),
        exit=days,
        cause=until.notna().to_numpy(dtype=np.int64),
        cluster=pd.factorize(whose)[0],
    )
    return median(kaplan_meier(stays), level)
