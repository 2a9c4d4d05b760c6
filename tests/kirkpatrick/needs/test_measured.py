"""Is what a training has come to worked out as by hand?"""

import numpy as np
import pytest
from scipy.stats import binom, t

from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.needs.measured import NOTHING, change, interval_written, kpi_after, kpi_before, measured
from churnlab.settings import Settings
from churnlab.synthetic.training.delivery import MADE_UP_SHARE, PRESENT_SHARE
from tests.kirkpatrick.needs.made_up import made_up
from tests.kirkpatrick.needs.rows import CAME, TRAINED, evaluated, kpi

# Before: December 10 each. After, from February: A 11 a month, B 12, C 13, D 14; in May all sold 100.
AFTER = {
    one: {"2025-12": 10.0, "2026-01": 50.0, "2026-05": 100.0} | dict.fromkeys(("2026-02", "2026-03", "2026-04"), level)
    for one, level in zip(TRAINED, (11.0, 12.0, 13.0, 14.0), strict=True)
}  # fmt: skip
SALES = kpi("sales", AFTER) + kpi("sales", {"E": {"2026-03": 1000.0}})


def test_a_kpi_is_the_mean_over_people_of_their_last_months_until_the_time() -> None:
    found = measured(evaluated(kpis=SALES), "sales", months=3)
    error = np.std([11, 12, 13, 14], ddof=1) / 2
    assert found.value == (11 + 12 + 13 + 14) / 4
    assert found.high - found.value == pytest.approx(t.ppf(0.975, 3) * error)
    assert found.people == 4


def test_without_a_time_the_last_months_count_and_the_training_itself_never() -> None:
    after = kpi_after(evaluated(kpis=SALES), "sales")
    assert after["A"] == (11 + 11 + 100) / 3
    assert kpi_after(evaluated("2026-05-01", kpis=SALES), "sales")["A"] == 11
    assert kpi_before(evaluated(kpis=SALES), "sales").to_dict() == dict.fromkeys(TRAINED, 10.0)


def test_a_change_is_that_of_all_together() -> None:
    found = change(evaluated(kpis=SALES), "sales", months=3)
    # All had 10 before: 12.5 of 10, with the t interval of the four values over 10.
    half = t.ppf(0.975, 3) * np.std([11, 12, 13, 14], ddof=1) / 2 / 10
    assert found == pytest.approx((0.25, 0.25 - half, 0.25 + half, 4))
    # Who sold nothing before counts as she is, and has no ratio of her own: 50 after of 30 before.
    nothing = [row | {"value": 0.0} if row["month"] == "2025-12-28" else row for row in SALES]
    none_before = [old if old["unit_id"] != "A" else new for old, new in zip(SALES, nothing, strict=True)]
    assert change(evaluated(kpis=none_before), "sales", months=3).value == pytest.approx(50 / 30 - 1)
    assert change(evaluated(kpis=nothing), "sales", months=3) is NOTHING


def test_where_all_changed_alike_nothing_tells_how_sure_it_is() -> None:
    doubled = kpi("sales", {one: {"2025-12": 10.0 + n, "2026-03": 20.0 + 2 * n} for n, one in enumerate(TRAINED)})
    found = change(evaluated(kpis=doubled), "sales", months=3)
    assert (found.value, np.isnan(found.low), np.isnan(found.high)) == (pytest.approx(1), True, True)


def test_tasks_count_until_the_time_and_no_longer() -> None:
    # Concluded on 31 January: a month later is 28 February; the week that ends on 1 March is over later.
    tasks = [
        {"training_id": "PX1", "staff_id": one, "week": week, "done": week != "2026-02-28"}
        for one in TRAINED
        for week in ("2026-02-08", "2026-02-28", "2026-03-01")
    ]
    assert measured(evaluated(check_ins=tasks), "check_ins", months=1).value == 1 / 2
    assert measured(evaluated(check_ins=tasks), "check_ins").value == 2 / 3
    # Half a month is fifteen days.
    assert measured(evaluated(check_ins=tasks[1:]), "check_ins", months=0.5).people == 3


def test_who_applies_it_is_told_by_the_rating_of_its_time_not_by_an_earlier_one() -> None:
    def seen(*at: str) -> list[dict[str, object]]:
        return [
            {"training_id": "PX1", "staff_id": one, "rater_id": "H", "rater_role": "superior", "kind": "behavior",
             "occasion": "post", "at": on, "dimension": "listening", "score": 5.0, "scale_min": 1.0, "scale_max": 5.0}
            for one in TRAINED
            for on in at
        ]  # fmt: skip

    after_three, after_six = "2026-05-01", "2026-07-31"
    assert measured(evaluated(ratings=seen(after_three)), "applied_share", months=3).value == 1
    late = evaluated("2026-09-01", ratings=seen(after_three))
    assert measured(late, "applied_share", months=3).value == 1
    assert measured(late, "applied_share", months=6) is NOTHING
    assert measured(evaluated("2026-09-01", ratings=seen(after_three, after_six)), "applied_share", months=6).value == 1


def test_tasks_and_seats_are_counted_by_person() -> None:
    tasks = [
        {"training_id": "PX1", "staff_id": one, "week": f"2026-02-0{day}", "done": one != "A"}
        for one in TRAINED
        for day in (1, 8)
    ]
    found = measured(evaluated(check_ins=tasks), "check_ins")
    assert (found.value, found.people) == (6 / 8, 4)
    assert found.low < 0.5  # four people, whose weeks are alike, not eight
    seats = [row | ({"status": "made_up"} if row["staff_id"] == "A" else {}) for row in CAME]
    seats[1] = seats[1] | {"status": "absent"}
    assert measured(evaluated(training_attendance=seats), "attendance").value == 15 / 16


def test_tests_and_reactions_are_out_of_a_hundred() -> None:
    answers = [
        {"training_id": "PX1", "staff_id": one, "occasion": occasion, "taken_at": day, "item_id": item,
         "score": float(knew if item == "1" else occasion == "post"), "max_score": 1.0}
        for one, knew in zip(TRAINED, (1, 1, 1, 0), strict=True)
        for occasion, day in (("post", "2026-02-01"), ("delayed", "2026-05-01"))
        for item in ("1", "2")
    ]  # fmt: skip
    told = evaluated(test_answers=answers)
    assert measured(told, "test_mean", months=0).value == (100 + 100 + 100 + 50) / 4
    assert measured(told, "test_mean", months=3).value == (50 + 50 + 50 + 0) / 4
    liked = [
        {"training_id": "PX1", "respondent_id": one, "item": "1", "dimension": "usefulness", "score": float(score),
         "answered_at": "2026-01-31"}
        for one, score in zip(TRAINED, (5, 5, 4, 4), strict=True)
    ]  # fmt: skip
    assert measured(evaluated(reactions=liked), "reaction").value == 100 * (4.5 - 1) / 4
    plain = Settings.model_validate({"reaction": {"mapping": "share_of_top"}})
    assert measured(evaluated(reactions=liked, settings=plain), "reaction").value == 100 * 4.5 / 5


@pytest.mark.parametrize("measure", ["sales", "check_ins", "test_mean", "reaction", "nps", "applied_share"])
def test_of_what_nobody_told_nothing_is_known(measure: str) -> None:
    found = measured(evaluated(), measure)
    assert (found.people, np.isnan(found.value)) == (0, True)
    assert interval_written(found, "share") is None


def test_a_future_row_changes_nothing() -> None:
    later = kpi("sales", {one: {"2026-07": 1.0} for one in TRAINED})
    assert measured(evaluated(kpis=SALES), "sales") == measured(evaluated(kpis=SALES + later), "sales")


@pytest.mark.slow
def test_intervals_hold_what_was_planted() -> None:
    # Who is absent makes it up in 60 of 100 cases: 0.9 + 0.1 · 0.6. Tasks are done with a mean probability of their own
    # for each training. Trainings of 30 people and more, as the intervals say of themselves.
    came = PRESENT_SHARE + (1 - PRESENT_SHARE) * MADE_UP_SHARE
    held = []
    for seed in range(20):
        data, trained = made_up(seed)
        for one in trained.held:
            evaluated_here = Evaluation(data, one.training_id)
            if len(evaluated_here.trained) < 30:
                continue
            for measure, true in (("attendance", came), ("check_ins", one.programme.check_in_share)):
                found = measured(evaluated_here, measure)
                held.append(found.low <= true <= found.high)
        data.close()
    # 95 %, less what chance takes from so many in one of a hundred such tests.
    assert len(held) >= 80
    assert np.mean(held) >= binom.ppf(0.01, len(held), 0.95) / len(held), np.mean(held)
