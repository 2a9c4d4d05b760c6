"""What was known of each stay on its first day, and for how long could it be watched?"""

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import CHURN_KINDS, episodes, settled_before
from churnlab.stats.survival import Stays
from churnlab.tables.door import Data, fetch

CHURNED, COMPLETED, PERSONAL = 1, 2, 3
BASELINE = ("campus", "course", "channel", "cohort")


def stays(
    data: Data, *, campus: str | None = None, period_days: int | None = None, until: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Return the stays that could be watched, with what was known of them on their first day.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, optional
        Only stays that began there.
    period_days : int, optional
        Watch only the last so many days before ends stop being known; stays that began earlier come into view late.
    until : pandas.Timestamp, optional
        Watch no further than to the day before this one, as of an earlier day. Default: as far as ends are known.

    Returns
    -------
    pandas.DataFrame
        One row a stay: `unit_id`, `episode`, `entry`, `exit` (days since its start, as `Stays` wants them), `cause`
        (0 with us when last seen, 1 churned, 2 completed, 3 personal reasons), `end_kind` (None where 0), `cluster`
        (code of the student), and `campus`, `course` (its name), `channel`, `cohort` (half-year of entry) as they were
        at its start, not now.
        Students who were here before the records begin are left out, `attrs["left_out"]` of them: nobody knows since
        when, and those who had left by then are not on record.
    """
    settled = until if until is not None else settled_before(data)
    found, older = _begun(data, campus)
    found = found[~older & (found["entered_on"] < settled)]
    ended = found["left_on"] < settled
    last = found["left_on"].where(ended, settled - pd.Timedelta(days=1))
    since = settled - pd.Timedelta(days=period_days) if period_days else found["entered_on"].min()
    late = (since - found["entered_on"]).dt.days.clip(lower=0)
    rows = found.assign(
        entry=late - 1,
        exit=(last - found["entered_on"]).dt.days,
        cause=np.where(ended, _cause(found["end_kind"]), 0),
        end_kind=np.where(ended, found["end_kind"], np.array(None, dtype=object)),
        cluster=pd.factorize(found["student_id"])[0],
    )
    rows = rows[rows["exit"] > rows["entry"]]
    told = ["unit_id", "episode", "entry", "exit", "cause", "end_kind", "cluster", *BASELINE]
    rows = rows[told].reset_index(drop=True)
    rows.attrs["left_out"] = int(older.sum())
    return rows


def of_old(data: Data, *, campus: str | None = None, until: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the episodes that `stays` leaves out: of students who were here before the records begin.

    Parameters
    ----------
    data, campus, until
        As for `stays`.

    Returns
    -------
    pandas.DataFrame
        As of `episodes`, but `left_on` only where it is settled; `attrs["since"]` the day from which all are watched.
    """
    found, older = _begun(data, campus)
    rows, settled = found[older].reset_index(drop=True), until if until is not None else settled_before(data)
    rows = rows.assign(left_on=rows["left_on"].where(rows["left_on"] < settled))
    rows.attrs["since"] = rows["entered_on"].max()
    return rows


def watched(rows: pd.DataFrame) -> Stays:
    """Return the stays in the form of the estimators."""
    columns = (rows[name].to_numpy(dtype=int) for name in ("entry", "exit", "cause", "cluster"))
    entry, exit_, cause, cluster = columns
    return Stays(entry=entry, exit=exit_, cause=cause, cluster=cluster)


def here_before(found: pd.DataFrame, data: Data) -> pd.Series:
    """Tell whose first contract on record is not her first: registered long before it, as the records begin.

    Parameters
    ----------
    found : pandas.DataFrame
        As `episodes` returns it.
    data : Data
        Where the students are.

    Returns
    -------
    pandas.Series of bool
        One per row of `found`; none where another unit than the student is counted.
    """
    if data.settings.outcome.unit != "student" or found.empty:
        return pd.Series(False, index=found.index)
    students = fetch(data.table("students").select("student_id", "registered_on"))
    registered = pd.to_datetime(students.set_index("student_id")["registered_on"])
    grace = pd.Timedelta(days=data.settings.outcome.grace_days)
    entered = found["entered_on"]
    at_the_beginning = (entered <= entered.min() + grace) & (found["episode"] == 1)
    return at_the_beginning & (found["student_id"].map(registered) < entered - grace)


def _begun(data: Data, campus: str | None) -> tuple[pd.DataFrame, pd.Series]:
    """Return the episodes that began before ends stop being known, and whose start is not on record."""
    found, older = _all_begun(data)
    here = found["campus"] == campus if campus else pd.Series(True, index=found.index)
    return found[here], older[here]


@remembered
def _all_begun(data: Data) -> tuple[pd.DataFrame, pd.Series]:
    found = _with_baseline(episodes(data), data)
    found = found[found["entered_on"] < settled_before(data)]
    return found, here_before(found, data)


def _cause(kind: pd.Series) -> np.ndarray:
    return np.select([kind.isin(CHURN_KINDS), kind == "completed"], [CHURNED, COMPLETED], PERSONAL)


def _with_baseline(found: pd.DataFrame, data: Data) -> pd.DataFrame:
    """Replace the latest campus and course by those of the contract with which the stay began."""
    contracts = _contracts(data)
    left = found.sort_values(["entered_on", "unit_id"]).drop(columns=["campus", "course_id"])
    joined = pd.merge_asof(
        left, contracts, left_on="entered_on", right_on="starts_on", by="unit_id", direction="nearest"
    ).sort_values(["unit_id", "episode"])
    entered = joined["entered_on"]
    half = entered.dt.year.astype(str) + np.where(entered.dt.month <= 6, "H1", "H2")
    return joined.assign(cohort=half)


def _contracts(data: Data) -> pd.DataFrame:
    enrolments, courses = data.table("enrolments"), data.table("courses")
    named = enrolments.left_join(courses, "course_id")
    rows = named.select(
        "student_id",
        "campus",
        starts_on=named.starts_on.fill_null(named.signed_at.cast("date")),
        course=named.name.fill_null(named.course_id),
        enrolment_id="enrolment_id",
    ).order_by("starts_on", "student_id", "enrolment_id")
    frame = fetch(rows)
    unit_id = {
        "student": frame["student_id"],
        "enrolment": frame["enrolment_id"],
        "student-campus": frame["student_id"] + "|" + frame["campus"],
    }[data.settings.outcome.unit]
    starts_on = pd.to_datetime(frame["starts_on"]).astype("datetime64[ns]")
    return frame[["campus", "course"]].assign(unit_id=unit_id, starts_on=starts_on)
