"""Who has been on hold for so long that somebody should ask?"""

from typing import Any

import pandas as pd

from churnlab.churn.contracts import contracts
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.outcome import episodes
from churnlab.churn.service import as_number, day_numbers
from churnlab.finding import Finding
from churnlab.tables.door import Data


def long_suspensions(data: Data, campus: Campus = None) -> Finding:
    """Count the students on hold as of the date, and those for whom the register may have been forgotten, by campus.

    A suspension may be meant to last, or nobody wrote down that the student came back or left; the rows look the same.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `churn.long_suspensions`: per campus the students on hold (`on_hold`), of them those for more than
        `outcome.suspension_check_days` (`long_on_hold`); and those not seen again since their suspension reached
        `outcome.longest_suspension_days` (`hold_ran_out`), who count as absent from that day, whether or not they
        count as gone already. Of one campus asked for by name there are the facts and no rows.
    """
    rules, as_of = data.settings.outcome, as_number(data.as_of)
    stays = chosen(episodes(data), campus)
    held = contracts(data).holds.merge(stays[["unit_id", "left_on", "last_service_on"]], on="unit_id")
    now = held[(held["ends"] >= as_of) & held["left_on"].isna()]
    days = as_of - now.groupby("unit_id")["begins"].min()
    last_seen = stays.groupby("unit_id")["last_service_on"].max()
    seen_on = pd.Series(day_numbers(last_seen, -1), index=last_seen.index)
    over = held[held["ran_out"] & (held["ends"] >= held["unit_id"].map(seen_on)) & ~held["unit_id"].isin(days.index)]
    marked = stays.drop_duplicates("unit_id", keep="last").assign(
        on_hold=lambda t: t["unit_id"].isin(days.index),
        long_on_hold=lambda t: t["unit_id"].isin(days.index[days > rules.suspension_check_days]),
        hold_ran_out=lambda t: t["unit_id"].isin(over["unit_id"]),
    )
    counted = ["on_hold", "long_on_hold", "hold_ran_out"]
    table = marked.groupby("campus", dropna=False)[counted].sum().reset_index()
    table = table[table[counted].any(axis=1)].sort_values("campus", ignore_index=True)
    if isinstance(campus, str):
        table = table.head(0)  # its one row would repeat the sentence
    facts: dict[str, Any] = {name: int(marked[name].sum()) for name in counted}
    facts |= {name: getattr(rules, name) for name in ("unit", "suspension_check_days", "longest_suspension_days")}
    sentences = ("long" if facts["long_on_hold"] else "none", *(("ran_out",) if facts["hold_ran_out"] else ()))
    return Finding(key="churn.long_suspensions", table=table, facts=facts, sentences=sentences)
