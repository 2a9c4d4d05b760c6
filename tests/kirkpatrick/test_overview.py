"""Whose training was it, and with whom can they be compared?"""

import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import Evaluation, overview
from tests.kirkpatrick.test_evaluation import PX, SESSIONS, WHO, opened


def told(as_of="2026-03-01", **tables):
    return overview(Evaluation(opened(as_of, **tables), "PX1"))


def test_each_arm_has_its_people_and_what_became_of_them():
    who = [WHO[0] | {"hours": 3.0}, {**WHO[1], "hours": 2.0, "left_on": "2026-02-12"}, *WHO[2:]]
    rows = told(trainees=who).table.set_index("arm")
    assert rows["people"].to_dict() == {"trained": 1, "waitlist": 2, "comparison": 1}
    assert rows["trained"].to_dict() == {"trained": 1, "waitlist": 1, "comparison": 0}
    assert rows.loc["trained", "completed"] == 1
    assert pd.isna(rows.loc["waitlist", "completed"])  # nobody said
    assert rows["quit"].to_dict() == {"trained": 0, "waitlist": 1, "comparison": 0}
    assert rows.loc["waitlist", "hours_mean"] == 2.0
    assert pd.isna(rows.loc["comparison", "hours_mean"])


def test_the_sentence_says_how_far_a_comparison_can_be_believed():
    sessions = [one | {"hours": 1.5} for one in SESSIONS]
    found = told(training_sessions=sessions)
    assert found.sentence("en") == (
        "Selling (PX1) trained 2 people from 5 Jan 2026 to 20 Feb 2026; 2 others were not trained. 4 sessions of 6.0 "
        "hours in all were held. Lot did not choose who was trained: the two groups may have differed before, and "
        "every number below says what was done about it."
    )
    alone = told(trainees=WHO[:1]).sentence("zh")
    assert alone.endswith("没有可对照的人：训后的变化可能另有原因，只称为变化，不称为效果。")
    assert "已举办 4 场" in alone


def test_a_training_that_goes_on_is_not_judged():
    assert (
        told("2026-01-20")
        .sentence("en")
        .startswith("Selling (PX1) has trained 1 person since 5 Jan 2026; it goes on until 20 Feb 2026")
    )


def test_without_trainees_there_is_nothing_to_say():
    with pytest.raises(NotEnoughData, match="PX1"):
        overview(Evaluation(opened(trainees=[], trainings=[PX]), "PX1"))
