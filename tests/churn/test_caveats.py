"""Is the reader told what must be known first, and is nobody warned of what is not so?"""

import pytest

from churnlab.churn.caveats import caveats, contradictions
from tests.builders import institution
from tests.churn.stays import by_period, left, refund, settings, weekly

RUNS = {"enrolments": [by_period("e1", "2025-01-01", "2025-12-31")]}


@pytest.mark.parametrize(
    ("as_of", "n", "inactivity", "told"),
    [
        ("2025-08-01", 100, 45, {"churn_process"}),
        ("2025-08-01", 3, 45, {"churn_process", "churn_few_students"}),
        ("2025-08-01", None, 45, {"churn_process"}),
        ("2025-04-01", 100, 45, {"churn_process", "churn_provisional", "churn_provisional_interval"}),
        ("2025-04-01", None, 45, {"churn_process", "churn_provisional"}),
        ("2025-08-01", 100, None, {"churn_process", "churn_no_dormancy"}),
    ],
)
def test_each_caveat_is_told_when_it_holds(as_of, n, inactivity, told):
    # March 2025 is settled by 1 August and not by 1 April.
    lessons = weekly("e1", "2025-01-07", "2025-03-25")
    data = institution(as_of, settings=settings(inactivity_days=inactivity), lessons=lessons, **RUNS)
    assert set(caveats(data, "2025-03", n=n)[0]) == told


def test_what_the_caveats_tell_comes_from_the_settings_and_the_date():
    data = institution("2025-08-01", settings=settings(grace_days=20, inactivity_days=30), **RUNS)
    facts = caveats(data, "2025-03", n=5)[1]
    assert (facts["grace_days"], facts["caveat_month"]) == (20, "2025-03")
    assert facts["known_to"].isoformat() == "2025-07-31"


# e1   15 Mar ◀─ ends before it starts ─ 1 Apr
# e2   1 Jan ── refunded 1 Feb ── lesson 11 Feb
# c    1 Jan ── left 1 March ──── lesson 4 March
def test_rows_that_cannot_all_be_true_are_counted():
    data = institution(
        "2025-08-01",
        settings=settings(),
        enrolments=[
            by_period("e1", "2025-04-01", "2025-03-15", student="a"),
            by_period("e2", "2025-01-01", "2025-12-31", student="b"),
            by_period("e3", "2025-01-01", "2025-12-31", student="c"),
        ],
        lessons=[
            *weekly("e2", "2025-01-07", "2025-02-11", student="b"),
            *weekly("e3", "2025-01-07", "2025-03-04", student="c"),
        ],
        refunds=[refund("e2", "2025-02-01", student="b")],
        exits=[left("2025-03-01", "price", student="c")],
    )
    found = contradictions(data)
    counted = dict(zip(found.table["contradiction"], found.table["n"], strict=True))
    assert counted == {"ends_before_start": 1, "lesson_after_refund": 1, "lesson_after_exit": 1}
    assert found.facts == {"contradictions": 3}
    assert "churn_contradictions" in caveats(data, "2025-03", n=100)[0]


def test_where_no_lessons_are_recorded_it_is_not_said_that_none_contradicts():
    found = contradictions(institution("2025-08-01", settings=settings(), **RUNS))
    assert found.sentences == ("none_without_lessons",)
    assert len(found.table) == 1
    backwards = {"enrolments": [by_period("e1", "2025-01-05", "2025-01-01")]}
    assert contradictions(institution("2025-08-01", settings=settings(), **backwards)).sentences == (
        "some_without_lessons",
    )


def test_where_all_rows_agree_it_is_said():
    assert contradictions(
        institution("2025-08-01", settings=settings(), **RUNS, lessons=weekly("e1", "2025-01-02", "2025-01-20"))
    ).sentences == ("none",)
