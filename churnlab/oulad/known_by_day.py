"""What was known of each student by a day of the presentation?

By a day means on it or before it: the evening of day 50 is what the house calls as of day 51.
"""

import pandas as pd

from churnlab.churn.encoding import OUTCOME
from churnlab.oulad.published import Published
from churnlab.oulad.quirks import no_end

STUDENT = (
    "module", "gender", "region", "highest_education", "imd_band", "age_band", "num_of_prev_attempts",
    "studied_credits", "disability", "registered_day",
)  # fmt: skip
ASSESSED = ("assessments_due", "handed_in", "missed", "mean_score", "days_since_handing_in")
CLICKED = ("clicks", "clicks_28d", "days_active_28d", "days_since_click")
_RECENT_DAYS = 28  # four weeks, as features.recent_days


def known(published: Published, *, day: int, with_clicks: bool = False, with_withdrawn: bool = False) -> pd.DataFrame:
    """Return a training panel: the students enrolled on the evening of a day, and who of them withdrew later.

    Left out are those who registered after the day, those who unregistered by it, and those who withdrew nobody knows
    when. Who registered on an unknown day counts as registered.

    Parameters
    ----------
    published : Published
        What was published.
    day : int
        Days since the start of the presentation.
    with_clicks : bool
        Whether to look at clicks, where they were published; without any they count as none.
    with_withdrawn : bool
        Keep those who had unregistered by the day. A model that does so is told the answer: who is gone hands in
        nothing. Only for showing how far that flatters.

    Returns
    -------
    pandas.DataFrame
        One row per enrolment, sorted by `unit_id`: `as_of` (the morning after), `unit_id`, `student_id`,
        `presentation`, features, `churned` (bool: a day of unregistering is on record, later than the day).
    """
    rows = published.enrolments
    there = rows[~no_end(rows) & ~(rows["registered_day"] > day)]
    there = there if with_withdrawn else there[~(there["unregistered_day"] <= day)]
    there = there.merge(_assessed(published, day), on="enrolment_id", how="left")
    there = there.merge(_due(published, day), on=["module", "presentation"], how="left")
    there = there.fillna({"assessments_due": 0, "handed_in": 0, "handed_in_due": 0})
    there = there.assign(missed=there["assessments_due"] - there["handed_in_due"])
    if with_clicks:
        there = there.merge(_clicked(published, day), on="enrolment_id", how="left")
        there = there.fillna({"clicks": 0, "clicks_28d": 0, "days_active_28d": 0})
    panel = there.assign(
        as_of=there["begins"] + pd.Timedelta(days=day + 1),
        unit_id=there["enrolment_id"],
        **{OUTCOME: there["unregistered_day"].notna()},
    )
    names = ["as_of", "unit_id", "student_id", "presentation", *STUDENT, *ASSESSED, *(CLICKED if with_clicks else ())]
    return panel[[*names, OUTCOME]]


def _assessed(published: Published, day: int) -> pd.DataFrame:
    """Count what each student handed in; what was handed in without a score counts, and its score does not."""
    done = published.results[published.results["handed_in_day"] <= day]
    told = done.assign(is_due=done["due_day"] <= day).groupby("enrolment_id", as_index=False)
    found = told.agg(
        handed_in=("handed_in_day", "size"),
        handed_in_due=("is_due", "sum"),
        mean_score=("score", "mean"),
        last=("handed_in_day", "max"),
    )
    return found.assign(days_since_handing_in=day - found["last"]).drop(columns="last")


def _due(published: Published, day: int) -> pd.DataFrame:
    due = published.assessments[published.assessments["due_day"] <= day]
    return due.groupby(["module", "presentation"]).size().rename("assessments_due").reset_index()


def _clicked(published: Published, day: int) -> pd.DataFrame:
    past = published.clicks[published.clicks["day"] <= day]
    recent = past[past["day"] > day - _RECENT_DAYS].groupby("enrolment_id")
    whole = past.groupby("enrolment_id").agg(clicks=("clicks", "sum"), last=("day", "max"))
    lately = recent.agg(clicks_28d=("clicks", "sum"), days_active_28d=("day", "nunique"))
    return whole.assign(days_since_click=day - whole["last"]).drop(columns="last").join(lately).reset_index()
