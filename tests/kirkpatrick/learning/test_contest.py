"""How do sandbox scores move?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.learning.contest import contest_scores
from tests.kirkpatrick.learning.case import evaluated, people, rated

NAMES = "ABCDEFGHIJ"


def told(as_of="2026-07-01"):
    rows = [("sandbox", one, "pre", "R", 50.0 + place, None, None) for place, one in enumerate(NAMES)]
    rows += [("sandbox", one, "delayed", "R", 60.0 + place, None, None) for place, one in enumerate(NAMES)]
    return evaluated(as_of, ratings=rated(rows), **people(NAMES)).data


def test_each_quarter_has_its_mean_and_interval():
    found = contest_scores(told())
    assert found.table["quarter"].tolist() == ["2026Q1", "2026Q2"]
    assert found.table["contest_result"].tolist() == pytest.approx([54.5, 64.5])
    assert (found.table["contest_result_low"] < found.table["contest_result"]).all()
    assert found.sentence("en").startswith("In 2026Q2 10 people took part, with 64.5 points of 100 on average")
    assert "最早的 2026Q1 为 54.5 分" in found.sentence("zh")
    assert len(contest_scores(told("2026-04-01")).table) == 1  # the later one has not happened yet


def test_without_a_contest_nothing_is_told():
    with pytest.raises(NotEnoughData):
        contest_scores(told("2026-01-02"))
