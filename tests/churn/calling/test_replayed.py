"""Are the lists of past months those that would have been made?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.calling import replayed as module
from churnlab.churn.calling.keepable import learned
from churnlab.churn.calling.replayed import replayed
from churnlab.churn.capacity import already_gone, at_campuses
from churnlab.churn.risk import Risk
from churnlab.churn.train import lag_days
from churnlab.settings import Calling, Settings
from churnlab.synthetic import Institution, make
from tests.builders import institution

DAYS = tuple(pd.Timestamp(day) for day in ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"))
# A call costs 20, promises nothing and keeps half of the leavers still here: P · h · 1/2 · V − 20.
WHO = pd.DataFrame(
    [
        # campus, P, h, V: saves
        ("a", "East", 0.9, 0.1, 1000.0),  # 25: the likeliest, though hardly to be kept
        ("b", "East", 0.5, 0.8, 1000.0),  # 180
        ("c", "East", 0.4, 0.8, 2000.0),  # 300
        ("d", "East", 0.6, 0.5, 100.0),  # −5: no call to her pays
        ("e", "West", 0.2, 0.8, 1000.0),  # 60
        ("f", None, 0.9, 0.9, 9000.0),  # nobody knows which campus would call her
    ],
    columns=["student_id", "campus", "churn_probability", "keepable_share", "remaining_value_cny"],
).assign(unit_id=lambda t: t["student_id"])


@pytest.fixture
def lists(monkeypatch):
    def ask(rows=WHO, days=DAYS, **rules):
        settings = Settings(calling=Calling(**{"calls_per_month": 2, "rest_days": 60} | rules))
        scored = pd.concat([rows.assign(as_of=day) for day in days], ignore_index=True)
        monkeypatch.setattr(module, "_valued", lambda scored, panel, data: scored)
        found = replayed(scored, None, institution("2026-06-01", settings=settings), share=0.5)
        return found, {
            flag: ["".join(found.loc[found[flag] & (found["as_of"] == day), "student_id"]) for day in days]
            for flag in ("may_be_listed", "on_list", "by_risk")
        }

    return ask


def test_lists_are_made_by_what_a_call_is_expected_to_save_and_who_stood_on_one_rests(lists):
    found, who = lists()
    assert found["saved_value_cny"].head(5).tolist() == pytest.approx([25, 180, 300, -5, 60])
    # On 1 March 59 days have passed since 1 January: b, c and e still rest, and a since 1 February. From 1 April on,
    # 90 days after the first list and 59 after the second, the first are called again.
    assert who["on_list"] == ["bce", "a", "", "bce"]
    assert who["may_be_listed"] == ["abcde", "ad", "d", "bcde"]
    assert lists(rest_days=59)[1]["on_list"] == ["bce", "a", "bce", "a"]


def test_by_risk_as_many_are_named_of_the_same_students(lists):
    assert lists()[1]["by_risk"] == ["ade", "a", "", "bde"]


def test_a_student_with_several_contracts_stands_on_a_list_once(lists):
    rows = WHO.assign(unit_id=["a1", "b1", "c1", "d1", "e1", "f1"], student_id=list("accdef"))
    found, who = lists(rows)
    assert who["on_list"][0] == "ace"  # by c1, which saves more than b1
    assert found.loc[found["on_list"], "unit_id"].head(3).tolist() == ["a1", "c1", "e1"]


def test_a_promise_costs_what_stayers_take(lists):
    found, _ = lists(offer_cny=50.0)
    # b: 0.5 · 0.8 · 1/2 · 950 − 0.5 · 50 − 20
    assert found["saved_value_cny"].iloc[1] == pytest.approx(190 - 25 - 20)


@pytest.fixture(scope="module")
def risk() -> Risk:
    return Risk(make(Institution(students=700, seed=3)).data())


def test_nothing_is_known_of_a_month_but_what_was_known_then(risk):
    data, tested = risk.data, at_campuses(risk.backtest, risk.data)
    found = replayed(tested.scored, risk.panel, data, share=0.3)
    assert found.index.equals(tested.scored.index)
    month, left = found[found["as_of"] == found["as_of"].max()], risk.panel[risk.panel["churned"]]
    known = left[left["as_of"] <= month["as_of"].iloc[0] - pd.Timedelta(days=lag_days(data.settings))]
    assert 0 < len(known) < len(left)
    frame = risk.panel.merge(month[["as_of", "unit_id"]], on=["as_of", "unit_id"])
    expected = learned(known, ~already_gone(known, data), data.settings).of(frame)["keepable_share"]
    assert np.allclose(month["keepable_share"], expected)
