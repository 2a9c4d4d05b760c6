"""What did a training do to the value of orders, by the tier of the customer?"""

from dataclasses import replace
from typing import Any

import pandas as pd

from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.metrics import change_written
from churnlab.kirkpatrick.results.effects import KpiEffect, effects_of
from churnlab.kirkpatrick.results.telling import SHOWN, WORSE, told
from churnlab.tables.door import Data, fetch
from churnlab.wording import Said

_METRIC = "contract_value_cny"


def order_value_by_tier(evaluated: Evaluation) -> Finding:
    """Say what a training did to the mean value of the contracts that the trained sign, tier by tier.

    All contracts signed, but for transfers. By the same comparisons as `kpi_effects`; p-values are Holm's over the
    tiers. A customer's tier is what the institution says of her, as `Data.described` has it: where large orders raise
    the tier, what a training moved between tiers is not seen here; the mean over all of them is in `outcomes`.

    Parameters
    ----------
    evaluated : Evaluation
        Which training.

    Returns
    -------
    Finding
        `results.order_value_by_tier`: one row a `tier`, else as `results.kpi_effects`.

    Raises
    ------
    NotEnoughData
        If of no tier `results.fewest_people` of those trained signed contracts, before and after.
    """
    settings = evaluated.data.settings
    found = {
        tier: effect
        for tier, series in tier_values(evaluated.data).items()
        for effect in effects_of(evaluated, {_METRIC: series})
    }
    if not found:
        raise NotEnoughData("results.no_tiers", least=settings.results.fewest_people)
    told_of = told(evaluated, list(found.values()), "results.order_value_by_tier")
    table = told_of.table.drop(columns="metric")
    table.insert(0, "tier", list(found))
    facts: dict[str, Any] = dict(told_of.facts)
    for verdict in (SHOWN, WORSE):
        of = table.loc[table["effect_verdict"] == verdict, "tier"]
        facts[f"{verdict}_list"] = tuple(_one(tier, found[tier], evaluated) for tier in of)
    return replace(told_of, table=table, facts=facts, caveats=(*told_of.caveats, "results.tiers_as_told"))


def _one(tier: str, effect: KpiEffect, evaluated: Evaluation) -> Said:
    change = change_written(effect.effect, effect.low, effect.high, _METRIC, evaluated.data.settings)
    return Said("results.one_tier", {"tier": tier, "change": change})


def tier_values(data: Data) -> dict[str, pd.DataFrame]:
    """Return the mean value of each member of staff's contracts, month by month, of each tier of customers.

    Each is a frame with one row per `staff_id` and `month` (timestamp, its first day), `value` (CNY) and `n`. Whole
    months only.
    """
    rows = fetch(data.table("enrolments").select("student_id", "staff_id", "kind", "signed_at", "amount_due"))
    tiers = fetch(data.described("students")).set_index("student_id")["tier"]
    rows = rows.assign(
        tier=rows["student_id"].map(tiers),
        month=rows["signed_at"].dt.to_period("M").dt.to_timestamp(),
        value=pd.to_numeric(rows["amount_due"]).astype(float),
    )
    whole = rows["month"] < pd.Timestamp(data.as_of).to_period("M").to_timestamp()
    rows = rows[whole & rows["staff_id"].notna() & rows["tier"].notna() & (rows["kind"] != "transfer")]
    means = rows.groupby(["tier", "staff_id", "month"], as_index=False).agg(
        value=("value", "mean"), n=("value", "count")
    )
    return {
        str(tier): part.drop(columns="tier").astype({"n": float}).reset_index(drop=True)
        for tier, part in means.dropna(subset=["value"]).groupby("tier", sort=True)
    }
