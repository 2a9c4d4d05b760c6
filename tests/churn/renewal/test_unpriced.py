"""A contract without an amount and without a payment is not worth nothing: nobody knows what, and that is told."""

import numpy as np
import pytest

from churnlab.churn.renewal.at_risk import ALL, revenue_at_risk, worth
from churnlab.churn.renewal.by_student import student_worth
from churnlab.churn.renewal.coming import up_for_renewal
from churnlab.churn.renewal.in_service import in_service, money
from churnlab.churn.renewal.value import remaining_value
from churnlab.errors import NotEnoughData
from tests.builders import institution
from tests.churn.renewal.quarters import PRICE, quarters
from tests.churn.stays import by_period, settings

EN = (
    "What 4 contracts cost cannot be told: neither an amount nor a payment is on record, or neither hours nor an end. "
    "They are counted as contracts but in no sum of money, so the money told is too low."
)
ZH = (
    "有 4 份合同算不出价格：既没有登记金额也没有收款，或者既没有课时数也没有到期日。"
    "份数里有它们，金额里没有，所以金额偏低。"
)


# 24 students in service; of the first 4 of them, 2 in East and 2 in West, no price is known.
def test_they_are_in_no_sum_nor_mean_and_counted() -> None:
    known, found = worth(quarters()), worth(quarters(unpriced=range(4)))
    of_all, before = (one.table[one.table["campus"] == ALL].iloc[0] for one in (found, known))
    assert of_all["in_service"] == before["in_service"] == 24
    assert of_all["remaining_value_cny"] == pytest.approx(before["remaining_value_cny"] * 20 / 24)
    assert of_all["monthly_margin_cny"] == pytest.approx(before["monthly_margin_cny"] * 20 / 24)
    assert of_all["mean_value_cny"] == pytest.approx(before["mean_value_cny"])
    assert of_all["expected_months"] == pytest.approx(before["expected_months"])
    assert (found.facts["unpriced"], known.facts["unpriced"]) == (4, 0)
    assert EN in found.warnings("en")
    assert ZH in found.warnings("zh")
    assert "renewal_unpriced" not in known.caveats


def test_whom_nobody_knows_the_worth_of_stands_on_no_list() -> None:
    listed = student_worth(quarters(unpriced=range(4)))
    assert len(remaining_value(quarters(unpriced=range(4)))) == len(listed.table) == listed.facts["students"] == 20
    assert not listed.table["student_id"].isin([f"s{number:02}" for number in range(4)]).any()
    assert EN in listed.warnings("en")


# As of 15 September all 24 contracts run out within the month; the share that leaves is the same with and without.
def test_they_leave_and_renew_like_others_and_take_no_money_along() -> None:
    known, found = (revenue_at_risk(quarters("2025-09-15", unpriced=range(many))) for many in (0, 4))
    first = [one.table[one.table["campus"] == ALL].iloc[0] for one in (known, found)]
    assert first[1]["leaving"] == first[0]["leaving"]
    assert first[1]["at_risk_cny"] == pytest.approx(first[0]["at_risk_cny"] * 20 / 24)
    assert first[1]["at_risk_share"] == pytest.approx(first[0]["at_risk_share"])
    assert (found.facts["unpriced"], "renewal_unpriced" in found.caveats) == (4, True)

    known, found = (up_for_renewal(quarters("2025-09-15", unpriced=range(many))) for many in (0, 4))
    assert found.table["contracts"].tolist() == known.table["contracts"].tolist() == [24, 0, 0]
    assert found.table["due_cny"].tolist() == [20 * PRICE, 0, 0]
    assert found.table["expected_renewals"].iloc[0] == known.table["expected_renewals"].iloc[0]
    # Earlier contracts without a price weigh as much as the others: all cost the same, and nothing changes.
    assert found.table["expected_cny"].iloc[0] == pytest.approx(known.table["expected_cny"].iloc[0] * 20 / 24)
    assert (found.facts["unpriced"], EN in found.warnings("en")) == (4, True)
    assert "renewal_unpriced" not in known.caveats


def test_where_no_price_is_known_at_all_contracts_are_counted_and_no_money_told() -> None:
    data = quarters("2025-09-15", unpriced=range(40))
    found = up_for_renewal(data)
    assert found.table["contracts"].tolist() == [24, 0, 0]
    assert found.table["expected_renewals"].iloc[0] == pytest.approx(24 * (24 + 24.5 / 47) / (30 + 1))
    money_columns = ["due_cny", "expected_cny", "expected_cny_low", "expected_cny_high"]
    assert found.table[money_columns].iloc[0].isna().all()
    assert np.isnan(found.facts["due_cny"])
    assert "24 contracts come to their end; what they cost is not on record." in found.sentence("en")
    assert "24 份合同到期，没有登记金额。" in found.sentence("zh")
    assert not any(sign in found.sentence(lang) for lang in ("en", "zh") for sign in ("¥", "–", "—"))
    for ask in (worth, revenue_at_risk, student_worth):
        with pytest.raises(NotEnoughData) as told:
            ask(data)
        assert told.value.message("en") == (
            "Of 24 contracts in service neither an amount nor a payment is on record, so nothing can be said of their "
            "worth."
        )
        assert told.value.message("zh") == "在读的 24 份合同都没有登记金额，也没有收款，无从估算价值。"


# All of East, s01, s03, …, without a price; West with one.
def test_a_campus_without_prices_has_students_and_no_money() -> None:
    data = quarters("2025-09-15", unpriced=range(1, 40, 2))
    for found in (worth(data), revenue_at_risk(data)):
        east = found.table[found.table["campus"] == "East"].iloc[0]
        named = [name for name in found.table if name.endswith(("_cny", "_cny_low", "_cny_high"))]
        assert east[named].isna().all()
        assert found.facts["unpriced"] == 12
        assert east.get("in_service", 12) == 12


def test_what_was_agreed_to_cost_nothing_costs_nothing_and_what_was_paid_is_a_price() -> None:
    contracts = [
        by_period("free", "2025-07-01", "2025-09-30", student="a") | {"amount_due": 0.0},
        by_period("unknown", "2025-07-01", "2025-09-30", student="b"),
        by_period("paid", "2025-07-01", "2025-09-30", student="c"),
        by_period("no end", "2025-07-01", student="d") | {"amount_due": 900.0},
    ]
    payments = [{"enrolment_id": "paid", "student_id": "c", "paid_at": "2025-07-01", "amount": 920.0}]
    data = institution("2025-08-15", settings=settings(), enrolments=contracts, payments=payments)
    price = money(data).set_index("enrolment_id")["price_cny"]
    assert (price["free"], price["paid"]) == (0, 920 / 92)
    assert price[["unknown", "no end"]].isna().all()
    monthly = in_service(data).set_index("enrolment_id")["monthly_cny"]
    assert monthly["free"] == 0
    assert monthly[["unknown", "no end"]].isna().all()
