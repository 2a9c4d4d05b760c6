"""Who asked, how often, and which student did they become?

`leads.student_id` is what the export says today; on an earlier day nobody could know it, so it is never read. What
could be known then: a lead and a student have the same phone and the same name. A phone alone tells the student only
where the lead has no name or the student none, and where one student alone has that phone: siblings share it. A name
alone tells nobody. A link is known from the day on which both rows stood in the tables.
"""

import numpy as np
import pandas as pd

from churnlab.churn.service import as_time
from churnlab.tables.door import Data, fetch

_OF_LEADS = ("lead_id", "phone", "name", "campus", "channel", "campaign_id", "course_id", "lost_reason")


def asked(data: Data) -> pd.DataFrame:
    """Return one row per lead known at `data.as_of`.

    Returns
    -------
    pandas.DataFrame
        Sorted by `asked_on`, `lead_id`: `lead_id`, `person`, `campus`, `channel`, `campaign_id`, `course_id`,
        `asked_on` (day), `lost_on` (day; NaT: not marked as lost), `lost_reason`, `student_id` (None: no student of
        that phone and name is known yet) and `asking`, the number of the person's request (from 0): leads that follow
        each other by at most `funnel.same_request_days` are one request, as when a mother calls and then fills in a
        form.
    """
    rows = data.table("leads")
    leads = fetch(
        rows.select(*_OF_LEADS, asked_on=as_time(rows.created_at), lost_on=as_time(rows.lost_on)).order_by(
            ["asked_on", "lead_id"]
        )
    )
    students = fetch(data.table("students").select("student_id", "phone", "name").order_by("student_id"))
    leads = leads.assign(student_id=became(leads, students)).assign(person=_person)
    gap = leads.groupby("person")["asked_on"].diff().dt.days
    is_new = gap.isna() | (gap > data.settings.funnel.same_request_days)
    return leads.assign(asking=is_new.groupby(leads["person"]).cumsum() - 1).drop(columns=["phone", "name"])


def became(leads: pd.DataFrame, students: pd.DataFrame) -> pd.Series:
    """Tell which student each lead became.

    Parameters
    ----------
    leads, students : pandas.DataFrame
        `phone` and `name`, pseudonyms by the same key; `students` also `student_id`. Missing: not recorded.

    Returns
    -------
    pandas.Series
        Number of the student by lead, None where none can be told: nobody has this phone and name, or several have.
    """
    pair = _only(students.dropna(subset=["phone", "name"]), ["phone", "name"])
    nameless = _only(students[students["name"].isna()].dropna(subset=["phone"]), ["phone"])
    phone = _only(students.dropna(subset=["phone"]), ["phone"])
    by_pair = _looked_up(leads, pair, ["phone", "name"])
    # What is not said contradicts nothing, so long as no sibling could be meant.
    alone = _looked_up(leads, phone, ["phone"])
    by_phone = alone.where(leads["name"].isna() | alone.isin(nameless["student_id"]))
    found = by_pair.where(by_pair.notna(), by_phone)
    return pd.Series([id if isinstance(id, str) else None for id in found], index=leads.index, dtype=object)


def _only(students: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Keep those who alone have what they are told by."""
    return students[~students.duplicated(by, keep=False)][[*by, "student_id"]]


def _looked_up(leads: pd.DataFrame, students: pd.DataFrame, by: list[str]) -> pd.Series:
    told = leads[by].notna().all(axis=1)
    found = leads[by].merge(students, on=by, how="left")["student_id"].set_axis(leads.index)
    return found.where(told)


def _person(leads: pd.DataFrame) -> np.ndarray:
    """Tell persons apart by the student they became, else by phone and name; without a phone each is its own."""
    pair = leads["phone"].fillna("") + "|" + leads["name"].fillna("")
    own = pair.where(leads["phone"].notna(), "lead " + leads["lead_id"])
    return pd.factorize(own.where(leads["student_id"].isna(), "student " + leads["student_id"].fillna("")))[0]
