"""At which step does a channel, campaign, campus, adviser or course lose more of those who ask than the others?"""

from typing import Any

import pandas as pd
from scipy import stats

from churnlab.churn.counts import Campus
from churnlab.churn.funnel.cohort import Cohort, period, ripe, ripe_cohort, unrecorded
from churnlab.churn.group_rates import (
    COLUMNS,
    LIKE,
    MANY,
    By,
    against_others,
    alike,
    beside,
    column_of,
    grouped,
    listed,
    ordered,
    said_of,
    shrunken,
)
from churnlab.churn.groups import refuse_ungrouped
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.tables.door import Data
from churnlab.tables.there import need
from churnlab.wording import Said

_RATE = ("rate", "rate_low", "rate_high")
_SHOWN = ("difference_points", "difference_points_low", "difference_points_high", "adjusted_p_value")


def steps_by(data: Data, *, by: By = "channel", campus: Campus = None) -> Finding:
    """Compare how many passed each step of those who had passed the one before, by group.

    The requests are those of `conversion`; those of whom renewals are told are older ones (`through="renewed"`). At
    each step a group is compared with all others together: Newcombe's interval, Fisher's exact test, both by person.
    The p-values are corrected over all groups and steps at once after Benjamini and Hochberg, so that where none
    differs one is named in at most `1 - uncertainty.level` of reports. A difference is no effect of the group.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    by : {"channel", "campaign", "campus", "adviser", "course"}
        As for `conversion_by`. Of an adviser the first step is no comparison: she is who made contact.
    campus : str, sequence of str, optional
        Where they asked; None: everywhere.

    Returns
    -------
    Finding
        `churn.funnel_steps_by_<by>`: one row per group and step, the largest groups first: `at_step_before`, of those
        who can be told of (at the first lesson: who are due), how many had passed the step before; `reached`, how many
        of them this one; `of_previous_rate` (of campaigns and advisers, drawn to the others, `passed_shrunken_rate`),
        `difference_points` and `adjusted_p_value`. Fewer than `uncertainty.min_group` at a step have no rate and are
        not compared. Small groups are pooled as in `conversion_by`. The sentence names the group and step furthest
        below the others.

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        As for `conversion_by`. Where only renewals cannot be told the table ends with the first lesson.

    References
    ----------
    Newcombe R G, Stat Med 1998;17:873–890; Benjamini Y, Hochberg Y, J R Stat Soc B 1995;57:289–300.
    """
    column, rules = column_of(by, COLUMNS), data.settings
    if by == "adviser":
        need(data, "contacts")
    cohort, older = ripe_cohort(data, "first_lesson", campus), _renewed(data, campus)
    rows = cohort.rows[cohort.rows[column].notna()] if by == "adviser" else cohort.rows
    refuse_ungrouped(rows if len(rows) else cohort.rows, column, "student")
    told = {step: _against_others(cohort, step, by, rules) for step in cohort.steps[2 if by == "adviser" else 1 :]}
    told |= {"renewed": _against_others(older, "renewed", by, rules)} if older else {}
    table = _corrected(pd.concat(told, names=["funnel_step", column]))
    said, named = _furthest_below(table, column, 1 - rules.uncertainty.level)
    shown, unlisted = _shown(table, by, rules)
    known, more = ripe(data, cohort)
    facts: dict[str, Any] = {
        "level": rules.uncertainty.level,
        "statement": beside(f"churn.funnel_steps.{said}", named, column, LIKE.get(by)),
        "unlisted": unlisted,
        "due_days": cohort.due_days,
        "not_due": int((cohort.passed["enrolled"] & ~cohort.due)[rows.index].sum()),
    }
    more |= {f"renewed_{name}": fact for name, fact in period(older).items()} if older else {}
    known += _caveats(cohort, older, by) + (("funnel_unlisted",) if unlisted else ()) + unrecorded(data)
    return Finding(key=f"churn.funnel_steps_by_{by}", table=shown, facts=facts | period(cohort) | more, caveats=known)


def _renewed(data: Data, campus: Campus) -> Cohort | None:
    """Return the older requests of which renewals are known, if any are."""
    try:
        return ripe_cohort(data, "renewed", campus)
    except NotEnoughData:
        return None


def _against_others(cohort: Cohort, step: str, by: By, rules: Settings) -> pd.DataFrame:
    """Compare the groups at one step, those large enough there."""
    column = COLUMNS[by]
    there = cohort.passed[cohort.steps[cohort.steps.index(step) - 1]]
    there = there & cohort.due if step == "first_lesson" else there
    # Whom nobody spoke to is no adviser's loss, nor may it make the others look good.
    mine = cohort.rows[column].notna() if by == "adviser" else pd.Series(True, index=there.index)
    group = grouped(cohort.rows.loc[mine, column], 1 if by in MANY else rules.uncertainty.min_group)
    here = there & mine
    rows, did = cohort.rows[here], cohort.passed.loc[here, step]
    table = against_others(did, group[here], rows["person"], rules, alike(rows, by))
    table["p_value"] = table["p_value"].where(table["rate"].notna() & table["difference_points"].notna())
    return shrunken(table, rules.uncertainty.level) if by in MANY and len(table) else table


def _corrected(table: pd.DataFrame) -> pd.DataFrame:
    """Correct the p-values over all groups and steps at once."""
    raw = table["p_value"].dropna()
    adjusted = pd.Series(stats.false_discovery_control(raw) if len(raw) else raw, index=raw.index, dtype=float)
    return table.drop(columns="p_value").assign(adjusted_p_value=adjusted.reindex(table.index))


def _furthest_below(table: pd.DataFrame, column: str, alpha: float) -> tuple[str, dict[str, Any]]:
    """Tell which group is at which step further below all others than chance would explain."""
    compared = table["adjusted_p_value"].notna()
    below = table[table["difference_points"] < 0]
    if not compared.any():
        return "none", {}
    tests = {"tests": int(compared.sum())}
    if not (below["adjusted_p_value"] < alpha).any():
        return "not_lower", tests
    apart = below[below["adjusted_p_value"] < alpha].reset_index("funnel_step")
    worst = apart.iloc[int(apart["difference_points"].argmin())]
    return "lower", said_of(worst, column) | tests | {"step": Said(f"code.funnel_step.{worst['funnel_step']}")}


def _shown(table: pd.DataFrame, by: By, rules: Settings) -> tuple[pd.DataFrame, int]:
    """Return a row per group listed and step, the largest groups first; and how many groups are not listed."""
    column = COLUMNS[by]
    sizes = table.groupby(column)[["n"]].max()
    order = ordered(sizes.assign(group=sizes.index), column, "n")
    kept = listed(order, column, rules) if by in MANY else order
    rows = table.reset_index().rename(columns={column: "group"})
    rows = kept[[column, "group"]].merge(rows, on="group", how="left")
    rate = "passed_shrunken_rate" if by in MANY else "of_previous_rate"
    names = {"n": "at_step_before", "did": "reached", **{name: name.replace("rate", rate, 1) for name in _RATE}}
    shown = rows.rename(columns=names)[[column, "funnel_step", *names.values(), *_SHOWN]]
    return shown, len(order) - len(kept)


def _caveats(cohort: Cohort, older: Cohort | None, by: By) -> tuple[str, ...]:
    holds = {
        "funnel_groups": by not in MANY,
        "funnel_groups_like": by in MANY,
        "funnel_steps_shrunken": by in MANY,
        "funnel_adviser": by == "adviser",
        "funnel_due": cohort.steps[-1] == "first_lesson" and cohort.due_days > 0,
        "funnel_due_at_once": cohort.steps[-1] == "first_lesson" and not cohort.due_days,
        "funnel_steps_renewed": older is not None,
        "funnel_steps_no_renewed": older is None,
    }
    return tuple(name for name, is_so in holds.items() if is_so)
