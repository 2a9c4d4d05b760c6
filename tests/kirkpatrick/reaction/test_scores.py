"""How was it rated, in each part?"""

import pytest

from churnlab.kirkpatrick.reaction.scores import reaction_distribution, reaction_scores


def test_answers_nobody_chose_are_counted_as_0(evaluated):
    table = reaction_distribution(evaluated()).table.set_index("reaction_item")
    assert table.loc["q1", [f"answered_{place}" for place in range(1, 6)]].tolist() == [0, 0, 0, 1, 2]
    assert table.loc["q1", "reaction_reversed"]
    assert not table.loc["q0", "reaction_reversed"]


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
