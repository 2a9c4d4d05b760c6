"""After how many days is it known how a request turned out?"""

import numpy as np
import pandas as pd

from churnlab.churn.funnel.journeys import days_until
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings
from churnlab.stats.survival import Stays, window
from churnlab.tables.door import Data


def longest_days(data: Data, step: str) -> int:
    """Return how many days after asking a step still counts."""
    rules = data.settings.funnel
    return rules.longest_renewal_days if step == "renewed" else rules.longest_days


def waiting(data: Data, rows: pd.DataFrame, step: str) -> Stays:
    """Return how long each waited from asking to a step, as stays that end (cause 1) with it.

    Who has not passed it is censored on the last day known, or after `longest_days`. Who is marked as lost is followed
    as long as all others: some come all the same, and not everybody is marked. So the curve levels off below 1.

    Parameters
    ----------
    data : Data
        As of when; its settings.
    rows : pandas.DataFrame
        As `journeys` returns it.
    step : str
        One of `STEPS`.
    """
    seen = (pd.Timestamp(data.as_of) - rows["asked_on"]).dt.days - 1
    return followed(days_until(rows, step), seen, rows["person"], longest_days(data, step))


def followed(days: pd.Series, seen: pd.Series, whose: pd.Series, most_days: int) -> Stays:
    """Return waits as stays from day 0.

    Parameters
    ----------
    days : pandas.Series of float
        After how many days it came; NaN: not yet.
    seen : pandas.Series of int
        How many days are known.
    whose : pandas.Series of int
        Who waited.
    most_days : int
        What comes later does not count.
    """
    seen = seen.clip(upper=most_days)
    came = days.le(seen)
    return Stays(
        entry=np.full(len(days), -1),
        exit=days.where(came, seen).to_numpy(dtype=np.int64),
        cause=came.to_numpy(dtype=np.int64),
        cluster=whose.to_numpy(dtype=np.int64),
    )


def followed_days(data: Data, rows: pd.DataFrame, step: str) -> int:
    """Return for how many days requests could be followed to a step, at most `longest_days`.

    Where they have not been on record for long it is less: further nothing can be told, not even how many are missed.

    Parameters
    ----------
    data, rows, step
        As for `waiting`.

    Raises
    ------
    NotEnoughData
        If too few were followed for a day.
    """
    most, needed = longest_days(data, step), data.settings.retention.min_at_risk
    since = pd.Timestamp(data.as_of) - pd.Timedelta(days=most)
    return most if (rows["asked_on"] < since).sum() >= needed else _told_to(waiting(data, rows, step), data.settings)


def _told_to(stays: Stays, rules: Settings) -> int:
    """Return the last day before which at least `retention.min_at_risk` were still waiting."""
    told = window(stays, rules.retention.min_at_risk)
    if told is None:
        raise NotEnoughData("funnel.too_few", asked=len(stays.exit), needed=rules.retention.min_at_risk, days=0)
    return told[1]


def ripe_days(stays: Stays, rules: Settings) -> int:
    """Return by how many days `funnel.ripe_share` of those who come have come.

    Those who asked too lately to be known are censored: it is a share of the cumulative incidence within as many days
    as at least `retention.min_at_risk` were followed.

    Parameters
    ----------
    stays : Stays
        From `waiting`.
    rules : Settings
        The thresholds.

    Raises
    ------
    NotEnoughData
        If nobody came, or too few were followed.
    """
    share = came_by(stays)[: _told_to(stays, rules) + 1]
    if share[-1] == 0:
        raise NotEnoughData("funnel.nobody_came", asked=len(stays.exit))
    return int(np.argmax(share >= rules.funnel.ripe_share * share[-1]))


def came_by(stays: Stays) -> np.ndarray:
    """Return the share that had come (cause 1) by day 0, 1, …: the cumulative incidence [Aalen & Johansen 1978]."""
    there = np.maximum(stays.at_risk(), 1)
    waiting_still = np.concatenate([[1.0], np.cumprod(1 - stays.ends() / there)[:-1]])
    return np.cumsum(waiting_still * stays.ends(1) / there)
