"""Is what leavers of a made-up institution stated told as they stated it?"""

import pandas as pd
import pytest

from churnlab.churn.causes.stated import churned, stated
from churnlab.churn.causes.taxonomy import OTHER
from churnlab.churn.outcome import CHURN_KINDS
from churnlab.synthetic import Institution, make

ASKED = ("interview", "phone", "survey", "form", "exit")


@pytest.fixture(name="told", scope="module")
def stated_and_true() -> pd.DataFrame:
    made = make(Institution(students=700, months=20, campuses=3, seed=11))
    rows = churned(stated(made.data()))
    return rows.merge(made.truth.causes, on=["student_id", "episode"], suffixes=("", "_true"))


def test_the_reason_of_who_was_asked_is_the_one_she_gave(told: pd.DataFrame) -> None:
    """What she says may be an excuse: it is what is stated, not the true cause, that can be counted without error."""
    asked = told[told["source"].isin(ASKED)]
    coded = asked[asked["department"] != OTHER]
    assert len(coded) > 40
    assert coded["reason"].tolist() == coded["stated"].tolist()
    # Of the others only a text was written down, which nobody coded.
    assert asked.loc[asked["department"] == OTHER, "reason"].eq("other").all()


def test_nobody_who_stayed_or_finished_is_among_them(told: pd.DataFrame) -> None:
    assert told["end_kind_true"].isin(CHURN_KINDS).mean() > 0.95
