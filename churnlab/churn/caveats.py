"""What must be known before a churn rate is believed?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd

from churnlab.churn.contracts import contracts
from churnlab.churn.counts import Campus, month_start
from churnlab.churn.memory import remembered
from churnlab.churn.outcome import calendar, episodes, inactivity_days
from churnlab.churn.provisional import is_settled
from churnlab.churn.service import any_lessons, as_number
from churnlab.finding import Finding
from churnlab.i18n import Lang
from churnlab.tables.door import Data
from churnlab.tables.health import too_many_set_aside

_OF_LESSONS = ("lesson_after_refund", "lesson_after_exit")


def of_all(finding: Finding, campus: Campus, caveat: str) -> Finding:
    """Say first in a campus's report, by this caveat, what is told of all campuses and not of this one alone."""
    if not isinstance(campus, str):
        return finding
    return replace(finding, facts={**finding.facts, "campus": campus}, caveats=(caveat, *finding.caveats))


def caveats(data: Data, month: str, *, n: int | None) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the caveats of a month's rates, and the facts that they tell.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    month : str
        As `2026-10`.
    n : int, optional
        Students at risk; None where neither they nor contradictions matter.
    """
    silence, least = inactivity_days(data), data.settings.uncertainty.min_group
    wrong = sum(contracts(data).contradictions.values())
    years = _assumed_years(data, month)
    short, told = set_aside(data)
    holds = {
        **dict.fromkeys(short, True),
        "churn_process": True,
        "churn_provisional": not is_settled(data, month) and silence is not None,
        "churn_provisional_contracts": not is_settled(data, month) and silence is None,
        "churn_provisional_interval": not is_settled(data, month) and n is not None,
        "churn_no_dormancy": silence is None,
        "churn_few_students": n is not None and n < least,
        "churn_contradictions": n is not None and wrong > 0,
        "churn_holidays_assumed": bool(years),
    }
    facts = {
        "unit": data.settings.outcome.unit,
        "caveat_month": month,
        "known_to": data.as_of - timedelta(days=1),
        "grace_days": data.settings.outcome.grace_days,
        "inactivity_days": silence or 0,
        "min_group": least,
        "contradictions": wrong,
        "assumed_years": ", ".join(map(str, years)),
        **told,
    }
    return tuple(name for name, is_so in holds.items() if is_so), facts


def set_aside(data: Data) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the caveat that too many rows of a required table were set aside, and the fact that it tells."""
    short = _short(data)
    return (("churn_set_aside",), {"short": short}) if short else ((), {})


@remembered
def _short(data: Data) -> Mapping[Lang, str] | None:
    return too_many_set_aside(data)


def _assumed_years(data: Data, month: str) -> tuple[int, ...]:
    # A month's ends hang on the holidays since a little before it; what was assumed of other years does not matter.
    first = month_start(month) - pd.Timedelta(days=data.settings.outcome.inactivity_days or 0)
    if first >= pd.Timestamp(data.as_of):
        return ()
    return calendar(data, as_number(first.date())).assumed_years


def contradictions(data: Data) -> Finding:
    """Count the rows of contracts, refunds and exits that cannot all be true.

    Returns
    -------
    Finding
        `churn.contradictions`: contracts that end before they start (or before they were signed), lessons on a contract
        after its refund, lessons after an exit. What came later holds: the student came back. Where no lessons are
        recorded only the first is checked.
    """
    found, sentences = contracts(data).contradictions, ("none", "some")
    if not any_lessons(data):
        found = {name: n for name, n in found.items() if name not in _OF_LESSONS}
        sentences = ("none_without_lessons", "some_without_lessons")
    table = pd.DataFrame({"contradiction": list(found), "n": list(found.values())})
    backwards = int((episodes(data)["left_on"] < episodes(data)["entered_on"]).sum())
    assert backwards == 0, "a stay of negative length"
    total = int(table["n"].sum())
    return Finding(
        key="churn.contradictions",
        table=table,
        facts={"contradictions": total},
        sentences=(sentences[total > 0],),
    )
