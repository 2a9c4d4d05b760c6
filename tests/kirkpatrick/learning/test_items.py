"""Which questions are bad?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.learning.items import item_analysis, option_analysis
from tests.kirkpatrick.learning.case import answered, evaluated, people

# Twenty people; the n-th knows n / 4 of five questions. Question 6 is right for those who know least (its key is
# wrong: the able choose C), everybody has question 7 right.
NAMES = [f"P{place:02d}" for place in range(20)]


def marks():
    return {
        (one, "pre"): "".join("1" if place * 6 // 20 > item else "0" for item in range(5))
        + ("1" if place < 8 else "0")
        + "1"
        for place, one in enumerate(NAMES)
    }


def told(names=NAMES):
    rows = {key: row for key, row in marks().items() if key[0] in names}
    options = {
        one: ["A" if mark == "1" else "B" for mark in row[:5]] + ["A" if row[5] == "1" else "C"] + ["A"]
        for (one, _), row in rows.items()
    }
    return evaluated(test_answers=answered(rows, options=options), **people(names))


def test_a_wrong_key_and_an_easy_question_are_named():
    found = item_analysis(told())
    rows = found.table.set_index("item_id")
    assert rows.loc["Q5", "item_state"] == "key"
    assert rows.loc["Q5", "correct_share"] == 8 / 20
    assert rows.loc["Q5", "tempting_option"] == ("C",)
    assert rows.loc["Q6", "item_state"] == "easy"
    assert rows.loc["Q2", "item_state"] == "fine"
    assert found.table["item_id"].iloc[0] == "Q5"  # the worst first
    assert "Q5 (the able get it wrong: key or wording probably wrong); Q6 (too easy)" in found.sentence("en")
    assert "Q5（水平高的人反而答错：答案或题意可能有误）；Q6（太易）" in found.sentence("zh")


def test_options_tell_who_chose_them():
    found = option_analysis(told())
    rows = found.table.set_index(["item_id", "option"])
    assert rows.loc[("Q5", "C"), "chosen"] == 12
    assert rows.loc[("Q5", "C"), "upper_share"] == 1
    assert rows.loc[("Q5", "A"), "is_key"]
    assert "Q5 C" in found.sentence("en")
    assert "请先核对答案" in found.sentence("zh")


def test_with_few_people_no_question_is_judged():
    with pytest.raises(NotEnoughData) as error:
        item_analysis(told(NAMES[:9]))
    assert "10 人以上" in error.value.message("zh")
    with pytest.raises(NotEnoughData):
        option_analysis(told(NAMES[:9]))
