"""Do the contracts of one campus, course or adviser get renewed more often?"""

from typing import Any, Literal

import pandas as pd

from churnlab.churn.choices import refuse_other
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.group_rates import LIKE, alike, beside, by_group, grouped, ordered, shrunken, standing_out
from churnlab.churn.groups import refuse_ungrouped
from churnlab.churn.outcome import settled_before
from churnlab.churn.renewal.curve import asked
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data

By = Literal["campus", "course", "adviser"]
_COLUMN = {"campus": "campus", "course": "course_id", "adviser": "staff_id"}
_LISTED = 20
_SHOWN = ("difference_points", "difference_points_low", "difference_points_high", "adjusted_p_value")


def renewal_by(data: Data, by: By = "campus", campus: Campus = None) -> Finding:
    """Compare the renewal rates of groups over the last `retention.period_days` whose answers are all known.

    Each group is compared with all others together: Newcombe's interval, Fisher's exact test, both by student,
    corrected over the groups after Benjamini and Hochberg. Advisers are many, each with few contracts: their rates are
    drawn towards that of all, the more the fewer they have (`beta_binomial`), and they stand in the order of size;
    they are compared with others of the same campus, as a campus may have its own reasons (`against_others`).
    A difference is no effect of the group: their students differ too.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    by : {"campus", "course", "adviser"}
        Of the contract that ended; the adviser is who signed it.
    campus : str or sequence of str, optional
        Default: all campuses.

    Returns
    -------
    Finding
        `renewal.by_<by>`: one row per group: `came_due`, `renewed`, `renewal_rate` (of advisers
        `shrunken_renewal_rate`) with its interval, `difference_points`, `adjusted_p_value`.

    Raises
    ------
    OrderError
        If `by` is none of these.
    NotEnoughData
        If fewer than `uncertainty.min_group` came due, nobody's group is recorded, or all are of one.
    """
    refuse_other("by", by, _COLUMN)
    rules, column, many = data.settings, _COLUMN[by], by == "adviser"
    since = settled_before(data) - pd.Timedelta(days=rules.retention.period_days)
    rows = chosen(asked(data), campus)
    rows = rows[rows["ended_on"] >= since].rename(columns={"staff_id": "adviser_id"}).reset_index(drop=True)
    column = "adviser_id" if many else column
    if len(rows) < rules.uncertainty.min_group:
        raise NotEnoughData("renewal.few", least=rules.uncertainty.min_group)
    refuse_ungrouped(rows, column, rules.outcome.unit)
    group = grouped(rows[column], 1 if many else rules.uncertainty.min_group)
    table = by_group(rows["renewed"], group, rows["student_id"], rules, alike(rows, by))
    table = shrunken(table, rules.uncertainty.level) if many else table
    said, told = standing_out(table, column, 1 - rules.uncertainty.level)
    table = ordered(table, column, "n" if many else "rate")
    rate = "shrunken_renewal_rate" if many else "renewal_rate"
    names = {"n": "came_due", "did": "renewed", **{f"rate{side}": f"{rate}{side}" for side in ("", "_low", "_high")}}
    facts: dict[str, Any] = {
        "level": rules.uncertainty.level,
        "period_days": rules.retention.period_days,
        "came_due": len(rows),
        "renewed": int(rows["renewed"].sum()),
        "rate": float(rows["renewed"].mean()),
        "statement": beside(f"renewal.group.{said}", told, column, LIKE.get(by)),
        "unlisted": max(0, len(table) - _LISTED),
    }
    known = ("renewal_base", "renewal_groups", *(("renewal_shrunken",) if many else ()))
    known += ("renewal_unlisted",) if facts["unlisted"] else ()
    shown = table.rename(columns=names)[[column, *names.values(), *_SHOWN]].head(_LISTED)
    return Finding(key=f"renewal.by_{by}", table=shown, facts=facts, caveats=known)
