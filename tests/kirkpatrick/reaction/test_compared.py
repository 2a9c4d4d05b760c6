"""Was a training liked better than the others?"""

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation, reaction_compared
from churnlab.settings import Settings
from tests.builders import institution
from tests.kirkpatrick.reaction.conftest import PX


def said(training, who, item="q0", score=4, dimension="relevance", at="2026-01-06"):
    return {
        "training_id": training, "session_id": None, "respondent_id": who, "item": item, "dimension": dimension,
        "score": float(score), "answered_at": at,
    }  # fmt: skip


# Here A says 5 and B 4, there C 4 and D 3, to the one question that was asked after both.
ROWS = [
    said("PX1", "A", score=5), said("PX1", "B", score=4), said("PX1", "B", item="only here", score=1),
    said("PX2", "C", score=4), said("PX2", "D", score=3), said("PX2", "C", item="only there", score=5),
]  # fmt: skip


def compared(rows, **reaction):
    data = institution(
        "2026-03-01",
        settings=Settings.model_validate({"reaction": {"least_people": 2, **reaction}}),
        trainings=[PX, {**PX, "training_id": "PX2"}],
        reactions=rows,
    )
    return reaction_compared(Evaluation(data, "PX1"))


def test_the_same_questions_only_are_compared():
    table = compared(ROWS).table
    assert table["reaction_dimension"].tolist() == ["all", "relevance"]
    assert table[["reaction_people", "reaction_others"]].to_numpy().tolist() == [[2, 2], [2, 2]]
    # Of four pairs three are higher here (5 > 4, 5 > 3, 4 > 3) and one alike (4 = 4).
    assert table["better_probability"].tolist() == pytest.approx([(3 + 1 / 2) / 4] * 2)


def test_dimensions_of_too_few_are_left_out_and_the_others_corrected_for_their_number():
    more = [said(training, who, "q1", score, "logistics") for training, who, score in (
        ("PX1", "A", 2), ("PX1", "B", 3), ("PX2", "C", 4), ("PX2", "D", 3),
    )]  # fmt: skip
    alone = [said("PX1", "A", "q2", 5, "commitment"), said("PX2", "C", "q2", 4, "commitment")]
    table = compared([*ROWS, *more, *alone]).table.set_index("reaction_dimension")
    assert table.index.tolist() == ["all", "logistics", "relevance"]
    plain = compared(ROWS).table["p_value"].iloc[1]
    assert table.loc["relevance", "p_value"] == pytest.approx(min(2 * plain, 1.0))


def test_many_who_like_it_better_are_said_to():
    rows = [said("PX1", f"A{n}", score=5 if n % 4 else 4) for n in range(20)]
    rows += [said("PX2", f"C{n}", score=3 + n % 3) for n in range(30)]
    found = compared(rows)
    whole = found.table.iloc[0]
    # 15 of 20 say 5 and 5 say 4; of 30 ten each say 3, 4 and 5.
    chance = (15 / 20) * (20 / 30 + 10 / 30 / 2) + (5 / 20) * (10 / 30 + 10 / 30 / 2)
    assert whole["better_probability"] == pytest.approx(chance)
    assert 1 < whole["better_odds_ratio_low"] < whole["better_odds_ratio"]
    assert found.sentence("en").startswith("Liked better than other trainings: a random answer here is the better one")
    worse = compared([row | {"training_id": {"PX1": "PX2", "PX2": "PX1"}[row["training_id"]]} for row in rows])
    assert worse.table["better_probability"].iloc[0] == pytest.approx(1 - chance)
    assert worse.sentence("zh").startswith("不如其他培训受欢迎")


def test_later_answers_and_too_few_people():
    later = said("PX2", "E", score=1, at="2026-03-01")
    pd.testing.assert_frame_equal(compared([*ROWS, later]).table, compared(ROWS).table)
    with pytest.raises(NotEnoughData) as few:
        compared(ROWS, least_people=3)
    assert few.value.message("en") == (
        "Only 2 people answered the same questions after PX1 or after other trainings; a comparison needs 3 on both "
        "sides."
    )
