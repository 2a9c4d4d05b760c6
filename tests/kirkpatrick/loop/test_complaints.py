"""Is a complaint counted for whom it names, over the time she was there?"""

import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation
from churnlab.kirkpatrick.loop.complaints import complaint_ratio
from churnlab.kirkpatrick.loop.judged import ABOUT
from churnlab.kirkpatrick.loop.students_effect import student_outcomes
from tests.kirkpatrick.loop.school import school

# The first complaint that names anybody is of 31 January; A and C are trained from 2 to 20 March, and it works from
# April. Before: 31 January to 1 March, 30 days each; after: 1 April to 14 November, 228 days each.
BEFORE, AFTER = ("2026-02-03", "2026-02-10", "2026-02-17", "2026-02-24"), ("2026-04-05", "2026-05-05", "2026-11-14")


def told(*, later=(), role="teacher", **more):
    """A and C are named in all of them in turn; one complaint names nobody, one somebody who was not trained."""
    named = [(day, "AC"[number % 2]) for dates in (BEFORE, AFTER) for number, day in enumerate(dates)]
    rows = [("2026-01-31", "Z"), ("2026-05-05", None), *named, *((day, "A") for day in later)]
    complaints = [{"student_id": "s1", "campus": "East", "opened_at": day, "about_id": who} for day, who in rows]
    trainees = [
        {
            "training_id": "PX1", "staff_id": one, "arm": "trained", "enrolled_on": "2026-03-02",
            "concluded_on": "2026-03-20",
        }
        for one in "AC"
    ]  # fmt: skip
    staff = [{"staff_id": one, "role": role, "campus": "East", "hired_on": "2024-01-01"} for one in "ABC"]
    return Evaluation(school(complaints=complaints, trainees=trainees, staff=staff, **more), "PX1")


def test_a_ratio_worked_by_hand() -> None:
    found = complaint_ratio(told())
    assert found is not None
    assert found.ratio == pytest.approx((3 / 456) / (4 / 60))
    assert found.after == pytest.approx(3 / 456 * 365.25 / 12)
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert (found.trained, found.compared) == (2, 0)


def test_service_staff_who_teach_nobody_are_told_of_by_it() -> None:
    finding = student_outcomes(told(role="service", lessons=(), later=()))
    row = finding.table.set_index("student_outcome").loc[ABOUT]
    assert row["effect_verdict"] == "change"
    assert "is only a change, and no effect" in finding.sentence("en")
    assert "只是变化，不能算培训效果" in finding.sentence("zh")


def test_who_is_in_no_complaint_is_not_told_of() -> None:
    assert complaint_ratio(Evaluation(school(), "PX1")) is None


def test_the_future_changes_nothing() -> None:
    now, then = complaint_ratio(told()), complaint_ratio(told(later=("2026-11-20",)))
    assert now is not None
    assert then is not None
    assert (now.ratio, now.p_value) == (then.ratio, then.p_value)
