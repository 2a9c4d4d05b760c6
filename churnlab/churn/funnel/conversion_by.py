"""Does one channel, campaign, campus, adviser or course bring more of those who ask to enrol?"""

from typing import Any

import pandas as pd

from churnlab.churn.counts import Campus
from churnlab.churn.funnel.cohort import period, ripe, ripe_cohort
from churnlab.churn.group_rates import (
    COLUMNS,
    LIKE,
    MANY,
    By,
    alike,
    beside,
    by_group,
    column_of,
    grouped,
    listed,
    ordered,
    shrunken,
    standing_out,
)
from churnlab.churn.groups import refuse_ungrouped
from churnlab.finding import Finding
from churnlab.tables.door import Data
from churnlab.tables.there import need

_SHOWN = ("difference_points", "difference_points_low", "difference_points_high", "adjusted_p_value")


def conversion_by(data: Data, *, by: By = "channel", campus: Campus = None) -> Finding:
    """Compare how many of those who asked enrolled, by group.

    Each group is compared with all others together: Newcombe's interval, Fisher's exact test, both by person, corrected
    over the groups after Benjamini and Hochberg. A difference is no effect of the group: those who ask differ too. Of
    channels, campuses and courses the small ones are pooled. Of campaigns and advisers, who are many, each rate is
    drawn towards that of all, the more the fewer asked (`beta_binomial`), and they stand in the order of their size;
    advisers are compared with others of the same campus, campaigns with other requests of the same channel, so that
    none answers for where it works or whom it reaches (`against_others`).

    Parameters
    ----------
    data : Data
        What had happened before a date.
    by : {"channel", "campaign", "campus", "adviser", "course"}
        What tells groups apart, of the first lead. The adviser is who spoke with them first: whom a lead belongs to
        today was not known then. Who was never contacted has none and is left out here.
    campus
        As for `conversion`.

    Returns
    -------
    Finding
        `churn.funnel_by_<by>`: one row per group: `requests`, `requests_enrolled`, `enrolled_rate` (or, drawn to the
        others, `shrunken_rate`), `difference_points` and `adjusted_p_value`.

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        As for `conversion`; or if nobody's group is recorded, or all are of one; of advisers, if the store holds no
        contacts.
    """
    column, many = column_of(by, COLUMNS), by in MANY
    if by == "adviser":
        need(data, "contacts")
    cohort, rules = ripe_cohort(data, "enrolled", campus), data.settings
    # Whom nobody spoke to is no adviser's loss, nor may it make the others look good.
    rows = cohort.rows[cohort.rows[column].notna()] if by == "adviser" else cohort.rows
    refuse_ungrouped(rows if len(rows) else cohort.rows, column, "student")
    group = grouped(rows[column], 1 if many else rules.uncertainty.min_group)
    table = by_group(cohort.passed.loc[rows.index, "enrolled"], group, rows["person"], rules, alike(rows, by))
    table = shrunken(table, rules.uncertainty.level) if many else table
    said, told = standing_out(table, column, 1 - rules.uncertainty.level)
    table = ordered(table, column, "n" if many else "rate")
    known, more = ripe(data, cohort)
    facts: dict[str, Any] = {
        "level": rules.uncertainty.level,
        "statement": beside(f"churn.funnel_group.{said}", told, column, LIKE.get(by)),
        "groups": len(table),
        "unlisted": max(0, len(table) - len(listed(table, column, rules))) if many else 0,
    }
    known += ("funnel_groups_like", "funnel_shrunken") if many else ("funnel_groups",)
    known += ("funnel_adviser",) if by == "adviser" else ()
    known += ("funnel_unlisted",) if facts["unlisted"] else ()
    shown = _renamed(table, column, "shrunken" if many else "enrolled")
    shown = listed(shown, column, rules) if many else shown
    return Finding(key=f"churn.funnel_by_{by}", table=shown, facts=facts | period(cohort) | more, caveats=known)


def _renamed(table: pd.DataFrame, column: str, rate: str) -> pd.DataFrame:
    names = {"n": "requests", "did": "requests_enrolled", "rate": f"{rate}_rate"}
    names |= {f"rate_{side}": f"{rate}_rate_{side}" for side in ("low", "high")}
    return table.rename(columns=names)[[column, *names.values(), *_SHOWN]]
