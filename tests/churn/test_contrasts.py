"""Is a feature compared as a whole, whatever its columns?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.churn.contrasts import between, contrasts, effects
from churnlab.churn.encoding import Column, candidates
from churnlab.churn.shapes import Shape, shapes
from churnlab.settings import Settings

# The slope turns at 10 days, and the risk jumps there.
LINE = (
    Column(feature="days_to_contract_end", kind="value", fill=12, low=0, high=10, ends_at=10),
    Column(feature="days_to_contract_end", kind="value", fill=12, low=10, high=30, begins_at=10),
    Column(feature="days_to_contract_end", kind="below", high=10),
    Column(feature="days_to_contract_end", kind="missing"),
)
MISSING_HOURS = Column(feature="hours_left", kind="missing")
SHAPE = {"days_to_contract_end": Shape(step=5, unit="days", turns=(10,), points=(-3, 5), reference=20)}
values = st.floats(0, 30)


def _told(columns=LINE, shape=SHAPE, references=None):
    return contrasts(columns, references=references or {}, deviations=np.full(len(columns), 2.0), shapes=shape)


def test_two_pieces_by_hand():
    # from 20 to 5 days the first piece falls from 10 to 5, the second from 20 to 10. With slopes -0.1 and -0.02 the log
    # odds rise by 0.5 + 0.2; the variance is 25 · 4 + 2 · 50 · 1 + 100 · 1 = 300 ten-thousandths.
    weights = between(LINE[:2], 5, 20)
    assert weights.tolist() == [-5, -10]
    log_odds, error = effects(weights[None], np.array([-0.1, -0.02]), np.array([[4.0, 1.0], [1.0, 1.0]]) / 10_000)
    assert log_odds.tolist() == pytest.approx([0.7])
    assert error.tolist() == pytest.approx([0.03**0.5])
    assert np.exp(log_odds[0] + 1.96 * error[0]) == pytest.approx(2.01375 * 1.40422, rel=1e-4)


def test_points_are_brought_into_the_range_that_was_seen_and_the_unknown_has_the_median():
    # nobody was past the end: -3 becomes 0
    told = _told()
    assert [contrast.driver.say("en") for contrast in told] == [
        "Days to contract end: 0 days",
        "Days to contract end: 5 days",
        "Contract without an end date",
    ]
    assert [contrast.weights.tolist() for contrast in told] == [[-10, -10, 1, 0], [-5, -10, 1, 0], [0, -8, 0, 1]]
    assert [contrast.expected for contrast in told] == [1, 1, 0]
    assert [contrast.unknown for contrast in told] == [False, False, True]


def test_what_is_never_known_without_a_value_is_unknown_beside_it():
    columns = (*LINE, Column(feature="hours_left", kind="value", fill=9, high=9), MISSING_HOURS)
    deviations = np.full(len(columns), 2.0)
    beside = {"hours_left": ["days_to_contract_end"]}
    told = contrasts(columns, references={}, deviations=deviations, shapes=SHAPE, unknown_beside=beside)
    assert [(one.feature, one.weights.tolist()) for one in told if one.unknown] == [
        ("days_to_contract_end", [0, -8, 0, 1, 0, 0]),
        ("hours_left", [0, -8, 0, 1, 0, 1]),
    ]


def test_where_all_are_beyond_the_reference_the_furthest_is_compared():
    near = (Column(feature="days_to_contract_end", kind="value", fill=3, low=2, high=4),)
    told = _told(near)
    assert [(one.driver.say("zh"), one.step.say("zh"), one.weights.tolist()) for one in told] == [
        ("距合同到期天数：2 天", "与 4 天相比", [-2])
    ]


@given(values, values)
def test_the_other_way_round_is_the_inverse(one, other):
    assert between(LINE, one, other).tolist() == (-between(LINE, other, one)).tolist()


@given(values, values, values)
def test_two_ways_make_one(one, middle, other):
    both = between(LINE, one, middle) + between(LINE, middle, other)
    assert both.tolist() == pytest.approx(between(LINE, one, other).tolist(), abs=1e-9)


@given(st.floats(-3, 3), st.sampled_from(["attendance_rate_28d", "hours_left", "days_since_lesson", "tenure_days"]))
def test_a_straight_feature_is_told_by_its_unit_times_its_slope(slope, feature):
    columns = (Column(feature=feature, kind="value", fill=1, low=0, high=2),)
    known = shapes(Settings())
    (told,) = _told(columns, known)
    step = known[feature.removesuffix("_28d")].step
    assert effects(told.weights[None], np.array([slope]), np.eye(1))[0].tolist() == pytest.approx([step * slope])


def test_a_feature_that_nobody_declared_is_told_by_its_deviation():
    (told,) = _told((Column(feature="clicks", kind="value", low=0, high=9),))
    assert (told.weights.tolist(), told.step.say("en"), told.expected) == ([2], "per standard deviation (2.00) more", 0)


def test_words_are_compared_with_the_commonest():
    rows = pd.DataFrame({"student_id": list("abcdef"), "course_id": ["A", "A", "B", "B", "C", None]})
    columns = [c for c in candidates(rows, min_students=2) if c.levels != ("A",)]
    told = _told(columns, references={"course_id": "A"})
    assert [(one.driver.say("en"), one.step and one.step.say("en"), one.weights.tolist()) for one in told] == [
        ("Course: B", "against A", [1, 0, 0]),
        ("Course: others (small groups)", "against A", [0, 1, 0]),
        ("No course recorded", None, [0, 0, 1]),
    ]


def test_two_features_keep_to_their_own_columns():
    columns = (Column(feature="hours_left", kind="value", high=9), *LINE[:3])
    assert [one.weights.tolist() for one in _told(columns)] == [[2, 0, 0, 0], [0, -10, -10, 1], [0, -5, -10, 1]]
