"""The two losses are counted, with what the second cost."""

import pandas as pd
import pytest

from churnlab.churn.funnel.losses import never_came, never_enrolled
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from tests.churn.funnel.asking import crowd, opened
from tests.churn.stays import Rows, refund

AS_OF = "2025-03-01"


# web: 20 ask, 12 come; shop: 10 ask, 2 come
def test_who_asked_and_never_enrolled_is_counted_by_channel() -> None:
    found = never_enrolled(opened(AS_OF, crowd(20, 12), crowd(10, 2, of="b", channel="shop")))
    assert found.table["requests"].tolist() == [30, 10, 20]  # shop and web lost eight each
    assert found.table["not_enrolled"].tolist() == [16, 8, 8]
    assert found.table["not_enrolled_rate"].tolist() == [16 / 30, 8 / 10, 8 / 20]
    assert found.table["lost_share"].tolist() == [1, 8 / 16, 8 / 16]
    for lang in LANGUAGES:
        assert "53.3%" in found.sentence(lang)
        assert found.presented(lang).iloc[0, 0] in ("All", "全部")


def paid(*names: str) -> Rows:
    return [
        {
            "student_id": f"no. {name}",
            "enrolment_id": f"contract {name} 2025-01-20",
            "paid_at": "2025-01-20",
            "amount": 1000,
        }
        for name in names
    ]


# 20 sign on 20 Jan; a0 and a1 paid 1,000 and never came, a1 got 100 back; a2 paid and came. a3 signed for 1 March.
def test_who_enrolled_and_never_came_is_counted_with_what_was_paid() -> None:
    rows = crowd(20, 20)
    rows["lessons"] = [row for row in rows["lessons"] if row["student_id"] not in ("no. a0", "no. a1", "no. a3")]
    rows["enrolments"][3]["starts_on"] = "2025-03-01"
    money = {
        "payments": paid("a0", "a1", "a2"),
        "refunds": [refund("contract a1 2025-01-20", "2025-02-01", student="no. a1")],
    }
    found = never_came(opened(AS_OF, rows, money))
    assert found.table["newcomers"].tolist() == [19, 19]
    assert found.table["absent"].tolist() == [2, 2]
    assert found.table["absent_rate"].tolist() == [2 / 19, 2 / 19]
    assert found.table["paid_cny"].tolist() == [2000, 2000]
    assert found.table["refunded_cny"].tolist() == [100, 100]
    assert "They paid ¥2,000. ¥100 was refunded to them." in found.sentence("en")
    assert "共交费 ¥2,000。已退给他们 ¥100。" in found.sentence("zh")
    # All who came came on the day of their start.
    assert found.facts["ripe_days"] == 0
    assert "0 days" not in " ".join(found.warnings("en"))
    assert "0 天" not in " ".join(found.warnings("zh"))


# 5 were to start on 20 January 2025 and came; that is 365 days before 20 January 2026.
@pytest.mark.parametrize(("as_of", "told"), [("2026-01-20", True), ("2026-01-21", False)])
def test_the_year_of_those_who_should_have_come_begins_with_its_first_day(as_of: str, told: bool) -> None:
    data = opened(as_of, crowd(5, 5))
    if told:
        assert never_came(data).table.loc[0, "newcomers"] == 5
    else:
        with pytest.raises(NotEnoughData):
            never_came(data)


def test_without_lessons_nobody_can_be_told_not_to_have_come() -> None:
    with pytest.raises(NotEnoughData) as told:
        never_came(opened(AS_OF, crowd(20, 20) | {"lessons": []}))
    assert told.value.message("en") == "No lessons are recorded, so it cannot be told who never came."


# 20 signed on 20 Jan, 15 of them came after 10 days; 8 signed on 25 Feb, four days before the date.
def test_who_signed_lately_has_not_stayed_away() -> None:
    early, late = crowd(20, 20), crowd(8, 8, on="2025-02-15", of="b")
    early["lessons"] = [row | {"starts_at": "2025-01-30"} for row in early["lessons"][:15]]
    found = never_came(opened(AS_OF, early, late | {"lessons": []}))
    assert found.facts["ripe_days"] == 10
    assert (found.table.loc[0, "newcomers"], found.table.loc[0, "absent"]) == (20, 5)


# Half of twenty never came. Neither payments nor refunds were loaded: nothing is said of money, and no ¥0.
def test_without_payments_no_sum_is_told() -> None:
    rows = crowd(20, 20)
    found = never_came(opened(AS_OF, rows | {"lessons": rows["lessons"][:10], "contacts": []}))
    assert found.table["absent"].tolist() == [10, 10]
    assert found.table[["paid_cny", "refunded_cny"]].isna().all(axis=None)
    assert "paid" not in found.sentence("en")
    assert "交费" not in found.sentence("zh")


def test_without_contacts_who_never_enrolled_is_told_alike() -> None:
    rows = crowd(20, 12), crowd(10, 2, of="b", channel="shop")
    without = [part | {"contacts": []} for part in rows]
    before, after = never_enrolled(opened(AS_OF, *rows)), never_enrolled(opened(AS_OF, *without))
    pd.testing.assert_frame_equal(before.table, after.table)
    assert before.caveats == after.caveats


# a0, a1 and a2 never came and asked for their money: a0 got 100 back, a1 was persuaded, a2's request is open.
def test_a_refund_that_was_asked_for_and_not_paid_is_no_money_back() -> None:
    rows = crowd(20, 20)
    asked = [
        refund(f"contract {name} 2025-01-20", "2025-02-01", student=f"no. {name}", outcome=outcome)
        for name, outcome in (("a0", "refunded"), ("a1", "kept"), ("a2", "open"))
    ]
    found = never_came(
        opened(AS_OF, rows | {"lessons": rows["lessons"][3:]}, {"payments": paid("a0", "a1"), "refunds": asked})
    )
    assert (found.facts["paid_cny"], found.facts["refunded_cny"]) == (2000, 100)
