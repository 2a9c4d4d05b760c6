"""How many stars is an instructor worth?"""

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import instructor_rating
from churnlab.kirkpatrick.reaction.stars import stars
from tests.kirkpatrick.reaction.test_taught import SPREAD, kpis, opened

LEARNED = (3 / 12) / (4 * (1 / 4) ** 2 / 5) ** 0.5  # see test_taught
RULES = {"least_people": 2, "results_months": 2, "usual_learning_sd": 1.0, "usual_results_sd": 2.0}
NAMES = ("liking", "learning", "results", "instructor")


def liked(instructor, *scores, session="S1", at="2026-01-31"):
    return [
        {"training_id": "PX1", "session_id": session, "respondent_id": who, "item": "clear", "dimension": "instructor",
         "instructor_id": instructor, "score": float(score), "answered_at": at}
        for who, score in zip("ABC", scores, strict=False)
    ]  # fmt: skip


# J3 taught, and one person rated her.
ROWS = [*liked("J1", 5, 4, 3), *liked("J2", 3, 2, session="S2"), *liked("J3", 4, session="S4")]


def rated(rows=ROWS, as_of="2026-04-01", tables=None, **reaction):
    return instructor_rating(opened(as_of, {"reaction": RULES | reaction}, reactions=rows, **(tables or {})))


def test_one_star_is_nothing_three_are_usual_and_five_twice_that():
    assert [stars(one, 0.6) for one in (-0.3, 0, 0.3, 0.6, 1.2)] == pytest.approx([0, 1, 2, 3, 5])


def test_no_instructor_has_more_than_five_stars_or_less_than_one():
    most = rated(usual_results_sd=0.1).table.iloc[0]
    assert (most["results_stars"], most["results_stars_high"]) == (5, 5)
    # The others gained what the trained lost.
    less = rated(tables={"kpis": kpis(gain=-4.0)}, usual_results_sd=0.1).table.iloc[0]
    assert (less["results_stars"], less["results_stars_low"]) == (1, 1)


def test_sources_are_weighed_as_the_settings_say():
    first = rated().table.set_index("reaction_instructor").loc["J1"]
    learning, results = 1 + 2 * LEARNED, min(1 + 2 * (4 / SPREAD) / 2, 5)
    assert first["liking_stars"] == pytest.approx(12 / 3)
    assert first["learning_stars"] == pytest.approx(learning)
    assert first["results_stars"] == pytest.approx(results, abs=0.1)
    whole = (0.4 * 4 + 0.3 * learning + 0.3 * first["results_stars"]) / (0.4 + 0.3 + 0.3)
    assert first["instructor_stars"] == pytest.approx(whole)
    assert (first["learning_trainings"], first["results_trainings"], first["stars_state"]) == (1, 1, "told")


def test_the_interval_is_long_enough_however_the_sources_go_together():
    first = rated(liking_weight=0.5, learning_weight=0.25, results_weight=0.25).table.iloc[0]
    for end in ("_low", "_high"):
        parts = [first[f"{name}_stars{end}"] for name in NAMES[:3]]
        assert first[f"instructor_stars{end}"] == pytest.approx(parts[0] / 2 + parts[1] / 4 + parts[2] / 4)


def test_where_a_source_is_missing_there_are_no_stars():
    table = rated().table.set_index("reaction_instructor")
    assert table.loc["J3", "stars_state"] == "no_liking"
    assert pd.isna(table.loc["J3", "instructor_stars"])
    assert table.loc["J3", "learning_stars"] == table.loc["J1", "learning_stars"]
    few = rated(least_people=3).table.set_index("reaction_instructor")
    assert few["stars_state"].to_dict() == {"J1": "told", "J2": "no_liking", "J3": "no_liking"}
    early = rated(results_months=3)
    assert early.table["stars_state"].tolist() == ["no_results", "no_results", "no_liking"]
    assert early.sentences == ("none", "how")
    untested = rated(tables={"test_answers": []})
    assert untested.table.set_index("reaction_instructor").loc["J1", "stars_state"] == "no_learning"


def test_a_source_that_weighs_nothing_may_be_missing():
    table = rated(results_months=3, results_weight=0).table.set_index("reaction_instructor")
    one = table.loc["J1"]
    assert one["instructor_stars"] == pytest.approx((0.4 * 4 + 0.3 * one["learning_stars"]) / 0.7)


def test_it_is_said_who_can_be_told_apart():
    found = rated()
    assert found.facts["rated"] == 2
    assert found.sentence("en").startswith("The 2 instructors with stars cannot be told apart: J1 has most, ")
    assert found.sentence("en").endswith(
        "Of 1 other a source is missing: no stars. Weights: answers 40%, learning 30%, KPIs over 2 months 30%. An "
        "answer of 4 is 4 stars; an effect of nothing is 1 star, a usual one (1.00 standard deviations of learning, "
        "2.00 of results) 3, twice that 5."
    )
    assert found.sentence("zh").endswith(
        "另有 1 名缺少依据，不评星级。权重：评价 40%，学习 30%，2 个月的业绩指标 30%。评价 4 分即 4 星；"
        "效果为零记 1 星，达到通常水平（学习 1.00、业绩 2.00 个标准差）记 3 星，达到两倍记 5 星。"
    )
    alone = rated(ROWS[:3])
    assert alone.sentence("en").startswith("Only J1 can be given stars: ")


def test_what_is_not_alike_before_is_no_source():
    # The trained sold far more before, and were not drawn by lot.
    rows = [row | {"value": row["value"] + 9 * (row["unit_id"] in "ABC")} for row in kpis()]
    arms = [
        {"training_id": "PX1", "staff_id": one, "arm": "trained" if one in "ABC" else "comparison",
         "enrolled_on": "2026-01-05", "concluded_on": "2026-01-30"}
        for one in "ABCDEF"
    ]  # fmt: skip
    table = rated(tables={"kpis": rows, "trainees": arms}).table
    assert table["results_stars"].isna().all()


def test_the_future_changes_nothing():
    later = liked("J1", 1, 1, 1, session="S3", at="2026-04-01")
    pd.testing.assert_frame_equal(rated([*ROWS, *later]).table, rated().table)


def test_nobody_who_taught_or_was_rated():
    with pytest.raises(NotEnoughData) as none:
        rated([], tables={"training_sessions": [], "training_attendance": []})
    assert none.value.message("zh") == "没有一名讲师有两人以上评价。"
