"""Which requests are old enough for their outcome to be known?

Whoever asked last week has not decided yet. So a request counts once the time has passed by which nearly all who come
have come. Older ones had more time still; so the few who come later are missed of the youngest requests alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pandas as pd

from churnlab.churn.caveats import set_aside
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.funnel.due import due, due_days
from churnlab.churn.funnel.journeys import STEPS, journeys, reached
from churnlab.churn.funnel.newcomers import newcomers
from churnlab.churn.funnel.ripeness import followed_days, longest_days, ripe_days, waiting
from churnlab.churn.memory import remembered
from churnlab.churn.service import any_lessons
from churnlab.errors import NotEnoughData
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has, need

_OF_TRIALS = ("trial_booked", "trial_done")
_OF_CONTACTS = ("contacted", *_OF_TRIALS)
Through = Literal["enrolled", "first_lesson", "renewed"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """Requests whose outcome is known.

    Attributes
    ----------
    rows : pandas.DataFrame
        As of `journeys`, indexed from 0; nobody who was a student already.
    passed : pandas.DataFrame of bool
        Steps passed within `longest_days` of asking and before the date, for each row. Where the first lesson is the
        last step: whether those who enrolled by then and are due have come at all.
    due : pandas.Series of bool
        Whom the first lesson can be asked of: whose agreed start lies `due_days` before the date. Everybody, where it
        is not the last step.
    steps : tuple of str
        The steps told, from `asked` to the last.
    ripe_days : int
        So long ago the youngest asked: by then `funnel.ripe_share` of those who come have come. Where the first lesson
        is the last step, of those who enrol.
    due_days : int
        So many days after the agreed start as many of those who come to a first lesson have come.
    longest_days : int
        What comes later is another need.
    followed_days : int
        So many days requests could be followed; fewer than `longest_days` where they have not been on record for long.
    told : pandas.DataFrame
        Requests of all dates at these campuses, those of students too.
    """

    rows: pd.DataFrame
    passed: pd.DataFrame
    due: pd.Series
    steps: tuple[str, ...]
    ripe_days: int
    due_days: int
    longest_days: int
    followed_days: int
    told: pd.DataFrame


def ripe_cohort(data: Data, through: Through, campus: Campus = None) -> Cohort:
    """Return the requests of the latest `funnel.period_days` that are known through a step.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    through : {"enrolled", "first_lesson", "renewed"}
        The last step told; where no lessons are recorded the first lesson is no step.
    campus : str, sequence of str, optional
        Where they asked; None: everywhere.

    Raises
    ------
    NotEnoughData
        If the store holds no leads, nobody is known to have come so far, or fewer than `uncertainty.min_group` asked.
    """
    need(data, "leads")
    rules, steps = data.settings, steps_through(data, through)
    told = chosen(journeys(data), campus)
    rows = told[~told["was_student"]]
    last = "enrolled" if steps[-1] == "first_lesson" else steps[-1]  # whether they come, their start decides
    days, seen = ripe_everywhere(data, last), followed_days(data, _new_requests(data), last)
    ends = pd.Timestamp(data.as_of) - pd.Timedelta(days=days)
    recent = rows["asked_on"].ge(ends - pd.Timedelta(days=rules.funnel.period_days)) & rows["asked_on"].lt(ends)
    cohort = rows[recent].reset_index(drop=True)
    if len(cohort) < rules.uncertainty.min_group:
        raise NotEnoughData("funnel.too_few", asked=len(cohort), needed=rules.uncertainty.min_group, days=days)
    longest = longest_days(data, steps[-1])
    passed, is_due, since = reached(cohort, longest), pd.Series(True, index=cohort.index), 0
    if last != steps[-1]:
        since = due_days(data, newcomers(data))
        is_due = due(cohort, pd.Timestamp(data.as_of), since)
        came = cohort[["first_lesson_on", "renewed_on"]].notna().any(axis=1)
        passed = passed.assign(first_lesson=passed["enrolled"] & is_due & came)
    return Cohort(
        rows=cohort, passed=passed, due=is_due, steps=steps, ripe_days=days, due_days=since, longest_days=longest,
        followed_days=seen, told=told,
    )  # fmt: skip


def ripe_everywhere(data: Data, step: str) -> int:
    """Return after how many days a request is known through a step, by those of all campuses.

    A campus's report and that of all must look at the same requests; else the same adviser has two numbers.
    """
    return ripe_days(waiting(data, _new_requests(data), step), data.settings)


def _new_requests(data: Data) -> pd.DataFrame:
    rows = journeys(data)
    return rows[~rows["was_student"]]


def steps_through(data: Data, last: str) -> tuple[str, ...]:
    """Return the steps from `asked` to this one, without those of which nothing is recorded."""
    unknown = unrecorded_steps(data)
    return tuple(step for step in STEPS[: STEPS.index(last) + 1] if step not in unknown)


@remembered
def unrecorded_steps(data: Data) -> frozenset[str]:
    """Return the steps of which nothing of anybody is on record."""
    unknown = {*(() if has(data, "contacts") else _OF_CONTACTS), *(() if any_trials(data) else _OF_TRIALS)}
    return frozenset(unknown | (set() if any_lessons(data) else {"first_lesson"}))


def any_trials(data: Data) -> bool:
    """Tell whether a trial lesson of anybody is on record; if none, nobody wrote them down and none can be missed."""
    contacts = data.table("contacts")
    trials = contacts.filter(contacts.kind.isin([*_OF_TRIALS, "trial_cancelled"]))
    return len(fetch(trials.select("contact_id").limit(1))) > 0


def unrecorded(data: Data) -> tuple[str, ...]:
    """Return the caveat of steps that are left out as nothing of them is on record."""
    unknown = unrecorded_steps(data)
    if "contacted" in unknown:
        return ("funnel_no_contacts",)
    return ("funnel_no_trials",) if "trial_booked" in unknown else ()


def period(cohort: Cohort) -> dict[str, Any]:
    """Return from when to when they asked, and how long they were followed, as facts."""
    days = cohort.rows["asked_on"]
    return {"from_on": days.min().date(), "to_on": days.max().date(), "ripe_days": cohort.ripe_days}


def caveats(data: Data, cohort: Cohort, campus: Campus) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return what must be known before the whole funnel is believed, and the facts that it tells.

    Beside `ripe`, how those who asked were matched with those who signed, and who was left out.
    """
    known, facts = ripe(data, cohort)
    new = chosen(newcomers(data), campus)
    since = pd.Timestamp(cohort.rows["asked_on"].min())
    new = new[new["signed_on"] >= since]
    asked = cohort.told[cohort.told["asked_on"] >= since]
    facts |= {
        "newcomers": len(new),
        "unasked": int((~new["has_lead"]).sum()),
        "students_asking": int(asked["was_student"].sum()),
        "folded": int((asked["leads"] - 1).sum()),
        "same_request_days": data.settings.funnel.same_request_days,
    }
    holds = {
        "funnel_link": True,
        "funnel_students_asking": facts["students_asking"] > 0,
        "funnel_folded": facts["folded"] > 0,
        "funnel_no_lessons": not any_lessons(data),
    }
    return known + tuple(name for name, is_so in holds.items() if is_so), facts


def ripe(data: Data, cohort: Cohort) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return what must be known before a rate of the cohort is believed, and the facts that it tells."""
    short, facts = set_aside(data)
    facts |= {
        "known_to": data.as_of - timedelta(days=1),
        "ripe_share": data.settings.funnel.ripe_share,
        "ripe_days": cohort.ripe_days,
        "longest_days": cohort.longest_days,
        "followed_days": cohort.followed_days,
    }
    if cohort.followed_days < cohort.longest_days:
        return (*short, "funnel_ripe_short"), facts
    return (*short, "funnel_ripe" if cohort.ripe_days else "funnel_ripe_at_once"), facts
