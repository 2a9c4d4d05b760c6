"""Did the sales of those trained grow beyond the season and the industry?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation, sales_growth
from churnlab.settings import Settings
from tests.builders import institution

PEOPLE, TRAINED = tuple("ABCDEFGH"), tuple("ABCD")
# Held in January 2026, works from February. Sales a month: 2025 February 100 and March 200 (a season), 2026 as below.
SOLD = {"2025-02": 100.0, "2025-03": 200.0, "2026-02": 120.0, "2026-03": 220.0, "2026-04": 999.0}


def opened(*, growth=None, as_of="2026-04-01", trained=TRAINED, april=999.0):
    """Open a training of A–D; each sells as `SOLD` has it, and who is not trained 10 less from 2026 on."""
    sold = SOLD | {"2026-04": april}
    contracts = [
        {"enrolment_id": f"{one}{month}", "student_id": f"s{one}{month}", "kind": "new", "signed_at": f"{month}-10",
         "starts_on": f"{month}-10", "staff_id": one,
         "amount_due": amount - (10 if one not in TRAINED and month >= "2026" else 0)}
        for one in PEOPLE for month, amount in sold.items()
    ]  # fmt: skip
    who = [
        {"training_id": "PX1", "staff_id": one, "assigned_at_random": False, "enrolled_on": "2026-01-05"}
        | ({"arm": "trained", "concluded_on": "2026-01-30"} if one in trained else {"arm": "comparison"})
        for one in PEOPLE
    ]
    staff = [{"staff_id": one, "role": "adviser", "campus": "East", "hired_on": "2020-01-01"} for one in PEOPLE]
    students = [{"student_id": one["student_id"], "name": "x", "registered_on": "2025-01-01"} for one in contracts]
    held = {"training_id": "PX1", "name": "Selling", "starts_on": "2026-01-05", "ends_on": "2026-01-30"}
    rules = Settings.model_validate({"results": {"industry_growth": growth}}) if growth else None
    data = institution(
        as_of, staff=staff, trainings=[held], trainees=who, enrolments=contracts, students=students, settings=rules
    )
    return Evaluation(data, "PX1")


def test_growth_is_over_the_same_months_a_year_before_less_the_industrys():
    found = sales_growth(opened(growth=[{"year": 2026, "growth": 0.05}]))
    table = found.table.set_index("growth_group")
    # February and March: 120 + 220 = 340 after 100 + 200 = 300; of four people each.
    assert table.loc["trained", ["year_before_cny", "year_after_cny"]].tolist() == [4 * 300, 4 * 340]
    assert table["growth_share"].to_dict() == pytest.approx({"trained": 340 / 300 - 1, "compared": 320 / 300 - 1})
    assert table["beyond_share"]["trained"] == pytest.approx(340 / 300 - 1 - 0.05)
    assert table[["months_after", "people"]].to_numpy().tolist() == [[2, 4], [2, 4]]
    assert found.design == Design.BEFORE_AFTER_ONLY
    assert found.sentence("en") == (
        "In 2026 sales of the 4 trained grew by 13.3% (95% interval 13.3% to 13.3%) on the same months a year before "
        "(2 months after Selling); less the industry's 5.0% that is +8.3 points (+8.3 to +8.3) beyond it. This "
        "describes and shows no effect."
    )
    assert found.sentence("zh") == (
        "2026 年，4 名参训者在Selling之后 2 个月的销售额同比增长 13.3%（95% 区间 13.3% 至 13.3%）；"
        "减去行业增长 5.0%，超出行业 +8.3 个百分点（+8.3 至 +8.3）。"
        "这只是描述，不能称为效果。"
    )


def test_without_the_industrys_growth_nothing_is_said_of_it():
    found = sales_growth(opened(growth=[{"year": 2024, "growth": 0.05}]))
    assert found.table["beyond_share"].isna().all()
    assert found.sentences == ("no_industry",)


def test_the_future_changes_nothing():
    now, then = (sales_growth(opened(april=april)).table for april in (999.0, 5.0))
    assert now.equals(then)


def test_without_a_year_before_growth_cannot_be_told():
    with pytest.raises(NotEnoughData) as error:
        sales_growth(opened(as_of="2026-02-01"))
    assert error.value.message("en").startswith("0 of those trained have a month after the training")
    with pytest.raises(NotEnoughData):
        sales_growth(opened(trained=("A", "B", "C")))
