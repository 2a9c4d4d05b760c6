"""What was answered, with reversed questions turned?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.reaction.answers import answers, out_of_100
from tests.kirkpatrick.reaction.conftest import ANSWERS, sheet


def test_reversed_questions_are_turned_and_the_others_left(evaluated):
    rows = answers(evaluated())
    assert rows.loc[rows["item"] == "q0", "turned"].tolist() == [5, 4, 4]
    assert rows.loc[rows["item"] == "q1", "turned"].tolist() == [6 - 1, 6 - 2, 6 - 1]


def test_a_later_answer_changes_nothing(evaluated):
    later = sheet("D", 1, 5, at="2026-03-02 18:00")
    assert answers(evaluated([*ANSWERS, *later])).equals(answers(evaluated()))


def test_one_respondent_is_refused(evaluated):
    with pytest.raises(NotEnoughData, match="PX1"):
        answers(evaluated(sheet("A", 5, 1)))


def test_how_an_answer_is_written_out_of_100():
    assert [out_of_100(one, "from_zero") for one in (1, 4, 5)] == [0, 75, 100]
    assert [out_of_100(one, "share_of_top") for one in (1, 4, 5)] == [20, 80, 100]
