"""Is what was asked before told again as it was, and never in the place of something else?"""

from dataclasses import replace

import pandas as pd
import pytest

from churnlab import churn
from churnlab.errors import NotEnoughData
from churnlab.finding import Finding
from churnlab.tables.asking import attempt
from churnlab.tables.door import Data
from churnlab.tables.store import Store, open_data
from tests.faults.monthly import MONTH, findings, made, opened, told
from tests.tables.test_store import lessons, load


def answer(data: Data, *, by: str = "campus", campus: str | None = None) -> Finding:
    """Stand in for an analysis of ours; counts how often it is asked."""
    ASKED.append((by, campus))
    if by == "nothing":
        raise NotEnoughData("run.month_outside", month="2026-09", first="1", last="2")
    return Finding(key="churn.rate", table=pd.DataFrame({"by": [by]}), facts={"n": len(ASKED)})


ASKED: list[tuple[str, str | None]] = []
answer.__module__ = "churnlab.churn.made_for_this_test"


@pytest.fixture
def data(tmp_path) -> Data:
    ASKED.clear()
    return replace(opened({}), keep=tmp_path / "key", answers="answers-1")


def test_the_same_question_is_answered_once(data):
    first, second = attempt(answer, data, by="course"), attempt(answer, replace(data), by="course")
    assert len(ASKED) == 1
    assert second.facts == first.facts == {"n": 1}
    pd.testing.assert_frame_equal(second.table, first.table)


def test_another_question_campus_model_or_load_is_another_answer(data):
    attempt(answer, data)
    attempt(answer, data, by="course")
    attempt(answer, data, campus="A")
    attempt(answer, replace(data, answers="answers-2"))
    attempt(answer, replace(data, keep=data.keep.with_name("other")))
    assert len(ASKED) == 5


def test_that_too_few_data_can_tell_is_kept_too(data):
    first, second = attempt(answer, data, by="nothing"), attempt(answer, data, by="nothing")
    assert len(ASKED) == 1
    assert first.key == second.key == "missing"
    assert first.sentence("zh") == second.sentence("zh")


def test_what_is_asked_of_the_model_of_one_campus_is_not_said_of_another(data):
    def at_risk(self) -> Finding:
        return answer(self.data, campus=self.campus)

    at_risk.__module__ = answer.__module__

    class Risk(churn.Risk):
        pass

    Risk.at_risk = at_risk
    told = [attempt(Risk(data, campus=campus).at_risk) for campus in (None, "A", "B", "A")]
    assert [finding.facts["n"] for finding in told] == [1, 2, 3, 2]


def test_an_analysts_own_analysis_is_asked_each_time(data, monkeypatch):
    monkeypatch.setattr(answer, "__module__", "__main__")
    attempt(answer, data)
    attempt(answer, data)
    assert len(ASKED) == 2


def test_what_has_no_form_or_two_sources_is_asked_each_time(data):
    for other in (object(), replace(data), Finding(key="k", table=pd.DataFrame())):
        before = len(ASKED)
        attempt(answer, data, campus=other)
        attempt(answer, data, campus=other)
        assert len(ASKED) == before + 2


def test_where_nothing_is_kept_each_asks_anew(data):
    for plain in (
        replace(data, keep=None),
        replace(data, answers=None),
        data.before(data.as_of),
        data.without("exits"),
    ):
        before = len(ASKED)
        attempt(answer, plain)
        attempt(answer, plain)
        assert len(ASKED) == before + 2


@pytest.mark.parametrize("content", ["", "{}", "x\n{}", '00\n{"key": "churn.rate"}'])
def test_a_damaged_answer_is_asked_for_again(data, content):
    attempt(answer, data)
    (file,) = data.keep.rglob("finding.json")
    for damaged in (content, file.read_text("utf-8").replace("campus", "campuz")):
        before = len(ASKED)
        file.write_text(damaged, "utf-8")
        attempt(answer, data)
        assert len(ASKED) == before + 1
        attempt(answer, data)
        assert len(ASKED) == before + 1


def test_a_load_that_brings_nothing_of_before_the_date_makes_its_answers_anew(tmp_path):
    """How many rows were set aside, or which campus is late, hangs on the loads and not on what can be seen."""
    ASKED.clear()
    store = Store(tmp_path / "store")
    load(store, lessons(("L1", "2026-01-01", "A")))
    for known, asked in ((None, 1), (None, 1), ("2026-03-03", 2)):
        data = open_data(store.folder, as_of="2026-02-01", known_by=known)
        attempt(answer, data)
        data.close()
        assert len(ASKED) == asked
    load(store, lessons(("L2", "2026-02-25", "A")))
    after = open_data(store.folder, as_of="2026-02-01")
    attempt(answer, after)
    assert len(ASKED) == 3
    assert after.keep == data.keep


@pytest.mark.slow
def test_the_second_language_says_what_it_would_have_worked_out_itself(tmp_path):
    data = opened(made().frames)
    kept = replace(data, keep=tmp_path / "key", answers="answers-1")
    told(kept, lang="en")
    asked = len(list(tmp_path.rglob("finding.json")))
    assert asked > 80
    now, anew = told(kept, lang="zh"), told(data, lang="zh")
    assert len(list(tmp_path.rglob("finding.json"))) == asked
    assert findings(now) == findings(anew)
    assert [cell.get("outputs") for cell in now.cells] == [cell.get("outputs") for cell in anew.cells]
    assert MONTH in str(findings(now))
