"""What did each person achieve before and after, and what was known of her before?"""

import pytest

from churnlab.kirkpatrick.performance import staff_kpis
from churnlab.kirkpatrick.results.people_alike import people_alike
from tests.kirkpatrick.results.matching_people import SOLD, opened


def told(**choices):
    evaluated = opened(**choices)
    return people_alike(evaluated, staff_kpis(evaluated.data))


def test_each_person_has_her_means_before_and_after_and_how_long_she_was_there():
    people = told().people.set_index("staff_id")
    assert len(people) == 10
    assert people.loc["A", ["before", "after"]].tolist() == [10.0, 15.0]
    assert people["is_trained"].sum() == len(SOLD)
    # From 2020-01-01 to 2026-02-01 it is six years and a month.
    assert people["tenure_months"].tolist() == pytest.approx([73] * 10, abs=0.1)
    assert list(told().known) == ["before", "tenure_months"]


def test_matches_are_of_one_campus_where_everybody_trained_has_somebody_there():
    assert told().by_campus
    assert set(told().exact) == {"adviser\nEast"}
    apart = told(elsewhere="EFGHIJ")
    assert not apart.by_campus
    assert set(apart.exact) == {"adviser"}


def test_where_somebodys_first_day_is_not_known_nobody_is_matched_on_it():
    assert list(told(hired={"J": None}).known) == ["before"]
