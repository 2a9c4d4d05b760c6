"""Staff of whom only trainings and monthly results are drawn: quick enough for hundreds of seeds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnlab.kirkpatrick import Evaluation
from tests.builders import institution

PEOPLE, BEGINS, MONTHS = 28, 15, 27
"""How many people, half of them trained; the month, counted from 0, of their training; how many months in all."""
IDS = [f"A{one:02d}" for one in range(PEOPLE)]
FIRST = pd.Timestamp("2024-01-01")
SHARES = {
    "booked_rate": (0.45, 8),
    "visit_signed_rate": (0.4, 3),
    "repurchase_rate": (0.6, 6),
    "complaint_save_rate": (0.8, 2),
}
"""Of each share how large it is in the mean, and of how many in a month."""


def drawn(seed: int, *, moved: Mapping[str, float] | None = None) -> dict[str, pd.DataFrame]:
    """Draw the results of people of whom the first half is trained, as `staff_outcomes` returns them.

    People differ, months differ for all alike, and a share's denominator and a count are as chance has them; who is who
    is drawn anew with each seed, so that those trained are so by lot.

    Parameters
    ----------
    seed : int
        Of the draws.
    moved : mapping
        By how much the training raises which results of the trained from the month after it on: shares in probability,
        the others in their own unit.
    """
    rng, moved = np.random.default_rng(seed), moved or {}
    after = (np.arange(PEOPLE) < PEOPLE // 2)[:, None] & (np.arange(MONTHS) > BEGINS)[None, :]
    series = {}
    for name, (mean, size) in SHARES.items():
        n = rng.poisson(size, (PEOPLE, MONTHS))
        chance = mean + rng.normal(0, 0.06, (PEOPLE, 1)) + rng.normal(0, 0.03, MONTHS) + after * moved.get(name, 0.0)
        series[name] = _told(rng.binomial(n, chance.clip(0.01, 0.99)) / np.maximum(n, 1), n)
    pace = rng.gamma(12, 0.3, (PEOPLE, 1)) * rng.lognormal(0, 0.15, MONTHS)
    contracts = rng.poisson(pace + after * moved.get("contracts", 0.0))
    worth = 6_000 + rng.normal(0, 500, (PEOPLE, 1)) + after * moved.get("contract_value_cny", 0.0)
    worth = worth + rng.normal(0, 2_000, (PEOPLE, MONTHS)) / np.sqrt(np.maximum(contracts, 1))
    series["contracts"] = _told(contracts.astype(float))
    series["contract_value_cny"] = _told(worth, contracts)
    series["contract_cny"] = _told(worth * contracts)
    series["expansions"] = _told(rng.poisson(rng.gamma(2, 0.15, (PEOPLE, 1)), (PEOPLE, MONTHS)).astype(float))
    return series


def _told(values: np.ndarray, n: np.ndarray | None = None) -> pd.DataFrame:
    person, month = np.meshgrid(IDS, pd.date_range(FIRST, periods=MONTHS, freq="MS"), indexing="ij")
    rows = pd.DataFrame({"staff_id": person.ravel(), "month": month.ravel(), "value": values.ravel()})
    rows = rows.assign(n=np.nan if n is None else n.ravel().astype(float))
    return rows if n is None else rows[rows["n"] > 0].reset_index(drop=True)


def training(*, is_by_lot: bool = True) -> Evaluation:
    """Return the training of the first half of them; `is_by_lot`: whether the table of trainees says so."""
    begin, end = (FIRST + pd.DateOffset(months=months) for months in (BEGINS, MONTHS))
    who = [
        {"training_id": "PX1", "staff_id": one, "arm": "trained" if place < PEOPLE // 2 else "comparison",
         "assigned_at_random": is_by_lot, "enrolled_on": f"{begin:%Y-%m}-03"}
        for place, one in enumerate(IDS)
    ]  # fmt: skip
    held = {"training_id": "PX1", "name": "Selling", "starts_on": f"{begin:%Y-%m}-03", "ends_on": f"{begin:%Y-%m}-20"}
    staff = [{"staff_id": one, "role": "adviser", "hired_on": "2020-01-01"} for one in IDS]
    return Evaluation(institution(f"{end:%Y-%m-%d}", staff=staff, trainings=[held], trainees=who), "PX1")
