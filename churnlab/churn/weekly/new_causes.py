"""For which reasons did we lose somebody this week that were not, or seldom, stated before?

There are some twenty reasons, and most are rare: that one of them was not stated for three months and is now happens in
many weeks in which nothing has changed. So what chance would explain is told apart from what it would not.
"""

from typing import Any

import pandas as pd
from scipy import stats

from churnlab.churn.causes.leavers import STATING
from churnlab.churn.causes.stated import churned, stated
from churnlab.churn.causes.taxonomy import UNSTATED
from churnlab.churn.counts import Campus
from churnlab.churn.weekly.counts import monday
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES, has, text
from churnlab.stats.poisson import more_than_usual
from churnlab.tables.door import Data
from churnlab.tables.there import need


def new_causes(data: Data, campus: Campus = None) -> Finding:
    """Compare the reasons of those lost this week with the reasons of those lost in the weeks before.

    Each counts in the week in which it became known that she had churned. A reason is more frequent than usual when
    Przyborowski and Wilenski's exact test says so after correction for the number of reasons (Benjamini and Hochberg):
    where no rate has changed, some reason is called so in at most 1 − `uncertainty.level` of weeks. It is new when
    none of those lost in the `weekly.usual_weeks` before had it; that alone may be chance, and then it is said so.

    Parameters
    ----------
    data : Data
        What had happened before the Monday after the week.
    campus : str, sequence of str, optional
        Default: all.

    Returns
    -------
    Finding
        `week.new_causes`, one row per reason of this week's, the least usual first: `reason`, `department`, `lost`,
        `earlier` (in the weeks before together), `is_new`, `adjusted_p_value`.

    Raises
    ------
    NotEnoughData
        If the store holds no table that could tell a reason.
    """
    need(data, *STATING)
    usual_weeks = data.settings.weekly.usual_weeks
    week = pd.Timestamp(monday(data))
    earliest = week - pd.Timedelta(weeks=usual_weeks)
    rows = churned(stated(data, start=earliest.date(), campus=campus, by="known_on"))
    rows = rows[rows["department"] != UNSTATED]
    counts = pd.DataFrame({
        "lost": rows[rows["known_on"] >= week].groupby(["reason", "department"]).size(),
        "earlier": rows[rows["known_on"] < week].groupby(["reason", "department"]).size(),
    }).fillna(0)  # fmt: skip
    counts = counts.astype("int64").reset_index()
    tested = [
        more_than_usual(now, then, usual_weeks) for now, then in zip(counts["lost"], counts["earlier"], strict=True)
    ]
    counts = counts.assign(
        is_new=(counts["earlier"] == 0) & (counts["lost"] > 0),
        adjusted_p_value=stats.false_discovery_control(tested) if tested else tested,
    )
    table = counts[counts["lost"] > 0].sort_values(
        ["is_new", "adjusted_p_value", "lost", "reason"], ascending=[False, True, False, True], ignore_index=True
    )
    is_more = table["adjusted_p_value"] < 1 - data.settings.uncertainty.level
    unusual, first = table[is_more], table[table["is_new"] & ~is_more]
    said = "sentence" if len(unusual) else "none" if len(table) else "nobody"
    facts: dict[str, Any] = {
        "n": len(unusual),
        "usual_weeks": usual_weeks,
        "reasons": _listed(unusual["reason"]),
        "first_reasons": _listed(first["reason"]),
        "first_on": week,
    }
    columns = ["reason", "department", "lost", "earlier", "is_new", "adjusted_p_value"]
    return Finding(
        key="week.new_causes",
        table=table.head(data.settings.weekly.listed)[columns],
        facts=facts,
        sentences=(said, *(("first",) if len(first) else ())),
        caveats=("week_reasons_come_late",) if len(table) else (),
    )


def _listed(reasons: pd.Series) -> dict[str, str]:
    return {
        lang: {"zh": "、", "en": ", "}[lang].join(
            text(f"code.reason.{reason}", lang) if has(f"code.reason.{reason}") else str(reason) for reason in reasons
        )
        for lang in LANGUAGES
    }  # fmt: skip
