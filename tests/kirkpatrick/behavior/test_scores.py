"""Is each rating of the person, occasion and kind of rater that it says?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.behavior.scores import behavior_ratings, seen_by_others, seen_by_role
from tests.kirkpatrick.behavior.rows import by_superior, evaluated, rating

PAIR = {("superior", "listening")}


def test_raters_are_averaged_before_dimensions():
    # A is seen at 2 and 4 by two peers on listening, at 5 by one on selling: (3 + 5) / 2 = 4, not 11 / 3.
    rows = [
        rating("A", "peer", "pre", 2, rater="P"),
        rating("A", "peer", "pre", 4, rater="Q"),
        rating("A", "peer", "pre", 5, rater="P", dimension="selling"),
    ]
    seen = seen_by_role(behavior_ratings(evaluated(ratings=rows)), {("peer", "listening"), ("peer", "selling")})
    assert seen["score"].tolist() == [4.0]


def test_a_dimension_that_was_not_asked_on_every_occasion_counts_on_none():
    rows = [*by_superior(), rating("A", "superior", "post", 1, dimension="selling")]
    seen = seen_by_role(behavior_ratings(evaluated(ratings=rows)), {*PAIR, ("superior", "selling")})
    assert seen.loc[(seen["staff_id"] == "A") & (seen["occasion"] == "post"), "score"].tolist() == [4.0]


def test_self_ratings_are_never_averaged_with_others():
    rows = [rating("A", "superior", "pre", 2), rating("A", "self", "pre", 5), rating("A", "peer", "pre", 3)]
    shown = {(role, "listening") for role in ("superior", "self", "peer")}
    others = seen_by_others(seen_by_role(behavior_ratings(evaluated(ratings=rows)), shown))
    assert others["score"].tolist() == [2.5]


def test_another_scale_is_stretched_to_the_one_used_most():
    ten = rating("A", "superior", "pre", 1) | {"score": 5.5, "scale_max": 10.0}  # the middle of 1 to 10
    rows = behavior_ratings(evaluated(ratings=[*by_superior()[1:], ten]))
    assert rows.loc[(rows["staff_id"] == "A") & (rows["occasion"] == "pre"), "score"].tolist() == [3.0]


def test_a_rating_after_a_training_that_had_not_ended_and_one_of_tomorrow_are_left_out():
    early = rating("A", "superior", "post", 5, at="2026-03-15")
    assert len(behavior_ratings(evaluated(ratings=[*by_superior()[:8], early]))) == 8
    assert len(behavior_ratings(evaluated("2026-06-30", ratings=by_superior()))) == 8


def test_without_ratings_it_is_refused():
    other = rating("A", "superior", "pre", 2) | {"kind": "skill"}
    with pytest.raises(NotEnoughData) as error:
        behavior_ratings(evaluated(ratings=[other]))
    assert error.value.message("zh") == "培训 PX1 没有人接受过行为评价。"
