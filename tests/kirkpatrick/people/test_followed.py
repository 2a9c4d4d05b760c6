"""Are those who did their tasks compared with those who did not, and is nothing claimed of it?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.people.followed import plan_followed
from tests.kirkpatrick.people.team import IDS, PX1, opened, trainees
from tests.kirkpatrick.people.test_plan import _done

# A00 to A05 did none of the eight weekly tasks, A06 to A11 the first.
CHECKED = [_done(one, "2025-06-02", one > "A05") for one in IDS]


def rated(occasion, listens, asks, who=IDS):
    at = {"pre": "2025-04-20 10:00", "post": "2025-06-20 10:00", "delayed": "2025-09-20 10:00"}[occasion]
    return [
        {"training_id": "PX1", "staff_id": one, "rater_id": "P", "rater_role": "peer", "kind": "behavior",
         "occasion": occasion, "at": at, "dimension": dimension, "score": float(score), "scale_min": 1.0,
         "scale_max": 5.0}
        for one, first, second in zip(who, listens, asks, strict=True)
        for dimension, score in (("listens", first), ("asks", second))
    ]  # fmt: skip


# Listens: who did none changed by 0, 1 in turn, who did one by 1, 2; asks: 0, 1 in turn for all.
BEFORE = rated("pre", [2] * 12, [3] * 12)
AFTER = rated("post", [2, 3] * 3 + [3, 4] * 3, [3, 4] * 6)


def told(as_of="2026-01-01", **tables):
    more = {"trainings": [PX1], "trainees": trainees(), "check_ins": CHECKED, "ratings": BEFORE + AFTER}
    return plan_followed(Evaluation(opened(as_of, **(more | tables)), "PX1"))


def test_changes_stand_beside_each_other_by_hand():
    table = told().table.set_index("behavior")
    assert table[["people_more", "people_fewer"]].to_numpy().tolist() == [[6, 6]] * 2
    assert table.loc["listens", ["more_change_score", "fewer_change_score"]].tolist() == [1.5, 0.5]
    # Of 36 pairs of changes (1, 2) and (0, 1), half each: 9 equal, 27 higher with more tasks.
    assert table["changed_more_probability"].to_dict() == {"listens": (27 + 9 / 2) / 36, "asks": 1 / 2}
    assert table["changed_more_probability_low"]["asks"] < 0.5 < table["changed_more_probability_high"]["asks"]


def test_where_most_did_all_they_are_those_who_did_more():
    # A05 to A11 did the task: seven, and the middle one did it, too.
    found = told(check_ins=[_done(one, "2025-06-02", one > "A04") for one in IDS])
    assert found.table[["people_more", "people_fewer"]].to_numpy().tolist() == [[7, 5]] * 2


def test_the_last_occasion_counts():
    found = told(ratings=BEFORE + AFTER + rated("delayed", [5], [5], who=["A00"]))
    assert found.table["fewer_change_score"][0] == pytest.approx((3 + 1 + 0 + 1 + 0 + 1) / 6)


def test_it_is_read_aloud_and_claims_no_cause():
    found = told()
    low, high = (found.table[f"changed_more_probability_{end}"][0] for end in ("low", "high"))
    assert low > 0.5
    assert found.sentence("en") == (
        "Of 12 people rated before and after, those who did more of their weekly tasks stand beside those who did "
        "fewer (parted at the middle one's 6%). In listens they changed by +1.50 and +0.50; one who did more changed "
        f"more than one who did fewer with a probability of 88% ({low:.0%} to {high:.0%}, where the intervals of 2 "
        "behaviours together are to hold with 95%). That is more than chance would explain, and still no proof that "
        "the tasks did it."
    )
    assert found.sentence("zh").startswith(
        "训前训后都被评价的 12 人，以每周任务完成率的中位（6%）分成较多、较少两组。“listens”的变化，"
    )
    assert found.design is Design.COMPARISON_GROUP
    assert "the keen do them" in found.warnings("en")[0]
    even = told(ratings=BEFORE + rated("post", [2, 3] * 6, [3, 4] * 6))
    assert even.sentence("zh").endswith("看不出变化与完成任务有没有关系。")


def test_the_future_changes_nothing_and_few_are_refused():
    later = rated("delayed", [5] * 12, [5] * 12)
    early = {"as_of": "2025-09-01"}
    assert told(**early, ratings=BEFORE + AFTER + later).table.equals(told(**early).table)
    with pytest.raises(NotEnoughData) as error:
        told(check_ins=[_done(one, "2025-06-02", one > "A08") for one in IDS])
    assert error.value.message("en") == (
        "Of those who did more of the weekly tasks, or fewer, 3 were rated before and after the training; at least 5 "
        "are needed on either side."
    )
