"""How is learning split over the work itself, others, and courses?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import budget_split
from churnlab.kirkpatrick.returns.split import source_of
from churnlab.settings import Returns
from tests.kirkpatrick.returns.bought import COSTS, HOUSE, VENDOR, cost, opened

MORE = [
    *COSTS,
    cost(HOUSE, "other", 1_500.0, on="2026-03-20", item="在岗实践补贴"),
    cost(VENDOR, "other", 500.0, on="2026-04-24", item="Mentor's allowance"),
]


@pytest.mark.parametrize(
    ("item", "source"),
    [("导师费", "from_others"), ("On the Job practice", "on_the_job"), ("场地", "formal"), ("", "formal")],
)
def test_where_money_went_is_told_by_the_words_in_its_item(item, source):
    assert source_of(item, Returns()) == source


def test_money_by_where_it_went_beside_the_rule():
    found = budget_split(opened(training_costs=MORE))
    table = found.table.set_index("learning_source")
    # 1,000 and 2,000 of courses, wages among them; the old training is none of these months.
    assert table["cost_cny"].to_dict() == {"on_the_job": 1_500, "from_others": 500, "formal": 3_000}
    assert table["cost_share"].to_dict() == pytest.approx({"on_the_job": 0.3, "from_others": 0.1, "formal": 0.6})
    assert table["standard_share"].to_dict() == pytest.approx({"on_the_job": 0.7, "from_others": 0.2, "formal": 0.1})
    assert found.sentence("en").startswith(
        "Of ¥5,000 in the last 12 months 30% went into learning from the work itself, 10% from others and 60% into "
        "courses; the rule has 70%, 20% and 10%."
    )
    assert found.sentence("zh").startswith("最近 12 个月的 ¥5,000 中，30% 用于在岗实践，10% 用于向他人学习")


def test_wages_that_nobody_told_are_reckoned_as_those_of_courses():
    without = [one for one in MORE if one["category"] != "wages"]
    rules = {"hourly_wage_cny": 10}
    table = budget_split(opened(training_costs=without, returns=rules)).table.set_index("learning_source")
    assert table["cost_cny"]["formal"] == 900 + 1_500 + (6 + 4) * 10 + (5 + 5) * 10


def test_hours_are_tasks_done_uses_of_others_documents_and_sessions():
    tasks = [
        {"training_id": HOUSE, "staff_id": one, "week": week, "done": done}
        for one, week, done in (
            ("A", "2026-03-08", True),
            ("A", "2026-03-15", False),
            ("B", "2026-03-08", True),
            ("A", "2025-03-09", True),
        )
    ]
    used = [
        {"doc_id": "K1", "author_id": "A", "staff_id": who, "at": at, "event": event}
        for who, at, event in (
            ("B", "2026-05-04 10:00", "view"),
            ("B", "2026-05-05 10:00", "applied"),
            ("A", "2026-05-05 11:00", "view"),  # her own
            ("A", "2026-05-06 11:00", "shared"),
            ("B", "2024-05-05 10:00", "view"),  # long ago
        )
    ]
    rules = {"check_in_minutes": 90, "document_minutes": 30}
    table = budget_split(opened(check_ins=tasks, documents=used, returns=rules)).table.set_index("learning_source")
    hours = {"on_the_job": 2 * 1.5, "from_others": 2 * 0.5, "formal": 6 + 4 + 5 + 5}
    assert table["learning_hours"].to_dict() == hours
    assert table["learning_hours_share"].to_dict() == pytest.approx({name: one / 24 for name, one in hours.items()})


def test_where_nothing_is_booked_for_the_rest_that_is_said():
    found = budget_split(opened())
    assert found.sentence("en").startswith("All of ¥3,000 in the last 12 months went into courses")


def test_without_money_nothing_is_split():
    with pytest.raises(NotEnoughData) as error:
        budget_split(opened(training_costs=COSTS[-1:]))
    assert error.value.message("zh").startswith("最近 12 个月")
