"""Which trainings were there, and how can each be judged?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import portfolio
from tests.builders import institution
from tests.kirkpatrick.test_evaluation import PX, WHO, opened

ALONE = {**PX, "training_id": "PX0", "name": "Leading", "starts_on": "2025-06-01", "ends_on": "2025-06-02"}
COSTS = [
    {"training_id": "PX1", "category": "venue", "direct": True, "amount_cny": 800.0, "paid_on": "2026-02-20"},
    {"training_id": "PX1", "category": "other", "direct": False, "amount_cny": 200.5, "paid_on": "2026-02-20"},
    {"training_id": "PX1", "category": "wages", "direct": False, "amount_cny": 9999.0, "paid_on": "2026-03-01"},
]


def test_each_training_with_its_people_its_cost_and_its_design():
    who = [*WHO, {"training_id": "PX0", "staff_id": "A", "arm": "trained"}]
    found = portfolio(opened(trainings=[ALONE, PX], trainees=who, training_costs=COSTS))
    rows = found.table.set_index("training_id")
    assert rows.index.tolist() == ["PX1", "PX0"]  # the latest first
    assert rows["trained"].to_dict() == {"PX1": 2, "PX0": 1}
    assert rows["compared"].to_dict() == {"PX1": 2, "PX0": 0}
    assert rows["judged_by"].to_dict() == {"PX1": "comparison_group", "PX0": "before_after_only"}
    assert rows["cost_cny"].fillna(-1).to_dict() == {"PX1": 1000.5, "PX0": -1}  # what is paid later is not known yet
    assert found.sentence("en") == (
        "2 trainings have begun, at a cost of ¥1,000 as far as told. Of 0 the effect can be judged by lot, of 1 "
        "against others who were not drawn; 1 trained all at once with nobody to compare with."
    )
    assert "1 项没有可对照的人" in found.sentence("zh")


def test_without_trainings_there_is_none():
    with pytest.raises(NotEnoughData):
        portfolio(institution("2026-03-01"))
