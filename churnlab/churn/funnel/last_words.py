"""What was said last by those who asked and never enrolled?

`leads.lost_reason` is known from the day of the loss. Where an export has no such day, nobody can tell as of a date
why they were lost. What can be told then is the outcome of the last contact, which has its day.
"""

from typing import Any

import pandas as pd

from churnlab.churn.funnel.cohort import Cohort, period, ripe
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data
from churnlab.tables.there import has
from churnlab.wording import Said

NEVER_CONTACTED, NOTHING = Said("churn.last_words.never_contacted"), Said("churn.last_words.nothing")
OTHERS = Said("churn.last_words.others")


def last_words(data: Data, cohort: Cohort) -> Finding:
    """Count the outcomes of the last contact with those who asked and never enrolled.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    cohort : Cohort
        Requests that are known to have led to an enrolment or to none; some of them to none.

    Returns
    -------
    Finding
        `churn.last_words`: one row per outcome, the most frequent first, at most `funnel.listed`, then the others;
        those whose last contact has no outcome and those never contacted last. `requests` and `lost_share` with
        Wilson's interval, by person.

    Raises
    ------
    NotEnoughData
        If the store holds no contacts: nobody knows who was contacted.
    """
    lost = cohort.rows[~cohort.passed["enrolled"]].reset_index(drop=True)
    needed = data.settings.uncertainty.min_group
    if not has(data, "contacts"):
        marked = int(lost["lost_on"].notna().sum())
        raise NotEnoughData("funnel.untold_losses", lost=len(lost), marked=marked, needed=needed)
    table = _counted(lost, data.settings)
    known, more = ripe(data, cohort)
    facts = _facts(lost, table) | {"asked": len(cohort.rows)} | period(cohort) | more
    return Finding(
        key="churn.last_words",
        table=table,
        facts=facts | {"needed": needed},
        sentences=("sentence", "first") if "first" in facts else ("sentence",),
        caveats=(*known, "funnel_undated_reason"),
    )


def most_frequent(said: pd.Series, rules: Settings) -> list[tuple[str | Said, pd.Series]]:
    """Return the words said most often, at most `funnel.listed`, then all others, each with who said it.

    Parameters
    ----------
    said : pandas.Series of str
        What each said; missing: nothing, and no row of the result.
    rules : Settings
        `funnel.listed`.
    """
    counts = said.value_counts().rename_axis("said").reset_index(name="n")
    listed = list(counts.sort_values(["n", "said"], ascending=[False, True])["said"])[: rules.funnel.listed]
    found: list[tuple[str | Said, pd.Series]] = [(name, said == name) for name in listed]
    return [*found, (OTHERS, said.notna() & ~said.isin(listed))]


def share_of_lost(which: pd.Series, person: pd.Series, rules: Settings) -> dict[str, Any]:
    """Return how many requests these are, and which share with Wilson's interval, by person.

    Parameters
    ----------
    which : pandas.Series of bool
        Over all who are lost.
    person : pandas.Series
        Who asked.
    rules : Settings
        `uncertainty.level`.
    """
    low, high = clustered_wilson(which, person, rules.uncertainty.level)
    shares = {"lost_share": float(which.mean()), "lost_share_low": low, "lost_share_high": high}
    return {"requests": int(which.sum()), **shares}


def _counted(lost: pd.DataFrame, rules: Settings) -> pd.DataFrame:
    silent, unspoken = lost["outcome"].isna(), lost["contacted_on"].isna()
    rows = [*most_frequent(lost["outcome"], rules), (NOTHING, silent & ~unspoken), (NEVER_CONTACTED, unspoken)]
    shares = [
        {"contact_outcome": name, **share_of_lost(which, lost["person"], rules)} for name, which in rows if which.any()
    ]
    return pd.DataFrame(shares)


def _facts(lost: pd.DataFrame, table: pd.DataFrame) -> dict[str, Any]:
    untold, first = lost["outcome"].isna(), table.iloc[0]
    facts: dict[str, Any] = {
        "lost": len(lost),
        "marked": int(lost["lost_on"].notna().sum()),
        "untold": int(untold.sum()),
        "untold_share": float(untold.mean()),
        "never_contacted": int(lost["contacted_on"].isna().sum()),
    }
    if untold.all():
        return facts
    named = {"first": first["contact_outcome"], "first_n": int(first["requests"]), "first_share": first["lost_share"]}
    return facts | named
