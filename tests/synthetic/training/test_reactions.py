"""Do answers have the reliability, the means and the silence that are said to lie behind them?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.synthetic.training.reactions import ITEMS, RECOMMENDS
from tests.synthetic.training.conftest import Told


def sheets(told: Told) -> pd.DataFrame:
    """Return one row a person and session, the reverse-keyed item turned round."""
    rows = told.tables["reactions"]
    keyed = rows["score"].where(~rows["reverse_keyed"].astype(bool), 6 - rows["score"])
    index = ["training_id", "instructor_id", "session_id", "respondent_id"]
    wide: pd.DataFrame = rows.assign(keyed=keyed).pivot_table(index=index, columns="item", values="keyed")
    return wide[[item[0] for item in ITEMS]].assign(seed=told.world.institution.seed)


@pytest.fixture(scope="module")
def answers(many: list[Told]) -> pd.DataFrame:
    return pd.concat([sheets(told) for told in many]).sort_index()


def means_by_seed(rows: pd.DataFrame, columns: list[str]) -> tuple[float, float]:
    """Return mean and standard error over seeds, which are independent."""
    means = rows.groupby("seed")[columns].mean().mean(axis=1)
    return means.mean(), means.std() / np.sqrt(len(means))


def test_every_answer_is_whole_and_within_its_scale(answers: pd.DataFrame) -> None:
    assert answers.notna().all(axis=None)
    assert answers.drop(columns="seed").isin([1, 2, 3, 4, 5]).all(axis=None)


def test_means_of_answers_are_what_is_expected_of_those_who_answer(answers: pd.DataFrame, told: Told) -> None:
    items = [item[0] for item in ITEMS]
    for truth in told.truth.reactions.itertuples():
        rows = answers.loc[(truth.training_id, truth.instructor_id)]
        mean, error = means_by_seed(rows, items)
        assert abs(mean - truth.mean_answered) < 4 * error
        assert truth.mean_answered > truth.mean_score
    good, bad = (told.truth.reactions.query(f"instructor_id == '{name}'") for name in ("JS01", "JS03"))
    assert (good["instructor_mean"].min() - bad["instructor_mean"].max()) > 0.5


def test_alpha_is_what_is_expected_of_those_who_answer(answers: pd.DataFrame, told: Told) -> None:
    truth = told.truth.reactions.set_index(["training_id", "instructor_id"])
    key = (told.training("FABE销售话术"), "JS01")
    rows, k = answers.loc[key].drop(columns="seed"), len(ITEMS)
    alpha = k / (k - 1) * (1 - rows.var().sum() / rows.sum(axis=1).var())
    assert len(rows) > 700
    assert truth.loc[key, "alpha_answered"] == pytest.approx(alpha, abs=0.02)
    assert truth.loc[key, "alpha"] > truth.loc[key, "alpha_answered"]


def test_four_in_five_of_those_who_came_answer(many: list[Told]) -> None:
    asked = sum((told.tables["training_attendance"]["status"] == "present").sum() for told in many)
    given = sum((told.tables["reactions"]["item"] == RECOMMENDS).sum() for told in many)
    assert given / asked == pytest.approx(many[0].truth.reactions["answer_rate"].iloc[0], abs=0.02)


def test_how_likely_they_recommend_it_is_asked_from_0_to_10_of_the_same_people(many: list[Told], told: Told) -> None:
    rows = pd.concat([one.tables["reactions"].assign(seed=one.world.institution.seed) for one in many])
    scales = rows.groupby(rows["item"] == RECOMMENDS)[["scale_min", "scale_max"]].agg(["min", "max"]).to_numpy()
    assert scales.tolist() == [[1, 1, 5, 5], [0, 0, 10, 10]]
    rows = rows[rows["item"] == RECOMMENDS]
    assert set(rows["score"]) == set(range(11))
    rows = rows.assign(kind=(rows["score"] >= 9).astype(float) - (rows["score"] <= 6))
    truth = told.truth.reactions.groupby("training_id")["promoter_score"].first()
    for training, part in rows.groupby("training_id"):
        mean, error = means_by_seed(part, ["kind"])
        assert abs(mean - truth[training]) < 4 * error, training


def test_the_reverse_keyed_item_runs_against_the_rest(told: Told) -> None:
    rows = told.tables["reactions"].pivot_table(index=["session_id", "respondent_id"], columns="item", values="score")
    rest = rows.drop(columns="内容和我的工作关系不大").mean(axis=1)
    assert rows["内容和我的工作关系不大"].corr(rest) < -0.3
    assert told.tables["reactions"]["text"].notna().any()
