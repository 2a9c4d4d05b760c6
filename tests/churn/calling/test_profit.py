"""Is it told what calling by the model would have earned?"""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from churnlab.churn.calling import profit
from churnlab.churn.calling.profit import call_profit
from churnlab.churn.calling.saving import SavedShare
from churnlab.churn.evaluation import Backtest
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Calling, Settings, Uncertainty
from churnlab.stats.profit import Costs, expected_maximum_profit
from tests.builders import institution

# Two months, one campus, two calls a month: by risk a and b, of whom a would have left; c would have left too, and she
# is on the list beside a, d stays.
MONTHS = (date(2025, 12, 1), date(2026, 1, 1))
SCORED = pd.concat([
    pd.DataFrame({
        "as_of": pd.Timestamp(month),
        "unit_id": list("abcd"),
        "student_id": list("abcd"),
        "campus": "East",
        "churn_probability": [0.9, 0.8, 0.3, 0.1],
        "churned": [True, False, True, False],
        "already_gone": False,
        "remaining_value_cny": 100.0,
        "may_be_listed": True,
        "on_list": [True, False, True, False],
        "by_risk": [True, True, False, False],
    })
    for month in MONTHS
], ignore_index=True)  # fmt: skip
LATER = SCORED["as_of"] == pd.Timestamp(MONTHS[1])
HALF = SavedShare(share=0.5, low=0.3, high=0.7, error=0.1)


@pytest.fixture
def told(monkeypatch):
    def ask(scored=SCORED, months=MONTHS, campus=None, **rules):
        settings = Settings(
            uncertainty=Uncertainty(bootstrap=60),
            calling=Calling(**{"calls_per_month": 2, "cost_per_call_cny": 10.0} | rules),
        )
        data = institution("2026-06-01", settings=settings)
        tested = Backtest(scored=scored, rivals=(), months=months, skipped=())
        monkeypatch.setattr(profit, "at_campuses", lambda backtest, data: backtest)
        monkeypatch.setattr(profit, "saved_share", lambda _: HALF)
        monkeypatch.setattr(profit, "replayed", lambda scored, panel, data, *, share: scored)
        return call_profit(SimpleNamespace(data=data, backtest=tested, panel=None, campus=campus))

    return ask


def test_the_profit_by_hand(told):
    # A leaver called earns 0.5 · 100 − 10 = 40, a stayer costs 10.
    found = told()
    rows = found.table.set_index("way")
    assert rows.loc["list", ["called", "could_be_kept", "profit_cny"]].tolist() == [2, 2, 40 + 40]
    assert rows.loc["by_risk", ["called", "could_be_kept", "profit_cny"]].tolist() == [2, 1, 40 - 10]
    assert rows.loc["best", ["called", "could_be_kept", "profit_cny"]].tolist() == [3, 2, 80 - 10]
    assert rows.loc["everybody", "profit_cny"] == 80 - 20
    assert rows.loc["by_lot", ["called", "profit_cny"]].tolist() == [2, 2 * (80 - 20) / 4]
    assert (found.facts["best_cny"], found.facts["best_share"]) == (70, 3 / 4)
    # Mean 0.5 and error 0.1: a beta distribution with α = β = 12.
    expected = expected_maximum_profit(
        SCORED["churned"], SCORED["churn_probability"], Costs(value=100, call=10), alpha=12, beta_=12
    )
    assert found.facts["expected_share"] == pytest.approx(expected.share)
    assert (found.facts["earlier"], found.facts["months"]) == (1, 1)
    assert [found.facts[f"{way}kept"] for way in ("could_be_", "by_risk_", "by_lot_")] == [2, 1, 1]
    assert (found.facts["gain_cny"], found.facts["over_risk_cny"]) == (80 - 30, 80 - 30)
    for lang in LANGUAGES:
        assert found.sentence(lang)
        assert found.warnings(lang)
        assert found.presented(lang).shape == (5, 5)


def test_each_is_kept_with_what_she_was_worth_then_and_the_depth_is_chosen_by_the_mean(told):
    """Of the later month a is worth 300 and c 40, so that calls to them earn 140 and 10."""
    worth = SCORED["student_id"].map({"a": 300.0, "b": 40.0, "c": 40.0, "d": 40.0}).where(LATER, 100.0)
    found = told(SCORED.assign(remaining_value_cny=worth))
    rows = found.table.set_index("way")
    assert rows.loc["list", ["profit_cny", "profit_per_call_cny"]].tolist() == [140 + 10, 75]
    assert rows.loc["by_lot", "profit_cny"] == (140 + 10 - 10 - 10) / 2
    assert (found.facts["worth_cny"], found.facts["best_share"]) == (100, 3 / 4)  # of the earlier month


def test_where_no_call_would_have_paid_there_is_no_list(told):
    with pytest.raises(NotEnoughData, match="nobody by whose call anything is expected to be saved"):
        told(SCORED.assign(on_list=False), cost_per_call_cny=500.0)


def test_where_no_depth_pays_at_the_mean_that_is_said(told):
    """A call costs 60 and saves half of 100; on the list is only c, worth 400."""
    rows = SCORED.assign(on_list=SCORED["student_id"] == "c", by_risk=SCORED["student_id"] == "a")
    worth = rows["remaining_value_cny"].where(~LATER | ~rows["on_list"], 400.0)
    found = told(rows.assign(remaining_value_cny=worth), cost_per_call_cny=60.0)
    assert found.table.set_index("way").loc[["list", "best"], "profit_cny"].tolist() == [200 - 60, 0]
    assert found.sentences[-1] == "nobody"
    assert found.sentence("en").endswith(
        "no number of calls would have paid in the months before (maximum profit, MPC)."
    )


def test_by_lot_means_of_each_campus_and_month_as_many_of_those_who_may_be_listed(told):
    """East calls two of its four; West both who do not rest, and both leave; g rests, stays and is in no lot."""
    west = pd.DataFrame({
        "as_of": pd.Timestamp(MONTHS[1]), "unit_id": list("efg"), "student_id": list("efg"), "campus": "West",
        "churn_probability": [0.2, 0.1, 0.9], "churned": [True, True, False], "already_gone": False,
        "remaining_value_cny": 100.0,
        "may_be_listed": [True, True, False], "on_list": [True, True, False], "by_risk": [True, True, False],
    })  # fmt: skip
    rows = told(pd.concat([SCORED, west], ignore_index=True)).table.set_index("way")
    # East 2 · (1/2 · 40 − 1/2 · 10) = 30, West 80; out of all six it would be 4 · (4 · 40 − 2 · 10) / 6.
    assert rows.loc["by_lot", ["called", "could_be_kept", "profit_cny"]].tolist() == [4, 3, 30 + 80]
    assert rows.loc["list", "profit_cny"] == 80 + 80


@pytest.mark.parametrize(("highest", "verdict"), [("left", "more"), ("stayed", "less"), ("either", "alike")])
def test_whether_the_list_earns_more_than_by_lot_and_by_risk_is_said_as_far_as_it_can_be(told, highest, verdict):
    """Of 40 students 20 leave. On the list are twelve of them, twelve who stay, or one of either; by risk likewise."""
    left, nth = np.arange(40) < 20, np.arange(40) % 20
    on_list = {"left": left & (nth < 12), "stayed": ~left & (nth < 12), "either": nth == 0}[highest]
    months = pd.concat([
        pd.DataFrame({
            "as_of": pd.Timestamp(month), "unit_id": [f"s{at}" for at in range(40)], "campus": "East",
            "churn_probability": left * 1.0, "churned": left, "already_gone": False, "remaining_value_cny": 100.0,
            "may_be_listed": True, "on_list": on_list, "by_risk": (nth < on_list.sum() / 2),
        })
        for month in MONTHS
    ], ignore_index=True)  # fmt: skip
    found = told(months.assign(student_id=months["unit_id"]))
    assert found.sentences[1:3] == (verdict, f"risk_{verdict}")
    for lang in LANGUAGES:
        assert found.sentence(lang)


def test_nobody_who_left_is_no_test(told):
    with pytest.raises(NotEnoughData):
        told(SCORED.assign(churned=False))


def test_who_had_come_for_the_last_time_is_called_and_not_kept(told):
    found = told(SCORED.assign(already_gone=LATER & (SCORED["student_id"] == "a")), offer_cny=20.0)
    # a is gone: her call costs 10. b stays and takes 20 besides, c earns 0.5 · 80 − 10.
    rows = found.table.set_index("way")
    assert rows.loc["by_risk", ["could_be_kept", "profit_cny"]].tolist() == [0, -10 - 30]
    assert rows.loc["list", ["could_be_kept", "profit_cny"]].tolist() == [1, -10 + 30]
    assert found.facts["gone"] == 1
    assert "1 had already come for the last time" in found.sentence("en")


def test_the_depth_is_chosen_by_what_is_then_told_to_have_been_earned(told):
    """A promise of 20: a leaver earns 0.5 · 80 − 10 = 30, b is gone and costs 10, not 30 as one who stays.

    Down to a 30, to b 20, to c 50, to d 20; were b thought to stay and take the promise, c would bring no more than a.
    """
    gone = SCORED.assign(churned=SCORED["churned"] | (SCORED["student_id"] == "b"))
    found = told(gone.assign(already_gone=SCORED["student_id"] == "b"), offer_cny=20.0)
    assert found.facts["best_share"] == 3 / 4
    assert found.table.set_index("way").loc["best", ["called", "profit_cny"]].tolist() == [3, 50]
    # Of the mean 0.5 and the error 0.1, Beta(12, 12): c pays from γ = 1/4 on if b costs 10, from 1/2 on if b costs 30.
    edges = beta.cdf([1 / 8, 1 / 4], 12, 12)
    assert found.facts["expected_share"] == pytest.approx((edges[1] - edges[0]) / 4 + 3 / 4 * (1 - edges[1]))


def test_the_depth_is_chosen_on_the_earlier_months_and_told_of_the_later_ones(told):
    """In the first month it pays to call three; in the second only d leaves, whom that does not reach."""
    found = told(SCORED.assign(churned=SCORED["churned"].where(~LATER, SCORED["student_id"] == "d")))
    assert found.facts["best_share"] == 3 / 4
    assert found.facts["best_cny"] == -30


def test_one_month_tested_is_too_few(told):
    with pytest.raises(NotEnoughData, match="two tested months are needed"):
        told(SCORED[LATER], months=MONTHS[1:])


def test_a_ranking_that_says_nothing_earns_nothing_at_its_best_depth(told):
    """One in five leaves, each worth five calls: a call pays for itself, and what chance adds is not told as profit."""
    best, rng = [], np.random.default_rng(5)
    for _ in range(40):
        n = 400
        rows = pd.concat([
            pd.DataFrame({
                "as_of": pd.Timestamp(month), "unit_id": [f"s{at}" for at in range(n)], "campus": "East",
                "churn_probability": rng.random(n), "churned": rng.random(n) < 0.2, "already_gone": False,
                "remaining_value_cny": 100.0, "may_be_listed": True, "on_list": np.arange(n) < 2, "by_risk": False,
            })
            for month in MONTHS
        ], ignore_index=True)  # fmt: skip
        found = told(rows.assign(student_id=rows["unit_id"]))  # each leaver earns 50, each call costs 10
        best.append(found.facts["best_cny"])
    assert abs(np.mean(best)) < 3 * np.std(best) / np.sqrt(len(best))


def test_a_campuss_report_says_that_it_is_told_of_all(told):
    whole, east = told(), told(campus="East")
    assert east.table.equals(whole.table)
    assert east.caveats == ("calling.all_campuses", *whole.caveats)
    assert "not of East alone" in east.warnings("en")[0]
    assert "并非只属于East" in east.warnings("zh")[0]
