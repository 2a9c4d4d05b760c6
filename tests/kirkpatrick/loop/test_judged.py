"""Are the results of the students judged together, as one family?"""

import numpy as np
import pytest

from churnlab.finding import Design
from churnlab.kirkpatrick.loop.judged import ABOUT, LEAVING, Judged, family
from churnlab.kirkpatrick.loop.series import CHURN, SATISFACTION


def result(outcome, p_value, change=-0.3, **more) -> Judged:
    told = {"without": None, "observed": None, "effect": None, "relative": (change, -0.5, 0.5)} | more
    return Judged(outcome=outcome, p_value=p_value, design=Design.COMPARISON_GROUP, trained=20, compared=20, **told)


def test_both_tests_of_churn_count() -> None:
    # Alone each of three is below 0.05; Holm: 3 · 0.02, then 2 · 0.03 and 0.04 not below it.
    found = family([result(LEAVING, 0.02), result(CHURN, 0.03), result(ABOUT, 0.04)], 0.05)
    assert [one.raised for one in found] == pytest.approx([0.06, 0.06, 0.06])
    assert {one.verdict for one in found} == {"not_shown"}


def test_less_is_better_but_of_satisfaction() -> None:
    found = family([result(LEAVING, 0.001), result(ABOUT, 0.001, 0.3), result(SATISFACTION, 0.001, 0.3)], 0.05)
    assert [one.verdict for one in found] == ["shown", "worse", "shown"]


def test_what_too_few_teachers_tell_is_no_test() -> None:
    few, churn = family([result(LEAVING, np.nan, is_few=True), result(CHURN, 0.04)], 0.05)
    assert (few.verdict, churn.verdict, churn.raised) == ("few", "shown", 0.04)
