"""Did they like it, and by which mapping?"""

import pytest

from churnlab.kirkpatrick.reaction.level import reaction_answer
from tests.kirkpatrick.reaction.conftest import sheet

MANY = [f"T{number}" for number in range(40)]


def alike(q0, q1):
    return [row for one in MANY for row in sheet(one, q0, q1)]


def test_few_answers_leave_it_open_and_the_mapping_is_printed(evaluated):
    found = reaction_answer(evaluated())
    assert found.facts["score"] == pytest.approx(100 * (27 / 6 - 1) / 4)  # 5 4 4 5 4 5: mean 27 / 6
    assert found.table["reaction_verdict"].tolist() == ["open"]
    assert found.sentence("en").endswith("An answer x of 1 to 5 counts as 100 (x − 1) / 4: a 1 is 0, a 4 is 75.")
    assert found.sentence("zh").startswith("是否合格还说不准：")


def test_all_fives_pass_and_all_fours_fail(evaluated):
    assert reaction_answer(evaluated(alike(5, 1), people=MANY)).table["reaction_verdict"].tolist() == ["passed"]
    assert reaction_answer(evaluated(alike(3, 3), people=MANY)).table["reaction_verdict"].tolist() == ["failed"]


def test_another_mapping_moves_the_score_and_is_said(evaluated):
    found = reaction_answer(evaluated(mapping="share_of_top"))
    assert found.facts["score"] == pytest.approx(100 * 27 / 6 / 5)
    assert "100×x/5" in found.sentence("zh")
