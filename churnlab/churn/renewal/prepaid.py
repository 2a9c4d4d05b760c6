"""How much money has been taken for lessons not given yet, and what became of the rest?"""

from typing import Any

import ibis
import pandas as pd

from churnlab.churn.counts import Campus, chosen
from churnlab.churn.groups import UNKNOWN
from churnlab.churn.renewal.at_risk import ALL
from churnlab.churn.renewal.in_service import money
from churnlab.churn.service import attributed
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has

_MONEY = ["received_cny", "refunded_cny", "used_cny", "gone_unused_cny", "prepaid_cny"]
_COLUMNS = ["campus", *_MONEY, "prepaid_hours"]


def prepaid(data: Data, campus: Campus = None) -> Finding:
    """Divide all payments by campus into what was refunded, used up, left unused by those gone, and is still owed.

    What is prepaid is no worth to be won: it is a debt in lessons, and the most that refunds could take. The parts of
    each row add up to its payments, and the rows to all payments on record.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    campus : str or sequence of str, optional
        Of the contract; default: all campuses.

    Returns
    -------
    Finding
        `renewal.prepaid`: one row per campus of the contract, one for payments whose contract is not on record, one for
        all: `received_cny`, `refunded_cny`, `used_cny` (lessons at the contract's price; of a period, days passed),
        `gone_unused_cny` (of contracts no longer running), `prepaid_cny` and `prepaid_hours` (of those running).

    Raises
    ------
    NotEnoughData
        If no payment is on record there.
    """
    rows = chosen(_by_contract(data), campus)
    if not len(rows) or not rows["received_cny"].any():
        if campus is not None:
            named = campus if isinstance(campus, str) else ", ".join(campus)
            raise NotEnoughData("renewal.no_payments_at", campus=named)
        raise NotEnoughData("renewal.no_payments")
    by_name = rows.assign(campus=rows["campus"].fillna(""))
    table = by_name.groupby("campus", sort=True)[[*_MONEY, "prepaid_hours"]].sum(min_count=1).reset_index()
    table = table.sort_values("prepaid_cny", ascending=False, na_position="last", kind="stable", ignore_index=True)
    table = table.assign(campus=pd.Series([name or UNKNOWN for name in table["campus"]], dtype=object))
    total = {name: float(table[name].sum()) for name in [*_MONEY, "prepaid_hours"]}
    if len(table) > 1:
        table = pd.concat([table, pd.DataFrame([{"campus": ALL} | total])], ignore_index=True)
    if not has(data, "refunds"):
        table, total = table.assign(refunded_cny=float("nan")), total | {"refunded_cny": float("nan")}
    facts: dict[str, Any] = total | {"contracts": int((rows["prepaid_cny"] > 0).sum())}
    unknown = () if has(data, "refunds") else ("renewal_refunds_unknown",)
    return Finding(key="renewal.prepaid", table=table, facts=facts, caveats=("renewal_prepaid", *unknown))


def prepaid_by_unit(data: Data, units: pd.Series) -> pd.Series:
    """Return what students have paid and not used yet, all running contracts together.

    Parameters
    ----------
    data : Data
        What had happened before a date.
    units : pandas.Series
        As `in_service` names them.

    Returns
    -------
    pandas.Series
        Yuan (≥ 0), in the order of `units`; missing where the store holds no payments.
    """
    if not has(data, "payments"):
        return pd.Series(float("nan"), index=units.index)
    owed = _contracts(data).groupby("unit_id")["prepaid_cny"].sum()
    return units.map(owed).fillna(0.0)


def _by_contract(data: Data) -> pd.DataFrame:
    return pd.concat([_contracts(data)[_COLUMNS], *_of_no_contract(data)], ignore_index=True)


def _contracts(data: Data) -> pd.DataFrame:
    rows = money(data).merge(_refunded(data), on="enrolment_id", how="left")
    rows = rows.assign(refunded_cny=rows["refunded_cny"].fillna(0.0))
    size = rows["hours"].fillna(rows["days"])
    used = (rows["price_cny"] * size * (1 - rows["left_share"])).fillna(rows["received_cny"])
    unused = (rows["received_cny"] - rows["refunded_cny"] - used).clip(lower=0)
    runs = rows["outcome"] == "running"
    return rows.assign(
        prepaid_cny=unused.where(runs, 0.0),
        gone_unused_cny=unused.where(~runs, 0.0),
        used_cny=rows["received_cny"] - rows["refunded_cny"] - unused,
        prepaid_hours=(rows["hours"] * rows["left_share"]).where(runs, 0.0),
    )


def _refunded(data: Data) -> pd.DataFrame:
    refunds = data.table("refunds")
    refunds = refunds.filter(refunds.outcome == "refunded")
    refunds = refunds.select(
        "refund_id", "student_id", "enrolment_id", "settled_at", "amount", course_id=ibis.null("string")
    )
    refunds = attributed(refunds, data, key="refund_id", at=refunds.settled_at.cast("date"))
    sums = refunds.group_by("enrolment_id").agg(refunded_cny=refunds.amount.sum().cast("float64"))
    return fetch(sums.order_by("enrolment_id"))


def _of_no_contract(data: Data) -> list[pd.DataFrame]:
    """Return payments without a contract on record, as those of a void one: nobody knows what was used of them."""
    payments, contracts = data.table("payments"), data.table("enrolments").select("enrolment_id")
    without = payments.anti_join(contracts, "enrolment_id")
    total = fetch(without.agg(paid=without.amount.sum().cast("float64")))["paid"].fillna(0.0).iloc[0]
    if not total:
        return []
    row = pd.DataFrame({"campus": [None], "received_cny": [total]}).reindex(columns=_COLUMNS)
    return [row.astype(dict.fromkeys(_COLUMNS[1:], float)).astype({"campus": object})]
