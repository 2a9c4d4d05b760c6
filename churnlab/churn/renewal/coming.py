"""Which contracts come to their end in the next months, and what hangs on them?"""

from typing import Any

import numpy as np
import pandas as pd

from churnlab.churn.counts import Campus, chosen, months_ahead
from churnlab.churn.renewal.ends import expansions
from churnlab.churn.renewal.in_service import money
from churnlab.churn.renewal.looks import ENDED, MONTHS, looks, renewals
from churnlab.churn.renewal.replays import foretold
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data


def up_for_renewal(data: Data, campus: Campus = None) -> Finding:
    """Tell how many contracts will be used up in each of the next months, for how much, and how many will be renewed.

    A contract by hours ends when they are used up at the student's present pace; that month is an estimate. Contracts
    already followed by another are not up for renewal; those that ended and are still open are in the first month. Of
    those that stood alike in earlier months (`looks`) the same share is expected to renew, and of their money the same
    share of the money: who has not renewed a week after the end seldom does, whoever is quiet may be gone. Months are
    counted from `data.as_of` and named as they are counted (`months_ahead`).

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Where the students are; default: all campuses.

    Returns
    -------
    Finding
        `renewal.coming`: one row a month ahead: `month`, `contracts`, `due_cny` (what these contracts cost when they
        were signed), `expected_renewals` and `expected_cny`: of those that will have been renewed by the end of the
        month after, with prediction intervals (`foretold`); missing where too few months could be replayed. Contracts
        whose price is not known are in no money; the fact `unpriced` counts them. Facts of the
        first month, which add up to its `contracts`: `next_ended` (they ended before and are still open),
        `next_expansions` (a further course beside the first, in no renewal rate; they run) and `next_others`.

    Raises
    ------
    NotEnoughData
        If nobody is in service there; or as `terms`.
    """
    rows = chosen(looks(data), campus)
    if not (rows["months_ago"] == 0).any():
        raise NotEnoughData("renewal.nobody", unit=data.settings.outcome.unit, campus=_named(campus))
    bought = money(data).set_index("enrolment_id")
    price = bought["price_cny"] * bought["hours"].fillna(bought["days"])
    table = pd.DataFrame([
        {"month": name, **_month(rows, month, price, data)}
        for month, name in enumerate(months_ahead(data.as_of, MONTHS))
    ])  # fmt: skip
    facts: dict[str, Any] = {
        "level": data.settings.uncertainty.level,
        "months": MONTHS,
        "contracts": int(table["contracts"].sum()),
        "due_cny": _sum(table.loc[table["contracts"] > 0, "due_cny"]),
        "unpriced": int(table["unpriced"].sum()),
        **{f"next_{name}": table[name].iloc[0] for name in table},
        **_kinds(renewals(rows, 0)[0], data),
    }
    unpriced = ("renewal_unpriced",) if facts["unpriced"] else ()
    return Finding(
        key="renewal.coming",
        table=table.drop(columns="unpriced"),
        facts=facts,
        sentences=_sentences(facts),
        caveats=("renewal_pace", "renewal_price", *unpriced, "renewal_replayed"),
    )


def _month(rows: pd.DataFrame, month: int, price: pd.Series, data: Data) -> dict[str, float]:
    now, then = (part.assign(cny=part["enrolment_id"].map(price)) for part in renewals(rows, month))
    # Of earlier contracts those without a price weigh as much as others; of those due now they are in no sum.
    then = then.fillna({"cny": price.mean()}).fillna({"cny": 1.0})
    due = _sum(now["cny"])
    limits = data.settings.uncertainty
    told = foretold(now.fillna({"cny": 0.0}), then, level=limits.level, replays=limits.replay_months)
    money = (told.cny, told.cny_low, told.cny_high) if due >= 0 else (np.nan,) * 3
    return {
        "contracts": len(now),
        "unpriced": int(now["cny"].isna().sum()),
        "due_cny": due,
        "expected_renewals": told.expected,
        "expected_renewals_low": told.low,
        "expected_renewals_high": told.high,
        **dict(zip(("expected_cny", "expected_cny_low", "expected_cny_high"), money, strict=True)),
    }


def _kinds(due: pd.DataFrame, data: Data) -> dict[str, int]:
    """Count of those due in the first month who will hardly renew: what ended before, and expansions that run."""
    ended = due["state"].isin(ENDED)
    added = due["enrolment_id"].isin(expansions(data)) & ~ended
    return {
        "next_ended": int(ended.sum()),
        "next_expansions": int(added.sum()),
        "next_others": int((~ended & ~added).sum()),
    }


def _sum(cny: pd.Series) -> float:
    """Add up what is known; of contracts none of which has a price the sum is unknown, and not 0."""
    return float(cny.sum(min_count=1)) if len(cny) else 0.0


def _sentences(facts: dict[str, Any]) -> tuple[str, ...]:
    if not facts["contracts"]:
        return ("none",)
    first = "sentence" if facts["due_cny"] >= 0 else "unpriced"
    if not facts["next_contracts"]:
        return (first,)
    if not facts["next_expected_renewals"] >= 0:
        return (first, "unforetold")
    return (first, "next" if facts["next_expected_cny"] >= 0 else "next_unpriced")


def _named(campus: Campus) -> str:
    return campus if isinstance(campus, str) else ", ".join(campus or ())
