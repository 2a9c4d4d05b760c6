"""Does an effect fade as it is said to?"""

import numpy as np
import pytest

from churnlab.synthetic.training.performance import BY_NAME
from churnlab.synthetic.training.programmes import INSTRUCTORS, PROGRAMMES, share_left


def test_what_is_left_goes_in_straight_lines_through_three_six_and_twelve_months() -> None:
    left = share_left([0, 1, 2, 3, 4, 6, 9, 12, 18, 19], 18)
    # One month on: a third of the way from 1 to .62; nine months: halfway from .44 to .34.
    expected = [0, 1 - 0.38 / 3, 1 - 2 * 0.38 / 3, 0.62, 0.62 - 0.18 / 3, 0.44, 0.39, 0.34, 0.34, 0]
    assert left == pytest.approx(expected)
    assert share_left([6, 7], 6).tolist() == pytest.approx([0.44, 0])


def test_the_programmes_are_of_every_kind_that_an_analysis_must_tell_apart() -> None:
    assert {one.chosen for one in PROGRAMMES} == {"lot", "waitlist", "weakest", "ablest", "newcomers", "all"}
    assert len({one.name for one in PROGRAMMES}) == len(PROGRAMMES)
    by_name = {one.name: one for one in PROGRAMMES}
    nothing = by_name["低分顾问补课"]
    assert (nothing.kpi_effects, nothing.learning_gain, nothing.behavior_effect, nothing.rate_ratio) == ({}, 0, 0, 1)
    only_learned = by_name["产品知识通关"]
    assert only_learned.learning_gain > 0
    assert (only_learned.kpi_effects, only_learned.behavior_effect) == ({}, 0)
    dear = [one for one in PROGRAMMES if one.vendor == "GY09"]
    others = [one for one in PROGRAMMES if one.vendor not in ("GY09", "")]
    assert len(dear) == 2
    assert min(one.head_cny for one in dear) > max(one.head_cny for one in others)
    assert max(one.liking for one in dear) < min(one.liking for one in others)


def test_programmes_name_metrics_of_their_role_and_instructors_there_are() -> None:
    for one in PROGRAMMES:
        assert set(one.instructors) <= set(INSTRUCTORS)
        assert {BY_NAME[metric].role for metric in one.kpi_effects} <= {one.role}
        assert np.isfinite(one.fee_cny + one.head_cny)
