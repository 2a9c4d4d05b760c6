"""Is what each knows told beside those who took the same test, and does the interval hold the truth?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.learning import drawn_in, learning, module_shares
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.quizzes import right
from churnlab.tables.door import fetch
from tests.kirkpatrick.people.team import IDS, PX1, answers, opened, trainees

EVEN = {one: [1] * place + [0] * (12 - place) for place, one in enumerate(IDS)}  # A00 has none right, A11 all but one
NEAR = {one: [1] * (place ^ 1) + [0] * (12 - (place ^ 1)) for place, one in enumerate(IDS)}  # neighbours swap
SCHOOL = {"trainings": [PX1, PX1 | {"training_id": "PX2"}], "trainees": trainees()}


def test_who_knows_more_than_those_who_took_the_same_stands_higher():
    told = answers(EVEN) + answers(NEAR, training="PX2")
    table = learning(opened(test_answers=told, **SCHOOL)).table.set_index("staff_id")
    # 0 to 11 right of 12: mean 5.5, standard deviation √13 of whole marks (n − 1); A11 has 11 and 10 right.
    assert table["raw"]["A11"] == pytest.approx((5.5 + 4.5) / 2 / np.sqrt(13))
    assert table["estimate"]["A11"] > table["estimate"]["A05"] > table["estimate"]["A01"]
    assert (table["n"] == 2).all()


def test_after_the_training_those_trained_are_beside_those_trained():
    who = trainees(IDS[:6]) + trainees(IDS[6:], arm="comparison", hours=0.0)
    told = answers(EVEN) + answers(EVEN, "pre") + answers(EVEN, training="PX2")
    table = learning(opened(test_answers=told, **(SCHOOL | {"trainees": who}))).table.set_index("staff_id")
    # A05 is best of the trained after it (+2.5 of √3.5), a little below the mean before it and in the other training.
    own = 2.5 / np.sqrt(3.5), -0.5 / np.sqrt(13), -0.5 / np.sqrt(13)
    assert table["raw"]["A05"] == pytest.approx(sum(own) / 3)


def test_of_a_module_the_last_test_after_the_training_counts():
    some = {one: (1, 1, 0, 0) for one in IDS}
    told = answers(some, "pre") + answers(some) + answers({"A00": (1, 1, 1, 0)}, "delayed", "2025-08-01")
    table = module_shares(opened(test_answers=told, **SCHOOL)).set_index("staff_id")
    assert (table["right"]["A00"], table["asked"]["A00"]) == (3, 4)
    assert (table["right"]["A01"], table["asked"]["A01"]) == (2, 4)
    assert 0.5 <= table["right_share"]["A00"] < 0.75  # drawn towards the others


def rated(role, scores):
    return [
        {"staff_id": one, "rater_id": f"{role}{one}", "rater_role": role, "kind": "competency", "occasion": "pre",
         "at": "2025-03-01 10:00", "dimension": "listens", "score": float(score), "scale_min": 1.0, "scale_max": 5.0}
        for one, score in zip(IDS, scores, strict=True)
    ]  # fmt: skip


def test_what_people_say_of_themselves_is_no_sign_of_what_they_know():
    told, others = answers(EVEN) + answers(NEAR, training="PX2"), rated("superior", [3, 4] * 6)
    alone, praised = (
        learning(opened(test_answers=told, ratings=rows, **SCHOOL)).table
        for rows in (others, others + rated("self", [5] * 6 + [1] * 6))
    )
    assert praised.equals(alone)
    assert alone["n"].max() == 3  # two tests and what superiors say


def test_without_tests_nothing_is_told():
    with pytest.raises(NotEnoughData):
        module_shares(opened())
    with pytest.raises(NotEnoughData):
        learning(opened())


@pytest.mark.slow
def test_intervals_hold_what_people_truly_know():
    held = []
    for seed in range(8):
        made = make(Institution(students=2500, seed=seed))
        truth = made.truth.training.abilities.set_index("staff_id")["ability"]
        answered = fetch(made.data().table("test_answers").filter(lambda rows: rows.occasion == "pre"))
        answered["right"] = answered["correct"].astype(float)
        by = ["training_id", "staff_id"]
        counts = answered.groupby(by, as_index=False).agg(right=("right", "sum"), asked=("right", "size"))
        counts = counts[counts["training_id"].isin(["PX002", "PX004", "PX005", "PX006"])]  # nobody chosen by the test
        told = drawn_in(counts, ["training_id"], 0.95)
        true = right(told["staff_id"].map(truth).to_numpy()).mean(axis=1)
        held += ((told["right_share_low"] <= true) & (true <= told["right_share_high"])).tolist()
    assert len(held) > 500
    # Questions differ in difficulty, so that marks vary less than of as many equal ones: a little too often.
    assert 0.94 <= np.mean(held) <= 0.995
