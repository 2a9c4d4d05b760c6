"""Does what is prepaid tie to payments, refunds and lessons taught, to the fen?

Truth: made-up students of whom it is drawn what they paid, how many lessons were taught and what was paid back; the
rest is arithmetic. Nothing here asks the analysis how it attributes.
"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.renewal.at_risk import ALL
from churnlab.churn.renewal.prepaid import prepaid, prepaid_by_unit
from tests.builders import institution
from tests.churn.stays import Rows, by_hours, settings, weekly

AS_OF = pd.Timestamp("2025-12-01")
COLUMNS = ["received_cny", "refunded_cny", "used_cny", "gone_unused_cny", "prepaid_cny", "prepaid_hours"]


def drawn(seed: int) -> tuple[dict[str, Rows], pd.DataFrame]:
    """Return the tables of 60 students, and one row each of what is true of her."""
    rng = np.random.default_rng(seed)
    tables: dict[str, Rows] = {name: [] for name in ("enrolments", "lessons", "payments", "refunds")}
    truth = []
    for number in range(60):
        who, campus = f"s{number:02}", str(rng.choice(["East", "West"]))
        lessons, hours = int(rng.integers(4, 20)), float(rng.integers(24, 60))
        per_hour, fee = float(rng.integers(80, 300)), float(rng.integers(0, 200))
        ends = bool(rng.random() < 0.3)  # she takes her money back, less a fee
        last = AS_OF - pd.Timedelta(days=int(rng.integers(1, 7)) + (60 if ends else 0))
        first = last - pd.Timedelta(weeks=lessons - 1)
        contract = by_hours(f"e{number:02}", str((first - pd.Timedelta(days=1)).date()), hours, student=who)
        tables["enrolments"].append(contract | {"campus": campus, "amount_due": hours * per_hour})
        tables["lessons"] += weekly(f"e{number:02}", str(first.date()), str(last.date()), student=who, campus=campus)
        half = round(hours * per_hour / 2, 2)
        for part in (half, hours * per_hour - half):
            paid = {
                "enrolment_id": f"e{number:02}",
                "student_id": who,
                "amount": part,
                "paid_at": contract["signed_at"],
            }
            tables["payments"].append(paid)
        rest = (hours - lessons) * per_hour
        refunded = max(rest - fee, 0.0) if ends else 0.0
        day = str((last + pd.Timedelta(days=5)).date())
        if ends:
            tables["refunds"].append({
                "refund_id": f"r{number}", "student_id": who, "enrolment_id": f"e{number:02}", "requested_at": day,
                "settled_at": day, "amount": refunded, "outcome": "refunded",
            })  # fmt: skip
        truth.append(
            (who, campus, hours * per_hour, refunded, lessons * per_hour, ends, rest - refunded, hours - lessons)
        )
    names = ["unit_id", "campus", "received_cny", "refunded_cny", "used_cny", "ends", "rest", "hours"]
    rows = pd.DataFrame(truth, columns=names)
    return tables, rows.assign(
        gone_unused_cny=rows["rest"].where(rows["ends"], 0.0),
        prepaid_cny=rows["rest"].where(~rows["ends"], 0.0),
        prepaid_hours=rows["hours"].where(~rows["ends"], 0.0),
    )


@pytest.mark.parametrize("seed", range(5))
def test_what_is_prepaid_is_what_was_paid_less_what_was_taught_and_paid_back(seed: int) -> None:
    tables, truth = drawn(seed)
    data = institution(str(AS_OF.date()), settings=settings(), **tables)
    table = prepaid(data).table
    told = table.assign(campus=["all" if name == ALL else name for name in table["campus"]]).set_index("campus")
    true = truth.groupby("campus")[COLUMNS].sum()
    assert told.loc[true.index, COLUMNS].to_numpy() == pytest.approx(true.to_numpy(), abs=0.005)
    assert told.loc["all", COLUMNS].to_numpy(dtype=float) == pytest.approx(truth[COLUMNS].sum().to_numpy(), abs=0.005)
    parts = ["refunded_cny", "used_cny", "gone_unused_cny", "prepaid_cny"]
    assert told[parts].sum(axis=1).to_numpy() == pytest.approx(told["received_cny"].to_numpy(), abs=0.005)
    assert sum(row["amount"] for row in tables["payments"]) == pytest.approx(told.loc["all", "received_cny"])
    assert prepaid_by_unit(data, truth["unit_id"]).to_numpy() == pytest.approx(
        truth["prepaid_cny"].to_numpy(), abs=0.005
    )
    assert truth["ends"].sum() >= 5
