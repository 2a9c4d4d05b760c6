"""Do notes of save calls tell why somebody left, and surely enough to be counted?

Nobody files such notes. What there is to compare them with is the reason that people filed the same student's exit or
refund under, near the call. Mostly a note says why a lesson was missed, and not why she leaves: so notes have a check
and a threshold of their own, and where they do not pass, none is coded.
"""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer

from churnlab.churn.causes.judging import answers, fitting, judged, surest
from churnlab.churn.causes.texts import texts
from churnlab.churn.causes.words import words
from churnlab.churn.memory import remembered
from churnlab.churn.outcome import CHURN_KINDS, episodes
from churnlab.settings import Settings
from churnlab.tables.door import Data, fetch

_NOTHING = np.array(None, dtype=object)


@dataclass(frozen=True, kw_only=True, eq=False)
class Spoken:
    """What notes of calls tell of those who left.

    Attributes
    ----------
    open : pandas.DataFrame
        One row per note of a leaver who had nothing filed near it: `student_id`, `enrolment_id`, `on`, `text`, and
        `department` and `reason` that it was coded to, None where that is not sure, or where notes are left alone.
    judged : pandas.DataFrame
        One row per note that was judged, one a student: `department` is what people filed her exit or refund under,
        `given` what was learned from earlier texts and notes of others; `sure`, whether it passed a threshold that the
        other blocks of time chose. No rows where there are too few for a split by time.
    filed : int
        Notes of students of whom people filed a reason near it.
    from_on : float
        The probability from which on a note is coded; infinite where none is.
    """

    open: pd.DataFrame
    judged: pd.DataFrame
    filed: int
    from_on: float

    @property
    def is_coded(self) -> bool:
        """Whether notes are coded at all."""
        return bool(np.isfinite(self.from_on))


@remembered
def spoken(data: Data) -> Spoken:
    """Learn what notes of calls tell, judge it on later notes, and code the others where that is sure enough.

    Notes count from `causes.before_days` before an end to `causes.after_days` after it. They are coded only where, of
    later notes judged by what was learned from earlier texts, at least `uncertainty.min_group` passed a threshold and
    `causes.text_agreement_share` of those agree with people; the threshold of each block of time is the others'.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    """
    rules, least = data.settings.causes, data.settings.uncertainty.min_group
    told = texts(data)
    filed = told[told["is_filed"]][["student_id", "on", "text", "department", "reason"]].assign(is_note=False)
    notes = _filed_near(_notes(data), filed, data.settings)
    known = notes["filed_on"].notna()
    nobodys = notes[~known].reset_index(drop=True)
    own = notes[known].assign(on=notes[["on", "filed_on"]].max(axis=1), is_note=True)  # before, nobody could compare
    both = pd.concat([filed, own[list(filed)]]).sort_values(["on", "is_note", "student_id", "text"], ignore_index=True)
    nothing = Spoken(
        open=nobodys.assign(department=_NOTHING, reason=_NOTHING), judged=both.head(0), filed=len(own), from_on=np.inf
    )
    if len(own) < least or len(both) < 2 * rules.text_filed:
        return nothing
    parts = CountVectorizer(analyzer=words, binary=True, dtype=np.float64)
    counts = parts.fit_transform(both["text"])
    compared, _ = judged(both, counts, enough=rules.text_filed, least=rules.text_reason_texts)
    compared = compared[compared["is_note"]]
    compared = compared.assign(sure=fitting(compared, share=rules.text_agreement_share, least=least))
    agrees = compared["given"] == compared["department"]
    passed = compared["sure"].sum() >= least and agrees[compared["sure"]].mean() >= rules.text_agreement_share
    if not passed:
        return Spoken(open=nothing.open, judged=compared, filed=len(own), from_on=np.inf)
    from_on = surest(compared["chance"], agrees, share=rules.text_agreement_share, least=least)
    given = answers(both, counts, parts.transform(nobodys["text"]), least=rules.text_reason_texts)
    department = np.where(
        (given["chance"] >= from_on) & given["given"].notna(), given["given"].astype(object), _NOTHING
    )
    # Which reason of the department, a note is not asked: few are there to be judged.
    return Spoken(
        open=nobodys.assign(department=department, reason=department), judged=compared, filed=len(own), from_on=from_on
    )


def _notes(data: Data) -> pd.DataFrame:
    """Return each note of a call near the end of one who churned: `student_id`, `enrolment_id`, `on`, `text`."""
    rules, stays = data.settings.causes, episodes(data)
    gone = stays[stays["end_kind"].isin(CHURN_KINDS)][["student_id", "entered_on", "left_on"]]
    left = ibis.memtable(pd.DataFrame({"student_id": gone["student_id"].drop_duplicates().astype(str).to_numpy()}))
    contacts, calls = data.table("contacts"), data.table("calls")
    talks = contacts.filter(contacts.kind == "save_call").select("student_id", "text", day=contacts["at"].cast("date"))
    listed = calls.filter(calls.called_at.notnull()).select("student_id", "text", day=calls.called_at.cast("date"))
    rows = talks.union(listed)
    rows = rows.filter(rows.text.notnull()).semi_join(left, "student_id")
    rows = fetch(rows.select("student_id", "text", on=rows.day.cast("timestamp")).order_by("on", "student_id", "text"))
    met = rows.astype({"on": "datetime64[ns]"}).reset_index(names="row").merge(gone, on="student_id")
    before, after = (pd.Timedelta(days=days) for days in (rules.before_days, rules.after_days))
    near = (met["on"] >= met["left_on"] - before) & (met["on"] <= met["left_on"] + after)
    near &= met["on"] >= met["entered_on"]
    met = met[near].drop_duplicates("row").drop_duplicates(["student_id", "on", "text"])
    return met.assign(enrolment_id=None)[["student_id", "enrolment_id", "on", "text"]].reset_index(drop=True)


def _filed_near(notes: pd.DataFrame, filed: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add what people filed of the same student nearest to each note: `department`, `reason`, `filed_on`."""
    before, after = (pd.Timedelta(days=days) for days in (settings.causes.after_days, settings.causes.before_days))
    codes = filed[["student_id", "on", "department", "reason"]].rename(columns={"on": "filed_on"})
    met = notes.reset_index(names="row")[["row", "student_id", "on"]].merge(codes, on="student_id")
    met = met[(met["filed_on"] >= met["on"] - before) & (met["filed_on"] <= met["on"] + after)]
    met = met.assign(away=(met["filed_on"] - met["on"]).abs()).sort_values(["row", "away", "filed_on"])
    return notes.join(met.drop_duplicates("row").set_index("row")[["department", "reason", "filed_on"]])
