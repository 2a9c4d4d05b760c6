"""How much would have come anyway?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.learning.regression import chosen, regression_guard
from churnlab.stats.reliability import cronbachs_alpha
from tests.kirkpatrick.learning.test_compared import told

LOW = {one: (many, many + 1) for one, many in zip("ABCDEF", (0, 1, 1, 0, 2, 2), strict=True)}
HIGH = {one: (many, many) for one, many in zip("UVWXYZ", (4, 5, 6, 4, 5, 6), strict=True)}


def test_those_chosen_for_low_scores_come_back_by_themselves():
    evaluated = told(LOW, HIGH, by_lot=False)
    how = chosen(evaluated)
    marks = [[1] * each[0] + [0] * (6 - each[0]) for each in (*LOW.values(), *HIGH.values())]
    kr20 = cronbachs_alpha(np.array(marks), level=0.95).alpha
    assert how.low
    assert how.kr20 == pytest.approx(kr20)
    # Trained 6 / 36 of the points, all 36 / 72.
    assert how.expected == pytest.approx((1 - kr20) * (36 / 72 - 6 / 36))
    row = regression_guard(evaluated).table.iloc[0]
    assert row["test_change_points"] == pytest.approx(1 / 6)
    assert row["beyond_chance_points"] == pytest.approx(1 / 6 - how.expected)


def test_the_sentences_say_how_they_were_chosen():
    low = regression_guard(told(LOW, HIGH, by_lot=False))
    assert low.sentence("en").startswith(
        "The trained were chosen for low scores: 16.7% of the points before, 50.0% of all"
    )
    assert "不培训预计也会回升" in low.sentence("zh")
    lot = regression_guard(told(LOW, HIGH, by_lot=True))
    assert lot.sentence("zh").startswith("参训由抽签决定")
    assert lot.table["expected_change_points"].tolist() == [0]
    high = regression_guard(told(HIGH, LOW, by_lot=False))
    assert high.sentences == ("not_low",)


def test_without_others_nobody_can_tell():
    with pytest.raises(NotEnoughData):
        chosen(told(LOW, {}, by_lot=False))
