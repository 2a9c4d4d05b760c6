"""Is it told what calling by the model would have earned?"""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from churnlab.churn.calling import profit
from churnlab.churn.calling.profit import call_profit
from churnlab.churn.calling.saving import SavedShare
from churnlab.churn.evaluation import Backtest
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Calling, Settings
from churnlab.stats.profit import Costs, expected_maximum_profit
from tests.builders import institution

# One month, one campus, two calls: a and b are called, a would have left; c would have left too, d stays.
SCORED = pd.DataFrame({
    "as_of": pd.Timestamp("2026-01-01"),
    "unit_id": list("abcd"),
    "student_id": list("abcd"),
    "campus": "East",
    "churn_probability": [0.9, 0.8, 0.3, 0.1],
    "churned": [True, False, True, False],
})  # fmt: skip
HALF = SavedShare(share=0.5, low=0.3, high=0.7, error=0.1)


@pytest.fixture
def told(monkeypatch):
    def ask(scored=SCORED, **rules):
        settings = Settings(calling=Calling(calls_per_month=2, **{"cost_per_call_cny": 10.0} | rules))
        data = institution("2026-06-01", settings=settings)
        tested = Backtest(scored=scored, rivals=(), months=(date(2026, 1, 1),), skipped=())
        monkeypatch.setattr(profit, "at_campuses", lambda backtest, data: backtest)
        monkeypatch.setattr(profit, "saved_share", lambda _: HALF)
        monkeypatch.setattr(profit, "remaining_value", lambda _: pd.DataFrame({"remaining_value_cny": [80.0, 120.0]}))
        return call_profit(SimpleNamespace(data=data, backtest=tested))

    return ask


def test_the_profit_by_hand(told):
    # A leaver called earns 0.5 · 100 − 10 = 40, a stayer costs 10.
    found = told()
    rows = found.table.set_index("way")
    assert rows.loc["capacity", ["called", "found", "profit_cny"]].tolist() == [2, 1, 40 - 10]
    assert rows.loc["best", ["called", "found", "profit_cny"]].tolist() == [3, 2, 80 - 10]
    assert rows.loc["everybody", "profit_cny"] == 80 - 20
    assert rows.loc["by_lot", ["called", "profit_cny"]].tolist() == [2, 2 * (80 - 20) / 4]
    assert (found.facts["best_cny"], found.facts["best_share"]) == (70, 3 / 4)
    # Mean 0.5 and error 0.1: a beta distribution with α = β = 12.
    expected = expected_maximum_profit(
        SCORED["churned"], SCORED["churn_probability"], Costs(value=100, call=10), alpha=12, beta_=12
    )
    assert found.facts["expected_cny"] == pytest.approx(4 * expected.profit)
    for lang in LANGUAGES:
        assert found.sentence(lang)
        assert found.warnings(lang)
        assert found.presented(lang).shape == (4, 5)


def test_where_no_call_pays_that_is_said(told):
    found = told(cost_per_call_cny=500.0)
    assert found.sentences == ("sentence", "nobody")
    assert found.table.set_index("way").loc["best", "called"] == 0
    assert found.sentence("en").endswith("no number of calls would pay.")


def test_nobody_who_left_is_no_test(told):
    with pytest.raises(NotEnoughData):
        told(SCORED.assign(churned=False))
