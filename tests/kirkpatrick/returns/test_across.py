"""Which trainings have paid, and of which can it not be told?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import returns_compared
from tests.kirkpatrick.returns.selling import BENEFIT, COSTS, PX, opened, paid, rows_of_trainees

# Beside it one of a teacher without any KPI, one that nobody told the cost of, and one of two people.
SECOND = PX | {"training_id": "PX2", "name": "Calling"}
FREE = PX | {"training_id": "PX3", "name": "Free"}
ALONE = PX | {"training_id": "PX4", "name": "Alone"}


def of_four():
    """Open it beside three of which no return can be told."""
    teachers = [{"training_id": "PX2", "staff_id": "T", "arm": "trained", "concluded_on": "2026-01-30", "hours": 1.0}]
    free = [row | {"training_id": "PX3"} for row in rows_of_trainees()]
    few = [row | {"training_id": "PX4"} for row in rows_of_trainees({"A": "trained", "B": "trained"})]
    bills = [paid("venue", 50_000.0) | {"training_id": "PX2"}, paid("wages", 1_000.0) | {"training_id": "PX4"}]
    return opened(
        trainings=[PX, SECOND, FREE, ALONE], trainees=[*rows_of_trainees(), *teachers, *free, *few],
        training_costs=[*COSTS, *bills],
    ).data  # fmt: skip


def test_each_training_has_its_return_or_why_it_is_not_told():
    found = returns_compared(of_four())
    assert found.table[["training_id", "return_verdict", "return_because"]].to_numpy().tolist() == [
        ["PX2", "not_told", "unpriced"],
        ["PX1", "paid", None],
        ["PX4", "not_told", "few"],
        ["PX3", "not_told", "no_costs"],
    ]
    row = found.table.set_index("training_id").loc["PX1"]
    assert (row["cost_cny"], row["benefit_cny"]) == (10_000, pytest.approx(BENEFIT))
    assert row["roi_rate"] == pytest.approx(0.536)
    assert found.table["claim_design"].tolist() == [None, "randomised", None, None]
    assert found.presented("en")["Rests on"].tolist()[1] == "by lot"
    assert found.table.drop(index=1)[["benefit_cny", "roi_rate", "paid_probability"]].isna().all(axis=None)


def test_it_is_said_whole():
    found = returns_compared(of_four())
    assert found.sentence("en") == (
        "The return so far is known for 1 of 4 trainings, which cost ¥10,000 of ¥61,060 in all; 1 has surely paid for "
        "itself. The table says why it is not known for the others."
    )
    assert found.sentence("zh") == (
        "4 项培训中 1 项可以报出目前的回报，其成本为 ¥10,000（总成本 ¥61,060）；目前确已回本的有 1 项。"
        "其余各项为何不报，见表。"
    )
    assert not returns_compared(opened().data).sentence("en").endswith("why not.")


def test_without_costs_nothing_is_put_beside_anything():
    with pytest.raises(NotEnoughData):
        returns_compared(opened(training_costs=[]).data)
