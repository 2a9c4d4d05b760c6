"""How much of the year's training budget is spent, and do the books agree with the costs told of trainings?"""

import math

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import training_budget
from tests.kirkpatrick.returns.bought import COSTS, cost, opened


def booked(*rows, department="HR", category="training"):
    return [
        {"department": department, "category": category, "month": f"{month}-28", "budget_cny": budget}
        | ({} if actual is None else {"actual_cny": actual})
        for month, budget, actual in rows
    ]


# Told of trainings without wages: 900 in March, 1,500 in April.
YEAR = booked(("2025-12", 7_000.0, 7_777.0), ("2026-03", 1_000.0, 900.0), ("2026-04", 1_600.0, 1_500.0))


def test_spent_of_planned_month_by_month_of_this_year():
    found = training_budget(opened(budgets=YEAR))
    table = found.table
    assert table["month"].dt.strftime("%Y-%m").tolist() == ["2026-03", "2026-04"]  # 2025 is another year
    assert table["budget_to_date_cny"].tolist() == [1_000, 2_600]
    assert table["actual_to_date_cny"].tolist() == [900, 2_400]
    assert table["used_share"].tolist() == pytest.approx([0.9, 2_400 / 2_600])
    assert table["training_costs_cny"].tolist() == [900, 1_500]
    assert found.sentence("en") == (
        "From March 2026 to April 2026 ¥2,400 of ¥2,600 planned for training were spent, 92.3%: ¥200 less than "
        "planned. That agrees with the costs recorded for trainings in these months, ¥2,400 without wages."
    )
    assert found.sentence("zh") == (
        "2026年3月至2026年4月培训预算 ¥2,600，支出 ¥2,400，执行率 92.3%，比预算少 ¥200。"
        "与这几个月各培训登记的费用（不含工时，共 ¥2,400）相符。"
    )


def test_more_than_planned_is_said_and_so_are_books_that_have_more_or_less():
    over = training_budget(opened(budgets=booked(("2026-03", 500.0, 900.0), ("2026-04", 500.0, 1_000.0))))
    assert "¥1,900 were spent on training and ¥1,000 planned, 190.0% of it: ¥900 more than planned" in over.sentence(
        "en"
    )
    assert "come to ¥2,400 without wages, ¥500 more than the books have" in over.sentence("en")
    less = training_budget(opened(budgets=booked(("2026-03", 5_000.0, 2_000.0))))
    assert "come to ¥900 without wages, ¥1,100 less than the books have" in less.sentence("en")


def test_departments_add_up_and_other_purposes_are_no_training():
    sales = booked(("2026-03", 300.0, 100.0), department="Sales")
    other = booked(("2026-03", 9_999.0, 9_999.0), category="promotion")
    table = training_budget(opened(budgets=[*YEAR, *sales, *other])).table
    assert table["budget_cny"].tolist() == [1_300, 1_600]
    assert table["actual_cny"].tolist() == [1_000, 1_500]


def test_a_month_of_which_one_department_has_not_said_counts_neither_as_planned_nor_as_spent():
    unsaid = booked(("2026-04", 300.0, None), department="Sales")
    found = training_budget(opened(budgets=[*YEAR, *unsaid]))
    assert math.isnan(found.table["actual_cny"].iloc[1])
    assert found.table["budget_to_date_cny"].tolist() == [1_000, 1_000]
    assert found.table["used_share"].tolist() == pytest.approx([0.9, 0.9])
    assert (
        "For 1 month of them the books do not say what was spent; budget and spending leave it out."
        in found.sentence("en")
    )


def test_without_a_plan_there_is_no_share():
    found = training_budget(opened(budgets=booked(("2026-03", 0.0, 900.0))))
    assert found.sentence("en").startswith(
        "From March 2026 to March 2026 ¥900 were spent on training, and nothing was planned."
    )
    assert math.isnan(found.table["used_share"].iloc[0])


def test_what_comes_later_changes_nothing():
    later = [*YEAR, *booked(("2026-07", 1.0, 1.0))]
    costs = [*COSTS, cost("P2", "venue", 5_000.0, on="2026-07-02")]
    assert training_budget(opened(budgets=later, training_costs=costs)).table.equals(
        training_budget(opened(budgets=YEAR)).table
    )


@pytest.mark.parametrize("rows", [booked(("2026-03", 500.0, None)), booked(("2026-03", 5.0, 5.0), category="office")])
def test_without_books_nothing_is_told(rows):
    with pytest.raises(NotEnoughData) as error:
        training_budget(opened(budgets=rows))
    assert error.value.message("zh") == "没有登记了实际支出的培训预算：请导入预算表。"
