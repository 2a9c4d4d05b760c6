"""What happened in each of the last weeks?"""

from collections.abc import Callable
from datetime import date, timedelta

import ibis
import pandas as pd
from ibis import Table as Rows

from churnlab.churn.counts import Campus, chosen
from churnlab.churn.outcome import CHURN_KINDS, episodes, with_us
from churnlab.tables.door import Data, fetch

_DAYS = 7
EVENTS = ("lost", "refunds_requested", "complaints_opened", "saving_calls")


def monday(data: Data) -> date:
    """Return the first day of the week that ends before `data.as_of`."""
    return data.as_of - timedelta(days=_DAYS)


def weekly_counts(data: Data, *, weeks: int, campus: Campus = None) -> pd.DataFrame:
    """Count what happened in each of the last weeks, each ending where the next begins, the last before `data.as_of`.

    Who leaves can be told only some weeks later: `lost` counts those of whom it became known in the week that they have
    churned, so that a week once told does not change. Calls are save calls and calls of a list, one a student and day.

    Parameters
    ----------
    data : Data
        What had happened before a date, as a rule a Monday.
    weeks : int
        How many, at least 1.
    campus : str, sequence of str, optional
        Where the student was last taught; of complaints, where they were made.

    Returns
    -------
    pandas.DataFrame
        One row per week, the latest first: `week_on` (its first day), `at_start` (with us then, as is known now), and
        the counts of `EVENTS`.
    """
    firsts = [monday(data) - timedelta(days=_DAYS * back) for back in range(weeks)]
    stays = episodes(data)
    table = pd.DataFrame({"week_on": firsts})
    table["at_start"] = [len(chosen(with_us(stays, day), campus)) for day in firsts]
    for name, rows in event_days(data, stays).items():
        back = (pd.Timestamp(data.as_of) - pd.to_datetime(chosen(rows, campus)["on"])).dt.days.sub(1) // _DAYS
        table[name] = back.value_counts().reindex(range(weeks), fill_value=0).to_numpy(dtype="int64")
    return table


def event_days(data: Data, stays: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return one row per event with its day and campus, by its name in `EVENTS`.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    stays : pandas.DataFrame
        From `episodes` of the same data.

    Returns
    -------
    dict of str to pandas.DataFrame
        `on` and `campus`: where the student was last taught; of complaints, where they were made.
    """
    lost = stays[stays["end_kind"].isin(CHURN_KINDS)]
    taught = stays.drop_duplicates("student_id", keep="last").set_index("student_id")["campus"]
    asked: dict[str, Callable[[Data], Rows]] = {
        "refunds_requested": _refunds, "complaints_opened": _complaints, "saving_calls": _calls,
    }  # fmt: skip
    found = {"lost": lost[["campus", "known_on"]].rename(columns={"known_on": "on"})}
    for name, ask in asked.items():
        rows = fetch(ask(data))
        found[name] = rows.assign(campus=rows["campus"].fillna(rows["student_id"].map(taught)))[["campus", "on"]]
    return found


def _refunds(data: Data) -> Rows:
    rows = data.table("refunds")
    return rows.select(student_id=rows.student_id, campus=ibis.null("string"), on=rows.requested_at.cast("date"))


def _complaints(data: Data) -> Rows:
    rows = data.table("complaints")
    return rows.select(student_id=rows.student_id, campus=rows.campus, on=rows.opened_at.cast("date"))


def _calls(data: Data) -> Rows:
    talks, listed = data.table("contacts"), data.table("calls")
    saving = talks.filter((talks.kind == "save_call") & talks.student_id.notnull())
    saving = saving.select(student_id=saving.student_id, on=saving["at"].cast("date"))
    called = listed.filter(listed.called_at.notnull())
    called = called.select(student_id=called.student_id, on=called.called_at.cast("date"))
    both = saving.union(called).distinct()
    return both.select(student_id=both.student_id, campus=ibis.null("string"), on=both.on)
