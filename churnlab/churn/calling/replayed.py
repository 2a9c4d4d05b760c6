"""Whom would the lists of past months have named, each made of what was known of everybody then?"""

import numpy as np
import pandas as pd

from churnlab.churn.calling.keepable import learned
from churnlab.churn.calling.saving import by_a_call
from churnlab.churn.capacity import already_gone
from churnlab.churn.encoding import KEYS, OUTCOME
from churnlab.churn.renewal.past_value import past_value
from churnlab.churn.train import known_before
from churnlab.tables.door import Data

_FLAGS = ("may_be_listed", "on_list", "by_risk")
_STANDING = ["days_to_contract_end", "weeks_of_hours_left", "days_since_lesson"]


def replayed(scored: pd.DataFrame, panel: pd.DataFrame, data: Data, *, share: float) -> pd.DataFrame:
    """Make the lists of past months as `call_lists` would have, one after the other.

    The model, the chance to be still here (of leavers whose ends were known by then, holidays apart) and how each stood
    are as of the month. The share that a call saves, and how readily contracts are renewed, are as known now. Who stood
    on a list rests; nobody is held out, and nobody is on it who had not come to a lesson yet: of those no month was
    tested.

    Parameters
    ----------
    scored : pandas.DataFrame
        `scored` of a backtest as `at_campuses` returns it.
    panel : pandas.DataFrame
        As `panel` returns it, with these months and those before.
    data : Data
        What had happened before a date.
    share : float
        Of leavers still here, whom a call saves.

    Returns
    -------
    pandas.DataFrame
        Rows and order of `scored`, with `keepable_share`; `remaining_value_cny`, 0 where none can be told;
        `saved_value_cny`; and three flags: `may_be_listed` (one row a student and month, who does not rest),
        `on_list`, and `by_risk` (on lists as long that risk alone would have made of the same students).
    """
    rules = data.settings.calling
    rows = _valued(scored, panel, data)
    kept, cost = by_a_call(rows, share, rules)
    rows = rows.assign(saved_value_cny=kept - cost, **dict.fromkeys(_FLAGS, False))
    rest, last = pd.Timedelta(days=rules.rest_days), dict[str, pd.Timestamp]()
    for day in _days(rows):
        month = rows[rows["as_of"] == day]
        rests = pd.to_datetime(month["student_id"].map(last)) > day - rest
        found = _lists(month[~rests & month["campus"].notna()], rules.calls_per_month)
        for name, index in zip(_FLAGS, found, strict=True):
            rows.loc[index, name] = True
        last |= dict.fromkeys(rows.loc[found[1], "student_id"], day)
    return rows


def _lists(pool: pd.DataFrame, calls: int) -> tuple[pd.Index, pd.Index, pd.Index]:
    """Return who may be listed, who is, and who would be by risk, of those of one month who do not rest."""
    pool = pool.sort_values(["saved_value_cny", "unit_id"], ascending=[False, True]).drop_duplicates("student_id")
    listed = pool[pool["saved_value_cny"] > 0].groupby("campus").head(calls)
    room = pool["campus"].map(listed["campus"].value_counts()).fillna(0)
    likeliest = pool.assign(room=room).sort_values(["churn_probability", "unit_id"], ascending=[False, True])
    by_risk = likeliest[likeliest.groupby("campus").cumcount() < likeliest["room"]]
    return pool.index, listed.index, by_risk.index


def _valued(scored: pd.DataFrame, panel: pd.DataFrame, data: Data) -> pd.DataFrame:
    days = _days(scored)
    # The columns of `scored` under these names are chances by one rule alone.
    stood = scored[[*KEYS]].merge(panel[[*KEYS, *_STANDING]], on=list(KEYS), how="left").set_axis(scored.index)
    left = panel[panel[OUTCOME]]
    gone, parts = already_gone(left, data), []
    for day in days:
        known = known_before(left, day, settings=data.settings)
        keepable = learned(known, ~gone[known.index], data.settings)
        parts.append(keepable.of(stood[stood["as_of"] == day])["keepable_share"])
    worth = past_value(data, days).rename(columns={"day": "as_of"})
    values = stood.merge(worth, on=["as_of", "unit_id"], how="left")["remaining_value_cny"].fillna(0.0)
    return scored.assign(keepable_share=pd.concat(parts), remaining_value_cny=values.to_numpy())


def _days(rows: pd.DataFrame) -> list[pd.Timestamp]:
    return [pd.Timestamp(day) for day in np.sort(rows["as_of"].unique())]
