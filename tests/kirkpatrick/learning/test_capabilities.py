"""Which capabilities rose?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.learning.capabilities import capabilities
from tests.kirkpatrick.learning.case import evaluated, people


def rating(one, at, score, rater="R"):
    return {
        "training_id": None, "staff_id": one, "rater_id": rater, "rater_role": "superior", "kind": "competency",
        "occasion": "pre", "at": at, "dimension": "listening", "score": score, "scale_min": 1.0, "scale_max": 5.0,
    }  # fmt: skip


# Enrolled on 5 January, concluded on 20 February. Of A the rating of December counts, not that of a year before; the
# two of one day in March are averaged, that of April is a later one. B as told once before and after.
ROWS = [
    rating("A", "2024-12-01", 1.0), rating("A", "2025-12-01", 3.0), rating("A", "2026-03-01", 4.0),
    rating("A", "2026-03-01", 5.0, "S"), rating("A", "2026-04-01", 1.0), rating("B", "2025-12-01", 2.0),
    rating("B", "2026-03-01", 3.0),
]  # fmt: skip


def told(as_of="2026-07-01"):
    who = people("AB")
    trainees = [one | {"enrolled_on": "2026-01-05", "concluded_on": "2026-02-20"} for one in who["trainees"]]
    return evaluated(as_of, ratings=ROWS, **(who | {"trainees": trainees}))


def test_the_last_before_is_compared_with_the_first_after():
    found = capabilities(told())
    (row,) = found.table.to_dict("records")
    # On 0–1: A 2/4 → 3.5/4, B 1/4 → 2/4.
    assert row["capability_before_share"] == pytest.approx((2 / 4 + 1 / 4) / 2)
    assert row["capability_after_share"] == pytest.approx((3.5 / 4 + 2 / 4) / 2)
    assert row["capability_change_points"] == pytest.approx((1.5 / 4 + 1 / 4) / 2)
    assert row["capability_before_share_low"] < 3 / 8 < row["capability_before_share_high"]
    assert "listening changed most: +31.2 points" in found.sentence("en")
    assert "没有与未参训者比较" in found.sentence("zh")


def test_before_the_first_rating_after_there_is_nothing_to_compare():
    with pytest.raises(NotEnoughData):
        capabilities(told("2026-02-25"))
