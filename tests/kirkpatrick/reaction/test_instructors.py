"""How are instructors rated, once few answers are given their weight?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.reaction.instructors import instructor_reactions
from tests.kirkpatrick.reaction.conftest import sheet


def taught(instructor, many, *scores):
    plain = (False, False)
    return [
        row
        for number in range(many)
        for row in sheet(f"{instructor}{number}", 3, scores[number % len(scores)], instructor=instructor, reverse=plain)
    ]


def test_the_mean_of_few_is_drawn_further_than_that_of_many(evaluated):
    rows = [*taught("J1", 30, 5, 4), *taught("J2", 30, 3, 4), *taught("J3", 30, 4, 4), *taught("J4", 2, 1, 2)]
    table = instructor_reactions(evaluated(rows).data).table.set_index("reaction_instructor")
    moved = (table["reaction_shrunken_mean"] - table["reaction_mean"]).abs()
    assert table.loc["J4", "reaction_mean"] == pytest.approx(3 / 2)
    assert moved["J4"] > moved["J1"]
    assert table.index[0] == "J1"
    assert table.index[-1] == "J4"


def test_three_instructors_are_not_ranked(evaluated):
    rows = [*taught("J1", 9, 5, 4), *taught("J2", 9, 3, 4), *taught("J3", 9, 4, 4)]
    found = instructor_reactions(evaluated(rows).data)
    assert found.table["reaction_shrunken_mean"].isna().all()
    assert "do not rank them." in found.sentence("en")


def test_each_is_judged_by_the_pass_line_and_the_mapping_is_said(evaluated):
    rows = [
        *taught("J1", 30, 5),
        *taught("J2", 30, 5, 4, 4, 5, 4),
        *taught("J3", 30, 3, 4),
        *taught("J4", 30, 5, 5, 5, 4),
    ]
    found = instructor_reactions(evaluated(rows).data)
    table = found.table.set_index("reaction_instructor")
    assert table["reaction_verdict"].to_dict() == {"J1": "passed", "J4": "passed", "J2": "open", "J3": "failed"}
    score = 100 * (table["reaction_shrunken_mean"] - 1) / 4
    assert table["reaction_of_100_score"].tolist() == pytest.approx(score.tolist())
    assert found.sentence("en").endswith(
        "Of them 2 surely reach the pass line of 85.0 out of 100, 1 surely does not, and of 1 it cannot be told. An "
        "answer x counts as 100 (x − 1) / 4."
    )
    assert found.caveats == ("liked_mix",)
    assert instructor_reactions(evaluated(taught("J1", 9, 5, 4)).data).caveats == ("liked_mix", "reaction_few_some")


def test_nobody_rated_twice_is_refused(evaluated):
    with pytest.raises(NotEnoughData):
        instructor_reactions(evaluated(taught("J1", 1, 5)).data)
