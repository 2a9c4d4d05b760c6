"""What was said last by those who asked and never enrolled?

`leads.lost_reason` and `leads.status` are what the export says today, without a day; as of a date nobody can tell what
they said, so they are not read. What can be told is the outcome of the last contact, which has its day.
"""

from typing import Any

import pandas as pd

from churnlab.churn.counts import Campus
from churnlab.churn.funnel.cohort import period, ripe, ripe_cohort
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data
from churnlab.wording import Said

NEVER_CONTACTED, NOTHING = Said("churn.lost_reasons.never_contacted"), Said("churn.lost_reasons.nothing")
OTHERS = Said("churn.lost_reasons.others")


def lost_reasons(data: Data, *, campus: Campus = None) -> Finding:
    """Count the outcomes of the last contact with those who asked and never enrolled.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Where they asked; None: everywhere.

    Returns
    -------
    Finding
        `churn.lost_reasons`: one row per outcome, the most frequent first, at most `funnel.listed`, then the others;
        those whose last contact has no outcome and those never contacted last. `requests` and `lost_share` with
        Wilson's interval, by person.

    Raises
    ------
    NotEnoughData
        As for `conversion`, or if all of them enrolled.
    """
    cohort = ripe_cohort(data, "enrolled", campus)
    lost = cohort.rows[~cohort.passed["enrolled"]].reset_index(drop=True)
    if lost.empty:
        raise NotEnoughData("funnel.nobody_lost", asked=len(cohort.rows))
    table = _counted(lost, data.settings)
    known, more = ripe(data, cohort)
    facts = _facts(lost, table) | {"asked": len(cohort.rows)} | period(cohort) | more
    return Finding(
        key="churn.lost_reasons",
        table=table,
        facts=facts,
        sentences=("sentence", "first") if "first" in facts else ("sentence",),
        caveats=(*known, "funnel_undated_reason"),
    )


def _counted(lost: pd.DataFrame, rules: Settings) -> pd.DataFrame:
    said = lost["outcome"]
    counts = said.value_counts().rename_axis("said").reset_index(name="n")
    listed = list(counts.sort_values(["n", "said"], ascending=[False, True])["said"])[: rules.funnel.listed]
    rows: list[tuple[str | Said, pd.Series]] = [(name, said == name) for name in listed]
    rows.append((OTHERS, said.notna() & ~said.isin(listed)))
    rows.append((NOTHING, said.isna() & lost["contacted_on"].notna()))
    rows.append((NEVER_CONTACTED, lost["contacted_on"].isna()))
    return pd.DataFrame([_row(name, which, lost["person"], rules) for name, which in rows if which.any()])


def _row(name: str | Said, which: pd.Series, person: pd.Series, rules: Settings) -> dict[str, Any]:
    low, high = clustered_wilson(which, person, rules.uncertainty.level)
    shares = {"lost_share": float(which.mean()), "lost_share_low": low, "lost_share_high": high}
    return {"contact_outcome": name, "requests": int(which.sum()), **shares}


def _facts(lost: pd.DataFrame, table: pd.DataFrame) -> dict[str, Any]:
    untold, first = lost["outcome"].isna(), table.iloc[0]
    facts: dict[str, Any] = {
        "lost": len(lost),
        "untold": int(untold.sum()),
        "untold_share": float(untold.mean()),
        "never_contacted": int(lost["contacted_on"].isna().sum()),
    }
    if untold.all():
        return facts
    named = {"first": first["contact_outcome"], "first_n": int(first["requests"]), "first_share": first["lost_share"]}
    return facts | named
