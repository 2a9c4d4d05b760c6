"""Which contracts come to their end in the next months, and what hangs on them?"""

from typing import Any

import pandas as pd

from churnlab.churn.counts import Campus, chosen, month_name
from churnlab.churn.renewal.in_service import money
from churnlab.churn.renewal.looks import MONTHS, looks, renewals
from churnlab.churn.renewal.replays import foretold
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data


def up_for_renewal(data: Data, campus: Campus = None) -> Finding:
    """Tell how many contracts will be used up in each of the next months, for how much, and how many will be renewed.

    A contract by hours ends when they are used up at the student's present pace; that month is an estimate. Contracts
    already followed by another are not up for renewal; those that ended and are still open are in the first month. Of
    those that stood alike in earlier months (`looks`) the same share is expected to renew: who has not renewed a week
    after the end seldom does, whoever is quiet may be gone. Months are counted from `data.as_of`.

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
        month after, with prediction intervals (`foretold`); missing where too few months could be replayed.

    Raises
    ------
    NotEnoughData
        If nobody is in service there; or as `terms`.
    """
    rows = chosen(looks(data), campus)
    if not (rows["months_ago"] == 0).any():
        raise NotEnoughData("renewal.nobody", unit=data.settings.outcome.unit, campus=_named(campus))
    bought = money(data).set_index("enrolment_id")
    price = (bought["price_cny"] * bought["hours"].fillna(bought["days"])).fillna(0.0)
    first = pd.Timestamp(data.as_of)
    table = pd.DataFrame([
        {"month": month_name(first + pd.DateOffset(months=month)), **_month(rows, month, price, data)}
        for month in range(MONTHS)
    ])  # fmt: skip
    facts: dict[str, Any] = {
        "level": data.settings.uncertainty.level,
        "months": MONTHS,
        "contracts": int(table["contracts"].sum()),
        "due_cny": float(table["due_cny"].sum()),
        **{f"next_{name}": table[name].iloc[0] for name in table},
    }
    return Finding(
        key="renewal.coming",
        table=table,
        facts=facts,
        sentences=_sentences(facts),
        caveats=("renewal_pace", "renewal_price", "renewal_replayed"),
    )


def _month(rows: pd.DataFrame, month: int, price: pd.Series, data: Data) -> dict[str, float]:
    now, then = renewals(rows, month)
    now = now.assign(cny=now["enrolment_id"].map(price).fillna(0.0))
    limits = data.settings.uncertainty
    told = foretold(now, then, level=limits.level, replays=limits.replay_months)
    return {
        "contracts": len(now),
        "due_cny": float(now["cny"].sum()),
        "expected_renewals": told.expected,
        "expected_renewals_low": told.low,
        "expected_renewals_high": told.high,
        "expected_cny": told.cny,
        "expected_cny_low": told.cny_low,
        "expected_cny_high": told.cny_high,
    }


def _sentences(facts: dict[str, Any]) -> tuple[str, ...]:
    if not facts["contracts"]:
        return ("none",)
    if not facts["next_contracts"]:
        return ("sentence",)
    return ("sentence", "next" if facts["next_expected_renewals"] >= 0 else "unforetold")


def _named(campus: Campus) -> str:
    return campus if isinstance(campus, str) else ", ".join(campus or ())
