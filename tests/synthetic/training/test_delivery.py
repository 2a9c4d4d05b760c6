"""Are sessions held and attended as they are said to be?"""

import numpy as np
import pandas as pd
import pytest

from tests.synthetic.training.conftest import Told


def test_sessions_lie_within_their_training_and_none_is_held_before_it_was_planned(many: list[Told]) -> None:
    for told in many:
        rows = told.tables["training_sessions"].merge(told.tables["trainings"], on="training_id")
        assert (rows["planned_at"] >= rows["starts_on"]).all()
        assert not (rows["held_at"] < rows["planned_at"]).any()
        assert not (rows["held_at"] > rows["ends_on"] + pd.Timedelta(days=12)).any()  # put off by a holiday
        assert set(rows["hours"]) <= {2.0, 3.0, 4.0}
    rows = pd.concat([told.tables["training_sessions"] for told in many])
    assert rows["new_content"].mean() == pytest.approx(0.2, abs=0.035)
    assert 0.01 < rows["held_at"].isna().mean() < 0.03
    assert rows.loc[rows["held_at"].isna(), "incident"].isna().all()
    assert 0 < (rows["held_at"] > rows["planned_at"]).mean() < 0.2


def test_nine_in_ten_come_and_most_of_the_others_make_it_up(many: list[Told]) -> None:
    rows = pd.concat([told.tables["training_attendance"] for told in many])
    shares = rows["status"].value_counts(normalize=True)
    assert shares["present"] == pytest.approx(0.9, abs=0.01)
    assert shares["made_up"] == pytest.approx(0.06, abs=0.01)
    assert rows["at"].notna().eq(rows["status"] == "present").all()


def test_only_sessions_held_have_somebody_and_only_those_of_a_cohort(told: Told) -> None:
    came = told.tables["training_attendance"].merge(told.tables["training_sessions"], on="session_id")
    assert came["held_at"].notna().all()
    who = told.tables["trainees"].set_index(["training_id", "staff_id"])["cohort"]
    cohorts = who.reindex(pd.MultiIndex.from_frame(came[["training_id", "staff_id"]]))
    assert cohorts.notna().all()


def test_hours_and_completion_follow_from_who_came(told: Told) -> None:
    sessions = told.tables["training_sessions"]
    came = told.tables["training_attendance"].merge(sessions, on="session_id")
    been = came[came["status"] != "absent"].groupby(["training_id", "staff_id"])["hours"].sum()
    rows = told.tables["trainees"].set_index(["training_id", "staff_id"])
    assert rows["hours"].to_numpy() == pytest.approx(been.reindex(rows.index, fill_value=0.0).to_numpy())
    compared = rows["arm"] == "comparison"
    assert rows.loc[compared, ["cohort", "class_id", "completed", "concluded_on"]].isna().all(axis=None)
    assert rows.loc[~compared, "completed"].notna().all()
    one = rows.loc[told.training("产品知识通关")]
    given = sessions[(sessions["training_id"] == told.training("产品知识通关")) & sessions["held_at"].notna()]
    shares = came[came["status"] != "absent"].groupby(["training_id", "staff_id"]).size() / len(given)
    shares = shares.reindex(pd.MultiIndex.from_product([[told.training("产品知识通关")], one.index]), fill_value=0.0)
    done = (shares.to_numpy() >= 0.75) & one["concluded_on"].notna().to_numpy()
    trained = (one["arm"] == "trained").to_numpy()
    assert (one["completed"].to_numpy()[trained].astype(bool) == done[trained]).all()


def test_most_check_in_in_eight_whole_weeks_after_the_training(many: list[Told]) -> None:
    shares = []
    for told in many:
        rows = told.tables["check_ins"]
        assert (rows["week"].dt.dayofweek == 6).all()
        assert rows.groupby(["training_id", "staff_id"]).size().max() == 8
        ends = told.tables["trainings"].set_index("training_id")["starts_on"].reindex(rows["training_id"]).to_numpy()
        assert (rows["week"].to_numpy() > ends).all()
        shares.append(rows.groupby("training_id")["done"].mean())
    means = pd.concat(shares, axis=1).astype(float).mean(axis=1)
    dear = [many[0].training("教育行业峰会"), many[0].training("教育行业峰会·第二年")]
    assert means[dear].to_numpy() == pytest.approx([0.7, 0.7], abs=0.06)
    assert (means.drop(dear) > 0.83).all()
    assert np.isfinite(means).all()
