"""Is it declared how each number is read, whatever the data?"""

from itertools import pairwise

import pytest

from churnlab.churn.shapes import Shape, shape_of, shapes, worse
from churnlab.i18n import has
from churnlab.settings import Settings


def with_horizon(days: int) -> Settings:
    return Settings.model_validate({"outcome": {"horizon_days": days}})


# A horizon of 60 days is 9 weeks, rounded.
@pytest.mark.parametrize(("horizon", "weeks"), [(60, 9), (28, 4), (3, 1)])
def test_where_a_line_turns_comes_from_the_horizon(horizon, weeks):
    known = shapes(with_horizon(horizon))
    assert known["days_to_contract_end"].turns == (0, horizon)
    assert known["days_to_contract_end"].thresholds == (0, horizon)
    assert known["weeks_of_hours_left"].turns == (weeks, 2 * weeks)


@pytest.mark.parametrize("horizon", [60, 30, 28, 14])
def test_each_stretch_between_two_turns_has_one_value_that_stands_for_it(horizon):
    known = shapes(with_horizon(horizon))
    # hours of less than a day are the end of a contract
    for name, first in (("days_to_contract_end", -horizon), ("weeks_of_hours_left", 1 / 7)):
        shape = known[name]
        inner = sorted({*shape.turns, *shape.thresholds} - {first})
        told = (*shape.points, shape.reference)
        stretches = pairwise([first, *inner, float("inf")])
        assert [sum(low <= value < high for value in told) for low, high in stretches] == [1] * len(told)


def test_what_half_a_horizon_and_one_beyond_the_last_turn_are():
    known = shapes(with_horizon(30))
    assert (known["days_to_contract_end"].points, known["days_to_contract_end"].reference) == ((-15, 15), 60)
    assert (known["weeks_of_hours_left"].points, known["weeks_of_hours_left"].reference) == ((2, 6), 12)


def test_which_side_is_expected_to_go_with_leaving_is_known_whatever_the_window():
    assert (worse("attendance_rate_28d"), worse("attendance_rate"), worse("days_since_lesson")) == (
        "low",
        "low",
        "high",
    )
    assert worse("tenure_days") is worse("course_id") is worse("clicks") is None


def test_a_feature_is_found_whatever_its_window_and_what_nobody_declared_is_not():
    known = shapes(Settings())
    assert (
        shape_of("attendance_rate_28d", known) == shape_of("attendance_rate", known) == Shape(step=0.1, unit="points")
    )
    assert shape_of("made_up_28d", known) is None
    assert shape_of("tenure_days", known) == known["tenure_days"]  # a unit, no window


def test_every_step_has_its_words_and_every_place_its_order():
    for shape in shapes(Settings()).values():
        assert has(f"churn.drivers.step.{shape.unit}")
        assert not shape.points or has(f"churn.drivers.point.{shape.unit}")
        assert not min(shape.points, default=0) < 0 or has(f"churn.drivers.point.past_{shape.unit}")
        assert shape.step > 0
        assert list(shape.turns) == sorted(set(shape.turns))
        assert list(shape.thresholds) == sorted(set(shape.thresholds))
