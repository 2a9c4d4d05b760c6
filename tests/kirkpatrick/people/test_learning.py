"""Is what each knows told beside those who took the same test, and does the interval hold the truth?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.people.learning import drawn_in, learning, module_shares, stand_linked
from churnlab.synthetic import Institution, make
from churnlab.synthetic.training.quizzes import right
from churnlab.tables.door import fetch
from tests.kirkpatrick.people.team import IDS, PX1, answers, opened, trainees

EVEN = {one: [1] * place + [0] * (12 - place) for place, one in enumerate(IDS)}  # A00 has none right, A11 all but one
NEAR = {one: [1] * (place ^ 1) + [0] * (12 - (place ^ 1)) for place, one in enumerate(IDS)}  # neighbours swap
SCHOOL = {"trainings": [PX1, PX1 | {"training_id": "PX2"}], "trainees": trainees()}


BOTH = trainees() + [row | {"training_id": "PX2"} for row in trainees()]


def odds(marks):
    """Return the log odds of a right answer, of each one's marks of twelve."""
    right = np.array([sum(own) for own in marks.values()])
    return np.log((right + 0.5) / (12 - right + 0.5))


def test_who_knows_more_than_those_who_took_the_same_stands_higher():
    told = answers(EVEN) + answers(NEAR, training="PX2")
    table = learning(opened(test_answers=told, **(SCHOOL | {"trainees": BOTH}))).table.set_index("staff_id")
    # Both are the log odds of 0 to 11 right of 12, of which the second test swaps neighbours; all took both.
    spread = np.sqrt(2 * 12 * np.var(odds(EVEN)) / (24 - 2))
    mean = (odds(EVEN) + odds(NEAR)) / 2
    assert table["raw"].tolist() == pytest.approx(((mean - mean.mean()) / spread).tolist())
    assert table["estimate"]["A11"] > table["estimate"]["A05"] > table["estimate"]["A01"]
    assert (table["n"] == 2).all()


def test_what_she_had_not_been_taught_does_not_count_and_of_tests_after_it_the_first_does():
    who = trainees(IDS[:6]) + trainees(IDS[6:], arm="comparison", hours=0.0) + BOTH[12:]
    told = answers(EVEN) + answers(NEAR, training="PX2")
    more = answers(EVEN, "pre", "2025-04-01 10:00") + answers(NEAR, "delayed", "2025-09-01 10:00")
    alone, later = (
        learning(opened(test_answers=rows, **(SCHOOL | {"trainees": who}))).table for rows in (told, told + more)
    )
    assert later.equals(alone)
    # A06 to A11 are compared with in PX1: only their test of PX2 counts.
    assert alone["n"].tolist() == [2] * 6 + [1] * 6
    # Who waits was not taught what she is tested in; her first day of the training is to come.
    waits = [row | {"arm": "waitlist"} if row["staff_id"] > "A05" else row for row in trainees()] + BOTH[12:]
    waited = learning(opened(test_answers=told, **(SCHOOL | {"trainees": waits}))).table
    assert waited.equals(alone)


def test_strong_colleagues_lower_nobody():
    # A00 to A05 took PX1, A06 to A11 PX2, each from 3 to 8 right; superiors gave 2, 3 to the first and 4, 5 to the
    # second in turn, so that these are 2 points above: by the tests alone nobody could tell, and all counted 0.
    same = {one: [1] * (3 + place % 6) + [0] * (9 - place % 6) for place, one in enumerate(IDS)}
    told = answers({one: same[one] for one in IDS[:6]}) + answers({one: same[one] for one in IDS[6:]}, training="PX2")
    who = trainees(IDS[:6]) + BOTH[18:]
    ratings = rated("superior", [2, 3] * 3 + [4, 5] * 3)
    table = learning(opened(test_answers=told, ratings=ratings, **(SCHOOL | {"trainees": who}))).table
    raw = table.set_index("staff_id")["raw"]
    # 1 is the standard deviation of a round: of 2, 3, 4, 5, three times each, √(15 / 11). What each half has in its
    # test is its own level and half an easy test, for all that can be told: between halves only the ratings speak.
    assert raw[IDS[6:]].mean() - raw[IDS[:6]].mean() == pytest.approx(2 / np.sqrt(15 / 11))
    assert raw["A05"] > raw["A00"]


def test_who_shares_no_test_is_left_out_and_counted():
    told = answers({one: EVEN[one] for one in IDS[:8]}) + answers({one: EVEN[one] for one in IDS[8:]}, training="PX2")
    who = trainees(IDS[:8]) + [row for row in BOTH[12:] if row["staff_id"] in IDS[8:]]
    told += answers({one: NEAR[one] for one in IDS[:8]}, training="PX3")
    who += [row | {"training_id": "PX3"} for row in trainees(IDS[:8])]
    three = [*SCHOOL["trainings"], PX1 | {"training_id": "PX3"}]
    found = learning(opened(test_answers=told, trainings=three, trainees=who))
    assert found.unlinked == 4  # A08 to A11
    assert found.table["staff_id"].tolist() == IDS[:8]


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
        learning(opened(test_answers=told, ratings=rows, **(SCHOOL | {"trainees": BOTH}))).table
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
def test_levels_are_held_where_the_able_are_sent_to_one_training_and_the_others_to_another():
    # Estimand: how far each lies from the mean of the role. The abler half takes two tests, the others two of another
    # training, everybody is rated once a year.
    rng, data, held, nearer = np.random.default_rng(6), opened(), [], []
    for _ in range(120):
        level = np.sort(rng.normal(size=20))
        parts = [
            pd.DataFrame({"staff_id": np.arange(20)[part], "source": source, "value": level[part] + easy})
            for source, part, easy in (
                ("t1", slice(10), 1.0), ("t2", slice(10), 0.0), ("t3", slice(10, 20), -1.0),
                ("t4", slice(10, 20), 2.0), ("c1", slice(20), 0.0), ("c2", slice(20), 0.5),
            )
        ]  # fmt: skip
        told = pd.concat(parts, ignore_index=True).assign(role="adviser", campus="East", kind="test")
        told["value"] += 0.8 * rng.normal(size=len(told))
        # In standard deviations between those of a test: pooled over tests, as the analysis takes them.
        off = told["value"] - told.groupby("source")["value"].transform("mean")
        spread = np.sqrt((off**2).sum() / (len(told) - 6))
        true = (level - level.mean()) / spread
        table = stand_linked(told, data).table
        held.append(((table["estimate_low"] <= true) & (true <= table["estimate_high"])).mean())
        # As if the people of every test had the same mean:
        plain = (off / spread).groupby(told["staff_id"]).mean().to_numpy()
        nearer.append(np.abs(plain - true).mean() - np.abs(table["raw"] - true).mean())
    assert 0.93 <= np.mean(held) <= 0.97  # people of one draw share their tests: twice the band of as many apart
    assert np.mean(nearer) > 0.08  # nearer to the truth by more than a tenth of what a round tells apart


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
