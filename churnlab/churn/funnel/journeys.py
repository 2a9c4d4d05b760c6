"""Which steps did each who asked take, and on which day?

asked → contacted → trial booked → trial done → enrolled → first lesson → renewed. Who reached a later step has passed
the earlier ones: who signed without a trial lesson is no loss at the trial. Such steps have no day of their own and are
told apart from those on record.
"""

import ibis
import numpy as np
import pandas as pd

from churnlab.churn.funnel.persons import asked
from churnlab.churn.memory import remembered
from churnlab.churn.service import SERVED, any_lessons, as_time, started
from churnlab.tables.door import Data, fetch

STEPS = ("asked", "contacted", "trial_booked", "trial_done", "enrolled", "first_lesson", "renewed")
_OF_LEAD = ("lead_id", "person", "campus", "channel", "campaign_id", "course_id")
COLUMNS = (
    *_OF_LEAD, "student_id", "leads", "adviser_id", "was_student", "trial_cancelled", "outcome", "enrolment_id",
    *(f"{step}_on" for step in STEPS), "starts_on", "lost_on", "lost_reason",
)  # fmt: skip


def journeys(data: Data) -> pd.DataFrame:
    """Return one row per request: a person's lead, with those that soon followed it, as known at `data.as_of`.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        Sorted by `asked_on`, `lead_id`; dates are `datetime64[ns]`.

        - `lead_id`, `campus`, `channel`, `campaign_id`, `course_id`: of the first lead of the request
        - `person`: number of who asked; `student_id`: who they became as far as could be told, else None (`persons`)
        - `leads`: how many leads the request has
        - `adviser_id`: who spoke with them first (`leads.owner_id` is what the export says today), `contacted_on` when;
          `outcome`: what the last contact said. Of contacts up to the day of signing and, until they ask again, of the
          loss: whoever calls those who signed has won none of them
        - `was_student`: the person had signed before asking; such requests are in no conversion
        - `trial_cancelled`: a trial was booked and the last word of it was that it is off
        - `enrolment_id`: the first contract signed from this request on, and before the person's next one
        - `asked_on`, …, `renewed_on`: the day on record of each step, NaT where there is none. A trial that was booked
          and cancelled was booked. `first_lesson_on` is the first one attended on the day of signing or later: before
          it is a trial. Void contracts never were. A renewal is the first contract of that kind after the first one.
        - `starts_on`: the start that this contract agrees, never before its signing
        - `lost_on`, `lost_reason`: when and why it was last marked as lost; missing where it never was, or they asked
          again since. Some come all the same
    """
    return _journeys(data).copy()


def reached(rows: pd.DataFrame, within_days: int | None = None) -> pd.DataFrame:
    """Tell which steps were passed: those on record, and those before one on record.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `journeys` returns it.
    within_days : int, optional
        What came later than so many days after asking does not count.

    Returns
    -------
    pandas.DataFrame of bool
        A column per step, never true where an earlier one is not.
    """
    passed = on_record(rows, within_days)
    backwards = passed[list(STEPS)[::-1]].astype(int).cummax(axis=1)
    return backwards[list(STEPS)].astype(bool)


def on_record(rows: pd.DataFrame, within_days: int | None = None) -> pd.DataFrame:
    """Tell which steps have a day of their own; parameters and columns as of `reached`."""
    last = pd.Timedelta(days=within_days) if within_days is not None else None
    days = {step: rows[f"{step}_on"] for step in STEPS}
    return pd.DataFrame(
        {step: day.notna() if last is None else day <= rows["asked_on"] + last for step, day in days.items()}
    )


def days_until(rows: pd.DataFrame, step: str) -> pd.Series:
    """Return after how many days a step was passed, at the first day on record of it or of a later one; else NaN."""
    later = rows[[f"{name}_on" for name in STEPS[STEPS.index(step) :]]].min(axis=1)
    return (later - rows["asked_on"]).dt.days.clip(lower=0)


@remembered
def _journeys(data: Data) -> pd.DataFrame:
    leads = asked(data)
    requests = (
        leads.drop_duplicates(["person", "asking"]).reset_index(drop=True).drop(columns=["lost_on", "lost_reason"])
    )
    number = pd.Series(requests.index, index=pd.MultiIndex.from_frame(requests[["person", "asking"]]))
    leads = leads.assign(request=number.reindex(pd.MultiIndex.from_frame(leads[["person", "asking"]])).to_numpy())
    counted = leads.groupby("request").agg(leads=("lead_id", "size"))
    signed = _signed(data, requests)
    spoken = _spoken(data, leads, signed["enrolled_on"])
    rows = requests.join(counted).join(spoken).join(signed).join(_lost(leads))
    flags = {name: rows[name].eq(True) for name in ("was_student", "trial_cancelled")}
    rows = rows.assign(**flags, first_lesson_on=_first_lessons(data, rows), renewed_on=_renewals(data, rows))
    times = [*(f"{step}_on" for step in STEPS), "starts_on", "lost_on"]
    return rows.astype(dict.fromkeys(times, "datetime64[ns]"))[list(COLUMNS)]


def _lost(leads: pd.DataFrame) -> pd.DataFrame:
    """Tell when and why each request was marked as lost; who asks again after it is not lost."""
    marked = leads[leads["lost_on"].notna()].sort_values(["lost_on", "lead_id"])
    last = marked.drop_duplicates("request", keep="last").set_index("request")[["lost_on", "lost_reason"]]
    asked = leads.groupby("request")["asked_on"].max()
    return last[last["lost_on"] >= asked.reindex(last.index)]


def _spoken(data: Data, leads: pd.DataFrame, enrolled_on: pd.Series) -> pd.DataFrame:
    """Fold the contacts with the leads of each request."""
    rows = data.table("contacts")
    rows = rows.filter(rows.lead_id.notnull())
    rows = rows.select("contact_id", "lead_id", "kind", "staff_id", "outcome", "at", day=as_time(rows["at"]))
    spoken = fetch(rows.order_by(["at", "contact_id"])).merge(leads[["lead_id", "request"]], on="lead_id")
    open_ = spoken[_was_open(spoken, leads, enrolled_on)]
    by_request = open_.groupby("request")
    booked, done = (spoken[spoken["kind"] == kind].groupby("request") for kind in ("trial_booked", "trial_done"))
    trials = spoken[spoken["kind"].isin(["trial_booked", "trial_done", "trial_cancelled"])]
    return pd.DataFrame(
        {
            "contacted_on": by_request["day"].min(),
            "adviser_id": by_request["staff_id"].first(),
            "outcome": open_.drop_duplicates("request", keep="last").set_index("request")["outcome"],
            "trial_booked_on": booked["day"].min(),
            "trial_done_on": done["day"].min(),
            "trial_cancelled": trials.groupby("request")["kind"].last() == "trial_cancelled",
        }
    )


def _was_open(spoken: pd.DataFrame, leads: pd.DataFrame, enrolled_on: pd.Series) -> pd.Series:
    """Tell which contacts came while their request was open: neither signed nor lost on an earlier day.

    Whom welcome calls reach has signed, and who is won back was lost before: to count these calls as the first ones
    would give an adviser her requests by how they turned out.
    """
    days = leads[["request", "asked_on", "lost_on"]]
    met = spoken[["request", "day"]].reset_index(names="contact").merge(days, on="request")
    met = met.assign(
        asked_on=met["asked_on"].where(met["asked_on"] <= met["day"]),
        lost_on=met["lost_on"].where(met["lost_on"] < met["day"]),
    )
    last = met.groupby("contact")[["asked_on", "lost_on"]].max().reindex(spoken.index)
    is_lost = (last["lost_on"] >= last["asked_on"]) | (last["lost_on"].notna() & last["asked_on"].isna())
    return ~is_lost & ~(spoken["request"].map(enrolled_on) < spoken["day"])


def _signed(data: Data, requests: pd.DataFrame) -> pd.DataFrame:
    """Give each contract to its person's latest request before it, and keep the first one of each request."""
    contracts = _contracts(data).drop(columns="kind")
    known = requests[requests["student_id"].notna()].reset_index(names="request")
    pairs = known[["request", "student_id", "person", "asked_on"]].merge(contracts, on="student_id")
    was = pairs[pairs["signed_on"] < pairs["asked_on"]].groupby("request").size() > 0
    after = pairs[pairs["signed_on"] >= pairs["asked_on"]].sort_values(["enrolment_id", "asked_on", "request"])
    own = after.drop_duplicates("enrolment_id", keep="last").sort_values(["request", "signed_on", "enrolment_id"])
    first = own.drop_duplicates("request").set_index("request")
    return pd.DataFrame(
        {
            "enrolled_on": first["signed_on"],
            "starts_on": first["starts_on"],
            "enrolment_id": first["enrolment_id"],
            "was_student": was,
        }
    ).reindex(requests.index)


def _contracts(data: Data) -> pd.DataFrame:
    rows = data.table("enrolments")
    signed, starts = as_time(rows.signed_at), as_time(started(rows))
    rows = rows.select("student_id", "enrolment_id", "kind", signed_on=signed, starts_on=starts)
    return fetch(rows.order_by(["signed_on", "enrolment_id"]))


def _renewals(data: Data, rows: pd.DataFrame) -> pd.Series:
    contracts = _contracts(data)
    renewals = contracts[contracts["kind"] == "renewal"][["student_id", "signed_on"]]
    enrolled = rows[["student_id", "enrolled_on"]].dropna().reset_index(names="request")
    later = enrolled.merge(renewals, on="student_id")
    later = later[later["signed_on"] > later["enrolled_on"]]
    return later.groupby("request")["signed_on"].min().reindex(rows.index)


def _first_lessons(data: Data, rows: pd.DataFrame) -> np.ndarray:
    marks = rows[["student_id", "enrolled_on"]].rename(columns={"enrolled_on": "from_on"})
    return first_attended(data, marks)


def first_attended(data: Data, marks: pd.DataFrame) -> np.ndarray:
    """Find the first lesson attended on or after each day.

    Parameters
    ----------
    data : Data
        Where the lessons are; they stay in the engine.
    marks : pandas.DataFrame
        `student_id` and `from_on`, either of them perhaps missing.

    Returns
    -------
    numpy.ndarray of datetime64[ns]
        One per mark; NaT where there is none.
    """
    known = marks[["student_id", "from_on"]].dropna().drop_duplicates()
    if known.empty or not any_lessons(data):
        return np.full(len(marks), np.datetime64("NaT"), dtype="datetime64[ns]")
    wanted = ibis.memtable(known.rename(columns={"student_id": "whose"}).sort_values(["whose", "from_on"]))
    lessons = data.table("lessons")
    lessons = lessons.filter(lessons.status.isin(SERVED)).select("student_id", day=as_time(lessons.starts_at))
    pairs = wanted.inner_join(lessons, [wanted.whose == lessons.student_id, lessons.day >= wanted.from_on])
    found = fetch(pairs.group_by(["whose", "from_on"]).agg(first=pairs.day.min()))
    found = found.rename(columns={"whose": "student_id"}).astype({"from_on": "datetime64[ns]"})
    joined = marks.merge(found, on=["student_id", "from_on"], how="left")["first"]
    return joined.to_numpy(dtype="datetime64[ns]")
