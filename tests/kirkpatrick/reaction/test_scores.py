"""How was it rated, in each part?"""

import pytest

from churnlab.kirkpatrick.reaction.level import reaction_answer
from churnlab.kirkpatrick.reaction.scores import reaction_distribution, reaction_scores
from tests.kirkpatrick.reaction.conftest import ANSWERS, sheet


def test_answers_nobody_chose_are_counted_as_0(evaluated):
    table = reaction_distribution(evaluated()).table.set_index("reaction_item")
    assert table.loc["q1", [f"answered_{place}" for place in range(1, 6)]].tolist() == [0, 0, 0, 1, 2]
    assert table.loc["q1", "reaction_reversed"]
    assert not table.loc["q0", "reaction_reversed"]


def test_distributions_by_dimension_session_and_instructor(evaluated):
    by = reaction_distribution(evaluated(), by="dimension").table.set_index("reaction_dimension")
    assert by.loc["instructor", [f"answered_{place}" for place in range(1, 6)]].tolist() == [0, 0, 0, 1, 2]
    for part, name in (("session", "S1"), ("instructor", "J1")):
        table = reaction_distribution(evaluated(), by=part).table
        assert table[f"reaction_{part}"].tolist() == [name]
        assert table[["answered_4", "answered_5"]].to_numpy().tolist() == [[1 + 2, 2 + 1]]


def test_the_pass_line_and_how_answers_are_written_out_of_100_are_printed(evaluated):
    found = reaction_scores(evaluated(least_people=3))
    table = found.table.set_index("reaction_dimension")
    assert table.loc["all", "reaction_of_100_score"] == pytest.approx(100 * (27 / 6 - 1) / 4)
    assert table["reaction_verdict"].tolist() == ["open"] * 3
    assert " Out of 100 that is 87.5 (" in found.sentence("en")
    assert found.sentence("en").endswith(
        "the pass line is 85.0. An answer x counts as 100 (x − 1) / 4: a 1 is 0, a 4 is 75."
    )
    assert "合格线 85.0 分。回答 x 按 100×x/5 换算" in reaction_scores(evaluated(mapping="share_of_top")).sentence("zh")
    assert reaction_scores(evaluated()).table["reaction_verdict"].tolist() == [None] * 3


def test_means_and_good_answers_of_all_and_by_dimension(evaluated):
    table = reaction_scores(evaluated(least_people=3, top_boxes=1)).table.set_index("reaction_dimension")
    assert table.loc["all", "reaction_mean"] == pytest.approx((5 + 4 + 4 + 5 + 4 + 5) / 6)
    assert table.loc["instructor", "reaction_mean"] == pytest.approx((5 + 4 + 5) / 3)
    assert table.loc["relevance", "reaction_top_share"] == pytest.approx(1 / 3)
    assert (table["reaction_mean_low"] < table["reaction_mean"]).all()


def test_no_mean_of_few_people_and_it_says_so(evaluated):
    found = reaction_scores(evaluated(), by="instructor")
    assert found.table["reaction_mean"].isna().all()
    assert found.caveats == ("reaction_few", "reaction_hidden")
    assert found.warnings("en")[1] == "No mean is shown where fewer than 5 people answered."


def test_questions_on_another_scale_are_said_to_be_left_out(evaluated):
    other = [row | {"item": "ten", "scale_max": 10.0} for row in sheet("A", 4)]
    for ask in (reaction_scores, reaction_distribution, reaction_answer):
        found = ask(evaluated([*ANSWERS, *other]))
        assert found.caveats[1] == "reaction_other_scale"
        assert found.warnings("en")[1].startswith("1 question is not on 1 to 5")
        assert "reaction_other_scale" not in ask(evaluated()).caveats
