"""Did the trained learn more than others?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.learning.compared import learning_compared
from churnlab.stats.ancova import adjusted_and_gain
from tests.kirkpatrick.learning.case import answered, evaluated, people

TRAINED = {"A": (1, 4), "B": (2, 4), "C": (3, 5), "D": (2, 5), "E": (3, 6)}
OTHERS = {"V": (1, 2), "W": (2, 2), "X": (3, 3), "Y": (2, 3), "Z": (3, 4)}


def points(many):
    return "1" * many + "0" * (6 - many)


def told(trained=TRAINED, others=OTHERS, by_lot=True):
    marks = {
        (one, occasion): points(each[place])
        for one, each in {**trained, **others}.items()
        for place, occasion in enumerate(("pre", "post"))
    }
    return evaluated(test_answers=answered(marks), **people(trained, others, by_lot))


def test_both_ways_stand_side_by_side():
    found = learning_compared(told())
    rows = found.table.set_index("learning_method")
    # Mean gains: (3 + 2 + 2 + 3 + 3) / 5 = 2.6 and (1 + 0 + 0 + 1 + 1) / 5 = 0.6 of 6; equal before: both ways agree.
    assert rows.loc["gain", "learned_more_points"] == pytest.approx(2 / 6)
    assert rows.loc["adjusted", "learned_more_points"] == pytest.approx(2 / 6)
    assert found.design is Design.RANDOMISED
    assert found.sentence("en").endswith(
        "5 trained, 5 compared, +0.0 points apart before. The two ways do not differ beyond chance."
    )
    assert "参训人相差 +33.3 个百分点" in found.sentence("zh")


def test_where_they_disagree_lord_is_named():
    # The trained were 3 points lower before and gain 3, the others stay: the scores before say nothing within groups.
    low = {one: (place % 2, 3 + place // 2 % 2) for place, one in enumerate("ABCDEF")}
    high = {one: (3 + place % 2, 3 + place // 2 % 2) for place, one in enumerate("UVWXYZ")}
    pairs = [*low.values(), *high.values()]
    direct = adjusted_and_gain(*zip(*pairs, strict=True), [True] * 6 + [False] * 6, level=0.95)
    assert direct.disagree
    found = learning_compared(told(low, high, by_lot=False))
    assert "lord" in found.sentences
    assert "洛德悖论" in found.sentence("zh")
    assert "Lord's paradox" in found.sentence("en")


def test_with_too_few_to_compare_nothing_is_told():
    with pytest.raises(NotEnoughData) as error:
        learning_compared(told(others={"V": (1, 2), "W": (2, 2)}))
    assert "不足 5 人" in error.value.message("zh")
