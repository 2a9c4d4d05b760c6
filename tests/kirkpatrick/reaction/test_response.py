"""Who answered, and what do the silent leave open?"""

import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick.reaction.response import reaction_response
from churnlab.stats.rating import share_limits
from tests.kirkpatrick.reaction.conftest import ANSWERS, sheet

ALSO = {"asked": "present_or_made_up"}


def test_who_came_was_asked_and_who_made_it_up_or_stayed_away_was_not(evaluated):
    found = reaction_response(evaluated())
    assert found.table["reaction_asked"].tolist() == [3, 3]
    assert found.facts["rate"] == pytest.approx(3 / 3)
    assert found.sentence("en").startswith("100.0% of those who came to a session answered about it (3 of 3; ")
    assert "Who made a session up (1 time) counts as not asked." in found.sentence("en")
    assert "补训的 1 人次按未要求答卷处理。" in found.sentence("zh")


def test_who_made_it_up_was_asked_where_the_settings_say_so(evaluated):
    found = reaction_response(evaluated(**ALSO))
    assert found.table["reaction_asked"].tolist() == [4, 4]
    assert found.facts["rate"] == pytest.approx(3 / 4)
    assert found.sentences == ("with_made_up", "bounds")


def test_the_silent_may_all_have_said_1_or_all_5(evaluated):
    facts = reaction_response(evaluated(**ALSO)).facts
    own = (5 + 4 + 4.5) / 3
    assert facts["mean"] == pytest.approx(own)
    assert facts["least"] == pytest.approx((3 * own + 1) / 4)
    assert facts["most"] == pytest.approx((3 * own + 5) / 4)
    assert (facts["early"], facts["late"]) == (2, 1)
    low, _ = share_limits([1, 3 / 4, 3.5 / 4, 0], list("ABCD"), level=0.95)
    _, high = share_limits([1, 3 / 4, 3.5 / 4, 1], list("ABCD"), level=0.95)
    assert (facts["low"], facts["high"]) == pytest.approx((1 + 4 * low, 1 + 4 * high))


def test_a_sheet_of_who_was_not_asked_is_left_out_and_said(evaluated):
    found = reaction_response(evaluated([*ANSWERS, *sheet("D", 1, 5), *sheet("E", 1, 5)]))
    assert (found.facts["answered"], found.facts["uninvited"]) == (3, 2)
    assert found.facts["mean"] == pytest.approx((5 + 4 + 4.5) / 3)
    assert found.warnings("en")[0].startswith("2 sheets are of people who, by the list of attendance")


def test_a_session_of_the_last_days_is_left_out_as_answers_may_still_come(evaluated):
    # Held on 5 January: seven days later it counts, a day before not.
    assert reaction_response(evaluated(as_of="2026-01-13")).caveats == ()
    with pytest.raises(NotEnoughData) as young:
        reaction_response(evaluated(as_of="2026-01-12"))
    assert young.value.message("zh") == "按签到表，7 天以前应评价 PX1 各场次的人中，答卷的不足两人。"
    assert reaction_response(evaluated(as_of="2026-01-12", answer_days=6)).facts["asked"] == 3


def test_one_late_answer_is_no_hint(evaluated):
    assert reaction_response(evaluated()).sentences == ("sentence", "made_up", "bounds")
