"""Is it told how far a load is?"""

from churnlab.tables.steps import Steps
from tests.languages import speaking


def test_each_step_is_told_before_it_is_done_and_of_how_many():
    told = []
    with speaking("en"):
        steps = Steps(lambda what, done, of: told.append((done, of)))
        steps.step("reading", "raw")
        steps.expect(2)
        steps.step("checking", "考勤.csv")
        steps.stored("lessons")
        steps.stored("commit")  # no table: nothing to tell
    assert told == [(0, 1), (1, 3), (2, 3)]


def test_what_is_being_done_is_named():
    told = []
    with speaking("zh"):
        Steps(lambda what, done, of: told.append(what)).step("checking", "考勤.csv")
    assert "考勤.csv" in told[0]


def test_nobody_has_to_listen():
    steps = Steps(None)
    steps.step("reading", "raw")
    steps.stored("lessons")
