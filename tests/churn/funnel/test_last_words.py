"""Where losses have no day, what was said last is told, and how often nothing was."""

import pandas as pd

from churnlab.churn.funnel.cohort import ripe_cohort
from churnlab.churn.funnel.last_words import (
    NEVER_CONTACTED,
    NOTHING,
    OTHERS,
    last_words,
    most_frequent,
    share_of_lost,
)
from churnlab.churn.funnel.lost import lost_reasons
from churnlab.settings import Funnel
from churnlab.stats.intervals import wilson
from tests.churn.funnel.asking import SMALL, contact, crowd, opened

LISTED = SMALL.model_copy(update={"funnel": Funnel(longest_days=30, listed=2)})


# 20 ask, 10 come. Of the others 4 said first "busy" and last "too dear", 2 "too far", 1 "no time"; 2 were called and
# nothing was noted; 1 was never called. The lost reason of the lead says something else, on no day.
def test_the_last_words_of_those_lost_are_counted() -> None:
    rows = crowd(20, 10, lost_reason="moved", status="lost")
    said = ["too dear"] * 4 + ["too far"] * 2 + ["no time"] + [None] * 2
    rows["contacts"] = [contact(f"a{number}", "2025-01-11", outcome="busy") for number in range(10, 14)]
    rows["contacts"] += [
        contact(f"a{number}", "2025-01-13", outcome=word) for number, word in enumerate(said, start=10)
    ]
    data = opened("2025-03-01", rows, settings=LISTED)
    found = lost_reasons(data)
    assert found.key == "churn.last_words"
    assert found.table["contact_outcome"].tolist() == ["too dear", "too far", OTHERS, NOTHING, NEVER_CONTACTED]
    assert found.table["requests"].tolist() == [4, 2, 1, 2, 1]
    assert found.table["lost_share"].tolist() == [4 / 10, 2 / 10, 1 / 10, 2 / 10, 1 / 10]
    assert found.facts["untold_share"] == 3 / 10
    assert found.sentence("en").endswith("The most frequent outcome of the last contact is “too dear”: 4 (40.0%).")
    assert "从未联系" in found.presented("zh").iloc[-1, 0]
    told = found.warnings("en")[-1]
    assert told.startswith("Of 10 requests that led to no enrolment only 0 have a day of the loss (5 are needed).")
    assert "失效时间（lost_on）" in found.warnings("zh")[-1]
    assert last_words(data, ripe_cohort(data, "enrolled")).table.equals(found.table)


# b ×2, a ×2, c ×1, nothing ×1; two are listed
def test_words_said_as_often_stand_in_their_order() -> None:
    said = pd.Series(["b", "a", "c", None, "b", "a"])
    words = most_frequent(said, LISTED)
    assert [name for name, _ in words] == ["a", "b", OTHERS]
    assert [which.tolist() for _, which in words][2] == [False, False, True, False, False, False]
    share = share_of_lost(words[0][1], pd.Series(range(6)), LISTED)
    low, high = wilson(2, 6, 0.95)
    assert share == {"requests": 2, "lost_share": 2 / 6, "lost_share_low": low, "lost_share_high": high}
