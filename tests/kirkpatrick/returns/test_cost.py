"""What did a training cost, the hours of the trained among it?"""

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation, training_cost
from churnlab.kirkpatrick.returns.cost import costs
from churnlab.settings import Settings
from tests.builders import institution
from tests.kirkpatrick.test_evaluation import PX, STAFF


def cost(category, amount, *, direct=True, on="2026-02-20"):
    return {"training_id": "PX1", "category": category, "direct": direct, "amount_cny": amount, "paid_on": on}


PAID = [cost("instructor", 1_000.0), cost("instructor", 500.0), cost("venue", 300.0)]


def opened(rows=PAID, as_of="2026-03-01", hours=(10.0, 5.0)):
    who = [
        {"training_id": "PX1", "staff_id": one, "arm": "trained", "hours": spent, "concluded_on": "2026-02-20"}
        for one, spent in zip("AB", hours, strict=True)
    ]
    data = institution(
        as_of,
        settings=Settings.model_validate({"returns": {"hourly_wage_cny": 40}}),
        trainings=[PX],
        staff=STAFF,
        trainees=who,
        training_costs=rows,
    )
    return Evaluation(data, "PX1")


def test_wages_that_nobody_told_are_reckoned_from_the_hours():
    told = costs(opened()).set_index("cost_category")
    assert told["cost_cny"].to_dict() == {"instructor": 1_500, "wages": (10 + 5) * 40, "venue": 300}
    assert told["is_reckoned"].to_dict() == {"instructor": False, "wages": True, "venue": False}
    whole = 1_500 + 600 + 300
    found = training_cost(opened())
    assert found.facts["cost"] == whole
    assert found.table["cost_share"].sum() == pytest.approx(1)
    assert found.sentence("en") == (
        "The training cost ¥2,400 all told, ¥1,200 for each of 2 trained; ¥600 of it would have been paid without it "
        "too, as wages. An hour of one trained came to ¥160. Wages were not told: they are reckoned at ¥40 an hour."
    )
    assert found.sentence("zh").endswith("没有登记工时费，按每小时 ¥40 推算。")


def test_wages_that_were_told_are_not_reckoned_again():
    told = costs(opened([*PAID, cost("wages", 100.0, direct=False)]))
    assert told["cost_cny"].sum() == 1_900
    assert not told["is_reckoned"].any()


def test_what_is_paid_later_is_not_known_yet():
    later = [*PAID, cost("venue", 9_000.0, on="2026-03-01")]
    pd.testing.assert_frame_equal(costs(opened(later)), costs(opened()))


def test_without_costs_nothing_is_told():
    with pytest.raises(NotEnoughData) as error:
        training_cost(opened([]))
    assert error.value.message("en").startswith("Nothing was told of what the training PX1 cost")
