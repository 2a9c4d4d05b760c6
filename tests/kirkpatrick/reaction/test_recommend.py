"""How likely would the trainees recommend a training?"""

import math

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import trainees_recommend
from tests.kirkpatrick.reaction.conftest import ANSWERS, sheet


def said(who, score, at="2026-01-05 18:00", session="S1"):
    return [
        row
        | {
            "item": "recommend",
            "dimension": "recommendation",
            "scale_min": 0.0,
            "scale_max": 10.0,
            "session_id": session,
        }
        for row in sheet(who, score, at=at)
    ]


# Two promoters (9 and 10), one passive (7), one detractor (6).
ROWS = [*ANSWERS, *said("A", 10), *said("B", 9), *said("C", 7), *said("D", 6)]


def test_promoters_less_detractors_with_the_standard_error(evaluated):
    found = trainees_recommend(evaluated(ROWS, least_people=4))
    whole, session = found.table.to_dict("records")
    assert (whole["promoters"], whole["passives"], whole["detractors"]) == (2, 1, 1)
    assert whole["promoter_points"] == pytest.approx((2 - 1) / 4)
    error = math.sqrt((2 / 4 + 1 / 4 - (1 / 4) ** 2) / 4)  # (p + d − (p − d)²) / n
    assert whole["promoter_standard_error"] == pytest.approx(100 * error)
    assert whole["reaction_people"] == 4
    assert (whole["reaction_session"], session["reaction_session"]) == ("all", "S1")
    assert found.sentence("en").startswith(
        f"The trainees' promoter score is +25.0 (standard error {100 * error:.1f}; 95% interval "
    )
    assert "it cannot be told whether more would recommend the training" in found.sentence("en")
    assert "孰多，还说不准；依据 4 人的 4 个回答。" in found.sentence("zh")
    assert found.caveats == ("reaction_few",)


def test_many_promoters_are_said_to_be_more_and_many_detractors_to_be_more(evaluated):
    many = [f"T{number}" for number in range(40)]
    for scores, start in (((10, 9, 8), "愿意推荐的（9—10 分）多于"), ((6, 3, 8), "愿意推荐的（9—10 分）少于")):
        rows = [row for number, who in enumerate(many) for row in said(who, scores[number % 3])]
        assert start in trainees_recommend(evaluated(rows, people=many)).sentence("zh")


def test_later_answers_change_nothing_and_sessions_of_few_are_left_out(evaluated):
    later = [*ROWS, *said("A", 0, at="2026-03-01")]
    known = trainees_recommend(evaluated(ROWS, least_people=4)).table
    pd.testing.assert_frame_equal(trainees_recommend(evaluated(later, least_people=4)).table, known)
    other = [*ROWS, *said("A", 0, session="S2")]
    assert trainees_recommend(evaluated(other, least_people=4)).table["reaction_session"].tolist() == ["all", "S1"]


def test_too_few_or_a_scale_that_nobody_told_are_refused(evaluated):
    with pytest.raises(NotEnoughData) as few:
        trainees_recommend(evaluated(ROWS))
    assert few.value.message("en") == (
        "Only 4 people answered after PX1 on a scale that is said to go from 0 to 10 whether they would recommend it; "
        "a promoter score needs at least 5."
    )
    untold = [row | {"scale_max": None} for row in ROWS]
    with pytest.raises(NotEnoughData, match="0"):
        trainees_recommend(evaluated(untold, least_people=2))
