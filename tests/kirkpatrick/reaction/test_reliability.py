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
    assert found.sentence("en").startswith(
        "1 question runs another way than marked: mend that before you believe any mean. Cronbach's alpha, "
    )


def test_alpha_is_judged_by_its_whole_interval_and_few_people_are_warned_of(evaluated):
    found = reaction_reliability(evaluated(rows((False, True)), people=MANY))
    assert found.sentences[0] == "reliable"
    assert found.caveats == ("reliability_few",)  # 20 people are under 30
    assert found.warnings("zh")[0].startswith("只有 20 人：不足 30 人时")
    beyond = (found.facts["alpha_high"] + 1) / 2
    high = reaction_reliability(evaluated(rows((False, True)), people=MANY, least_alpha=beyond, reliable_people=20))
    assert (high.sentences[0], high.caveats) == ("unreliable", ())
    between = (found.facts["alpha_low"] + found.facts["alpha_high"]) / 2
    half = reaction_reliability(evaluated(rows((False, True)), people=MANY, least_alpha=between))
    assert half.sentence("zh").startswith("这些题目的一致性够不够合成一个总分")


def test_a_question_that_goes_with_nothing_is_told_to_be_unclear(evaluated):
    noise = [
        row | {"item": "q9", "score": float(1 + (7 * number) % 5), "reverse_keyed": False}
        for number, row in enumerate(row for row in rows((False, True)) if row["item"] == "q0")
    ]
    found = reaction_reliability(evaluated([*rows((False, True)), *noise], people=MANY))
    assert found.table.set_index("reaction_item").loc["q9", "keying_state"] == "unclear"
    assert found.sentence("en").endswith("Of 1 question it cannot be told which way it runs.")


def test_few_people_are_refused(evaluated):
    with pytest.raises(NotEnoughData, match="3"):
        reaction_reliability(evaluated())
