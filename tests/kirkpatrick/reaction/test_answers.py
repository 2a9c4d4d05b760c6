"""What was answered, with reversed questions turned?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.reaction.answers import answers, from_0_to_10, off_five, out_of_100
from tests.kirkpatrick.reaction.conftest import ANSWERS, sheet


def test_reversed_questions_are_turned_and_the_others_left(evaluated):
    rows = answers(evaluated())
    assert rows.loc[rows["item"] == "q0", "turned"].tolist() == [5, 4, 4]
    assert rows.loc[rows["item"] == "q1", "turned"].tolist() == [6 - 1, 6 - 2, 6 - 1]


def test_a_later_answer_changes_nothing(evaluated):
    later = sheet("D", 1, 5, at="2026-03-02 18:00")
    assert answers(evaluated([*ANSWERS, *later])).equals(answers(evaluated()))


def scale(rows, low, high):
    return [row | {"item": "recommend", "scale_min": low, "scale_max": high} for row in rows]


@pytest.mark.parametrize("ends", [(0.0, 10.0), (1.0, 10.0), (1.0, 7.0)])
def test_a_question_on_another_scale_is_not_read_as_one_of_five_points(evaluated, ends):
    # All answers happen to lie within 1 to 5: on ten points these are bad ones.
    other = scale([row for who in "ABC" for row in sheet(who, 4)], *ends)
    assert answers(evaluated([*ANSWERS, *other])).equals(answers(evaluated()))
    assert off_five(evaluated([*ANSWERS, *other])) == 1
    assert off_five(evaluated([*ANSWERS, *scale(other, 1.0, 5.0)])) == 0


def test_where_no_scale_is_told_too_many_answers_beyond_1_to_5_give_it_away(evaluated):
    many = [f"T{number}" for number in range(20)]
    slip = scale([row for number, who in enumerate(many) for row in sheet(who, 5 + (number == 0))], None, None)
    rows = answers(evaluated([*ANSWERS, *slip], people=many))
    assert (rows["item"] == "recommend").sum() == 20 - 1  # one of twenty is a slip of the pen
    ten = scale([row for number, who in enumerate(many) for row in sheet(who, 5 + (number < 2))], None, None)
    assert answers(evaluated([*ANSWERS, *ten], people=many)).equals(answers(evaluated(people=many)))
    zero = scale([row for number, who in enumerate(many) for row in sheet(who, 3 * (number > 1))], None, None)
    assert answers(evaluated([*ANSWERS, *zero], people=many)).equals(answers(evaluated(people=many)))


def test_how_likely_somebody_recommends_is_taken_only_where_it_is_said_to_go_from_0_to_10(evaluated):
    about = [row | {"dimension": "recommendation"} for who in "AB" for row in sheet(who, 9)]
    told = evaluated([*ANSWERS, *scale(about, 0.0, 10.0)])
    assert from_0_to_10(told)["score"].tolist() == [9, 9]
    assert off_five(told) == 0  # it counts there
    assert from_0_to_10(evaluated([*ANSWERS, *scale(about, None, None)])).empty
    assert from_0_to_10(evaluated([*ANSWERS, *scale(sheet("A", 9), 0.0, 10.0)])).empty


def test_one_respondent_is_refused(evaluated):
    with pytest.raises(NotEnoughData, match="PX1"):
        answers(evaluated(sheet("A", 5, 1)))


def test_how_an_answer_is_written_out_of_100():
    assert [out_of_100(one, "from_zero") for one in (1, 4, 5)] == [0, 75, 100]
    assert [out_of_100(one, "share_of_top") for one in (1, 4, 5)] == [20, 80, 100]
