"""Better, faster, fewer errors?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.learning.watched import watched_change
from tests.kirkpatrick.learning.case import evaluated, people, rated

ROWS = [
    ("objection", one, occasion, "R", score, seconds, None)
    for one, occasion, score, seconds in (
        ("A", "pre", 60.0, 8.0), ("A", "post", 70.0, 6.0), ("B", "pre", 70.0, 8.0), ("B", "post", 84.0, 4.0),
        ("C", "pre", 65.0, 4.0), ("C", "post", 71.0, 3.0),
    )
]  # fmt: skip


def told(as_of="2026-07-01"):
    return evaluated(as_of, ratings=rated(ROWS), **people("ABC"))


def test_scores_and_seconds_are_compared_with_the_same_people_before():
    found = watched_change(told())
    rows = found.table.set_index("watched_measure")
    assert rows.loc["score", "watched_change"] == pytest.approx((10 + 14 + 6) / 3)
    # 13 seconds in all after 20 before: 35 % less.
    assert rows.loc["seconds", "relative_change_rate"] == pytest.approx(13 / 20 - 1)
    assert rows.loc["seconds", "relative_change_rate_low"] < -0.35 < rows.loc["seconds", "relative_change_rate_high"]
    assert rows["compared"].tolist() == [0, 0]
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert found.sentence("en").startswith("Of 2 measures, ")
    assert "没有可比的人" in found.sentence("zh")


def test_the_future_is_not_read():
    with pytest.raises(NotEnoughData):
        watched_change(told("2026-02-01"))
