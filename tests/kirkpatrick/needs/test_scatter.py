"""Is what was seen before a training worked out as by hand?"""

import numpy as np
import pytest

from churnlab.kirkpatrick.needs.measured import OWN
from churnlab.kirkpatrick.needs.scatter import NOTHING_SEEN, scatter
from churnlab.settings import Settings
from tests.kirkpatrick.needs.rows import COURSE, TRAINED, WHO, evaluated, kpi

# Before the training of January: October to December against July to September. A rises by 3, B by 1, E falls by 1.
BLOCKS = {"A": (10.0, 13.0), "B": (10.0, 11.0), "E": (20.0, 19.0)}
EARLY, LATE = ("2025-07", "2025-08", "2025-09"), ("2025-10", "2025-11", "2025-12")
SALES = kpi("sales", {one: dict.fromkeys(EARLY, a) | dict.fromkeys(LATE, b) for one, (a, b) in BLOCKS.items()})
# What came after or long before changes nothing, nor does who has one of the two alone.
MORE = kpi("sales", {"A": {"2026-01": 99.0, "2025-06": 99.0}, "C": dict.fromkeys(LATE, 12.0)})


def test_of_a_kpi_it_is_the_change_between_neighbouring_months_of_all_people() -> None:
    seen = scatter(evaluated(kpis=SALES + MORE), "sales")
    assert seen.sd == pytest.approx(np.std([3, 1, -1], ddof=1))
    assert seen.people == 3
    assert seen.mean == pytest.approx((13 + 11 + 12) / 3)  # of the trained alone
    assert (seen.against, seen.trained, seen.compared) == ("compared", 4, 4)


def test_without_others_they_are_held_against_themselves() -> None:
    seen = scatter(evaluated(kpis=SALES, trainees=WHO[:4]), "sales")
    assert (seen.against, seen.compared, seen.people) == ("before", 0, 2)


def test_of_tasks_and_seats_people_of_earlier_trainings_stand_in() -> None:
    before = COURSE | {"training_id": "PX0", "starts_on": "2025-09-01", "ends_on": "2025-09-30"}
    tasks = [
        {"training_id": training, "staff_id": one, "week": week, "done": done}
        for training, one, week, done in (
            ("PX0", "A", "2025-10-05", True), ("PX0", "A", "2025-10-12", True), ("PX0", "B", "2025-10-05", True),
            ("PX0", "B", "2025-10-12", False), ("PX1", "C", "2026-02-08", False), ("PX0", "D", "2026-02-08", False),
        )
    ]  # fmt: skip
    seen = scatter(evaluated(trainings=[COURSE, before], check_ins=tasks), "check_ins")
    assert (seen.mean, seen.sd) == (3 / 4, pytest.approx(np.std([1, 1 / 2], ddof=1)))
    assert (seen.against, seen.people, seen.trained) == ("earlier_trainings", 2, 4)
    liked = [
        {"training_id": "PX0", "respondent_id": one, "item": "1", "dimension": "usefulness", "score": score,
         "answered_at": "2025-09-30"}
        for one, score in (("A", 5.0), ("B", 3.0))
    ]  # fmt: skip
    assert scatter(evaluated(trainings=[COURSE, before], reactions=liked), "reaction").mean == (100 + 50) / 2
    sessions = [
        {"session_id": f"T{day}", "training_id": "PX0", "planned_at": f"2025-09-0{day} 09:00",
         "held_at": f"2025-09-0{day} 09:00", "module": "m"}
        for day in (1, 2)
    ]  # fmt: skip
    came = [
        {"session_id": f"T{day}", "staff_id": one, "status": "absent" if (one, day) == ("B", 2) else "made_up"}
        for one in "AB"
        for day in (1, 2)
    ]
    told = evaluated(trainings=[COURSE, before], training_sessions=sessions, training_attendance=came)
    assert scatter(told, "attendance").mean == (1 + 1 / 2) / 2


def test_of_tests_it_is_the_scores_before() -> None:
    answers = [
        {"training_id": "PX1", "staff_id": one, "occasion": "pre", "taken_at": "2026-01-05", "item_id": item,
         "score": float(item <= knew), "max_score": 1.0}
        for one, knew in (("A", 0), ("B", 1), ("E", 2))
        for item in (1, 2)
    ]  # fmt: skip
    seen = scatter(evaluated(test_answers=answers), "test_mean")
    assert (seen.mean, seen.sd) == ((0 + 50) / 2, pytest.approx(50))


@pytest.mark.parametrize("measure", ["sales", *OWN])
def test_of_what_nobody_told_nothing_was_seen(measure: str) -> None:
    assert scatter(evaluated(), measure) == NOTHING_SEEN


def test_of_the_promoter_score_it_is_customers_before_who_are_held_against_those_after() -> None:
    def answered(at: str, *scores: int) -> list[dict[str, object]]:
        return [
            {"respondent_id": f"{at}-{number}", "instrument": "nps", "campus": "East", "at": at, "item": "recommend",
             "score": float(score), "scale_min": 0.0, "scale_max": 10.0}
            for number, score in enumerate(scores)
        ]  # fmt: skip

    # Before: two promoters, one passive, one detractor: mean 1/4, variance 3/4 − 1/16; after three answers.
    rows = answered("2025-12-01", 10, 9, 8, 0) + answered("2026-03-01", 10, 9, 1)
    few = Settings.model_validate({"uncertainty": {"min_group": 2}})
    seen = scatter(evaluated(surveys=rows, settings=few), "nps")
    assert (seen.mean, seen.sd) == (25, pytest.approx(100 * np.sqrt(3 / 4 - 1 / 16)))
    assert (seen.against, seen.people, seen.trained, seen.compared) == ("customers_before", 4, 3, 4)


def test_a_share_of_people_varies_between_now_and_the_half() -> None:
    # One of four trained applied it before: variance 1/4 · 3/4, half way to 1/4.
    ratings = [
        {"training_id": "PX1", "staff_id": one, "rater_id": "H", "rater_role": "superior", "kind": "behavior",
         "occasion": occasion, "at": at, "dimension": "listening", "score": 5.0 if one == "A" else 2.0,
         "scale_min": 1.0, "scale_max": 5.0}
        for one in TRAINED
        for occasion, at in (("pre", "2026-01-02"), ("post", "2026-05-01"))
    ]  # fmt: skip
    seen = scatter(evaluated(ratings=ratings), "applied_share")
    assert (seen.mean, seen.sd, seen.people) == (1 / 4, pytest.approx(np.sqrt((3 / 16 + 1 / 4) / 2)), 4)
