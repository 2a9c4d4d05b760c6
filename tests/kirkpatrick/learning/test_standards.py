"""How many meet the standard?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.learning.standards import standards_met
from tests.kirkpatrick.learning.case import answered, evaluated, people, rated

# Passed with 4 of 5. Objections within 5 seconds, and rated 80 or better: A does, B does not. The recording of A: mean
# of 88 and 94 is 91.
TESTS = answered({("A", "post"): "11110", ("B", "post"): "11100", ("C", "post"): "11111"})
ROWS = rated([
    ("objection", "A", "post", "R", 80.0, 5.0, None), ("objection", "B", "post", "R", 79.0, 5.1, None),
    ("recording", "A", "post", "R1", 88.0, None, None), ("recording", "A", "post", "R2", 94.0, None, None),
    ("recording", "B", "post", "R1", 89.0, None, None), ("recording", "B", "post", "R2", 90.0, None, None),
])  # fmt: skip


def test_each_standard_has_its_share_and_interval():
    found = standards_met(evaluated(test_answers=TESTS, ratings=ROWS, **people("AB", "C")))
    rows = found.table.set_index("standard")
    assert list(rows.index) == ["test_passed", "quick_answer", "good_answer", "conform"]
    assert set(rows["met_share"]) == {1 / 2}
    assert rows["n"].tolist() == [2, 2, 2, 2]  # C was not trained
    assert rows.loc["conform", "met_share_low"] < 1 / 2 < rows.loc["conform", "met_share_high"]
    assert "50.0% of 2 objections were answered within 5.0 seconds, after" in found.sentence("en")
    assert "50.0% of 2 answers to objections were rated 80% of the scale or better, after" in found.sentence("en")
    assert "录音达到标准流程 90% 的，训后 2 段中占 50.0%" in found.sentence("zh")


def test_a_target_is_missed_only_beyond_chance():
    names = [f"P{place}" for place in range(30)]
    tests = answered({(one, "post"): "11110" if place < 15 else "00000" for place, one in enumerate(names)})
    found = standards_met(evaluated(test_answers=tests, **people(names)))
    assert found.table["standard_state"].tolist() == ["not_met"]
    tests = answered({(one, "post"): "11110" if place < 27 else "00000" for place, one in enumerate(names)})
    found = standards_met(evaluated(test_answers=tests, **people(names)))
    assert found.table["standard_state"].tolist() == ["unclear"]


def test_who_was_neither_tested_nor_watched_meets_nothing():
    with pytest.raises(NotEnoughData):
        standards_met(evaluated(**people("AB")))
