"""Of those who would leave, who can still be kept on the day of a list?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnlab.churn.capacity import already_gone
from churnlab.churn.encoding import OUTCOME
from churnlab.settings import Settings
from churnlab.stats.shrinkage import beta_binomial
from churnlab.tables.door import Data

_DAYS_A_WEEK = 7
_LONGEST_WEEKS = 4  # of silence: beyond, hardly any leaver of any institution is still to be met
_OVER, _DUE, _RUNS = "over", "due", "runs"
_COLUMNS = ["keepable_share", "keepable_share_low", "keepable_share_high"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Keepable:
    """What share of those who would leave has not left before the day, by how they stand.

    Attributes
    ----------
    shares : pandas.DataFrame
        One row per group that had leavers: `contract` and `weeks` (as `_groups` tells them; 0: no lesson on record),
        `left` (leavers of past months), `here` (of them, with us on the day), `keepable_share` with its interval.
    of_others : tuple of float
        The share, with its interval, of a group that had none.
    horizon_days : int
        By when contracts that end are due.
    """

    shares: pd.DataFrame
    of_others: tuple[float, float, float]
    horizon_days: int

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the share for each row of a frame of features, with its interval.

        Parameters
        ----------
        frame : pandas.DataFrame
            The features of `features`.

        Returns
        -------
        pandas.DataFrame
            By row of `frame`: keepable_share, keepable_share_low, keepable_share_high.
        """
        rows = _groups(frame, self.horizon_days).merge(self.shares, on=["contract", "weeks"], how="left")
        return rows[_COLUMNS].fillna(dict(zip(_COLUMNS, self.of_others, strict=True))).set_axis(frame.index)


def keepable(panel: pd.DataFrame, data: Data) -> Keepable:
    """Learn of the leavers of past months how many of them were still with us when the month began.

    Some of those who seem to be with us have had their last lesson, and nobody can tell them yet from those who stay
    away for a while. A model that scores all of them rightly counts them among the leavers; no call keeps them. How
    many they are hangs on how long they have been silent, and on the contract: who does not renew comes to its end.

    Parameters
    ----------
    panel : pandas.DataFrame
        As `panel` returns it: settled months alone.
    data : Data
        What had happened before a date.

    Returns
    -------
    Keepable
        What was learned.
    """
    left = panel[panel[OUTCOME]]
    return learned(left, ~already_gone(left, data), data.settings)


def learned(left: pd.DataFrame, here: pd.Series, settings: Settings) -> Keepable:
    """Return the share of each group, drawn towards that of all the more, the fewer have left in it.

    Parameters
    ----------
    left : pandas.DataFrame
        The features of those who left within the horizon, as they were at its start. At least one.
    here : pandas.Series of bool
        By row of `left`: whether her last day was that day or later.
    settings : Settings
        `outcome.horizon_days` and `uncertainty.level`.

    References
    ----------
    See `churnlab.stats.shrinkage.beta_binomial`.
    """
    horizon_days = settings.outcome.horizon_days
    rows = _groups(left, horizon_days).assign(here=here.to_numpy(dtype=bool))
    table = rows.groupby(["contract", "weeks"])["here"].agg(left="size", here="sum").reset_index()
    # Last a group that nobody is in: what is expected of those unlike all who left so far.
    found = beta_binomial([*table["here"], 0], [*table["left"], 0], level=settings.uncertainty.level)
    ends = dict(zip(_COLUMNS, (found.mean, found.low, found.high), strict=True))
    return Keepable(
        shares=table.assign(**{name: values[:-1] for name, values in ends.items()}),
        of_others=(float(found.mean[-1]), float(found.low[-1]), float(found.high[-1])),
        horizon_days=horizon_days,
    )


def _groups(frame: pd.DataFrame, horizon_days: int) -> pd.DataFrame:
    """Tell how each stands: is the last contract over, due within the horizon or running on, and weeks of silence.

    Of contracts that are over the weeks say nothing: whoever does not renew left on their last day.
    """
    days, hours = frame["days_to_contract_end"], frame["weeks_of_hours_left"] * _DAYS_A_WEEK
    is_due = (days < horizon_days) | (hours < horizon_days)
    contract = np.select([days < 0, is_due], [_OVER, _DUE], _RUNS)
    weeks = np.ceil(frame["days_since_lesson"] / _DAYS_A_WEEK).clip(1, _LONGEST_WEEKS).fillna(0)
    return pd.DataFrame({"contract": contract, "weeks": weeks.where(contract != _OVER, 1).astype(int)})
