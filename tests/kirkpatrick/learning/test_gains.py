"""How much more did they know after, and how much stayed?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick.learning.gains import learning_gains, learning_kept
from tests.kirkpatrick.learning.case import answered, evaluated, people

# Of four points: A 1 → 3 → 2, B 2 → 3 → 3, C 2 → 4 → 2. Gains right after: 2, 1, 2 of 4.
MARKS = {
    ("A", "pre"): "1000", ("A", "post"): "1110", ("A", "delayed"): "1100",
    ("B", "pre"): "1010", ("B", "post"): "1110", ("B", "delayed"): "1110",
    ("C", "pre"): "0110", ("C", "post"): "1111", ("C", "delayed"): "0110",
}  # fmt: skip


def told(as_of="2026-07-01", chapters="aabb"):
    return evaluated(as_of, test_answers=answered(MARKS, chapters), **people("ABC"))


def test_gains_are_of_the_same_people_in_points_and_standardised():
    found = learning_gains(told())
    first = found.table.iloc[0]
    assert (first["chapter"], first["learned_by"], first["n"]) == ("all_chapters", "post", 3)
    assert first["test_before_share"] == pytest.approx(5 / 12)
    assert first["test_after_share"] == pytest.approx(10 / 12)
    assert first["test_change_points"] == pytest.approx(5 / 12)
    # Differences .5, .25, .5: their standard deviation is √(.0625 / 3) = .1443, dz = .4167 / .1443.
    assert first["change_dz"] == pytest.approx((5 / 12) / (0.0625 / 3) ** 0.5)
    assert first["normalised_gain"] == pytest.approx((5 / 12) / (7 / 12))
    # Own gains: 2/3, 1/2, 2/2.
    assert first["own_gain"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert found.design is Design.BEFORE_AFTER_ONLY
    assert len(found.table) == 6  # all and two chapters, at two later tests


def test_the_sentence_is_of_a_change():
    found = learning_gains(told())
    assert found.sentence("en").startswith("The 3 trained had 41.7% of the points before and 83.3% after: +41.7 points")
    assert "这是变化，不是效果。2 章中有 " in found.sentence("zh")
    assert any("Hake" in one for one in found.warnings("zh"))
    assert "learning_few" in found.caveats


def test_what_was_kept_is_the_later_gain_over_the_first():
    found = learning_kept(told(chapters="aaaa"))
    # Gains later: 1, 1, 0 of 4 against 2, 1, 2: 2 / 5.
    row = found.table.iloc[0]
    assert row["kept_of_gain_rate"] == pytest.approx(2 / 5)
    assert row["kept_of_gain_rate_low"] < 2 / 5 < row["kept_of_gain_rate_high"]
    assert "40%" in found.sentence("en")
    assert "还保留 40%" in found.sentence("zh")


def test_without_two_people_tested_twice_nothing_is_told():
    with pytest.raises(NotEnoughData):
        learning_gains(told("2026-02-01"))
    with pytest.raises(NotEnoughData):
        learning_kept(told("2026-03-01"))
