"""Which trainings does a month's report evaluate?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.due import due
from tests.builders import institution


def named(as_of, **ended):
    rows = [{"training_id": one, "name": "x", "starts_on": "2025-01-01", "ends_on": on} for one, on in ended.items()]
    return [course.training_id for course in due(institution(as_of, trainings=rows))]


def test_those_that_ended_in_the_month_or_three_six_or_twelve_before():
    ended = {
        "A": "2026-02-28",
        "B": "2025-11-01",
        "C": "2025-12-01",
        "D": "2025-08-31",
        "E": "2025-02-28",
        "F": "2025-01-31",
    }
    assert named("2026-03-01", **ended) == ["A", "B", "D", "E"]


def test_if_none_is_due_the_last_that_ended():
    assert named("2026-03-01", C="2025-12-01", F="2025-01-31", G="2026-03-01") == ["C"]


def test_without_a_training_that_has_ended_there_is_no_report():
    with pytest.raises(NotEnoughData):
        named("2026-03-01", G="2026-03-01")
    with pytest.raises(NotEnoughData):
        due(institution("2026-03-01"))
