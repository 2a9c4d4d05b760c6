"""Is the lot the same everywhere, fair, and blind to the order of the list?"""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from churnlab.churn.calling.lot import CALL, HOLD_OUT, arms, within_capacity
from churnlab.settings import Calling

QUARTER = Calling(hold_out_share=0.25, experiment="2026-autumn", calls_per_month=2)
STUDENTS = [f"S{number:05d}" for number in range(20_000)]


def test_under_one_name_a_student_keeps_her_arm_and_under_another_she_is_drawn_anew():
    first = arms(STUDENTS, QUARTER)
    assert arms(STUDENTS[::-1], QUARTER)[::-1] == first
    other = arms(STUDENTS, QUARTER.model_copy(update={"experiment": "2027-spring"}))
    both = np.mean([one == HOLD_OUT == two for one, two in zip(first, other, strict=True)])
    assert abs(both - 0.25**2) < 4 * np.sqrt(0.25**2 / len(STUDENTS))


def test_as_many_are_held_out_as_the_settings_say():
    for share in (0.1, 0.25, 0.5):
        held = np.mean(
            [arm == HOLD_OUT for arm in arms(STUDENTS, QUARTER.model_copy(update={"hold_out_share": share}))]
        )
        assert abs(held - share) < 4 * np.sqrt(share * (1 - share) / len(STUDENTS))


def test_nobody_is_held_out_unless_the_settings_switch_it_on():
    assert set(arms(STUDENTS[:100], Calling())) == {CALL}


@pytest.mark.parametrize(("share", "other"), [(0.1, 0.3), (0.3, 0.1)])
def test_another_share_under_the_same_name_moves_as_few_as_it_must_and_all_one_way(share, other):
    before, after = (arms(STUDENTS, QUARTER.model_copy(update={"hold_out_share": at})) for at in (share, other))
    moved = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert set(moved) == {(CALL, HOLD_OUT) if other > share else (HOLD_OUT, CALL)}
    assert abs(len(moved) / len(STUDENTS) - 0.2) < 4 * np.sqrt(0.2 * 0.8 / len(STUDENTS))


def test_the_lot_is_the_same_in_another_process():
    code = (
        "from churnlab.churn.calling.lot import arms; from churnlab.settings import Calling; "
        "print(arms(['a', 'b', 'c', 'd', 'e', 'f'], Calling(hold_out_share=0.5, experiment='x')))"
    )
    told = [
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True)
        for seed in ("1", "2")
    ]
    assert told[0].stdout == told[1].stdout == f"{arms('abcdef', Calling(hold_out_share=0.5, experiment='x'))}\n"


def test_a_list_ends_before_the_first_call_that_is_too_many():
    # Two can be called at each campus. East: call, held out, call, held out | call, held out. West: held out, call.
    rows = pd.DataFrame({
        "campus": ["East", "West", "East", "East", "East", "West", "East", "East"],
        "arm": [CALL, HOLD_OUT, HOLD_OUT, CALL, HOLD_OUT, CALL, CALL, HOLD_OUT],
    })  # fmt: skip
    kept = within_capacity(rows, QUARTER)
    assert kept.index.tolist() == [0, 1, 2, 3, 4, 5]
    assert kept["position"].tolist() == [1, 1, 2, 3, 4, 2]


@given(st.lists(st.sampled_from([CALL, HOLD_OUT]), max_size=30), st.integers(1, 5))
def test_never_more_are_called_than_can_be_and_no_call_is_wasted(drawn, capacity):
    rows = pd.DataFrame({"campus": ["East"] * len(drawn), "arm": pd.Series(drawn, dtype=object)})
    kept = within_capacity(rows, QUARTER.model_copy(update={"calls_per_month": capacity}))
    assert (kept["arm"] == CALL).sum() == min(capacity, drawn.count(CALL))
