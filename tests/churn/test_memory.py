"""Is what was worked out once not worked out again, and forgotten with its data?"""

import gc
import weakref

import pandas as pd

from churnlab.churn.memory import remembered, told_once
from churnlab.finding import Finding
from tests.builders import institution


def test_an_answer_is_worked_out_once_for_each_data():
    asked = []

    @remembered
    def answer(data):
        """Say it."""
        asked.append(data.as_of)
        return len(asked)

    one, other = institution("2025-08-01"), institution("2025-08-01")
    assert [answer(one), answer(one), answer(other), answer(one)] == [1, 1, 2, 1]
    assert len(asked) == 2
    assert answer.__doc__ == "Say it."


def test_each_question_has_its_own_answer():
    asked = []

    @remembered
    def answer(data, month, campus=None):
        asked.append((month, campus))
        return month, campus

    data = institution("2025-08-01")
    told = [answer(data, "2025-07"), answer(data, "2025-06"), answer(data, "2025-07"), answer(data, "2025-07", "a")]
    assert told == [("2025-07", None), ("2025-06", None), ("2025-07", None), ("2025-07", "a")]
    assert asked == [("2025-07", None), ("2025-06", None), ("2025-07", "a")]
    assert answer(data, "2025-07", campus="b") == ("2025-07", "b")


def test_data_that_nobody_holds_are_let_go():
    @remembered
    def answer(data):
        return str(data.as_of)

    data = institution("2025-08-01")
    assert answer(data) == "2025-08-01"
    gone = weakref.ref(data)
    del data
    gc.collect()
    assert gone() is None


def test_a_finding_is_worked_out_once_and_whoever_asks_has_her_own():
    asked = []

    @told_once
    def rate(data, month, campus=None):
        asked.append((month, campus))
        return Finding(key="demo", table=pd.DataFrame({"month": [month]}), facts={"campus": campus})

    data = institution("2025-08-01")
    first, again = rate(data, "2025-07", "a"), rate(data, "2025-07", "a")
    first.table["month"] = "spoilt"
    assert (again.table["month"].tolist(), again.facts) == (["2025-07"], {"campus": "a"})
    assert rate(data, "2025-07", "a").table["month"].tolist() == ["2025-07"]
    assert asked == [("2025-07", "a")]
    assert rate(data, "2025-07", ["a", "b"]).facts == rate(data, "2025-07", ["a", "b"]).facts
    assert asked[1:] == [("2025-07", ["a", "b"])] * 2
