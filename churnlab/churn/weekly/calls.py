"""Whom did we call of those on the lists, and what did they say?"""

from typing import Any

import pandas as pd

from churnlab.churn.counts import Campus, chosen
from churnlab.churn.weekly.counts import monday
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data, fetch

_SAID = ("stays", "thinking", "leaving")


def calls_made(data: Data, campus: Campus = None) -> Finding:
    """Count, of each list that was still being called this week, who was called and what she said.

    A list is being called for `outcome.horizon_days`: after that, who was to leave has left. What they said is no
    effect of the call: who says that she stays might have stayed anyway; `call_effect` tells what calls change.

    Parameters
    ----------
    data : Data
        What had happened before the Monday after the week.
    campus : str, sequence of str, optional
        Default: all.

    Returns
    -------
    Finding
        `week.calls`, one row per list, the latest first, at most `weekly.listed`: `list_id`, `campus`, `made_on`,
        `to_call` (without those held out by lot), `called` and `called_this_week` of them, `spoken_to`, and of these
        `said_stays`, `said_thinking`, `said_leaving`.

    Raises
    ------
    NotEnoughData
        If no list was made in that time.
    """
    horizon = data.settings.outcome.horizon_days
    since = pd.Timestamp(monday(data)) - pd.Timedelta(days=horizon)
    rows = data.table("calls")
    rows = rows.select("list_id", "campus", "student_id", "made_on", "arm", "called_at", "outcome")
    found = fetch(rows.filter(rows.made_on >= since.date()).order_by(["list_id", "student_id"]))
    found = chosen(found, campus)
    if found.empty:
        raise NotEnoughData("week.no_list", days=horizon)
    table = _counted(found, pd.Timestamp(monday(data)))
    facts: dict[str, Any] = {
        "unit": data.settings.outcome.unit,
        "horizon_days": horizon,
        "held_out": int((found["arm"] == "hold_out").sum()),
        **{name: int(table[name].sum()) for name in table.columns[3:]},
    }
    sentences = ("sentence", "held_out") if facts["held_out"] else ("sentence",)
    shown = table.head(data.settings.weekly.listed)
    return Finding(
        key="week.calls", table=shown, facts=facts, sentences=sentences, caveats=("week_said", "week_all_calls")
    )


def _counted(found: pd.DataFrame, week: pd.Timestamp) -> pd.DataFrame:
    calls = found[found["arm"] == "call"]
    called_at = pd.to_datetime(calls["called_at"])
    calls = calls.assign(
        called=called_at.notna(),
        called_this_week=called_at >= week,
        spoken_to=called_at.notna() & calls["outcome"].isin(_SAID),
        **{f"said_{said}": calls["outcome"] == said for said in _SAID},
    )
    counts = {
        name: (name, "sum") for name in ("called", "called_this_week", "spoken_to", *(f"said_{s}" for s in _SAID))
    }
    table = calls.groupby(["list_id", "campus", "made_on"], as_index=False, dropna=False).agg(
        to_call=("student_id", "size"), **counts
    )
    return table.sort_values(["made_on", "list_id", "campus"], ascending=[False, True, True], ignore_index=True)
