"""Which few causes make up most of the loss?"""

from datetime import date
from typing import Any, Literal, get_args

import ibis
import numpy as np
import pandas as pd

from churnlab.churn.causes.leavers import leavers
from churnlab.churn.causes.shares import called
from churnlab.churn.causes.taxonomy import OTHER
from churnlab.churn.choices import refuse_other
from churnlab.churn.counts import Campus
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.stats.intervals import weighted_wilson
from churnlab.tables.door import Data, fetch
from churnlab.tables.there import has, need

Weight = Literal["students", "paid"]
_MOST = 0.8


def pareto(
    data: Data,
    *,
    start: date | None = None,
    stop: date | None = None,
    campus: Campus = None,
    weigh: Weight = "students",
) -> Finding:
    """Order the reasons that leavers stated by how many left for them, or by what these had paid.

    It describes those who stated a reason. A few reasons always make up most: the rule of 80 to 20 is no finding, and
    the order of neighbours is mostly chance.

    Parameters
    ----------
    data, start, stop, campus
        As for `causes`.
    weigh : {"students", "paid"}
        What is counted: those who left, or what they had paid in the `causes.paid_days` up to and with their last day
        of service, refunds not taken off: what the institution loses a year if such students leave.

    Returns
    -------
    Finding
        `churn.pareto` or `churn.pareto_paid`: one row per reason, largest first; what no reason was stated for, or one
        that points to no department, is left out. `leavers_paid_cny` is missing where the store holds no payments.
        `share`, with its interval by student, and `cumulative_share` are of the total of `weigh`; at most
        `causes.listed` rows, of the shares none is lost.

    Raises
    ------
    OrderError
        If `weigh` is none of these.
    NotEnoughData
        If fewer than `uncertainty.min_group` stated a reason, or they had paid nothing, or nobody knows what.
    """
    refuse_other("weigh", weigh, get_args(Weight))
    if weigh == "paid":
        need(data, "payments")
    found = leavers(data, start=start, stop=stop, campus=campus, least=data.settings.uncertainty.min_group)
    told = found.told[found.told["department"] != OTHER]
    told = told.assign(paid=paid_before(data, told).to_numpy())
    grouped = told.groupby(["reason", "department"], as_index=False)
    table = grouped.agg(students=("unit_id", "size"), leavers_paid_cny=("paid", _sum))
    weight = "students" if weigh == "students" else "leavers_paid_cny"
    total = table[weight].sum()
    if not total > 0:
        raise NotEnoughData("causes.unpaid", **found.facts)
    table = table.sort_values([weight, "students", "reason"], ascending=[False, False, True], ignore_index=True)
    limits = _intervals(told, table["reason"], weigh, data.settings.uncertainty.level)
    table = table.assign(share=table[weight] / total, **limits, cumulative_share=table[weight].cumsum() / total)
    most = int((table["cumulative_share"] < _MOST - 1e-9).sum()) + 1
    facts: dict[str, Any] = found.facts | {
        "all": len(table),
        "named": len(told),
        "others": len(found.told) - len(told),
        "most": most,
        "most_share": float(table["cumulative_share"].iloc[most - 1]),
        "paid": _sum(table["leavers_paid_cny"]),
        "paid_days": data.settings.causes.paid_days,
        "first": called(table["reason"].iloc[0], "reason"),
        **{f"first_{name}": float(table[name].iloc[0]) for name in ("share", "share_low", "share_high")},
    }
    key = "churn.pareto" if weigh == "students" else "churn.pareto_paid"
    sentences = ("sentence", "others") if facts["others"] else ("sentence",)
    shown = table.head(data.settings.causes.listed)
    return Finding(key=key, table=shown, facts=facts, sentences=sentences, caveats=found.caveats)


def _intervals(told: pd.DataFrame, reasons: pd.Series, weigh: Weight, level: float) -> dict[str, list[float]]:
    """Return the limits of each reason's share."""
    weights = told["paid"].to_numpy() if weigh == "paid" else np.ones(len(told))
    limits = [weighted_wilson(told["reason"] == reason, weights, told["student_id"], level) for reason in reasons]
    return {"share_low": [low for low, _ in limits], "share_high": [high for _, high in limits]}


def _sum(paid: pd.Series) -> float:
    """Add up what is known; of nothing that is known the sum is unknown, and not 0."""
    return float(paid.sum(min_count=1))


def paid_before(data: Data, rows: pd.DataFrame) -> pd.Series:
    """Return what each paid in the days before the end, in the order of the rows; NaN where no payments are stored."""
    if not has(data, "payments"):
        return pd.Series(np.nan, index=range(len(rows)))
    unit, days = data.settings.outcome.unit, data.settings.causes.paid_days
    whose = "enrolment_id" if unit == "enrolment" else "student_id"
    own = rows["unit_id"] if unit == "enrolment" else rows["student_id"]
    ends = pd.DataFrame({"row": range(len(rows)), "whose": own.to_numpy(dtype=object), "left": rows["left_on"].array})
    ends["there"] = rows["campus"].to_numpy(dtype=object)
    asked = ibis.memtable(ends.astype({"whose": str, "there": str}))
    payments = data.table("payments")
    met = payments.inner_join(asked, [payments[whose] == asked.whose])
    ago = met.left.cast("date").delta(met.paid_at.cast("date"), unit="day")
    met = met.filter((ago >= 0) & (ago < days))
    if unit == "student-campus":
        contracts = data.table("enrolments").select("enrolment_id", contract_campus="campus")
        met = met.inner_join(contracts, "enrolment_id").filter(lambda t: t.contract_campus == t.there)
    paid = fetch(met.group_by("row").aggregate(paid=met.amount.sum()).order_by("row"))
    return paid.set_index("row")["paid"].astype(float).reindex(range(len(rows))).fillna(0.0)
