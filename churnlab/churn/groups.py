"""How did they leave, and does one group lose more than the others?"""

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from churnlab import wording
from churnlab.churn.caveats import caveats
from churnlab.churn.choices import refuse_other
from churnlab.churn.comparison import Rate, difference
from churnlab.churn.counts import Campus, stock_of
from churnlab.churn.memory import told_once
from churnlab.churn.outcome import CHURN_KINDS, END_KINDS
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.i18n import LANGUAGES
from churnlab.stats.intervals import clustered_wilson
from churnlab.stats.proportions import rates_differ
from churnlab.tables.door import Data
from churnlab.tables.there import has
from churnlab.wording import Said

Group = Literal["campus", "channel", "course_id"]
POOLED, UNKNOWN = Said("churn.group.pooled"), Said("churn.group.unknown")
# No name in the data ends in a blank, so these are nobody's.
POOLED_NAME, UNKNOWN_NAME = "\U0010ffffp ", "\U0010ffffu "
_OURS = {POOLED_NAME: POOLED, UNKNOWN_NAME: UNKNOWN}
_MEASURED = (
    "churn_rate", "churn_rate_low", "churn_rate_high", "difference_points", "difference_points_low",
    "difference_points_high",
)  # fmt: skip
_COMPARED = ("at_risk", "churned", *_MEASURED)


def churn_by_kind(data: Data, month: str, campus: Campus = None) -> Finding:
    """Count the ends of a month by how they came about.

    Parameters
    ----------
    data, month, campus
        As for `churn_rate`.

    Returns
    -------
    Finding
        `churn.kinds`: one row per kind of end, those that are no churn last, without kinds that only a table tells of
        which was never loaded; `share` is of all ends, `end_rate` of
        those at risk, with its Wilson interval, by student where one has several units.
    """
    there = stock_of(data, month, campus)
    left = there[there["has_left"]]
    counts = left["end_kind"].value_counts().reindex(list(END_KINDS), fill_value=0)
    kind, level = there["end_kind"].where(there["has_left"]), data.settings.uncertainty.level
    limits = [clustered_wilson(kind == name, there["student_id"], level) for name in END_KINDS]
    low, high = np.array(limits).T
    table = pd.DataFrame({
        "end_kind": list(END_KINDS),
        "counts_as_churn": [kind in CHURN_KINDS for kind in END_KINDS],
        "students": counts.to_numpy(dtype=np.int64),
        "share": counts.to_numpy() / len(left) if len(left) else np.nan,
        "end_rate": counts.to_numpy() / len(there) if len(there) else np.nan,
        "end_rate_low": low,
        "end_rate_high": high,
    })  # fmt: skip
    table = table[~table["end_kind"].isin(_unknown_kinds(data)) | (table["students"] > 0)].reset_index(drop=True)
    churned = table[table["counts_as_churn"]].sort_values("students", ascending=False, kind="stable")
    known, more = caveats(data, month, n=None)
    facts: dict[str, Any] = {
        "month": month,
        "churned": int(churned["students"].sum()),
        "other_ends": len(left) - int(churned["students"].sum()),
        "kind": churned["end_kind"].iloc[0],
        "kind_students": int(churned["students"].iloc[0]),
    }
    sentences: tuple[str, ...] = (f"most_{facts['kind']}" if facts["churned"] else "none",)
    sentences += ("others",) if facts["other_ends"] else ()
    return Finding(key="churn.kinds", table=table, facts=facts | more, sentences=sentences, caveats=known)


def _unknown_kinds(data: Data) -> list[str]:
    """Return the kinds of end of which nothing can be known, as the table that tells of them was never loaded."""
    told_by = {"refunded": "refunds", "withdrawn": "exits", "personal": "exits"}
    return [kind for kind, table in told_by.items() if not has(data, table)]


@told_once
def churn_by(data: Data, month: str, by: Group = "campus", campus: Campus = None) -> Finding:
    """Compare the churn rates of groups.

    Each group is compared with all others together: the interval of the difference is Newcombe's, the p-value Fisher's
    exact one (both by student where one has several units: `clustered_wilson`, `rates_differ`), adjusted over the
    groups after Benjamini and Hochberg. Of the groups that stand out, one in twenty does so by chance. A difference
    between groups is no effect of the group: their students differ too.

    Parameters
    ----------
    data, month
        As for `churn_rate`.
    by : {"campus", "channel", "course_id"}
        What tells the groups apart: the campus where taught before the month, the channel that brought them, the course
        of the latest contract.
    campus
        As for `churn_rate`.

    Returns
    -------
    Finding
        `churn.by_campus`, `churn.by_channel` or `churn.by_course`: one row per group, highest rate first. Groups
        smaller than `uncertainty.min_group` are pooled in the row `POOLED`; if that is still too small it has no rate.
        Those whose group is not recorded are the row `UNKNOWN`.
        In a provisional month the rates are those confirmed so far, of the same age in every group.

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        If nobody's group is recorded, or all are of one.

    References
    ----------
    Benjamini Y, Hochberg Y, J R Stat Soc B 1995;57:289–300.
    """
    refuse_other("by", by, get_args(Group))
    least, level = data.settings.uncertainty.min_group, data.settings.uncertainty.level
    there = stock_of(data, month, campus)
    refuse_ungrouped(there, by, data.settings.outcome.unit)
    group = there[by].astype(object).where(there[by].notna(), UNKNOWN_NAME).astype(str)
    is_small = group.map(group.value_counts()) < least
    grouped = there.assign(group=group.where(~is_small, POOLED_NAME), who=pd.factorize(there["student_id"])[0])
    table = _against_the_rest(grouped, least, level).rename_axis(by).reset_index()
    table = table.assign(last=table[by] == POOLED_NAME)
    table = table.sort_values(["last", "churn_rate", by], ascending=[True, False, True], ignore_index=True)
    table = table.drop(columns="last")
    known, more = caveats(data, month, n=None)
    known += ("churn_groups_pooled",) if is_small.any() else ()
    known += ("churn_groups_many",) if table["adjusted_p_value"].notna().sum() > 1 else ()
    sentence, facts = _standing_out(table, by, 1 - level)
    facts |= {"month": month, "groups": int((table[by] != POOLED_NAME).sum())} | more
    table = table.assign(**{by: table[by].map(spoken).astype(object)})
    key = f"churn.by_{by.removesuffix('_id')}"
    return Finding(key=key, table=table, facts=facts, sentences=(sentence,), caveats=known)


def refuse_ungrouped(rows: pd.DataFrame, by: str | None, unit: str) -> None:
    """Refuse to compare what is not recorded, or alike for all, as the campus is in the report of one campus.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row per unit or stay.
    by : str, optional
        Its column; None: nothing is compared.
    unit : {"student", "enrolment", "student-campus"}
        What is counted.

    Raises
    ------
    NotEnoughData
        If nobody's group is recorded, or all are of one.
    """
    groups = list(rows[by].unique()) if by else []
    if len(groups) == 1:
        told = {"unit": unit, "by": Said(f"column.{by}")}
        if pd.isna(groups[0]):
            raise NotEnoughData("churn.no_groups", **told)
        raise NotEnoughData("churn.only_group", **told, group=groups[0])


def _against_the_rest(there: pd.DataFrame, least: int, level: float) -> pd.DataFrame:
    names = sorted(there["group"].unique())
    table = pd.DataFrame([_compared(there, name, level) for name in names], index=names, columns=list(_COMPARED))
    table = table.astype({"at_risk": np.int64, "churned": np.int64})
    is_small = table["at_risk"] < least
    table[list(_MEASURED)] = table[list(_MEASURED)].mask(is_small)
    told = ~is_small & (table["at_risk"] < len(there)) & (table.index != POOLED_NAME)
    raw = [rates_differ(there["churned"], there["group"] == name, there["who"]) for name in table.index[told]]
    adjusted = stats.false_discovery_control(raw) if raw else raw
    return table.assign(adjusted_p_value=pd.Series(adjusted, index=table.index[told], dtype=float))


def _compared(there: pd.DataFrame, name: str, level: float) -> dict[str, Any]:
    own = there["group"] == name
    one, other = (_rate(part, level) for part in (there[own], there[~own]))
    gap = difference(one, other)
    rates = (one.value, one.low, one.high, gap.value, gap.low, gap.high)
    return {
        "at_risk": int(own.sum()),
        "churned": int(there.loc[own, "churned"].sum()),
        **dict(zip(_MEASURED, rates, strict=True)),
    }


def _rate(rows: pd.DataFrame, level: float) -> Rate:
    return Rate(rows["churned"].mean(), *clustered_wilson(rows["churned"], rows["who"], level))


def spoken(name: str) -> str | Said:
    """Return what a group is called: ours by words of ours, and a name that reads like one of these in quotes."""
    words = {label.say(lang).casefold() for label in _OURS.values() for lang in LANGUAGES}
    if name.strip("“”").casefold() in words:
        return Said("churn.group.named", {"name": name})
    return _OURS.get(name, name)


def _standing_out(table: pd.DataFrame, by: Group, alpha: float) -> tuple[str, dict[str, Any]]:
    named = table[(table[by] != POOLED_NAME) & table["adjusted_p_value"].notna()]
    if len(named) < 2:
        return "one_group", {}
    apart = named[named["adjusted_p_value"] < alpha]
    worst = apart[apart["difference_points"] > 0].head(1)
    best = apart[apart["difference_points"] < 0].tail(1)
    row = worst if len(worst) else best
    if row.empty:
        return "alike", {}
    facts = {
        "group": {lang: wording.cell(spoken(row[by].iloc[0]), by, lang) for lang in LANGUAGES},
        "group_at_risk": int(row["at_risk"].iloc[0]),
        "group_churned": int(row["churned"].iloc[0]),
        "group_rate": float(row["churn_rate"].iloc[0]),
        "group_difference": float(row["difference_points"].iloc[0]),
        "group_difference_low": float(row["difference_points_low"].iloc[0]),
        "group_difference_high": float(row["difference_points_high"].iloc[0]),
    }
    return ("higher" if len(worst) else "lower"), facts
