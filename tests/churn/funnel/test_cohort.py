"""Only requests old enough are in the cohort, and what was left out is counted."""

import pytest

from churnlab.churn.funnel.cohort import caveats, period, ripe, ripe_cohort, steps_through
from churnlab.errors import NotEnoughData
from churnlab.i18n import text
from tests.churn.funnel.asking import contact, crowd, lead, opened, signed, student


# 10 asked on 10 Jan (6 came after 10 days), 10 on 1 Mar, known to 9 Mar: the later ones are 9 days old.
@pytest.mark.parametrize(("as_of", "asked"), [("2025-03-11", 10), ("2025-03-12", 20)])
def test_requests_count_once_the_time_has_passed_in_which_those_who_come_came(as_of: str, asked: int) -> None:
    data = opened(as_of, crowd(10, 6), crowd(10, 0, on="2025-03-01", of="b"))
    cohort = ripe_cohort(data, "enrolled")
    assert cohort.ripe_days == 10
    assert len(cohort.rows) == asked
    assert cohort.passed["enrolled"].sum() == 6
    assert period(cohort)["ripe_days"] == 10


# In the East all come after 2 days, in the West after 20. Requests of 12 March are 15 days old on 28 March.
def test_the_report_of_a_campus_looks_at_the_same_requests_as_that_of_all() -> None:
    data = opened(
        "2025-03-28", crowd(10, 6, after_days=2), crowd(10, 0, on="2025-03-12", of="b"),
        crowd(10, 6, after_days=20, of="c", campus="West"),
    )  # fmt: skip
    everywhere, east = (ripe_cohort(data, "enrolled", campus) for campus in (None, "East"))
    assert everywhere.ripe_days == east.ripe_days == 20
    of_all = everywhere.rows[everywhere.rows["campus"] == "East"]
    assert of_all["lead_id"].tolist() == east.rows["lead_id"].tolist()


def test_a_cohort_is_of_one_year() -> None:
    data = opened("2026-06-01", crowd(10, 6), crowd(10, 6, on="2026-01-10", of="b"))
    assert len(ripe_cohort(data, "enrolled").rows) == 10


def test_who_comes_on_the_day_of_asking_is_told_in_a_sentence_of_its_own() -> None:
    data = opened("2025-03-01", crowd(10, 6, after_days=0))
    cohort = ripe_cohort(data, "enrolled")
    assert cohort.ripe_days == 0
    assert ripe(data, cohort)[0] == ("funnel_ripe_at_once",)


# Nobody asked before 10 January; of those 20, 6 came after 10 days. 30 days after asking is 9 February.
@pytest.mark.parametrize(("as_of", "days", "said"), [("2025-02-09", 29, "short"), ("2025-02-10", 30, None)])
def test_requests_that_are_not_long_on_record_are_not_said_to_be_followed_for_long(
    as_of: str, days: int, said: str | None
) -> None:
    data = opened(as_of, crowd(20, 6))
    cohort = ripe_cohort(data, "enrolled")
    assert (cohort.ripe_days, cohort.followed_days, cohort.longest_days) == (10, days, 30)
    names, facts = ripe(data, cohort)
    assert names == (f"funnel_ripe_{said}" if said else "funnel_ripe",)
    warning = text(f"caveat.{names[0]}", "en", **facts)
    assert f"95% of those who come within {days} days have come" in warning
    assert ("what is told reaches to day 29" in warning) == (said is not None)


# Those of whom it is known by 20 January 2026 asked by the 9th, and those of a year from 10 January 2025 on.
@pytest.mark.parametrize(("as_of", "asked"), [("2026-01-20", 5), ("2026-01-21", 0)])
def test_the_year_begins_with_its_first_day_and_five_are_enough(as_of: str, asked: int) -> None:
    data = opened(as_of, crowd(5, 3))
    if asked:
        assert len(ripe_cohort(data, "enrolled").rows) == asked
    else:
        with pytest.raises(NotEnoughData):
            ripe_cohort(data, "enrolled")


# 10 who signed in 2024 ask as well, and sign again after 25 days.
def test_who_was_a_student_is_in_no_cohort_and_moves_no_ripeness() -> None:
    old = crowd(10, 10, after_days=25, of="old")
    old["students"] = [row | {"registered_on": "2024-01-01"} for row in old["students"]]
    old["enrolments"] += [signed(f"old{number}", "2024-01-01") for number in range(10)]
    cohort = ripe_cohort(opened("2025-03-01", crowd(10, 6), old), "enrolled")
    assert (len(cohort.rows), cohort.ripe_days) == (10, 10)


# All sign on 20 January. a0 is to start on 5 March and came at once; a1 has no lesson on record and renewed.
def test_who_is_not_due_has_not_come_and_who_renewed_has() -> None:
    rows = crowd(10, 10)
    rows["enrolments"][0]["starts_on"] = "2025-03-05"
    rows["lessons"] = [row for row in rows["lessons"] if row["student_id"] != "no. a1"]
    rows["enrolments"].append(signed("a1", "2025-02-10", kind="renewal"))
    cohort = ripe_cohort(opened("2025-03-01", rows), "first_lesson")
    came = cohort.passed["first_lesson"].set_axis(cohort.rows["lead_id"])
    assert (came["lead a0"], came["lead a1"], came.sum()) == (False, True, 9)


def test_who_signed_on_the_first_day_of_asking_is_counted_among_the_new() -> None:
    walk_in = {"students": [student("walk-in", "2025-01-10")], "enrolments": [signed("walk-in", "2025-01-10")]}
    data = opened("2025-03-01", crowd(10, 6), walk_in)
    facts = caveats(data, ripe_cohort(data, "enrolled"), None)[1]
    assert (facts["newcomers"], facts["unasked"], facts["folded"]) == (7, 1, 0)


def test_a_trial_that_was_only_cancelled_shows_that_trials_are_recorded() -> None:
    off = {"contacts": [contact("a0", "2025-01-11", "trial_cancelled")]}
    assert "trial_booked" in steps_through(opened("2025-03-01", crowd(10, 6), off), "enrolled")


def test_too_few_are_refused() -> None:
    with pytest.raises(NotEnoughData) as told:
        ripe_cohort(opened("2025-03-01", crowd(4, 2)), "enrolled")
    assert told.value.key == "funnel.too_few"


def test_without_lessons_the_first_lesson_is_no_step() -> None:
    rows = crowd(10, 6)
    data = opened("2025-03-01", rows | {"lessons": []})
    assert steps_through(data, "first_lesson")[-1] == "enrolled"
    cohort = ripe_cohort(data, "first_lesson")
    assert "funnel_no_lessons" in caveats(data, cohort, None)[0]


def test_who_is_left_out_is_counted() -> None:
    extra = {
        "leads": [lead("old", "2025-01-12"), lead("a0", "2025-01-15", lead_id="again")],
        "students": [student("old", "2024-01-01"), student("walk-in", "2025-01-15")],
        "enrolments": [signed("old", "2024-01-01"), signed("walk-in", "2025-01-15")],
    }
    data = opened("2025-03-01", crowd(10, 6), extra)
    names, facts = caveats(data, ripe_cohort(data, "enrolled"), None)
    assert {"funnel_link", "funnel_students_asking", "funnel_folded", "funnel_ripe"} <= set(names)
    told = {name: facts[name] for name in ("newcomers", "unasked", "students_asking", "folded")}
    assert told == {"newcomers": 7, "unasked": 1, "students_asking": 1, "folded": 1}
