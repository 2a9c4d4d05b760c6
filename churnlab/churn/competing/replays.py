"""How far off was it when the same was foretold before?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.churn.stays import of_old, stays
from churnlab.tables.door import Data

FEWEST = 3  # of fewer nothing is said: they show no spread
_EVERY_DAYS = 91  # a quarter: seasons are what such a forecast does not know
_MOST = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Then:
    """Who was here at the end of a day, and until when.

    Attributes
    ----------
    on : pandas.Timestamp
        The day.
    left_on : pandas.Series of datetime64
        Of each who was here then, those whose stays `stays` tells first, in its order, then those of old: the day of
        the end, as far as it is settled today; NaT if there is none.
    """

    on: pd.Timestamp
    left_on: pd.Series

    def stayed(self, days: int) -> np.ndarray:
        """Tell who was still here so many days later."""
        return (self.left_on.isna() | (self.left_on > self.on + pd.Timedelta(days=days))).to_numpy()


def days_before(on: pd.Timestamp, shortest: int) -> list[pd.Timestamp]:
    """Return the days that can be replayed, latest first: a quarter apart, the latest so many days before `on`."""
    return [on - pd.Timedelta(days=shortest + _EVERY_DAYS * back) for back in range(_MOST)]


def then(data: Data, on: pd.Timestamp, campus: str | None) -> Then:
    """Return who was here at the end of a day.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    on : pandas.Timestamp
        A day all of whose ends are known.
    campus : str, optional
        Only stays that began there.
    """
    until = on + pd.Timedelta(days=1)
    here = stays(data, campus=campus, until=until)
    here = here[here["cause"] == 0]
    known = stays(data, campus=campus).set_index(["unit_id", "episode"])[["exit", "cause"]]
    later = known.loc[pd.MultiIndex.from_frame(here[["unit_id", "episode"]])].reset_index(drop=True)
    days = pd.to_timedelta(later["exit"].to_numpy() - here["exit"].to_numpy(), unit="D")
    left = pd.Series(on + days).where(later["cause"] != 0)
    old = of_old(data, campus=campus)["left_on"]
    return Then(on=on, left_on=pd.concat([left, old[old.isna() | (old > on)]], ignore_index=True))
