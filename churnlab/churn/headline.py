"""What should a director look at first?"""

from typing import Any

import pandas as pd

from churnlab.churn.causes.shares import causes
from churnlab.churn.counts import Campus
from churnlab.churn.groups import churn_by, churn_by_kind
from churnlab.churn.movements import quiet
from churnlab.churn.provisional import is_settled, settled_month
from churnlab.churn.rates import churn_rate
from churnlab.churn.renewal.at_risk import revenue_at_risk
from churnlab.finding import Finding, attempt
from churnlab.i18n import LANGUAGES
from churnlab.tables.door import Data
from churnlab.wording import Said

_MOST = 4  # nobody remembers five; why they left and what is at stake come after
_TELLING = ("higher", "lower")
# How the estimate came about is told where the rate has its table.
_SHORT = {"provisional": "provisional_short", "provisional_fewer": "provisional_fewer_short"}


def headline(data: Data, month: str, campus: Campus = None) -> Finding:
    """Choose what to say first, by rule: at most six statements, each from a Finding of its own.

    In this order, as long as there is room: the rate; a difference from last month or last year that can be told apart
    from chance, else that last month's cannot; a campus that stands out after correction for many comparisons; the
    students who have gone quiet; the commonest kind of churn, once the month is settled. These are four at most. Then,
    where they can be told, the department named most by those who left, and what of the students' worth is at risk in
    the coming month.

    Parameters
    ----------
    data, month, campus
        As for `churn_rate`.

    Returns
    -------
    Finding
        `churn.headline`: `topic` (rate, change, campus, quiet, kinds, causes, worth) and `statement`.
    """
    rate = churn_rate(data, month, campus)
    said: list[tuple[str, Finding, str]] = [("rate", rate, _SHORT.get(rate.sentences[0], rate.sentences[0]))]
    said += [("change", rate, name) for name in _changes(rate.sentences[1:])]
    if campus is None or not isinstance(campus, str):
        by_campus = attempt(churn_by, data, settled_month(data, month), "campus", campus)
        said += [("campus", by_campus, name) for name in by_campus.sentences if name in _TELLING]
    silent = attempt(quiet, data, campus)
    said += [("quiet", silent, "sentence")] if silent.facts.get("quiet") else []
    kinds = churn_by_kind(data, month, campus)
    # What is known first of a month that is not settled is not what is commonest in it.
    said += [("kinds", kinds, kinds.sentences[0])] if kinds.facts["churned"] and is_settled(data, month) else []
    said = said[:_MOST] + _why_and_how_much(data, campus)
    statements = [Said(f"{finding.key}.{name}", finding.facts) for _, finding, name in said]
    table = pd.DataFrame({"topic": [topic for topic, _, _ in said], "statement": statements})
    joined = {lang: ("" if lang == "zh" else " ").join(one.say(lang) for one in statements) for lang in LANGUAGES}
    facts: dict[str, Any] = {**rate.facts, "month": month, "statements": joined}
    return Finding(key="churn.headline", table=table, facts=facts, caveats=rate.caveats)


def _why_and_how_much(data: Data, campus: Campus) -> list[tuple[str, Finding, str]]:
    why, worth = attempt(causes, data, campus=campus), attempt(revenue_at_risk, data, campus)
    said = [("causes", why, _cause(why))] if why.sentences[0] == "sentence" and "why" not in why.facts else []
    return said + ([("worth", worth, "short")] if "why" not in worth.facts else [])


def _cause(why: Finding) -> str:
    """Return the short form that keeps what the long one warns of: another first cause, and those who said nothing."""
    return "_".join(["short", *(name for name in ("bounds", "unclear") if name in why.sentences)])


def _changes(sentences: tuple[str, ...]) -> list[str]:
    telling = [name for name in sentences if name.endswith(_TELLING)]
    return telling or [name for name in sentences if name.startswith("previous_unclear")]
