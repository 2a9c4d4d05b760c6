"""Of which causes did most leave, as far as they said?"""

from datetime import date
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from churnlab.churn.causes.leavers import Leavers, leavers
from churnlab.churn.causes.stated import DATED
from churnlab.churn.causes.taxonomy import DEPARTMENTS, OTHER, PERSONAL, UNSTATED, departments
from churnlab.churn.choices import refuse_other
from churnlab.churn.counts import Campus
from churnlab.churn.memory import told_once
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import has
from churnlab.settings import Settings
from churnlab.stats.intervals import clustered_wilson
from churnlab.tables.door import Data
from churnlab.wording import Said

By = Literal["department", "reason"]
_AFTER = {OTHER: 1, PERSONAL: 1, UNSTATED: 2}


@told_once
def causes(
    data: Data,
    *,
    by: By = "department",
    start: date | None = None,
    stop: date | None = None,
    campus: Campus = None,
    dated: str = "left_on",
) -> Finding:
    """Count those who churned in a period by the reason that they stated.

    Those who said nothing may have left for any reason. So each cause has three shares: of all who churned (what it is
    at the least, were it nobody's of the silent), of those with a reason (what it is if the silent are like them; they
    seldom are, whoever is angry does not answer), and at the most, were it everybody's of the silent. The intervals
    tell of chance alone.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    by : {"department", "reason"}
        Who answers for it, or the reason itself.
    start, stop : datetime.date, optional
        The period [start, stop); default: the `causes.period_days` before `data.as_of`.
    campus : str, sequence of str, optional
        Where they were last taught; None: all.
    dated : {"left_on", "known_on"}
        Whether they left in the period, or it became known then, as a weekly meeting asks.

    Returns
    -------
    Finding
        `churn.causes` or `churn.causes_by_reason`: one row per cause, most frequent first, then what points to no
        department, last `unstated`. `share` is of all who churned, `told_share` of those with a reason, with Wilson
        intervals by student; `most_share` the bound.

    Raises
    ------
    OrderError
        If `by` or `dated` is none of these.
    NotEnoughData
        If nobody churned in the period, or none of those who did stated a reason.
    """
    refuse_other("by", by, get_args(By))
    refuse_other("dated", dated, DATED)
    found = leavers(data, start=start, stop=stop, campus=campus, by=dated)
    if found.told.empty:
        raise NotEnoughData("causes.untold", **found.facts)
    table = _counted(found, by, data.settings)
    level = data.settings.uncertainty.level
    shares = [_shares(found, by, name, level) for name in table[by]]
    table = table.join(pd.DataFrame(shares, index=table.index))
    hidden = 0
    if by == "reason":
        is_shown = (table.index < data.settings.causes.listed) | (table["reason"] == UNSTATED)
        hidden = int((~is_shown).sum())
        table = table[is_shown].reset_index(drop=True)
    sentences, facts = _sentences(found, table, by, level)
    facts |= found.facts | {"more": hidden}
    sentences += ("more",) if hidden else ()
    key = "churn.causes" if by == "department" else "churn.causes_by_reason"
    return Finding(key=key, table=table, facts=facts, sentences=sentences, caveats=found.caveats)


def _counted(found: Leavers, by: By, settings: Settings) -> pd.DataFrame:
    counts = found.rows.fillna({"reason": UNSTATED})[by].value_counts()
    names = {*counts.index, UNSTATED} | (set(DEPARTMENTS) if by == "department" else set())
    owner = {name: name for name in (*DEPARTMENTS, PERSONAL, OTHER, UNSTATED)}
    if by == "reason":
        owner = dict(zip(found.told["reason"], found.told["department"], strict=True))
        owner = (
            {UNSTATED: UNSTATED} | owner | {name: told for name, told in departments(settings).items() if name in owner}
        )
    table = pd.DataFrame({by: sorted(names)}).assign(
        students=lambda t: t[by].map(counts).fillna(0).astype("int64"),
        department=lambda t: t[by].map(owner),
        last=lambda t: t["department"].map(_AFTER).fillna(0),
    )
    table = table.sort_values(["last", "students", by], ascending=[True, False, True], ignore_index=True)
    return table[[by, *(["department"] if by == "reason" else []), "students"]]


def _shares(found: Leavers, by: By, name: str, level: float) -> dict[str, float]:
    rows, told = (part.fillna({"reason": UNSTATED}) for part in (found.rows, found.told))
    students = int((rows[by] == name).sum())
    low, high = clustered_wilson(rows[by] == name, rows["student_id"], level)
    shares = {"share": students / len(rows), "share_low": low, "share_high": high}
    if name == UNSTATED:
        return shares | dict.fromkeys(("told_share", "told_share_low", "told_share_high", "most_share"), np.nan)
    low, high = clustered_wilson(told[by] == name, told["student_id"], level)
    of_told = students / len(told) if len(told) else np.nan
    most = (students + len(rows) - len(told)) / len(rows)
    return shares | {"told_share": of_told, "told_share_low": low, "told_share_high": high, "most_share": most}


def _sentences(found: Leavers, table: pd.DataFrame, by: By, level: float) -> tuple[tuple[str, ...], dict[str, Any]]:
    facts: dict[str, Any] = {"personal": len(found.personal)}
    after = ("personal",) if len(found.personal) and by == "department" else ()
    named = table[~table[by].isin([OTHER, PERSONAL, UNSTATED]) & (table["students"] > 0)]
    if named.empty:
        return ("none", *after), facts
    first = named.iloc[0]
    facts |= {"cause": called(first[by], by)}
    facts |= {"cause_students": int(first["students"]), "cause_share": float(first["told_share"])}
    facts |= {f"cause_share_{end}": float(first[f"told_share_{end}"]) for end in ("low", "high")}
    facts |= {"least_share": float(first["share"]), "most_share": float(first["most_share"])}
    sentences: tuple[str, ...] = ("sentence",)
    if len(named) > 1 and not _ahead(found, named[by].iloc[:2].tolist(), by, level):
        second = named[by].iloc[1]
        facts |= {"second": called(second, by)}
        facts |= {"second_students": int(named["students"].iloc[1])}
        sentences += ("unclear",)
    sentences += ("bounds",) if found.facts["unstated"] else ()
    return (*sentences, *after), facts


def _ahead(found: Leavers, two: list[str], by: By, level: float) -> bool:
    """Tell whether the first of two causes is more frequent than the second by more than chance."""
    rows = found.told[found.told[by].isin(two)]
    return clustered_wilson(rows[by] == two[0], rows["student_id"], level)[0] > 1 / 2


def called(code: str, by: By) -> Said | str:
    """Return what a department or a reason is called; a reason that has no code, as it was written."""
    return Said(f"code.{by}.{code}") if has(f"code.{by}.{code}") else code
