import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.churn.encoding import Dropped, learn
from churnlab.churn.features import FEATURES
from churnlab.churn.shapes import Shape, shape_of, shapes
from churnlab.errors import InputError
from churnlab.settings import Settings
from tests.churn.panels import by_hand, made_up

PANEL = by_hand(
    """
    2026-01 a 0 10 C1
    2026-01 b 1 -  C1
    2026-01 c 0 30 C2
    2026-02 a 0 20 C2
    2026-02 c 1 40 C3
    2026-02 d 0 50 -
    """
)


def test_numbers_medians_words_and_blanks_by_hand():
    # the median of 10 20 30 40 50 is 30; C1 had a and b, C2 had a and c, C3 only c: too few of two
    encoding = learn(PANEL, min_students=2)
    assert [column.name for column in encoding.columns] == [
        "hours_left",
        "hours_left (missing)",
        "course_id = C1",
        "course_id = C2",
        "course_id (other)",
        "course_id (missing)",
    ]
    assert encoding.apply(PANEL).tolist() == [
        [10, 0, 1, 0, 0, 0],
        [30, 1, 1, 0, 0, 0],
        [30, 0, 0, 1, 0, 0],
        [20, 0, 0, 1, 0, 0],
        [40, 0, 0, 0, 1, 0],
        [50, 0, 0, 0, 0, 1],
    ]


def test_a_student_who_stands_in_many_months_makes_no_word_common():
    panel = pd.concat([PANEL, PANEL[PANEL["course_id"] == "C3"].assign(as_of=pd.Timestamp("2026-03-01"))])
    assert "course_id = C3" not in [column.name for column in learn(panel, min_students=2).columns]


def test_an_unseen_word_is_an_other_one():
    encoding = learn(PANEL, min_students=2)
    new = PANEL.head(1).assign(course_id="C9")
    assert encoding.apply(new).tolist() == [[10, 0, 0, 0, 1, 0]]


def test_a_number_beyond_all_that_was_seen_counts_as_the_furthest_seen():
    encoding = learn(PANEL, min_students=2)
    assert encoding.apply(PANEL.head(2).assign(hours_left=[1e6, -5.0]))[:, 0].tolist() == [50, 10]


def test_a_line_that_turns_becomes_a_column_a_piece():
    # 10 20 30 40 50, turns at 25 and 40; a turn that nobody is beyond is none
    shape = Shape(step=1, unit="hours", turns=(-5, 25, 40, 60))
    encoding = learn(PANEL, min_students=2, shapes={"hours_left": shape})
    assert [column.name for column in encoding.columns][:4] == [
        "hours_left (to 25)",
        "hours_left (from 25 to 40)",
        "hours_left (from 40)",
        "hours_left (missing)",
    ]
    # what a student has is the first piece and what she has beyond the start of each other; b has none: the median
    pieces = encoding.apply(PANEL)[:, :3]
    assert pieces.tolist() == [[10, 25, 40], [25, 30, 40], [25, 30, 40], [20, 25, 40], [25, 40, 40], [25, 40, 50]]
    assert (pieces.sum(axis=1) - 25 - 40).tolist() == [10, 30, 30, 20, 40, 50]


def test_a_threshold_tells_those_below_it_apart_and_nothing_of_the_unknown():
    # 10 - 30 20 40 50, below 30: a, and a again; nobody is below 5
    shape = Shape(step=1, unit="hours", thresholds=(30, 5))
    encoding = learn(PANEL, min_students=2, shapes={"hours_left": shape})
    assert [column.name for column in encoding.columns][:3] == ["hours_left", "hours_left < 30", "hours_left (missing)"]
    assert encoding.apply(PANEL)[:, 1].tolist() == [1, 0, 0, 1, 0, 0]
    assert encoding.dropped == ()


def test_a_shape_is_found_whatever_the_window():
    known = {"attendance_rate": Shape(step=0.1, unit="points")}
    assert shape_of("attendance_rate_14d", known) == known["attendance_rate"]
    assert shape_of("clicks_28d", known) is None


def test_every_number_of_the_house_has_a_shape_and_no_other():
    numbers = {feature.stem for feature in FEATURES if feature.unit != "code"}
    assert set(shapes(Settings())) == numbers


def test_turns_follow_the_horizon_of_the_settings():
    found = shapes(Settings.model_validate({"outcome": {"horizon_days": 60}}))
    assert found["days_to_contract_end"].thresholds == (0, 60)
    assert found["weeks_of_hours_left"].turns == (9, 18)


def test_an_unseen_word_where_none_was_rare_is_none_of_the_known():
    encoding = learn(PANEL, min_students=1)
    assert encoding.apply(PANEL.head(1).assign(course_id="C9"))[0, 2:5].tolist() == [0, 0, 0]


def test_constant_columns_are_left_out_and_named():
    encoding = learn(PANEL.assign(open_complaints=0.0), min_students=2)
    assert encoding.dropped == (Dropped(name="open_complaints"),)


def test_of_two_equal_columns_the_first_is_kept_and_the_second_named():
    encoding = learn(PANEL.assign(hours_again=PANEL["hours_left"]), min_students=2)
    assert encoding.dropped == (
        Dropped(name="hours_again", same_as="hours_left"),
        Dropped(name="hours_again (missing)", same_as="hours_left (missing)"),
    )


def test_a_feature_nobody_has_is_left_out():
    encoding = learn(PANEL.assign(nothing=np.nan, no_word=pd.Series([None] * 6, dtype=object)), min_students=2)
    assert {column.feature for column in encoding.columns} == {"hours_left", "course_id"}


def test_columns_in_another_order_give_the_same_numbers():
    encoding = learn(PANEL, min_students=2)
    turned = PANEL[PANEL.columns[::-1]]
    assert np.array_equal(encoding.apply(turned), encoding.apply(PANEL))


def test_missing_features_are_named_all_at_once():
    encoding = learn(PANEL, min_students=2)
    with pytest.raises(InputError) as caught:
        encoding.apply(PANEL.drop(columns=["hours_left", "course_id"]))
    assert caught.value.message("en") == (
        "The frame lacks features that the model was taught by: hours_left, course_id. It expects hours_left, "
        "course_id. Make it with the same version and settings as the training panel, or train anew."
    )
    assert caught.value.message("zh") == (
        "数据缺少模型训练时用过的特征：hours_left, course_id。应有：hours_left, course_id。"
        "请用与训练时相同的版本和设置生成，或重新训练。"
    )


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random):
    order = list(range(len(PANEL)))
    random.shuffle(order)
    assert learn(PANEL.iloc[order], min_students=2) == learn(PANEL, min_students=2)


def test_flags_and_categories_are_taken_as_they_come():
    panel = PANEL.assign(
        sibling=[True, False, True, False, True, False], course_id=PANEL["course_id"].astype("category")
    )
    assert [c.name for c in learn(panel, min_students=2).columns if c.feature != "hours_left"] == [
        "course_id = C1",
        "course_id = C2",
        "course_id (other)",
        "course_id (missing)",
        "sibling",
    ]


def test_no_input_is_changed():
    panel = made_up(students=40, months=2)
    before = panel.copy(deep=True)
    learn(panel, min_students=2).apply(panel)
    pd.testing.assert_frame_equal(panel, before)
