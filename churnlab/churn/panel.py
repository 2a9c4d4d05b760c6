"""On which students, as they were, does the model learn, and which does it judge?"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from churnlab.churn.features import features
from churnlab.churn.memory import remembered
from churnlab.churn.outcome import episodes, inactivity_days, label, settled_before, with_us
from churnlab.tables.door import Data, fetch
from churnlab.tables.keeping import kept_frame

_OUTCOME = ["unit_id", "student_id", "as_of", "churned"]


def panel(data: Data, *, dates: Sequence[date | str | pd.Timestamp] | None = None) -> pd.DataFrame:
    """Return snapshots of the students with us as far as could be told then, with what became of them.

    A snapshot is taken only where every end within the horizon after it can be told by now, so that nobody counts as
    staying who has not been told apart yet. Snapshots weigh equally. Who was silent at a snapshot is in it, whether she
    came back or not: `scoring` holds such students too, and hindsight must not choose who is learned from. Who had not
    come to any lesson by then is not in it: whether she will start is another question, see `not_started`.

    Parameters
    ----------
    data : Data
        The open data.
    dates : sequence of dates, optional
        Default: each month's first day from the second month with contracts on, the latest `settings.model.snapshots`.

    Returns
    -------
    pandas.DataFrame
        One row per snapshot and unit, sorted by `as_of` and `unit_id`: the columns of `features`, then `churned` (bool:
        gone by `settings.outcome.horizon_days` after the snapshot).

    Raises
    ------
    ValueError
        If the outcome of a given date cannot be told yet.
    """
    stays = episodes(data)
    days = snapshot_dates(data) if dates is None else sorted({pd.Timestamp(day) for day in dates})
    horizon_days = data.settings.outcome.horizon_days
    told = [_told(stays, day, horizon_days) for day in days]
    outcomes = pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=_OUTCOME, dtype=object)
    return _known(data, outcomes, days).astype({"churned": bool})


def scoring(data: Data) -> pd.DataFrame:
    """Return the students still with us at `data.as_of`, as far as known, as the model judges them.

    Who has not come to any lesson yet is left out, as in `panel`.

    Returns
    -------
    pandas.DataFrame
        One row per unit, sorted by `unit_id`: the columns of `features`.
    """
    return _scoring(data).copy()


@remembered
def _scoring(data: Data) -> pd.DataFrame:
    day = pd.Timestamp(data.as_of)
    here = with_us(episodes(data), day)[["unit_id", "student_id"]].assign(as_of=day)
    return kept_frame(data.keep, "scoring", lambda: _known(data, here, [day]))


def snapshot_dates(data: Data) -> list[pd.Timestamp]:
    """Return the first days of months from which the outcome can be told, the earliest first.

    From the second month with contracts on, at most the latest `settings.model.snapshots`.
    """
    signed = data.table("enrolments").signed_at
    first = fetch(data.table("enrolments").aggregate(day=signed.min()))["day"].iloc[0]
    if pd.isna(first):
        return []
    start = pd.Timestamp(first).to_period("M").to_timestamp() + pd.offsets.MonthBegin(1)
    stop = settled_before(data) - pd.Timedelta(days=data.settings.outcome.horizon_days)
    return list(pd.date_range(start, stop, freq="MS"))[-data.settings.model.snapshots :]


def _told(stays: pd.DataFrame, day: pd.Timestamp, horizon_days: int) -> pd.DataFrame:
    churned = label(stays, as_of=day, horizon_days=horizon_days)
    there = with_us(stays, day)[["unit_id", "student_id"]]
    return there.assign(as_of=day, churned=there["unit_id"].map(churned))


def _known(data: Data, wanted: pd.DataFrame, days: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Put what was known beside the wanted rows; a unit whose contract is not on record has no features."""
    known = features(data, dates=list(days))
    wanted = wanted.astype({"as_of": "datetime64[ns]"})
    wanted = wanted[_have_come(data, wanted, known)]
    rows = wanted.merge(known.drop(columns="student_id"), on=["as_of", "unit_id"], how="left", validate="one_to_one")
    order = [*known.columns, *(name for name in wanted if name not in known)]
    return rows[order].sort_values(["as_of", "unit_id"], ignore_index=True)


def _have_come(data: Data, wanted: pd.DataFrame, known: pd.DataFrame) -> np.ndarray:
    """Tell who had come to a lesson of any contract; where silence says nothing, all count as if they had."""
    if inactivity_days(data) is None:
        return np.ones(len(wanted), dtype=bool)
    came = known.loc[known["days_since_lesson"].notna(), ["as_of", "student_id"]]
    return pd.MultiIndex.from_frame(wanted[["as_of", "student_id"]]).isin(pd.MultiIndex.from_frame(came))
