"""Do the questions measure one thing, and is one reversed unmarked?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.reaction.reliability import reaction_reliability
from tests.kirkpatrick.reaction.conftest import sheet

MANY = [f"T{number:02}" for number in range(20)]


def rows(reverse):
    # Likings of 2 to 5; q1 runs against the rest; each question is now and then one step off.
    told = []
    for number, who in enumerate(MANY):
        liking = 2 + number % 4
        steps = [liking, 6 - liking, liking - (number % 5 == 0), liking - (number % 7 == 0)]
        told += sheet(who, *[min(max(one, 1), 5) for one in steps], reverse=reverse)
    return told


@pytest.mark.parametrize(
    ("reverse", "state"),
    [((False, True), "as_marked"), ((False, False), "not_marked")],
)
def test_a_reversed_question_is_found_if_it_is_not_marked(evaluated, reverse, state):
    found = reaction_reliability(evaluated(rows(reverse), people=MANY))
    assert found.table.set_index("reaction_item").loc["q1", "keying_state"] == state
    assert found.facts["wrong"] == (state == "not_marked")
    assert (found.facts["alpha"] > 0.9) == (state == "as_marked")


def test_a_question_marked_that_is_not_reversed_is_found(evaluated):
    found = reaction_reliability(evaluated(rows((False, True, True)), people=MANY))
    assert found.table.set_index("reaction_item").loc["q2", "keying_state"] == "wrongly_marked"
    assert found.sentence("en").endswith(
        "1 question runs another way than marked: mend that before you believe any mean."
    )


def test_few_people_are_refused(evaluated):
    with pytest.raises(NotEnoughData, match="3"):
        reaction_reliability(evaluated())
