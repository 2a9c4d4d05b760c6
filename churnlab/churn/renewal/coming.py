"""Which contracts come to their end in the next months, and what hangs on them?"""

import numpy as np
import pandas as pd

from churnlab.churn.counts import Campus, chosen, month_name
from churnlab.churn.renewal.in_service import money
from churnlab.churn.renewal.value import Prospects, prospects
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.door import Data

MONTHS = 3


def up_for_renewal(data: Data, campus: Campus = None) -> Finding:
    """Tell how many contracts will be used up in each of the next months, for how much, and how many will be renewed.

    A contract by hours ends when they are used up at the student's present pace; that month is an estimate. Contracts
    already followed by another are not up for renewal; those that ended and are still open are in the first month.

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
        were signed), `expected_renewals` and `expected_cny`: of those who will still be here at the end; intervals
        allow for the uncertain curve and for chance.

    Raises
    ------
    NotEnoughData
        As `remaining_value`; or if nobody is in service there.
    """
    found = prospects(data)
    rows = chosen(found.chains, campus)
    if rows.empty:
        raise NotEnoughData("renewal.nobody", unit=data.settings.outcome.unit, campus=_named(campus))
    bought = money(data).set_index("enrolment_id")
    price = bought["price_cny"] * bought["hours"].fillna(bought["days"])
    rows = rows.assign(due_cny=rows["enrolment_id"].map(price).fillna(0.0))
    ahead = np.floor(rows["months_left"]).astype(int)
    first = pd.Timestamp(data.as_of)
    rng, level = np.random.default_rng(data.settings.uncertainty.seed), data.settings.uncertainty.level
    table = pd.DataFrame([
        {"month": month_name(first + pd.DateOffset(months=month)), **_month(rows[ahead == month], found, rng, level)}
        for month in range(MONTHS)
    ])  # fmt: skip
    facts = {
        "level": level,
        "months": MONTHS,
        "contracts": int(table["contracts"].sum()),
        **{name: float(table[name].sum()) for name in ("due_cny", "expected_cny", "expected_renewals")},
    }
    sentences = ("sentence",) if facts["contracts"] else ("none",)
    return Finding(
        key="renewal.coming", table=table, facts=facts, sentences=sentences, caveats=("renewal_pace", "renewal_price")
    )


def _month(rows: pd.DataFrame, found: Prospects, rng: np.random.Generator, level: float) -> dict[str, float]:
    """Add one month up; a draw is one future: the curve's draw, and who then renews."""
    cell, price = rows["cell"].to_numpy(), rows["due_cny"].to_numpy()
    end = np.minimum(np.round(rows["months_left"].to_numpy()).astype(int), found.here.shape[2] - 1)
    chance = found.here[:, cell, end]
    renewed = rng.random(chance[1:].shape) < chance[1:]
    tail = [(1 - level) / 2, (1 + level) / 2]
    counts, sums = np.quantile(renewed.sum(axis=1), tail), np.quantile(renewed @ price, tail)
    return {
        "contracts": len(rows),
        "due_cny": float(price.sum()),
        "expected_renewals": round(float(chance[0].sum())),
        "expected_renewals_low": int(counts[0]),
        "expected_renewals_high": int(np.ceil(counts[1])),
        "expected_cny": float(chance[0] @ price),
        "expected_cny_low": float(sums[0]),
        "expected_cny_high": float(sums[1]),
    }


def _named(campus: Campus) -> str:
    return campus if isinstance(campus, str) else ", ".join(campus or ())
