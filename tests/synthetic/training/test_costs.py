"""Does a training cost and earn what is said?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic.training.costs import benefit, benefit_per_person
from churnlab.synthetic.training.performance import BY_NAME, Drawn
from churnlab.synthetic.training.plan import Held
from churnlab.synthetic.training.programmes import PROGRAMMES, Programme
from tests.synthetic.training.conftest import Told

FLAT = Programme(
    name="x", kind="skills", format="online", instructors=("JS01",), role="课程顾问", begins=1, weeks=1, sessions=1,
    chosen="lot", skill_life_months=3, kpi_effects={"conversion_rate": 0.1, "order_value_cny": 1000.0},
)  # fmt: skip


def flat(metric: str, level: float, n: int, measured: list[bool]) -> Drawn:
    shape = (1, len(measured))
    return Drawn(
        metric=BY_NAME[metric],
        who=np.array([7]),
        level=np.full(shape, level),
        n=np.full(shape, n),
        chance=np.zeros(shape),
        measured=np.array([measured]),
    )


def test_what_one_earns_in_two_months_is_worked_out_by_hand() -> None:
    # Trained before month 1; months 1 and 3 are measured, month 2 is not: 1 and 3 months since, .62 left at 3.
    seen = [True, True, False, True]
    drawn = {
        "conversion_rate": flat("conversion_rate", 0.2, 10, seen),
        "order_value_cny": flat("order_value_cny", 9000, 0, seen),
    }
    trainees = pd.DataFrame({"person": [7], "cohort": [1], "first_month": [1], "starts": 0, "ends": 0})
    one = Held(training_id="PX", programme=FLAT, trainees=trainees, before=np.empty((1, 0), dtype=np.int64))
    first = 1 - 0.38 / 3
    gains = [(0.2 + 0.1 * left) * (9000 + 1000 * left) - 0.2 * 9000 for left in (first, 0.62)]
    assert benefit(one, drawn, 4) == pytest.approx(0.12 * 10 * sum(gains))


def test_without_a_price_there_is_no_number_and_without_an_effect_it_is_nought() -> None:
    by_name = {one.name: one for one in PROGRAMMES}
    assert np.isnan(benefit_per_person(by_name["课堂互动教学"]))
    assert benefit_per_person(by_name["低分顾问补课"]) == 0
    assert benefit_per_person(by_name["产品知识通关"]) == 0


def test_costs_add_up_and_wages_are_those_of_the_hours_spent(told: Told) -> None:
    costs = told.tables["training_costs"]
    hours = told.tables["trainees"].groupby("training_id")["hours"].sum()
    wages = costs[costs["category"] == "wages"].set_index("training_id")
    assert wages["amount_cny"].to_numpy() == pytest.approx(65.0 * hours.reindex(wages.index).to_numpy())
    assert not wages["direct"].any()
    truth = told.truth.programmes.set_index("training_id")
    assert truth["cost_cny"].to_numpy() == pytest.approx(costs.groupby("training_id")["amount_cny"].sum().to_numpy())
    online = costs[costs["training_id"] == told.training("产品知识通关")]
    assert {"travel", "venue"}.isdisjoint(online["category"])


def test_the_true_return_is_the_profit_with_less_the_profit_without(many: list[Told]) -> None:
    """Sales as they fall with the training less those that would have fallen by the same chance without it."""
    gaps = []
    for told in many:
        training = told.training("FABE销售话术")
        kpis = told.tables["kpis"].pivot_table(index=["unit_id", "month"], columns="metric", values=["value", "n"])
        arms = told.truth.trained.query("training_id == @training and arm == 'trained'").set_index("staff_id")
        staff, months = told.trained.staff, np.unique(told.tables["kpis"]["month"])
        share, order = told.trained.drawn["conversion_rate"], told.trained.drawn["order_value_cny"]
        rows = np.isin(staff["staff_id"].to_numpy()[share.who], arms.index)
        without = share.values() * order.values() * share.n
        ids, at = np.nonzero(share.measured & rows[:, None])
        index = pd.MultiIndex.from_arrays([staff["staff_id"].to_numpy()[share.who[ids]], months[at]])
        seen = kpis.reindex(index)
        real = seen[("value", "conversion_rate")] * seen[("value", "order_value_cny")] * seen[("n", "conversion_rate")]
        truth = told.truth.programmes.set_index("training_id").loc[training, "benefit_cny"]
        gaps.append(0.12 * float(real.sum() - without[ids, at].sum()) / truth - 1)
    assert abs(np.mean(gaps)) < 4 * np.std(gaps) / np.sqrt(len(gaps))
    assert np.std(gaps) < 0.2
