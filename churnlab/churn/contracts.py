"""From when to when did each contract run, and what ended it?

Days are integers since 1970-01-01 here; `NEVER` stands for an end that has not come.
"""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from churnlab.churn.holidays import NEVER
from churnlab.churn.memory import remembered
from churnlab.churn.service import as_number, as_time, attributed, day_numbers, next_service, started, used_up
from churnlab.settings import Unit
from churnlab.tables.door import Data, fetch

# How a contract ended. `expired` left hours unused, `period` and `hours` finished what was bought.
FINISHED = ("period", "hours")


@dataclass(frozen=True, kw_only=True, eq=False)
class Contracts:
    """What was bought and for how long.

    Attributes
    ----------
    signed : pandas.DataFrame
        One row per contract: `enrolment_id`, `student_id`, `unit_id`, `course_id`, `campus`, `signed`, `starts` (the
        later of start and signing), `ends` (natural end), `how`.
    spans : pandas.DataFrame
        One row per stretch in which a contract ran: `unit_id`, `enrolment_id`, `position` (its row in `signed`),
        `begins`, `starts`, `ends`, `how` (period, hours, expired, refunded, withdrawn, running). A refund or an exit
        ends a stretch; a later lesson on the contract begins the next.
    holds : pandas.DataFrame
        Suspensions of a unit: `unit_id`, `begins`, `ends` (last day on hold), `ran_out` (nobody came back within
        `outcome.longest_suspension_days`).
    exits : pandas.DataFrame
        The register of exits by unit: `unit_id`, `day` (on which it could be read there), `left` (of which it tells),
        `reason_code`.
    contradictions : dict of str to int
        Rows that cannot all be true, counted.
    """

    signed: pd.DataFrame
    spans: pd.DataFrame
    holds: pd.DataFrame
    exits: pd.DataFrame
    contradictions: dict[str, int]


@remembered
def contracts(data: Data) -> Contracts:
    """Work out when each contract ran, as known at `data.as_of`."""
    rows = _signed(data)
    holds = _holds(data, rows)
    signed = _with_ends(data, rows, holds)
    exits = _exits(data, signed)
    stops = _stops(data, signed, exits)
    spans = _spans(signed, stops)
    return Contracts(
        signed=signed,
        spans=spans,
        holds=_held(holds, spans),
        exits=exits[["unit_id", "day", "left", "reason_code"]].drop_duplicates().reset_index(drop=True),
        contradictions={
            "ends_before_start": int((rows["ends_on"] < rows["starts"]).sum()),
            "lesson_after_refund": int(((stops["how"] == "refunded") & (stops["resumes"] >= 0)).sum()),
            "lesson_after_exit": int(((stops["how"] == "withdrawn") & (stops["resumes"] >= 0)).sum()),
        },
    )


def _signed(data: Data) -> pd.DataFrame:
    rows = data.table("enrolments")
    frame = fetch(
        rows.select(
            "enrolment_id", "student_id", "course_id", "campus", "billing",
            signed=as_time(rows.signed_at),
            starts=as_time(started(rows)),
            ends_on=as_time(rows.ends_on),
            hours=(rows.hours_bought.fill_null(0) + rows.hours_free.fill_null(0)),
        ).order_by("enrolment_id")
    )  # fmt: skip
    days = {name: day_numbers(frame[name], NEVER) for name in ("signed", "starts", "ends_on")}
    return frame.assign(**days, unit_id=_unit_id(frame, data.settings.outcome.unit))


def _unit_id(rows: pd.DataFrame, unit: Unit) -> pd.Series:
    if unit == "student":
        return rows["student_id"]
    if unit == "enrolment":
        return rows["enrolment_id"]
    return rows["student_id"] + "|" + rows["campus"].fillna("")


def _holds(data: Data, signed: pd.DataFrame) -> pd.DataFrame:
    """Spell out suspensions by contract: `enrolment_id`, `begins`, `ends` (last day; NEVER if still on), `ran_out`.

    None counts for longer than `outcome.longest_suspension_days`, not even one that is closed later: while it was open
    nobody could know that it would be, and what could be told then must not be taken back.
    """
    rows = data.table("suspensions")
    frame = fetch(rows.select("student_id", "enrolment_id", begins=as_time(rows.from_on), back=as_time(rows.to_on)))
    frame = frame.assign(begins=day_numbers(frame["begins"], NEVER), back=day_numbers(frame["back"], NEVER))
    whole = frame["enrolment_id"].isna()
    named = frame[~whole].assign(back=lambda t: _cut(t, data, "enrolment_id")).drop(columns="student_id")
    of_all = frame[whole].assign(back=lambda t: _cut(t, data, "student_id")).drop(columns="enrolment_id")
    of_all = of_all.merge(signed[["student_id", "enrolment_id"]], on="student_id")
    named = named[named["enrolment_id"].isin(signed["enrolment_id"])]
    both = pd.concat([named, of_all[named.columns]]).astype({"begins": np.int64, "back": np.int64})
    limit = both["begins"] + data.settings.outcome.longest_suspension_days
    both = both.assign(ran_out=(limit < both["back"]) & (limit <= as_number(data.as_of)))
    back = both["back"].where(~both["ran_out"], limit)
    both = both.assign(ends=np.where(back == NEVER, NEVER, back - 1)).drop(columns="back")
    both = both[both["ends"] >= both["begins"]]
    return both.sort_values(["enrolment_id", "begins", "ends"], ignore_index=True)


def _held(holds: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Keep of each suspension what fell into a running contract: nobody is on hold after a refund or an exit."""
    both = holds.merge(
        spans[["enrolment_id", "unit_id", "begins", "ends"]], on="enrolment_id", suffixes=("", "_of_span")
    )
    both = both[(both["begins"] >= both["begins_of_span"]) & (both["begins"] <= both["ends_of_span"])]
    both = both.assign(ends=both["ends"].clip(upper=both["ends_of_span"]))
    return both[["unit_id", "begins", "ends", "ran_out"]].drop_duplicates().reset_index(drop=True)


def _cut(holds: pd.DataFrame, data: Data, by: str) -> np.ndarray:
    # A student who comes to a lesson is back, whatever the register says.
    back = next_service(data, holds.rename(columns={"begins": "day"}), by=by)
    return np.where(back >= 0, np.minimum(holds["back"], back), holds["back"])


def _with_ends(data: Data, signed: pd.DataFrame, holds: pd.DataFrame) -> pd.DataFrame:
    gone = used_up(data)
    gone_on = pd.Series(day_numbers(gone["day"], NEVER), index=gone["enrolment_id"].to_numpy(), dtype=np.int64)
    hours_end = gone_on.reindex(signed["enrolment_id"]).fillna(NEVER).to_numpy(dtype=np.int64)
    by_hours = (signed["billing"] == "by_hours") & (signed["hours"] > 0)
    period_end = _extended(data, signed, holds)
    ends = np.maximum(np.minimum(hours_end, period_end), signed["signed"])
    how = np.select([ends >= NEVER, hours_end <= period_end, by_hours], ["running", "hours", "expired"], "period")
    return signed.assign(ends=ends, how=how)


def _extended(data: Data, signed: pd.DataFrame, holds: pd.DataFrame) -> np.ndarray:
    """Return the last day of each contract's period, suspended days added."""
    as_of = as_number(data.as_of)
    known = signed.set_index("enrolment_id")[["ends_on", "starts"]]
    spells = holds.join(known, on="enrolment_id")
    begins = spells["begins"].clip(lower=spells["starts"])
    past_end = (spells["ends"] + 1).clip(upper=as_of)  # the day it ended or would be known to last until
    whose = spells["enrolment_id"]
    covered = past_end.groupby(whose).cummax().groupby(whose).shift(fill_value=0)
    days = (past_end - np.maximum(begins, covered)).clip(lower=0)
    before = days.groupby(whose).cumsum() - days
    inside = (begins <= spells["ends_on"] + before).groupby(whose).cummin()
    extra = days.where(inside, 0).groupby(whose).sum()
    extra_days = extra.reindex(signed["enrolment_id"]).fillna(0).to_numpy(dtype=np.int64)
    return np.where(signed["ends_on"] == NEVER, NEVER, signed["ends_on"] + extra_days)


def _exits(data: Data, signed: pd.DataFrame) -> pd.DataFrame:
    """Spell out exits by contract signed by then; an exit without a contract is from all of them.

    What an interview found stands for what a call or form had said of the same day. An exit is an event of the day on
    which it was first written down: before, nobody could tell, and what is told is never taken back. Of which day it
    tells, `left` says.
    """
    rows = data.table("exits")
    asked = (rows.method == "interview").fill_null(False)
    told = rows.recorded_on.fill_null(rows.left_on)
    frame = fetch(
        rows.select(
            "student_id", "enrolment_id", "reason_code", left=as_time(rows.left_on), told=as_time(told), asked=asked
        )
    )
    days = {name: day_numbers(frame[name], NEVER) for name in ("left", "told")}
    frame = frame.assign(**days).assign(day=lambda t: np.maximum(t["left"], t["told"])).drop(columns="told")
    known = signed[["student_id", "enrolment_id", "unit_id", "signed", "ends"]]
    whole = frame["enrolment_id"].isna()
    of_all = frame[whole].drop(columns="enrolment_id").merge(known, on="student_id")
    named = frame[~whole].drop(columns="student_id").merge(known, on="enrolment_id")
    both = pd.concat([named, of_all[named.columns]], ignore_index=True)
    both = both[both["signed"] <= both["left"]]
    same = both.groupby(["enrolment_id", "left"])
    both = both.assign(day=same["day"].transform("min"))[both["asked"] | ~same["asked"].transform("any")]
    both = _not_returned(data, both.drop(columns="asked"))
    return both.sort_values(["enrolment_id", "day", "left", "reason_code"], ignore_index=True)


def _not_returned(data: Data, exits: pd.DataFrame) -> pd.DataFrame:
    """Leave out what was written down after she had come again: it ends nothing."""
    late = exits["day"] > exits["left"]
    if not late.any():
        return exits
    asked = exits[late].assign(day=exits["left"])
    back = pd.Series(next_service(data, asked, by="enrolment_id"), index=asked.index)
    returned = back[(back >= 0) & (back <= exits.loc[late, "day"])].index
    return exits.drop(index=returned)


def _stops(data: Data, signed: pd.DataFrame, exits: pd.DataFrame) -> pd.DataFrame:
    """Find what broke a contract off: `enrolment_id`, `day`, `how`, `resumes` (day of the next lesson on it, or -1)."""
    refunds = data.table("refunds")
    refunds = refunds.filter(refunds.outcome == "refunded")
    refunds = refunds.select("refund_id", "student_id", "enrolment_id", "settled_at", course_id=ibis.null("string"))
    refunds = attributed(refunds, data, key="refund_id", at=refunds.settled_at.cast("date"))
    settled = fetch(refunds.select("enrolment_id", day=as_time(refunds.settled_at)))
    settled = settled.assign(day=day_numbers(settled["day"], NEVER), how="refunded")
    settled = settled.merge(signed[["enrolment_id", "signed", "ends"]], on="enrolment_id")
    settled = settled.assign(day=np.maximum(settled["day"], settled["signed"]))
    stops = pd.concat([settled, exits.assign(how="withdrawn")[settled.columns]], ignore_index=True)
    # What came on the last day or later did not break it off.
    stops = stops[stops["day"] < stops["ends"]].sort_values(["enrolment_id", "day", "how"])
    stops = stops.assign(resumes=next_service(data, stops, by="enrolment_id"))
    # Without a lesson between them, the first of several stops is the one that ended it.
    return stops.drop_duplicates(["enrolment_id", "resumes"]).drop(columns=["signed", "ends"])


def _spans(signed: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    position = pd.Series(np.arange(len(signed)), index=signed["enrolment_id"].to_numpy())
    stops = stops.assign(position=position.reindex(stops["enrolment_id"]).to_numpy())
    stops = stops.sort_values(["position", "day"])
    resumed = stops.groupby("position")["resumes"].shift()
    first_begin = signed["signed"].to_numpy()[stops["position"]]
    broken = stops.assign(begins=resumed.fillna(pd.Series(first_begin, index=stops.index)).astype(np.int64))
    broken = broken.rename(columns={"day": "ends"})
    last = stops.drop_duplicates("position", keep="last").set_index("position")["resumes"]
    begins = last.reindex(np.arange(len(signed))).fillna(pd.Series(signed["signed"].to_numpy())).astype(np.int64)
    final = pd.DataFrame({"position": np.arange(len(signed)), "begins": begins.to_numpy()})
    final = final.assign(ends=signed["ends"].to_numpy(), how=signed["how"].to_numpy())
    # A broken contract that no lesson resumed has no last stretch.
    final = final[final["begins"] >= 0]
    spans = pd.concat([broken[final.columns], final], ignore_index=True)
    spans = spans.assign(
        ends=np.maximum(spans["ends"], spans["begins"]),
        unit_id=signed["unit_id"].to_numpy()[spans["position"]],
        enrolment_id=signed["enrolment_id"].to_numpy()[spans["position"]],
        signed=signed["signed"].to_numpy()[spans["position"]],
        starts=signed["starts"].to_numpy()[spans["position"]],
    )
    # A contract that a lesson resumed has started with that lesson.
    starts = spans["starts"].where(spans["begins"] == spans["signed"], spans["begins"])
    spans = spans.assign(starts=starts.clip(upper=spans["ends"])).drop(columns="signed")
    return spans.sort_values(["unit_id", "begins", "position"], ignore_index=True)
