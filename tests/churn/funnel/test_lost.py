"""Reasons are told from the day of the loss, with the step at which it came."""

from typing import Any

import pytest

from churnlab.churn.funnel.last_words import OTHERS
from churnlab.churn.funnel.lost import NO_REASON, lost_reasons
from churnlab.errors import NotEnoughData
from churnlab.i18n import LANGUAGES
from churnlab.settings import Funnel
from churnlab.stats.intervals import wilson
from tests.churn.funnel.asking import SMALL, contact, crowd, opened


# 20 ask on 10 Jan, 8 come after 10 days. Of the other 12: 4 are given up on 1 Feb as "dear", 2 on 5 Feb as "far", 1 on
# 5 Feb as "busy", 2 on 5 Feb without a reason; 3 are not marked. Of those for whom it was dear two had booked a trial
# and cancelled it, one had had it, one was never spoken to; all others were called once.
def story() -> dict[str, Any]:
    rows = crowd(20, 8)
    marks = [("2025-02-01", "dear")] * 4 + [("2025-02-05", "far")] * 2 + [("2025-02-05", "busy")]
    for number, (on, why) in enumerate([*marks, ("2025-02-05", None), ("2025-02-05", None)], start=11):
        rows["leads"][number] |= {"lost_on": on, "lost_reason": why, "status": "lost"}
    rows["leads"][0] |= {"lost_on": "2025-01-15", "lost_reason": "dear"}  # and came all the same
    rows["contacts"] = [row for row in rows["contacts"] if row["lead_id"] != "lead a14"]
    for number in (11, 12):
        rows["contacts"].append(contact(f"a{number}", "2025-01-12", "trial_booked"))
        rows["contacts"].append(contact(f"a{number}", "2025-01-13", "trial_cancelled"))
    rows["contacts"].append(contact("a13", "2025-01-14", "trial_done"))
    return rows


def test_reasons_are_counted_with_the_step_at_which_they_stood() -> None:
    rules = SMALL.model_copy(update={"funnel": Funnel(longest_days=30, listed=2)})
    found = lost_reasons(opened("2025-03-01", story(), settings=rules))
    assert found.key == "churn.lost_reasons"
    assert found.table["lost_reason"].tolist() == ["dear", "far", OTHERS, NO_REASON]
    assert found.table["requests"].tolist() == [4, 2, 1, 2]
    assert found.table["lost_share"].tolist() == [4 / 9, 2 / 9, 1 / 9, 2 / 9]
    assert (found.table["lost_share_low"].iloc[0], found.table["lost_share_high"].iloc[0]) == wilson(4, 9, 0.95)
    steps = found.table[["at_asked", "at_contacted", "at_trial_booked", "at_trial_done"]]
    assert steps.to_numpy().tolist() == [[1, 0, 2, 1], [0, 2, 0, 0], [0, 1, 0, 0], [0, 2, 0, 0]]
    assert {name: found.facts[name] for name in ("asked", "lost", "marked", "unmarked", "untold")} == {
        "asked": 20, "lost": 12, "marked": 9, "unmarked": 3, "untold": 2
    }  # fmt: skip
    assert "9 of them are marked as lost with a day. For 2 of these (22.2%) no reason is noted." in found.sentence("en")
    assert "写得最多的原因是“dear”：4 次，占 44.4%" in found.sentence("zh")
    for lang in LANGUAGES:
        assert len(found.warnings(lang)) == len(found.caveats)
        assert len(found.presented(lang).columns) == 7


@pytest.mark.parametrize(("as_of", "marked"), [("2025-02-05", 0), ("2025-02-06", 9)])
def test_a_reason_is_known_the_day_after_the_loss(as_of: str, marked: int) -> None:
    # On 5 Feb four are lost, and that is too few to be told: five are needed.
    found = lost_reasons(opened(as_of, story()))
    assert found.key == ("churn.lost_reasons" if marked else "churn.last_words")
    assert found.facts["marked"] == (marked or 4)


def test_where_nobody_noted_a_reason_the_sentence_names_none() -> None:
    rows = story()
    for row in rows["leads"]:
        row.pop("lost_reason", None)
    found = lost_reasons(opened("2025-03-01", rows))
    assert found.table["lost_reason"].tolist() == [NO_REASON]
    assert found.sentences == ("mostly_untold",)


# Of the nine who are marked, five have no reason: that is what the sentence begins with.
def test_where_most_noted_no_reason_that_is_said_first() -> None:
    rows = story()
    for number in (13, 14, 15):
        rows["leads"][number]["lost_reason"] = None
    found = lost_reasons(opened("2025-03-01", rows))
    assert (found.facts["marked"], found.facts["untold"]) == (9, 5)
    assert found.sentence("en").startswith(
        "For 5 of the 9 requests that are marked as lost with a day (55.6%) no reason"
    )
    assert found.sentence("zh").startswith("标为流失并记了日期的 9 次咨询中，5 次（55.6%）没有写原因")


def test_where_all_enrolled_there_is_no_loss_to_explain() -> None:
    with pytest.raises(NotEnoughData) as told:
        lost_reasons(opened("2025-03-01", crowd(20, 20)))
    assert told.value.key == "funnel.nobody_lost"


# Nobody loaded contacts: at which step they were lost is not known, and nobody is said never to have been reached.
def test_without_contacts_no_step_of_the_loss_is_told() -> None:
    found = lost_reasons(opened("2025-03-01", story() | {"contacts": []}))
    assert found.table["requests"].tolist() == [4, 2, 1, 2]
    assert [name for name in found.table if name.startswith("at_")] == []
    assert "funnel_lost_at" not in found.caveats
    for lang in LANGUAGES:
        assert len(found.warnings(lang)) == len(found.caveats)


# Calls are on record and no trial is: of those marked one was never spoken to, the others were called.
def test_without_trials_only_calls_part_those_lost() -> None:
    rows = story()
    rows["contacts"] = [row for row in rows["contacts"] if not row["kind"].startswith("trial")]
    table = lost_reasons(opened("2025-03-01", rows)).table
    assert [name for name in table if name.startswith("at_")] == ["at_asked", "at_contacted"]
    assert table[["at_asked", "at_contacted"]].to_numpy().tolist() == [[1, 3], [0, 2], [0, 1], [0, 2]]


# 12 of 20 were lost, none with a day, and no contacts are there either: nothing tells why.
def test_without_days_of_the_loss_and_without_contacts_nothing_can_be_told() -> None:
    with pytest.raises(NotEnoughData) as told:
        lost_reasons(opened("2025-03-01", crowd(20, 8) | {"contacts": []}))
    assert told.value.message("en").startswith("Of 12 requests that led to no enrolment only 0 have a day of the loss")
    assert "从未联系" not in told.value.message("zh")


# Asked and given up on the same day: a loss as any other.
def test_who_is_lost_on_the_day_of_asking_is_lost() -> None:
    rows = crowd(20, 10)
    for row in rows["leads"][10:]:
        row |= {"lost_on": "2025-01-10", "lost_reason": "dear"}
    assert lost_reasons(opened("2025-03-01", rows)).facts["marked"] == 10
