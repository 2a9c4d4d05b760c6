"""Do two raters agree?"""

import numpy as np
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.learning.raters import double_ratings
from churnlab.stats.intraclass import intraclass
from tests.kirkpatrick.learning.case import evaluated, people, rated

FIRST = (50, 60, 70, 80, 90, 55, 65, 75, 85, 95)
SECOND = (54, 62, 75, 81, 97, 58, 67, 80, 88, 98)
NAMES = "ABCDEFGHIJ"


def told(names=NAMES):
    rows = [("recording", one, "pre", "R1", float(score), None, None) for one, score in zip(names, FIRST, strict=False)]
    rows += [
        ("recording", one, "pre", "R2", float(score), None, None) for one, score in zip(names, SECOND, strict=False)
    ]
    return evaluated(ratings=rated(rows), **people(names))


def test_agreement_is_that_of_one_rater_and_of_the_mean():
    found = double_ratings(told())
    (row,) = found.table.to_dict("records")
    forms = intraclass(np.column_stack([FIRST, SECOND]), level=0.95)
    assert row["single_icc"] == pytest.approx(forms.loc["ICC(2,1)", "icc"])
    assert row["mean_icc"] == pytest.approx(forms.loc["ICC(2,k)", "icc"])
    assert row["rater_gap"] == pytest.approx((4 + 2 + 5 + 1 + 7 + 3 + 2 + 5 + 3 + 3) / 10)
    assert (row["raters"], row["performances"]) == (2, 10)
    assert found.sentence("en").startswith("Recordings: 2 raters both scored 10 performances.")
    assert found.sentence("zh").startswith("录音由 2 名评委共同评分 10 场")


def test_nine_performances_are_too_few():
    with pytest.raises(NotEnoughData):
        double_ratings(told(NAMES[:9]))
