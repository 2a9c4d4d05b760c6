"""How did the contracts in service stand on earlier days, and what became of them?

What will become of those that stand so today is learnt from them.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from churnlab.churn.memory import remembered
from churnlab.churn.outcome import CHURN_KINDS, episodes, settled_before, with_us
from churnlab.churn.renewal.consumption import consumed
from churnlab.churn.renewal.in_service import DAYS_A_MONTH, chains_on, money, terminal_courses
from churnlab.churn.renewal.terms import terms_in_days
from churnlab.churn.service import as_number
from churnlab.churn.standing import standing
from churnlab.tables.door import Data

MONTHS = 3
ANSWERED_MONTHS = 2
"""A contract due in a month counts as renewed if that is signed by the end of the month after."""

ENDED = ("ended_long", "ended_14_days", "ended_7_days")
_STATES = (*ENDED, "quiet", "terminal", "running")


@remembered
def looks(data: Data) -> pd.DataFrame:
    """Return how each chain of contracts stood today and a month, two months, … ago, as could be seen then.

    Parameters
    ----------
    data : Data
        What had happened before a date.

    Returns
    -------
    pandas.DataFrame
        One row per day and chain of contracts in service that no other followed yet; whoever hands it on changes
        nothing in it. Days go back as far as `uncertainty.replay_months` need, all answers known, but not into the
        first `renewal.consumption_days` on record, in which nobody has a pace.

        - `day`; `months_ago`: 0 is today
        - `unit_id`, `student_id`, `campus` (where she was at last), `enrolment_id`, `months_left`, and at the end
          `course_id`, `term`, `term_months`, `monthly_cny`, `margin_rate`: as `in_service`
        - `due`: month ahead, from the day on, in which its last day lies, 0 the next; 3: any later
        - `state`: `ended_7_days`, `ended_14_days`, `ended_long`, it had ended so long before without another; `quiet`,
          it ran, but the student had not come for `outcome.silent_days`; `terminal`, it ran in a course after which
          one is done; `running`
        - `renewed_on`: when another was signed that followed it, as is known now
        - `left_on`, `churned`: of the student's stay, as is known now
    """
    parts = [part.assign(months_ago=ago) for ago, part in enumerate(stood_on(data, _days(data)))]
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def stood_on(data: Data, days: Sequence[pd.Timestamp]) -> list[pd.DataFrame]:
    """Return how each chain of contracts stood on some days, as could be seen then.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    days : sequence of pandas.Timestamp
        On or before that date.

    Returns
    -------
    list of pandas.DataFrame
        By day, one row per chain, with the columns of `looks` but `months_ago`.
    """
    rows = _worked(data)
    used = consumed(data, tuple(day.date() for day in days))
    stood = standing(data, [day.date() for day in days])
    quiet = stood[stood["is_quiet"]]
    return [
        _look(rows, used[used["day"] == day], set(quiet.loc[quiet["day"] == day, "unit_id"]), day, data).assign(day=day)
        for day in days
    ]


_COLUMNS = [
    "day", "months_ago", "unit_id", "student_id", "campus", "enrolment_id", "months_left", "due", "state", "renewed_on",
    "left_on", "churned", "course_id", "term", "term_months", "monthly_cny", "margin_rate",
]  # fmt: skip


def _days(data: Data) -> list[pd.Timestamp]:
    today, first = pd.Timestamp(data.as_of), episodes(data)["entered_on"].min()
    unsettled = (today - settled_before(data)).days // 30 + 1
    furthest = data.settings.uncertainty.replay_months + MONTHS + max(ANSWERED_MONTHS, unsettled)
    back = [today - pd.DateOffset(months=months) for months in range(1, furthest + 1)]
    oldest = first + pd.Timedelta(days=data.settings.renewal.consumption_days)
    return [today, *(day for day in back if day > oldest)]


@remembered
def _worked(data: Data) -> pd.DataFrame:
    """Return `money` in the order of `terms_in_days`, with the days that tell how each contract stood on any day."""
    names = ["signed", "ends", "how", "renewed", "beside", "told", "starts"]
    rows = money(data).drop(columns="ends")
    return rows.assign(**{name: terms_in_days(data)[name].to_numpy() for name in names})


def _look(rows: pd.DataFrame, used: pd.DataFrame, quiet: set[str], day: pd.Timestamp, data: Data) -> pd.DataFrame:
    today = as_number(day.date())
    stays = with_us(episodes(data), day).drop_duplicates("unit_id", keep="last").set_index("unit_id")
    rows = rows[rows["unit_id"].isin(stays.index) & (rows["signed"] < today) & (rows["told"] > today)]
    runs, followed = rows["ends"] >= today, rows["renewed"] < today
    open_still = ~runs & ~followed & ~rows["beside"] & ~rows["how"].isin(["refunded", "withdrawn"])
    rows = rows.assign(runs=runs, renewed_by=rows["renewed_by"].where(followed))[runs | open_still]
    chains = chains_on(_used_by(rows, used, today), day, data)
    ended = (today - chains["ends"]).where(~chains["runs"], 0)
    reasons = [ended > 14, ended > 7, ended > 0, chains["unit_id"].isin(quiet), _is_terminal(chains, data)]
    left_on = chains["unit_id"].map(stays["left_on"])
    return chains.assign(
        campus=chains["unit_id"].map(stays["campus"]),
        due=_due(chains["months_left"], day),
        state=np.select(reasons, list(_STATES[:-1]), _STATES[-1]),
        left_on=left_on,
        churned=chains["unit_id"].map(stays["end_kind"]).isin(CHURN_KINDS) & left_on.notna(),
    )


def _due(months_left: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Tell in which month ahead the last day lies: months of the calendar from the day on, which differ in length."""
    days = np.ceil(np.round(months_left * DAYS_A_MONTH, 6))  # an hour of a day is used on that day
    starts = [(day + pd.DateOffset(months=month) - day).days for month in range(1, MONTHS + 1)]
    return pd.Series(np.searchsorted(starts, days), index=months_left.index)  # how many began before it


def _used_by(rows: pd.DataFrame, used: pd.DataFrame, today: int) -> pd.DataFrame:
    """Set what had been used of each contract by a day; its columns in `rows` are of today."""
    by_id = used.set_index("enrolment_id")[["hours_used", "recent_hours"]]
    hours = by_id.reindex(rows["enrolment_id"]).fillna(0.0).set_axis(rows.index)
    size = rows["hours"].where(rows["by_hours"], rows["days"].where(rows["days"] > 0))
    passed = today - rows["starts"]
    gone = hours["hours_used"].where(rows["by_hours"], passed)
    return rows.assign(**hours, left_share=(1 - gone / size).clip(0, 1).fillna(0.0))


def _is_terminal(chains: pd.DataFrame, data: Data) -> pd.Series:
    return chains["course_id"].isin(terminal_courses(data))


def renewals(rows: pd.DataFrame, month: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take apart who is due in a month ahead: those of today, and those who were due as far ahead of earlier days.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `looks`.
    month : int
        0 is the next.

    Returns
    -------
    now, then : pandas.DataFrame
        Rows with `group`, their `state`; `then` with `did`: renewed by the end of the month after. Only days from which
        that month is over.
    """
    due = rows[rows["due"] == month].assign(group=lambda t: t["state"])
    then = due[due["months_ago"] >= month + ANSWERED_MONTHS]
    until = then["day"] + pd.DateOffset(months=month + ANSWERED_MONTHS)
    return due[due["months_ago"] == 0], then.assign(did=then["renewed_on"] < until)


def leavers(rows: pd.DataFrame, month: int, settled_before: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take apart who is in service: those of today, and those of earlier days.

    Parameters
    ----------
    rows, month
        As for `renewals`.
    settled_before : pandas.Timestamp
        Ends before this day are all known.

    Returns
    -------
    now, then : pandas.DataFrame
        One row per unit and day, with her chain that goes on longest; `group`: its `state`, if it runs also the month
        in which it is due; `then` with `did`: churned in that month ahead. Only days from which its ends are all known.
    """
    order = rows.sort_values(["months_ago", "unit_id", "months_left", "enrolment_id"])
    one = order.drop_duplicates(["months_ago", "unit_id"], keep="last")
    runs = one["state"].isin(["running", "quiet"])
    one = one.assign(group=one["state"].where(~runs, one["state"] + one["due"].astype(str)))
    starts, stops = (one["day"] + pd.DateOffset(months=month + more) for more in (0, 1))
    did = one["churned"] & (one["left_on"] >= starts) & (one["left_on"] < stops)
    then = one.assign(did=did)[(one["months_ago"] > 0) & (stops <= settled_before)]
    return one[one["months_ago"] == 0], then
