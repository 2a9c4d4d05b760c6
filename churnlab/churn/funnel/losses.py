"""Who asked and never enrolled, and who enrolled and never came?

The two losses before the first lesson: 问而未报 and 报而未到.
"""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.caveats import set_aside
from churnlab.churn.counts import Campus, chosen
from churnlab.churn.funnel.cohort import caveats, period, ripe_cohort
from churnlab.churn.funnel.due import due, due_days
from churnlab.churn.funnel.newcomers import newcomers
from churnlab.churn.group_rates import ALL, all_together, by_group, grouped, ordered, standing_out
from churnlab.churn.service import any_lessons
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.settings import Settings
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has
from churnlab.wording import Said

_LIMITS = ("rate", "rate_low", "rate_high")


def never_enrolled(data: Data, *, campus: Campus = None) -> Finding:
    """Count those who asked and never enrolled, by channel.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Where they asked; None: everywhere.

    Returns
    -------
    Finding
        `churn.never_enrolled`: all channels, then one row per channel: `requests`, `not_enrolled`, `not_enrolled_rate`
        with Wilson's interval, `lost_share` (of all who never enrolled) and `adjusted_p_value` against all others.

    Raises
    ------
    NotEnoughData
        As for `conversion`.
    """
    cohort = ripe_cohort(data, "enrolled", campus)
    lost = ~cohort.passed["enrolled"]
    table, said = _by_channel(lost, cohort.rows["channel"], cohort.rows["person"], data.settings)
    table = table.assign(lost_share=table["did"] / max(int(lost.sum()), 1))
    known, more = caveats(data, cohort, campus)
    facts = {**_facts(table, data.settings), **said, **period(cohort), **more}
    names = {"n": "requests", "did": "not_enrolled", **{name: f"not_enrolled_{name}" for name in _LIMITS}}
    shown = table.rename(columns=names)[["channel", *names.values(), "lost_share", "adjusted_p_value"]]
    return Finding(key="churn.never_enrolled", table=shown, facts=facts, caveats=known)


def never_came(data: Data, *, campus: Campus = None) -> Finding:
    """Count those who enrolled for the first time and never came to a lesson, by channel, and what they paid.

    They count whether or not they had asked. Who was paid back before the first lesson never came either.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str, sequence of str, optional
        Where they signed; None: everywhere.

    Returns
    -------
    Finding
        `churn.never_came`: all channels, then one row per channel: `newcomers`, `absent`, `absent_rate` with Wilson's
        interval, `paid_cny` by those who never came, `refunded_cny` of it (NaN where the store
        holds no refunds), and `adjusted_p_value`.

    Raises
    ------
    NotEnoughData
        If no lessons are recorded, or too few signed long enough ago.
    """
    new, ripe = _due(data, campus)
    gone = new["first_lesson_on"].isna()
    money = paid(data, new["student_id"].where(gone))
    table, said = _by_channel(gone, new["channel"], new["student_id"], data.settings, money)
    short, told = set_aside(data)
    if not has(data, "refunds"):
        table["refunded_cny"] = float("nan")
    facts = {
        **_facts(table, data.settings),
        **said,
        **{name: float(table[name].iloc[0]) for name in ("paid_cny", "refunded_cny")},
        "from_on": new["starts_on"].min().date(),
        "to_on": new["starts_on"].max().date(),
        "ripe_days": ripe,
        "ripe_share": data.settings.funnel.ripe_share,
        "known_to": data.as_of - timedelta(days=1),
        **told,
    }
    names = {"n": "newcomers", "did": "absent", **{name: f"absent_{name}" for name in _LIMITS}}
    shown = table.rename(columns=names)
    shown = shown[["channel", *names.values(), "paid_cny", "refunded_cny", "adjusted_p_value"]]
    caveat = (*short, "funnel_never_came" if ripe else "funnel_never_came_at_once")
    known = [name for name in ("paid", "refunded") if not np.isnan(facts[f"{name}_cny"])]
    sentences = ("sentence", *known, "by_channel")
    return Finding(key="churn.never_came", table=shown, facts=facts, sentences=sentences, caveats=caveat)


def _due(data: Data, campus: Campus) -> tuple[pd.DataFrame, int]:
    """Return the newcomers of the latest period who should have come by now, and by how many days that is known."""
    rules = data.settings
    if not any_lessons(data):
        raise NotEnoughData("funnel.no_lessons")
    as_of, new = pd.Timestamp(data.as_of), newcomers(data)
    ripe, new = due_days(data, new), chosen(new, campus)
    since = as_of - pd.Timedelta(days=ripe + rules.funnel.period_days)
    new = new[due(new, as_of, ripe) & new["starts_on"].ge(since)]
    if len(new) < rules.uncertainty.min_group:
        raise NotEnoughData("funnel.too_few", asked=len(new), needed=rules.uncertainty.min_group, days=ripe)
    return new.reset_index(drop=True), ripe


def paid(data: Data, students: pd.Series) -> pd.DataFrame:
    """Return what each of these students paid and was paid back.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    students : pandas.Series of str
        Their `student_id`; a missing one paid nothing.

    Returns
    -------
    pandas.DataFrame
        One row per student, in their order: `paid_cny`, `refunded_cny`.
    """
    ids = sorted(students.dropna())
    payments, refunds = data.table("payments"), data.table("refunds")
    refunds = refunds.filter(refunds.outcome == "refunded")
    sums = {}
    for name, rows in (("paid_cny", payments), ("refunded_cny", refunds)):
        total = rows.filter(rows.student_id.isin(ids)).group_by("student_id").agg(cny=lambda t: t.amount.sum())
        found = fetch(total.order_by("student_id")).set_index("student_id")["cny"]
        sums[name] = students.map(found.astype(float))
    # Of a table that was never loaded nobody knows the sums.
    unknown = {"paid_cny": not has(data, "payments"), "refunded_cny": not has(data, "refunds")}
    return pd.DataFrame(sums).fillna(0.0).assign(**{name: np.nan for name, is_so in unknown.items() if is_so})


def _by_channel(
    did: pd.Series, channel: pd.Series, person: pd.Series, rules: Settings, money: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    names, sums = (
        grouped(channel, rules.uncertainty.min_group),
        pd.DataFrame(index=did.index) if money is None else money,
    )
    groups = by_group(did, names, person, rules)
    said, facts = standing_out(groups, "channel", 1 - rules.uncertainty.level)
    together = all_together(did, person, rules.uncertainty.level)
    whole = pd.DataFrame([{"channel": ALL, **together, **sums.sum(min_count=1)}])
    groups = groups.join(sums.groupby(names).sum(min_count=1))
    # pandas would tell the type of a column by rows that are all missing.
    table = pd.concat([whole.astype(object), ordered(groups, "channel", "did").astype(object)], ignore_index=True)
    table = table.astype({name: float for name in table if name not in ("channel", "n", "did")})
    facts = {"statement": Said(f"churn.funnel_group.lost_{said}", {"by": Said("column.channel"), **facts})}
    return table.astype({"n": "int64", "did": "int64"}), facts


def _facts(table: pd.DataFrame, rules: Settings) -> dict[str, Any]:
    first = table.iloc[0]
    rates = {name: float(first[name]) for name in _LIMITS}
    return {"level": rules.uncertainty.level, "of": int(first["n"]), "lost": int(first["did"]), **rates}
