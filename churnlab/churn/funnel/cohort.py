"""Which requests are old enough for their outcome to be known?

Whoever asked last week has not decided yet. So a request counts once the time has passed by which nearly all who come
have come. Older ones had more time still; so the few who come later are missed of the youngest requests alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from churnlab.churn.caveats import set_aside
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.funnel.journeys import STEPS, days_until, journeys, reached
from churnlab.churn.funnel.newcomers import newcomers
from churnlab.churn.service import any_lessons
from churnlab.errors import NotEnoughData
from churnlab.stats.survival import Stays, window
from churnlab.tables.door import Data

Through = Literal["enrolled", "first_lesson", "renewed"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """Requests whose outcome is known.

    Attributes
    ----------
    rows : pandas.DataFrame
        As of `journeys`, indexed from 0; nobody who was a student already.
    passed : pandas.DataFrame of bool
        Steps passed within `longest_days` of asking and before the date, for each row.
    steps : tuple of str
        The steps told, from `asked` to the last.
    ripe_days : int
        So long ago the youngest asked: by then `funnel.ripe_share` of those who come have come.
    longest_days : int
        What comes later is another need.
    told : pandas.DataFrame
        Requests of all dates at these campuses, those of students too.
    """

    rows: pd.DataFrame
    passed: pd.DataFrame
    steps: tuple[str, ...]
    ripe_days: int
    longest_days: int
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
        If nobody is known to have come so far, or fewer than `uncertainty.min_group` asked.
    """
    told, rules = chosen(journeys(data), campus), data.settings
    steps = steps_through(data, through)
    rows = told[~told["was_student"]]
    ripe = ripe_days(data, rows, steps[-1])
    ends = pd.Timestamp(data.as_of) - pd.Timedelta(days=ripe)
    recent = rows["asked_on"].ge(ends - pd.Timedelta(days=rules.funnel.period_days)) & rows["asked_on"].lt(ends)
    cohort = rows[recent].reset_index(drop=True)
    if len(cohort) < rules.uncertainty.min_group:
        raise NotEnoughData("funnel.too_few", asked=len(cohort), needed=rules.uncertainty.min_group, days=ripe)
    longest = longest_days(data, steps[-1])
    passed = reached(cohort, longest)
    return Cohort(rows=cohort, passed=passed, steps=steps, ripe_days=ripe, longest_days=longest, told=told)


def steps_through(data: Data, last: str) -> tuple[str, ...]:
    """Return the steps from `asked` to this one; where no lessons are recorded, without the first lesson."""
    steps = STEPS[: STEPS.index(last) + 1]
    return steps if any_lessons(data) else tuple(step for step in steps if step != "first_lesson")


def longest_days(data: Data, step: str) -> int:
    """Return how many days after asking a step still counts."""
    rules = data.settings.funnel
    return rules.longest_renewal_days if step == "renewed" else rules.longest_days


def ripe_days(data: Data, rows: pd.DataFrame, step: str) -> int:
    """Return by how many days after asking `funnel.ripe_share` of those who pass a step have passed it.

    Those who asked too lately to be known are censored: the share is one of the cumulative incidence within
    `longest_days`, or within as many days as enough requests were followed.

    Parameters
    ----------
    data : Data
        As of when; its settings.
    rows : pandas.DataFrame
        As `journeys` returns it.
    step : str
        One of `STEPS`.

    Raises
    ------
    NotEnoughData
        If nobody passed it, or too few were followed.
    """
    rules = data.settings
    stays = waiting(data, rows, step, longest_days(data, step))
    followed = window(stays, rules.retention.min_at_risk)
    if followed is None:
        raise NotEnoughData("funnel.too_few", asked=len(rows), needed=rules.retention.min_at_risk, days=0)
    ends, there = (counts[: followed[1] + 1] for counts in (stays.ends(1), stays.at_risk()))
    passed = 1 - np.cumprod(1 - ends / there)
    if passed[-1] == 0:
        raise NotEnoughData("funnel.nobody_came", asked=len(rows))
    return int(np.argmax(passed >= rules.funnel.ripe_share * passed[-1]))


def waiting(data: Data, rows: pd.DataFrame, step: str, most_days: int) -> Stays:
    """Return how long each waited from asking to a step, as stays that end (cause 1) with it.

    Who has not passed it is censored on the last day known or after `most_days`: on which day somebody was lost is
    not on record (`leads.status` is what the export says today), and to take it for known would be a guess.

    Parameters
    ----------
    data, rows, step
        As for `ripe_days`.
    most_days : int
        What comes later does not count.
    """
    seen = (pd.Timestamp(data.as_of) - rows["asked_on"]).dt.days - 1
    days = days_until(rows, step)
    seen = seen.clip(upper=most_days)
    came = days.le(seen)
    return Stays(
        entry=np.full(len(rows), -1),
        exit=days.where(came, seen).to_numpy(dtype=np.int64),
        cause=came.to_numpy(dtype=np.int64),
        cluster=rows["person"].to_numpy(dtype=np.int64),
    )


def period(cohort: Cohort) -> dict[str, Any]:
    """Return from when to when they asked, and how long they were followed, as facts."""
    days = cohort.rows["asked_on"]
    return {"from_on": days.min().date(), "to_on": days.max().date(), "ripe_days": cohort.ripe_days}


def caveats(data: Data, cohort: Cohort, campus: Campus) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return what must be known before a conversion is believed, and the facts that it tells."""
    new = chosen(newcomers(data), campus)
    since = pd.Timestamp(cohort.rows["asked_on"].min())
    new = new[new["signed_on"] >= since]
    asked = cohort.told[cohort.told["asked_on"] >= since]
    short, facts = set_aside(data)
    facts |= {
        "known_to": data.as_of - timedelta(days=1),
        "ripe_share": data.settings.funnel.ripe_share,
        "ripe_days": cohort.ripe_days,
        "longest_days": cohort.longest_days,
        "newcomers": len(new),
        "unasked": int((~new["has_lead"]).sum()),
        "students_asking": int(asked["was_student"].sum()),
        "folded": int((asked["leads"] - 1).sum()),
        "same_request_days": data.settings.funnel.same_request_days,
    }
    holds = {
        **dict.fromkeys(short, True),
        "funnel_ripe": True,
        "funnel_link": True,
        "funnel_students_asking": facts["students_asking"] > 0,
        "funnel_folded": facts["folded"] > 0,
        "funnel_no_lessons": not any_lessons(data),
    }
    return tuple(name for name, is_so in holds.items() if is_so), facts
