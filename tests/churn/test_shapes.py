"""Is it declared how each number is read, whatever the data?"""

import pytest

from churnlab.churn.shapes import Shape, shape_of, shapes
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
        assert shape.step > 0
        assert list(shape.turns) == sorted(set(shape.turns))
        assert list(shape.thresholds) == sorted(set(shape.thresholds))
