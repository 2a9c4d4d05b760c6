"""What did a training do to the value of orders, by the tier of the customer?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation, order_value_by_tier
from churnlab.kirkpatrick.results.tiers import tier_values
from tests.builders import institution
from tests.kirkpatrick.results.shop import MONTHS, opened

STUDENTS = [
    {"student_id": "x", "registered_on": "2026-01-01", "tier": "A"},
    {"student_id": "y", "registered_on": "2026-01-01", "tier": "B"},
    {"student_id": "z", "registered_on": "2026-01-01"},
]


def contract(student, signed, amount, kind="new"):
    return {"student_id": student, "signed_at": signed, "amount_due": amount, "kind": kind, "staff_id": "S"}


SIGNED = [
    contract("x", "2026-01-05", 100),
    contract("x", "2026-01-25", 300, "renewal"),
    contract("x", "2026-01-26", 900, "transfer"),
    contract("y", "2026-02-05", 50),
    contract("z", "2026-02-05", 70),
    contract("x", "2026-03-02", 500),
]


def told(as_of, signed=SIGNED):
    data = institution(as_of, staff=[{"staff_id": "S"}], students=STUDENTS, enrolments=signed)
    return {
        tier: [(row["month"].month, row["value"], row["n"]) for row in rows.to_dict("records")]
        for tier, rows in tier_values(data).items()
    }


def test_values_are_means_of_the_contracts_of_a_month_but_transfers():
    assert told("2026-04-01") == {"A": [(1, 400 / 2, 2), (3, 500, 1)], "B": [(2, 50, 1)]}


def test_the_future_changes_nothing_and_a_month_that_goes_on_is_left_out():
    assert told("2026-03-10") == told("2026-03-10", SIGNED[:5]) == {"A": [(1, 200, 2)], "B": [(2, 50, 1)]}


def test_an_effect_on_one_tier_is_told_of_that_tier():
    found = order_value_by_tier(Evaluation(opened(1, worth=2_000, sooner=0.3), "PX1"))
    assert found.table.set_index("tier")["effect_verdict"].to_dict() == {"A": "shown", "B": "not_shown"}
    assert found.sentence("en").startswith(
        "Selling raised the value of contracts in 1 of 2 tiers of customers, compared with what would have been "
        "without it: tier A +¥1,"
    )
    assert "A 级 +¥1," in found.sentence("zh")
    assert "results.tiers_as_told" in found.caveats


def test_too_few_are_refused():
    with pytest.raises(NotEnoughData) as error:
        order_value_by_tier(Evaluation(opened(1, until=MONTHS - 10), "PX1"))
    assert error.value.message("en") == (
        "Of each customer tier fewer than 4 of those trained signed contracts both before and after the training."
    )
