"""Which share of the points did each have?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.learning.scores import ALL, scores_by_chapter
from tests.kirkpatrick.learning.case import answered, evaluated, people


def test_a_score_is_the_share_of_the_points_by_chapter_and_over_all():
    marks = {("A", "pre"): "1000", ("A", "post"): "1110", ("B", "pre"): "1111"}
    found = scores_by_chapter(evaluated(test_answers=answered(marks, "aabb"), **people("A", "B")))
    told = {(row["chapter"], row["staff_id"]): row for row in found.to_dict("records")}
    assert (told[ALL, "A"]["pre"], told[ALL, "A"]["post"]) == (1 / 4, 3 / 4)
    assert (told["a", "A"]["pre"], told["a", "A"]["post"]) == (1 / 2, 2 / 2)
    assert (told["b", "A"]["pre"], told["b", "A"]["post"]) == (0 / 2, 1 / 2)
    assert told[ALL, "A"]["delayed"] != told[ALL, "A"]["delayed"]
    assert told[ALL, "A"]["is_trained"]
    assert not told[ALL, "B"]["is_trained"]


def test_of_a_question_answered_twice_the_first_answer_counts_and_the_future_none():
    rows = answered({("A", "pre"): "10"})
    rows += [{**row, "taken_at": "2026-01-06 10:00", "score": 1.0} for row in rows]
    found = scores_by_chapter(evaluated(test_answers=rows, **people("A")))
    assert found["pre"].tolist() == [1 / 2]
    later = rows + answered({("A", "post"): "11"})
    assert scores_by_chapter(evaluated("2026-02-01", test_answers=later, **people("A"))).equals(found)


def test_who_waits_for_her_turn_is_not_trained_while_she_waits():
    # A is trained from 5 January; B waits, sits A's tests, and is trained herself from 2 March.
    waiting = {"trainees": [
        {"training_id": "PX1", "staff_id": "A", "arm": "trained", "enrolled_on": "2026-01-05"},
        {"training_id": "PX1", "staff_id": "B", "arm": "waitlist", "enrolled_on": "2026-03-02"},
    ], "training_sessions": [{"training_id": "PX1", "session_id": "S", "planned_at": "2026-03-02 09:00"}],
    "training_attendance": [{"session_id": "S", "staff_id": "B", "status": "present"}]}  # fmt: skip
    rows = answered({(one, "pre"): "1000" for one in "AB"} | {("A", "post"): "1111", ("B", "post"): "1100"})
    own = answered({("B", "pre"): "1110", ("B", "post"): "1111"})
    for row in own:
        row["taken_at"] = {"pre": "2026-03-01 10:00", "post": "2026-03-20 10:00"}[row["occasion"]]
    found = scores_by_chapter(evaluated(test_answers=rows + own, **people("A", "B") | waiting))
    told = {(row["staff_id"], row["is_trained"]): (row["pre"], row["post"]) for row in found.to_dict("records")}
    assert told == {("A", True): (1 / 4, 1), ("B", False): (1 / 4, 1 / 2), ("B", True): (3 / 4, 1)}
    # With one test before it is her own, and what she wrote while she waited has none.
    once = [row for row in rows + own if (row["staff_id"], row["taken_at"][:7]) != ("B", "2026-03")]
    found = scores_by_chapter(evaluated(test_answers=once, **people("A", "B") | waiting))
    told = {(row["staff_id"], row["is_trained"]): (row["pre"], row["post"]) for row in found.to_dict("records")}
    assert told["B", True][0] == 1 / 4
    assert told["B", False][1] == 1 / 2
    assert np.isnan([told["B", True][1], told["B", False][0]]).all()


def test_without_answers_of_its_people_nothing_is_told():
    with pytest.raises(NotEnoughData, match="PX1"):
        scores_by_chapter(evaluated(test_answers=answered({("Z", "pre"): "1"}), **people("A")))
