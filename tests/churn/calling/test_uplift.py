"""Is it told whether the lists put first those whom a call keeps?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.churn.calling import uplift
from churnlab.churn.calling.uplift import call_qini
from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.i18n import LANGUAGES
from tests.builders import institution


def drawn(effect, *, score="saved_value_cny", n=1500, seed=1):
    """Draw students of whom calls keep the more, the more `effect` says, ordered by it or the other way round."""
    rng = np.random.default_rng(seed)
    works = np.linspace(0, 0.6, n)
    called = rng.random(n) < 0.7
    return pd.DataFrame({
        "student_id": [f"s{number:04d}" for number in range(n)],
        "to_be_called": called,
        "churned": rng.random(n) < 0.7 - works * called,
        "saved_value_cny": np.nan, "churn_probability": np.nan, "position": np.nan,
    }).assign(**{score: effect * works})  # fmt: skip


@pytest.fixture
def told(monkeypatch):
    def ask(rows):
        monkeypatch.setattr(uplift, "trial", lambda _: rows)
        return call_qini(institution("2026-01-01"))

    return ask


@pytest.mark.parametrize(("effect", "verdict"), [(1, "better"), (-1, "worse")])
def test_a_good_order_is_told_from_a_bad_one(told, effect, verdict):
    found = told(drawn(effect))
    assert found.sentences == (verdict,)
    assert found.design is Design.RANDOMISED
    assert found.facts["qini_low"] < found.facts["qini"] < found.facts["qini_high"]
    # Both ways all are called in the end: 0.3 of all prevented.
    assert found.table["prevented_share"].iloc[-1] == pytest.approx(0.3, abs=0.06)
    assert found.table["by_lot_share"].iloc[4] == pytest.approx(found.table["prevented_share"].iloc[-1] / 2)
    for lang in LANGUAGES:
        assert found.sentence(lang)


def test_an_order_that_says_nothing_is_told_as_unclear(told):
    rows = drawn(1)
    shuffled = np.random.default_rng(5).permutation(rows["saved_value_cny"])
    assert told(rows.assign(saved_value_cny=shuffled)).sentences == ("unclear",)


def test_where_few_left_the_interval_is_said_to_be_rough(told):
    rows = drawn(1, n=60)
    nine = rows.assign(
        churned=rows.index.isin([*rows.index[rows["to_be_called"]][:12], *rows.index[~rows["to_be_called"]][:9]])
    )
    ten = nine.assign(churned=nine["churned"] | (nine.index == nine.index[~nine["to_be_called"]][9]))
    assert "calling.few_left" in told(nine).caveats
    assert "calling.few_left" not in told(ten).caveats


def test_lists_without_a_value_are_ordered_by_the_chance_or_by_their_places(told):
    assert told(drawn(1, score="churn_probability")).sentences == ("better",)
    assert told(drawn(-1, score="position")).sentences == ("better",)  # the first place is the highest
    with pytest.raises(NotEnoughData, match="nothing tells which of them came first"):
        told(drawn(np.nan))
