"""What was said last is told, and how often nothing was."""

import pytest

from churnlab.churn.funnel.last_words import NEVER_CONTACTED, NOTHING, OTHERS, lost_reasons
from churnlab.errors import NotEnoughData
from churnlab.settings import Funnel
from tests.churn.funnel.asking import SMALL, contact, crowd, opened


# 20 ask, 10 come. Of the others 4 said first "busy" and last "too dear", 2 "too far", 1 "no time"; 2 were called and
# nothing was noted; 1 was never called. The lost reason of the lead says something else.
def test_the_last_words_of_those_lost_are_counted() -> None:
    rows = crowd(20, 10, lost_reason="moved", status="lost")
    said = ["too dear"] * 4 + ["too far"] * 2 + ["no time"] + [None] * 2
    rows["contacts"] = [contact(f"a{number}", "2025-01-11", outcome="busy") for number in range(10, 14)]
    rows["contacts"] += [
        contact(f"a{number}", "2025-01-13", outcome=word) for number, word in enumerate(said, start=10)
    ]
    rules = SMALL.model_copy(update={"funnel": Funnel(longest_days=30, listed=2)})
    found = lost_reasons(opened("2025-03-01", rows, settings=rules))
    assert found.table["contact_outcome"].tolist() == ["too dear", "too far", OTHERS, NOTHING, NEVER_CONTACTED]
    assert found.table["requests"].tolist() == [4, 2, 1, 2, 1]
    assert found.table["lost_share"].tolist() == [4 / 10, 2 / 10, 1 / 10, 2 / 10, 1 / 10]
    assert found.facts["untold_share"] == 3 / 10
    assert found.sentence("en").endswith("The most frequent outcome of the last contact is “too dear”: 4 (40.0%).")
    assert "从未联系" in found.presented("zh").iloc[-1, 0]
    assert "funnel_undated_reason" in found.caveats


def test_where_all_enrolled_there_is_no_loss_to_explain() -> None:
    with pytest.raises(NotEnoughData) as told:
        lost_reasons(opened("2025-03-01", crowd(20, 20)))
    assert told.value.key == "funnel.nobody_lost"
