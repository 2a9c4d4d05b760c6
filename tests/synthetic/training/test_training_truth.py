"""Is the truth about trainings true?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic.training.telling import train
from churnlab.synthetic.training.training_truth import training_truth
from tests.synthetic.training.conftest import Told


def gain(told: Told, name: str, metric: str) -> tuple[float, float]:
    """Return the gain of the trained over those compared in whole months before and after, and the true mean."""
    training, kpis, effects = told.training(name), told.tables["kpis"], told.truth.kpi_effects
    rows = kpis[kpis["metric"] == metric]
    values = rows.pivot_table(index="unit_id", columns="month", values="value")
    who = told.truth.trained[told.truth.trained["training_id"] == training].set_index("staff_id")
    works = who["works_from"].dropna().min()
    starts = who["trained_from"].dropna().min()
    values = values.reindex(who.index).dropna()
    after = values.columns[values.columns >= works]
    before = values.columns[values.columns + pd.offsets.MonthBegin(1) <= starts]
    change = (values[after].mean(axis=1) - values[before].mean(axis=1)).groupby(who["arm"]).mean()
    truth = effects.loc[(effects["training_id"] == training) & (effects["metric"] == metric), "effect"].to_numpy()
    assert (name == "低分顾问补课") == (len(truth) == 0)
    life = np.zeros(len(after))
    life[: min(len(life), len(truth))] = truth[: len(life)]
    return float(change["trained"] - change["comparison"]), float(life.mean())


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("FABE销售话术", "conversion_rate"), ("FABE销售话术", "order_value_cny"), ("课堂互动教学", "lesson_quality"),
        ("课堂互动教学", "feedback_rate"),
    ],
)  # fmt: skip
def test_where_the_lot_chose_the_difference_in_differences_is_the_effect(
    many: list[Told], name: str, metric: str
) -> None:
    found, truth = (np.array(part) for part in zip(*(gain(told, name, metric) for told in many), strict=True))
    assert truth.min() > 0
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs((found - truth).mean()) < 3.5 * error
    assert found.mean() > 5 * error, "it can be seen"


def test_campuses_that_waited_rise_when_their_turn_comes(many: list[Told]) -> None:
    """Each wave against those that still wait: the months since its training in which nobody else was trained."""
    gaps = []
    for told in many:
        training = told.training("投诉一日内答复")
        values = told.tables["kpis"].query("metric == 'reply_24h_rate'").pivot_table(
            index="unit_id", columns="month", values="value"
        )  # fmt: skip
        who = told.truth.trained[told.truth.trained["training_id"] == training].set_index("staff_id")
        first, second = who["works_from"].drop_duplicates().sort_values().iloc[:2]
        values = values.reindex(who.index).dropna()
        alone = values.columns[(values.columns >= first) & (values.columns + pd.offsets.MonthBegin(2) < second)]
        before = values.columns[values.columns + pd.offsets.MonthBegin(1) <= who["trained_from"].min()]
        change = (values[alone].mean(axis=1) - values[before].mean(axis=1)).groupby(who["works_from"] == first).mean()
        effects = told.truth.kpi_effects
        effect = effects.loc[(effects["training_id"] == training) & (effects["metric"] == "reply_24h_rate"), "effect"]
        gaps.append(change[True] - change[False] - effect.to_numpy()[: len(alone)].mean())
    assert abs(np.mean(gaps)) < 3.5 * np.std(gaps, ddof=1) / np.sqrt(len(gaps))


def test_who_has_an_effect_is_in_a_cohort(told: Told) -> None:
    trained = told.truth.trained
    assert trained["works_from"].notna().eq(trained["arm"] != "comparison").all()
    rows = told.tables["trainees"].merge(trained, on=["training_id", "staff_id"], suffixes=("", "_true"))
    assert len(rows) == len(told.tables["trainees"]) == len(trained)
    assert (rows["arm"] == rows["arm_true"]).all()
    assert not (rows["works_from"] <= rows["concluded_on"]).any()


def test_returns_are_told_by_their_formulas(told: Told) -> None:
    rows = told.truth.programmes.set_index("name")
    fabe = rows.loc["FABE销售话术"]
    assert fabe["net_cny"] == pytest.approx(fabe["benefit_cny"] - fabe["cost_cny"])
    assert fabe["roi"] == pytest.approx(fabe["benefit_cost_ratio"] - 1)
    assert 0.5 < fabe["roi"] < 4
    assert (rows.loc[["低分顾问补课", "产品知识通关", "教育行业峰会"], "roi"] == -1).all()
    assert rows.loc[["课堂互动教学", "校长领导力"], "benefit_cny"].isna().all()


def test_where_nobody_is_trained_there_is_no_truth(told: Told) -> None:
    assert training_truth(told.world, None, told.tables["training_costs"]) is None
    assert train(told.world) is not None
