"""Are the questions most often wrong found, with the answer most often given in their place?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.people.lessons import often_wrong
from tests.kirkpatrick.people.team import IDS, PX1, answers, opened, rules, trainees

# Of ten trained all know Q0, two of ten Q1, five of ten Q2.
MARKS = {one: (1, place < 2, place < 5) for place, one in enumerate(IDS[:10])}
GIVEN = [
    row | ({"answer": "C"} if row["item_id"] == "Q1" and row["staff_id"] > "A06" else {}) for row in answers(MARKS)
]


def evaluated(settings=None, given=GIVEN):
    return Evaluation(
        opened(settings=settings, trainings=[PX1], trainees=trainees(IDS[:10]), test_answers=given), "PX1"
    )


def test_the_question_most_often_wrong_stands_first():
    table = often_wrong(evaluated()).table
    assert table["question_id"].tolist() == ["Q1", "Q2", "Q0"]
    assert table["wrong_share"].tolist() == [8 / 10, 5 / 10, 0]
    assert table["wrong_share_count"].tolist() == [8, 5, 0]
    # Of the eight wrong at Q1 five said B, three C.
    assert (table["commonest_wrong"][0], table["commonest_share"][0]) == ("B", 5 / 8)


def test_whether_it_is_better_than_guessing_is_told_for_all_questions_together():
    table = often_wrong(evaluated()).table.set_index("question_id")
    # Q0: one answer was ever given, so guessed among at least two: (1/2)^10, times 3 questions.
    assert table["adjusted_p_value"]["Q0"] == pytest.approx(3 / 2**10)
    assert table["beats_guessing"].to_dict() == {"Q0": True, "Q1": False, "Q2": False}
    found = often_wrong(evaluated())
    assert "At 2 of 3 questions they did no better than guessing" in found.sentence("en")
    assert found.sentence("zh").startswith("答错最多的是 Q1：10 人中错了 80.0%")


def test_what_was_answered_before_and_by_the_compared_does_not_count():
    more = [*GIVEN, *answers({"A11": (0, 0, 0)}), *answers({"A00": (0, 0, 0)}, "pre", "2025-04-30 10:00")]
    assert often_wrong(evaluated(given=more)).table["people_answered"].tolist() == [10, 10, 10]


def test_no_more_are_listed_than_asked_for_and_few_are_refused():
    assert len(often_wrong(evaluated(rules(lessons_listed=1))).table) == 1
    with pytest.raises(NotEnoughData) as error:
        often_wrong(evaluated(given=answers({"A00": (1, 0, 1)})))
    assert error.value.message("zh") == "参训人中参加训后测验的 1 人；至少需要 5 人。"
