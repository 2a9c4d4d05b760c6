from datetime import date

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.evaluation import backtest, lag_days
from churnlab.churn.train import train
from churnlab.errors import NotEnoughData
from churnlab.settings import Settings
from tests.churn.panels import made_up, settings

MONTHS = pd.date_range("2026-01-01", periods=8, freq="MS")


@pytest.fixture(scope="module")
def panel():
    return made_up()


@pytest.fixture(scope="module")
def judged(panel):
    return backtest(panel, settings=settings())


def test_an_outcome_is_known_after_horizon_and_the_longer_of_grace_and_inactivity():
    told = {"horizon_days": 30, "grace_days": 30}
    assert lag_days(Settings.model_validate({"outcome": {**told, "inactivity_days": 45}})) == 30 + 45
    assert lag_days(Settings.model_validate({"outcome": {**told, "inactivity_days": "never"}})) == 30 + 30


def test_only_what_was_known_then_has_taught(panel, judged):
    #   1 Jan  1 Feb  1 Mar  1 Apr  1 May      lag 75 days
    #   S──────┼──────┼──────T                 1 Jan + 75 = 17 Mar ≤ 1 Apr; 1 Feb + 75 = 17 Apr: not yet
    known = panel[panel["as_of"] == MONTHS[0]]
    now = panel[panel["as_of"] == MONTHS[3]]
    told = judged.scored.loc[judged.scored["as_of"] == MONTHS[3], "churn_probability"].to_numpy()
    assert np.array_equal(told, train(known, settings=settings()).score(now)["churn_probability"])


def test_the_last_months_are_judged_and_the_ones_without_a_past_are_named(judged):
    assert judged.months == tuple(date(2026, month, 1) for month in range(4, 9))
    assert judged.skipped == (date(2026, 3, 1),)


def test_the_future_changes_nothing(panel, judged):
    month = MONTHS[5]
    later = (panel["as_of"] > month) | ((panel["as_of"] + pd.Timedelta(days=75) > month) & (panel["as_of"] < month))
    changed = panel.assign(
        churned=panel["churned"] ^ later,
        hours_left=panel["hours_left"].where(~later, 1e6),
        course_id=panel["course_id"].where(~later, "Z"),
    )
    at = ["unit_id", "churn_probability", "last_rate", "hours_left"]
    before, after = (
        run.scored.loc[run.scored["as_of"] == month, at].reset_index(drop=True)
        for run in (judged, backtest(changed, settings=settings()))
    )
    pd.testing.assert_frame_equal(before, after)


def test_a_longer_lag_takes_the_latest_teachers_away(panel):
    longer = backtest(panel, settings=settings(), settled=lambda month: month - pd.Timedelta(days=45 + 31))
    assert longer.months == tuple(date(2026, month, 1) for month in range(5, 9))


def test_the_rate_for_everybody_is_the_last_one_known(panel, judged):
    now = judged.scored[judged.scored["as_of"] == MONTHS[7]]
    # 1 May + 75 = 15 July ≤ 1 August; 1 June + 75 = 15 August
    assert now["last_rate"].unique().tolist() == [panel.loc[panel["as_of"] == MONTHS[4], "churned"].mean()]


def test_a_rule_is_one_feature_taught_alone(panel, judged):
    known = panel.loc[panel["as_of"] == MONTHS[0], ["as_of", "unit_id", "student_id", "hours_left", "churned"]]
    told = judged.scored.loc[judged.scored["as_of"] == MONTHS[3], "hours_left"].to_numpy()
    alone = train(known, settings=settings()).score(panel[panel["as_of"] == MONTHS[3]])["churn_probability"]
    assert np.array_equal(told, alone)
    assert judged.rivals == ("last_rate", "hours_left")


def test_row_order_changes_nothing(panel, judged):
    shuffled = backtest(panel.sample(frac=1, random_state=1), settings=settings())
    pd.testing.assert_frame_equal(shuffled.scored, judged.scored)


def test_no_past_at_all_is_refused_and_says_what_is_lacking():
    with pytest.raises(NotEnoughData) as caught:
        backtest(made_up(months=2), settings=settings())
    assert caught.value.message("en") == (
        "None of the last 2 months can be judged: before each, fewer than 30 leavings were known (75 days pass until "
        "an outcome is known). Load earlier months."
    )


def test_what_the_model_of_a_month_told_of_its_leavers_is_kept(panel, judged):
    known, now = panel[panel["as_of"] == MONTHS[0]], panel[panel["as_of"] == MONTHS[3]]
    left = now[now["churned"]]
    expected = train(known, settings=settings()).contributions(left)
    kept = judged.contributions
    kept = kept[kept["as_of"] == MONTHS[3]].reset_index(drop=True)
    assert kept["unit_id"].tolist() == left["unit_id"].tolist()
    for name in ("attendance_rate_28d", "hours_left", "course_id"):
        np.testing.assert_allclose(kept[name], expected[name])
    assert len(judged.contributions) == judged.scored["churned"].sum()
