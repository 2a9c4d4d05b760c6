"""Do KPIs move by what is planted, and by nothing else?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic.training.performance import BY_NAME, METRICS, Drawn, Metric
from churnlab.synthetic.training.plan import effects_on
from tests.synthetic.training.conftest import Told


def one_person(metric: str, level: float, n: int, chance: float) -> Drawn:
    square = np.full((1, 1), level)
    return Drawn(
        metric=BY_NAME[metric],
        who=np.array([0]),
        level=square,
        n=np.full((1, 1), n),
        chance=np.full((1, 1), chance),
        measured=np.full((1, 1), True),
    )


def test_a_share_is_the_quantile_of_its_binomial() -> None:
    # Two tries at 1/2: 0, 1, 2 with 1/4, 1/2, 1/4.
    assert [one_person("conversion_rate", 0.5, 2, u).values()[0, 0] for u in (0.2, 0.5, 0.8)] == [0, 1 / 2, 1]
    # With an effect of .3 no try fails with .04: the same chance of .2 is one success.
    assert one_person("conversion_rate", 0.5, 2, 0.2).values(0.3)[0, 0] == 1 / 2


def test_a_value_moves_by_the_whole_effect() -> None:
    drawn = one_person("order_value_cny", 9000.0, 0, 0.5)
    assert drawn.values(1200.0)[0, 0] - drawn.values()[0, 0] == pytest.approx(1200)


def test_no_probability_planted_comes_near_its_bounds(many: list[Told]) -> None:
    for told in many:
        for metric in METRICS:
            if metric.n:
                drawn, staff = told.trained.drawn[metric.name], told.trained.staff
                added = effects_on(staff, told.trained.held, metric.name, told.world.institution.months)
                level = drawn.level + added[drawn.who]
                assert level.min() > 0.001
                assert level.max() < 0.999


def test_who_is_measured_worked_there_all_the_month(told: Told) -> None:
    rows = told.tables["kpis"].merge(told.tables["staff"], left_on="unit_id", right_on="staff_id")
    assert len(rows) == len(told.tables["kpis"])
    assert (rows["hired_on"] <= rows["month"]).all()
    assert not (rows["left_on"] < rows["month"] + pd.offsets.MonthBegin(1)).any()
    assert (rows["role"] == rows["metric"].map({one.name: one.role for one in METRICS})).all()
    shares = rows["metric"].str.endswith("_rate")
    assert rows.loc[shares, "value"].between(0, 1).all()
    assert rows["n"].notna().eq(shares).all()
    successes = rows.loc[shares, "value"] * rows.loc[shares, "n"].astype(float)
    assert successes.to_numpy() == pytest.approx(successes.round().to_numpy())


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: one.name)
def test_the_mean_of_all_is_the_level_of_an_ordinary_month(many: list[Told], metric: Metric) -> None:
    means = [told.trained.drawn[metric.name].values().mean() for told in many]
    error = np.std(means, ddof=1) / np.sqrt(len(means))
    assert abs(np.mean(means) - metric.base) < 4 * error
