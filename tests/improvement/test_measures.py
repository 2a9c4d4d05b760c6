"""What was to be done by now, and is not?"""

from datetime import date

import pytest

from churnlab.i18n import LANGUAGES
from churnlab.improvement import overdue
from tests.builders import institution

# As of Monday 2 March: A was due on 20 February and stands at 40 %; B is due on 10 March; C was done; D never reported.
KIND = {"reason_code": "price", "department": "market", "owner_id": "T1", "metric": "churn"}


def opened(as_of: str = "2026-03-02"):
    rows = (
        ("A", "2026-01-05", "2026-02-20", None, "全部校区"),
        ("B", "2026-01-05", "2026-03-10", None, "East"),
        ("C", "2026-01-05", "2026-02-01", "2026-02-10", "全部校区"),
        ("D", "2026-02-01", "2026-02-28", "2026-03-05", "West"),
    )
    return institution(
        as_of,
        students=[{"student_id": "s", "registered_on": "2025-09-01"}],
        enrolments=[
            {"student_id": "s", "campus": campus, "course_id": "m", "kind": "new", "billing": "by_period",
             "signed_at": "2025-09-01", "amount_paid": 1.0}
            for campus in ("East", "West")
        ],
        measures=[
            {"measure_id": one, "title": one, "starts_on": start, "due_on": due, "done_on": done,
             "scope": scope, **KIND}
            for one, start, due, done, scope in rows
        ],
        measure_progress=[
            {"measure_id": "A", "at": "2026-01-20 17:00", "percent": 20.0, "problem": "no time"},
            {"measure_id": "A", "at": "2026-02-20 17:00", "percent": 40.0},
            {"measure_id": "A", "at": "2026-03-02 17:00", "percent": 90.0, "problem": "tomorrow's"},
            {"measure_id": "B", "at": "2026-02-20 17:00", "percent": 50.0},
        ],
    )  # fmt: skip


def test_open_measures_are_listed_those_overdue_longest_first():
    found = overdue(opened())
    assert found.table["title"].tolist() == ["A", "D", "B"]
    # From 21 February to 1 March, and 1 March alone; B is not due.
    assert found.table["overdue_days"].tolist()[:2] == [9, 1]
    assert found.table["overdue_days"].isna().tolist() == [False, False, True]
    assert (found.facts["open"], found.facts["overdue"], found.facts["silent"]) == (3, 2, 1)


def test_the_last_report_before_the_date_counts_and_the_last_problem_named():
    first = overdue(opened()).table.iloc[0]
    assert (first["progress_share"], first["reported_on"], first["problem"]) == (0.4, date(2026, 2, 20), "no time")


def test_a_campus_has_the_measures_that_name_it_and_those_of_all():
    assert overdue(opened(), campus="West").table["title"].tolist() == ["A", "D"]


def test_what_is_done_by_then_is_not_listed():
    assert overdue(opened("2026-03-06")).table["title"].tolist() == ["A", "B"]
    assert overdue(institution("2026-03-06")).sentences == ("none",)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_in_both_languages(lang):
    found = overdue(opened())
    assert "2" in found.sentence(lang)
    assert found.warnings(lang)
    assert len(found.presented(lang).columns) == 8
