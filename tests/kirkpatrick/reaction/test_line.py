"""Does a mean reach the pass line?"""

import pytest

from churnlab.kirkpatrick.reaction.line import judged
from churnlab.settings import Settings


@pytest.mark.parametrize(
    ("low", "high", "people", "verdict"),
    [
        (4.4, 4.8, 5, "passed"),  # 4.4 is the line of 85: 100 × 3.4 / 4
        (4.39, 4.8, 5, "open"),
        (4.0, 4.4, 5, "open"),
        (4.0, 4.39, 5, "failed"),
        (4.4, 4.8, 4, "open"),  # of four people nothing is said
    ],
)
def test_the_whole_interval_must_lie_on_one_side(low, high, people, verdict):
    told = judged((low + high) / 2, low, high, people, Settings().reaction)
    assert told["reaction_verdict"] == verdict
    assert told["reaction_of_100_score_low"] == pytest.approx(100 * (low - 1) / 4)


def test_no_mean_has_no_verdict():
    nan = float("nan")
    assert judged(nan, nan, nan, 9, Settings().reaction)["reaction_verdict"] is None
