"""Who answered, and what do the silent leave open?"""

import pytest

from churnlab.kirkpatrick.reaction.response import reaction_response


def test_who_came_or_made_up_was_asked_and_who_stayed_away_was_not(evaluated):
    found = reaction_response(evaluated())
    assert found.table["reaction_asked"].tolist() == [4, 4]
    assert found.facts["rate"] == pytest.approx(3 / 4)


def test_the_silent_may_all_have_said_1_or_all_5(evaluated):
    facts = reaction_response(evaluated()).facts
    own = (5 + 4 + 4.5) / 3
    assert facts["mean"] == pytest.approx(own)
    assert facts["least"] == pytest.approx((3 * own + 1) / 4)
    assert facts["most"] == pytest.approx((3 * own + 5) / 4)
    assert (facts["early"], facts["late"]) == (2, 1)


def test_one_late_answer_is_no_hint(evaluated):
    assert reaction_response(evaluated()).sentences == ("sentence", "bounds")
