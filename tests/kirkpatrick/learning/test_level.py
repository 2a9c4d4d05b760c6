"""Is the answer of level 2 no stronger than its design?"""

import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.learning.level import learning_answer
from tests.kirkpatrick.learning.test_compared import OTHERS, TRAINED, told


def said(found):
    return found.table["learning_answer"].tolist()


def test_drawn_by_lot_a_sure_difference_is_learning():
    found = learning_answer(told())
    assert said(found) == ["more"]
    assert found.design is Design.RANDOMISED
    assert "They learned: +33.3 points more than 5 people not trained" in found.sentence("en")
    assert "学到了：与训前同分的 5 名未参训者相比" in found.sentence("zh")


def test_where_no_difference_can_be_told_it_is_said():
    low = {one: OTHERS[other] for one, other in zip("ABCDE", "VWXYZ", strict=True)}
    high = {one: TRAINED[other] for one, other in zip("VWXYZ", "ABCDE", strict=True)}
    assert said(learning_answer(told(low, high))) == ["less"]
    assert said(learning_answer(told(low, OTHERS))) == ["not_told"]


def test_with_nobody_to_compare_a_rise_is_only_a_change():
    found = learning_answer(told(others={}, by_lot=False))
    assert said(found) == ["rose"]
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert "a change, not an effect" in found.sentence("en")
    assert found.sentence("zh").endswith("只能称为变化，不能说是培训的效果。")


def test_those_chosen_for_low_scores_must_beat_the_others_in_both_ways():
    # The chosen gain half a point on average, the others nothing.
    gained = {"A": (0, 1), "B": (1, 1), "C": (1, 2), "D": (0, 0), "E": (2, 2), "F": (2, 3)}
    stayed = {"U": (4, 4), "V": (5, 5), "W": (6, 5), "X": (4, 5), "Y": (5, 4), "Z": (6, 6)}
    found = learning_answer(told(gained, stayed, by_lot=False))
    assert said(found) == ["not_told"]
    assert found.table["expected_change_points"].iloc[0] > 0
    assert "No effect was seen" in found.sentence("en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_few_people_are_said_to_be_few(lang):
    assert len(learning_answer(told(others={}, by_lot=False)).warnings(lang)) == 2
