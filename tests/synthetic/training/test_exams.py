"""Does the test show what was learned, and how much of it is kept?"""

import numpy as np
import pandas as pd
import pytest

from tests.synthetic.training.conftest import Told


def gain_of_the_lot(told: Told, name: str, occasion: str) -> float:
    """Return by how much more the trained rose than those compared, as a share of right answers."""
    rows = told.of("test_answers", name)
    arm = told.of("trainees", name).set_index("staff_id")["arm"]
    share = rows.pivot_table(index="staff_id", columns="occasion", values="score")
    gain = (share[occasion] - share["pre"]).dropna().groupby(arm).mean()
    return float(gain["trained"] - gain["comparison"])


@pytest.mark.parametrize("name", ["FABE销售话术", "产品知识通关", "课堂互动教学"])
@pytest.mark.parametrize(("occasion", "column"), [("post", "score_gain"), ("delayed", "kept_score_gain")])
def test_the_gain_over_those_compared_is_the_true_one(many: list[Told], name: str, occasion: str, column: str) -> None:
    gains = [gain_of_the_lot(told, name, occasion) for told in many]
    truth = many[0].truth.programmes.set_index("name").loc[name, column]
    assert abs(np.mean(gains) - truth) < 4 * np.std(gains) / np.sqrt(len(gains))


def test_who_was_chosen_for_a_low_score_rises_without_having_learned(many: list[Told]) -> None:
    gains = [gain_of_the_lot(told, "低分顾问补课", "post") for told in many]
    assert np.mean(gains) > 2 * np.std(gains) / np.sqrt(len(gains))
    assert many[0].truth.programmes.set_index("name").loc["低分顾问补课", "score_gain"] == 0


def test_each_test_is_taken_whole_on_one_day_and_in_order(told: Told) -> None:
    rows = told.tables["test_answers"]
    each = rows.groupby(["training_id", "staff_id", "occasion", "taken_at"])
    assert (each.size() == 12).all()
    # Who waits sits the tests of the first cohort too, and may leave before her own.
    other = rows[rows["training_id"] != told.training("投诉一日内答复")]
    when = other.groupby(["training_id", "staff_id", "occasion"])["taken_at"].first().unstack()
    assert not (when["post"] <= when["pre"]).any()
    assert not (when["delayed"] <= when["post"]).any()
    assert rows["score"].eq(rows["correct"].astype(float)).all()
    key = told.truth.items.set_index("item_id")["key"]
    assert rows["correct"].astype(bool).eq(rows["answer"] == key.reindex(rows["item_id"]).to_numpy()).all()


def test_who_waits_sits_the_tests_of_the_first_and_has_learned_nothing_by_then(many: list[Told]) -> None:
    gains = []
    for told in many:
        who = told.of("trainees", "投诉一日内答复")
        starts = told.truth.trained.merge(who[["staff_id", "training_id"]])[["staff_id", "trained_from"]]
        rows = told.of("test_answers", "投诉一日内答复").merge(starts, on="staff_id")
        early = rows[rows["taken_at"].dt.normalize() < rows["trained_from"] - pd.Timedelta(days=1)]
        later = who.loc[who["arm"] == "waitlist", "staff_id"]
        assert set(early["staff_id"]) <= set(later)
        assert early["staff_id"].nunique() > len(later) / 2
        share = early.pivot_table(index="staff_id", columns="occasion", values="score")
        gains.append((share["post"] - share["pre"]).mean())
    assert abs(np.mean(gains)) < 4 * np.std(gains) / np.sqrt(len(gains))


def test_who_fails_a_certificate_may_try_once_more(many: list[Told]) -> None:
    rows = pd.concat([told.tables["certificates"].assign(seed=number) for number, told in enumerate(many)])
    tries = rows.sort_values("taken_on").groupby(["seed", "staff_id", "name"])["passed"].agg(["size", "first", "last"])
    assert tries["size"].max() == 2
    assert not tries.loc[tries["size"] == 2, "first"].any()
    assert 0.6 < tries["first"].mean() < 0.95
