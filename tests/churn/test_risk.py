"""Is there anybody to list?"""

import sys
from functools import partial

import pandas as pd
import pytest

from churnlab import churn
from churnlab.errors import NotEnoughData
from tests.builders import institution
from tests.churn.stays import PLAIN, by_period


@pytest.mark.parametrize(
    ("campus", "en", "zh"),
    [
        (None, "No student is enrolled on this date, so there is no one to list.", "该时点没有在读学员，无名单可列。"),
        (
            "East",
            "No student is enrolled at East on this date, so there is no one to list.",
            "East在该时点没有在读学员，无名单可列。",
        ),
    ],
)
def test_where_nobody_is_enrolled_a_sentence_says_so_with_and_without_a_campus(campus, en, zh):
    contracts = [by_period("1", "2025-01-01", "2025-03-01")]
    data = institution("2026-03-15", settings=PLAIN, enrolments=contracts)
    with pytest.raises(NotEnoughData) as told:
        churn.Risk(data, campus=campus).at_risk()
    assert (told.value.message("en"), told.value.message("zh")) == (en, zh)


@pytest.mark.parametrize("part", ["train", "backtest"])
def test_the_model_learns_and_is_judged_by_ends_that_were_known_then(monkeypatch, part):
    # No lesson is on record, so silence ends nothing and only the grace of 30 days is waited for: on 1 June whoever
    # left on 1 May can be told (1 May + 31 days), whoever left on 2 May cannot. Unasked, 45 days would be taken.
    def fitted(part, panel, *, settings, settled=None):
        asked[part] = settled(pd.Timestamp("2025-06-01")) if settled else None

    asked = {}
    monkeypatch.setattr(sys.modules["churnlab.churn.risk"], part, partial(fitted, part))
    contracts = [by_period("1", "2025-01-01", "2025-03-01")]
    model = churn.Risk(institution("2026-03-15", settings=PLAIN, enrolments=contracts))
    assert {"train": lambda: model.trained, "backtest": lambda: model.backtest}[part]() is None
    assert asked == {part: pd.Timestamp("2025-05-02")}
