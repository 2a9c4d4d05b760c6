"""Is what had been foretold set beside what came, of the same students?"""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from churnlab import churn
from churnlab.churn.competing.conditional import _foretold_and_came, conditional_retention
from churnlab.churn.competing.replays import days_before, then
from churnlab.churn.outcome import settled_before
from churnlab.settings import Competing
from churnlab.synthetic import Institution, make
from churnlab.tables.door import Data


@pytest.fixture(scope="module")
def data() -> Data:
    return make(Institution(students=600, seed=3)).data()


def test_days_that_are_replayed_lie_a_quarter_apart_and_all_their_answers_are_known() -> None:
    found = days_before(pd.Timestamp("2026-09-06"), 180)
    assert found[0] == pd.Timestamp("2026-03-10")
    assert {(one - other).days for one, other in pairwise(found)} == {91}


@pytest.mark.parametrize("ago", [95, 200, 300])
def test_who_was_here_and_still_was_later_is_as_the_episodes_say(data: Data, ago: int) -> None:
    on = settled_before(data) - pd.Timedelta(days=ago)
    ends = churn.episodes(data)
    here = ends[(ends["entered_on"] <= on) & ~(ends["left_on"] <= on)]
    assert len(then(data, on, None).left_on) == len(here)
    for days in (30, 90):
        later = on + pd.Timedelta(days=days)
        assert then(data, on, None).stayed(days).sum() == (~(here["left_on"] <= later)).sum()


def test_what_is_foretold_again_is_what_was_foretold_then(data: Data) -> None:
    """But for what was written down later."""
    earlier = data.before(pd.Timestamp("2026-05-01").date())
    on = settled_before(earlier) - pd.Timedelta(days=1)
    table = conditional_retention(earlier).table
    told = table[table["days_ahead"] == 90]["still_here_share"].iloc[0]
    assert _foretold_and_came(data, None, on, 90)[0] == pytest.approx(told, abs=0.01)


def test_the_sentence_tells_how_far_off_it_was(data: Data) -> None:
    found = conditional_retention(data)
    facts = found.facts
    last = settled_before(data) - pd.Timedelta(days=1)
    misses = []
    for on in days_before(last, facts["replayed_days"]):
        told, came = _foretold_and_came(data, None, on, facts["replayed_days"])
        misses += [] if np.isnan(told) else [came - told]
    assert len(misses) == facts["replays"] >= 3
    assert (facts["under"], facts["over"]) == (min(misses), max(misses))
    assert "seasons and trends" in found.sentence("en")
    assert "季节和趋势" in found.sentence("zh")


def test_of_fewer_than_three_replays_nothing_is_said(data: Data) -> None:
    rules = data.settings.model_copy(update={"competing": Competing(ahead_days=(365,))})
    short = type(data)(**(vars(data) | {"settings": rules})).before(pd.Timestamp("2026-06-01").date())
    assert "replayed" not in conditional_retention(short).sentences
