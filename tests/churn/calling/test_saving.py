"""Is what was assumed weighed rightly against what was measured?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.calling import saving
from churnlab.churn.calling.saving import assumed, saved_share
from churnlab.i18n import text
from churnlab.settings import Calling, Settings
from churnlab.tables.door import Data
from tests.builders import institution


def drawn(called, called_left, held, held_left):
    flags = [True] * called + [False] * held
    left = [True] * called_left + [False] * (called - called_left) + [True] * held_left + [False] * (held - held_left)
    return pd.DataFrame(
        {"to_be_called": flags, "churned": left, "already_gone": False, "list_id": "CL1", "campus": "East"}
    )


@pytest.fixture
def data() -> Data:
    return institution("2026-01-01")


def test_without_a_trial_the_assumption_stands_and_says_so(data):
    saves = saved_share(data)
    assert saves == assumed(Settings())
    assert (saves.share, saves.error, saves.weight, saves.measured) == (0.3, 0.1, 0, None)
    assert (saves.low, saves.high) == pytest.approx((0.3 - 1.959964 * 0.1, 0.3 + 1.959964 * 0.1))
    assert saves.caveat == "calling.assumed"


def test_the_mean_is_weighed_by_precision(data, monkeypatch):
    monkeypatch.setattr(saving, "trial", lambda _: drawn(400, 30, 200, 30))
    saves = saved_share(data)
    # Risk ratio (30/400) / (30/200) = 1/2; the error of its logarithm √(1/30 − 1/400 + 1/30 − 1/200).
    error = 1 / 2 * np.sqrt(1 / 30 - 1 / 400 + 1 / 30 - 1 / 200)
    weight = (1 / error**2) / (1 / error**2 + 1 / 0.1**2)
    assert saves.measured == pytest.approx(1 / 2)
    assert saves.weight == pytest.approx(weight)
    assert saves.share == pytest.approx(weight * 1 / 2 + (1 - weight) * 0.3)
    assert saves.error == pytest.approx(1 / np.sqrt(1 / error**2 + 1 / 0.1**2))
    assert saves.caveat == "calling.mixed"


def test_who_had_left_before_the_list_is_no_leaver_whom_a_call_could_have_kept(data, monkeypatch):
    """Of 400 called 90 left, of 200 held out 60; 60 and 30 of them were gone already: 30/400 against 30/200."""
    rows = drawn(400, 90, 200, 60)
    nth = rows[rows["churned"]].groupby("to_be_called").cumcount()
    gone = rows["churned"] & (nth.reindex(rows.index) < rows["to_be_called"].map({True: 60, False: 30}))
    monkeypatch.setattr(saving, "trial", lambda _: rows.assign(already_gone=gone))
    assert saved_share(data).measured == pytest.approx(1 / 2)  # counted with them, 1 − (90/400) / (60/200) = 1/4


def test_many_data_leave_little_of_the_assumption_whatever_they_say(data, monkeypatch):
    monkeypatch.setattr(saving, "trial", lambda _: drawn(40_000, 4_400, 20_000, 2_000))
    saves = saved_share(data)
    assert saves.share == pytest.approx(-0.1, abs=0.03)  # those called left more often: the list will be empty
    assert saves.caveat == "calling.measured"


def test_a_handful_of_leavers_measures_nothing(data, monkeypatch):
    monkeypatch.setattr(saving, "trial", lambda _: drawn(100, 4, 100, 30))
    assert saved_share(data) == assumed(Settings())
    monkeypatch.setattr(saving, "trial", lambda _: drawn(100, 30, 100, 4))
    assert saved_share(data) == assumed(Settings())
    monkeypatch.setattr(saving, "trial", lambda _: drawn(100, 5, 100, 30))
    assert saved_share(data).measured == pytest.approx(1 - 5 / 30)


def test_no_more_than_all_are_kept_however_unsure_the_assumption():
    rules = Settings(calling=Calling(saved_share=0.9, saved_share_error=0.2))
    assert assumed(rules).high == 1
    assert assumed(rules).low == pytest.approx(0.9 - 1.959964 * 0.2)


@pytest.mark.parametrize("kind", ["mixed", "measured"])
def test_of_whom_it_was_measured_is_said(kind):
    facts = {"drawn": 600, "measured_weight": 0.6}
    assert "all who left after their list was made, whatever their reason" in text(
        f"caveat.calling.{kind}", "en", **facts
    )
    assert "实测只计名单生成之后离开的人，不问流失原因" in text(f"caveat.calling.{kind}", "zh", **facts)
