"""Do raters agree, and do the trained change, as is planted?"""

import numpy as np
import pandas as pd
import pytest

from tests.synthetic.training.conftest import Told


def seen(many: list[Told], occasion: str) -> pd.DataFrame:
    parts = [told.tables["ratings"].assign(seed=told.world.institution.seed) for told in many]
    rows = pd.concat(parts)
    return rows[(rows["kind"] == "behavior") & (rows["occasion"] == occasion)]


def test_peers_agree_as_much_as_is_said(many: list[Told]) -> None:
    """One-way analysis of variance of three peers each; those rated are the classes."""
    rows = seen(many, "pre")
    rows = rows[(rows["rater_role"] == "peer") & (rows["dimension"] == "倾听需求")]
    groups = rows.groupby(["seed", "training_id", "staff_id"])["score"]
    # With one fewer where two were to be had only.
    table = groups.agg(["size", "mean", "var"]).query("size == 3")
    between, within = 3 * table["mean"].var(), table["var"].mean()
    icc = (between - within) / (between + 2 * within)
    assert len(table) > 3000
    truth = many[0].truth.ratings.query("rater_role == 'peer'")["icc"].iloc[0]
    assert truth == pytest.approx(icc, abs=0.04)


def test_the_trained_move_by_the_effect_and_where_nothing_is_transferred_they_do_not(many: list[Told]) -> None:
    before, after = seen(many, "pre"), seen(many, "post")
    for name in ("FABE销售话术", "产品知识通关"):
        gains = []
        for told in many:
            training, seed = told.training(name), told.world.institution.seed
            arm = told.tables["trainees"].query("training_id == @training").set_index("staff_id")["arm"]
            first, second = (
                rows[(rows["seed"] == seed) & (rows["training_id"] == training) & (rows["rater_role"] == "peer")]
                .groupby("staff_id")["score"]
                .mean()
                for rows in (before, after)
            )
            gain = (second - first).dropna().groupby(arm).mean()
            gains.append(gain["trained"] - gain["comparison"])
        rows = told.truth.ratings.query("training_id == @training and occasion == 'post' and rater_role == 'peer'")
        truth = float(rows["score_change"].iloc[0])
        assert abs(np.mean(gains) - truth) < 4 * np.std(gains) / np.sqrt(len(gains))
        assert (truth == 0) == (name == "产品知识通关")


def test_raters_are_who_they_are_said_to_be(told: Told) -> None:
    rows = told.tables["ratings"].query("kind == 'behavior'")
    role = told.tables["staff"].set_index("staff_id")["role"]
    assert (rows["rater_role"].eq("self") == rows["rater_id"].eq(rows["staff_id"])).all()
    peers, above = rows[rows["rater_role"] == "peer"], rows[rows["rater_role"] == "superior"]
    assert (role.reindex(peers["rater_id"]).to_numpy() == role.reindex(peers["staff_id"]).to_numpy()).all()
    assert set(role.reindex(above["rater_id"])) == {"校长"}
    assert rows["score"].isin([1, 2, 3, 4, 5]).all()
