"""Are reasons written down so that either language can read them again?"""

import numpy as np
import pytest

from churnlab.run.reason_codes import coded, said
from churnlab.wording import Said, cell

WHY = (
    Said("feature.hours_left.reason_low", {"value": np.float64(2.5)}),
    Said("feature.attendance_rate.reason_low", {"days": 28, "value": 0.4}),
    Said("model.feature.reason_high_word", {"value": "抖音", "feature": "channel_2"}),
)


def test_the_code_holds_keys_and_what_they_need():
    assert coded(WHY[:1]) == '[["feature.hours_left.reason_low", {"value": 2.5}]]'
    assert coded(()) == "[]"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_either_language_says_what_it_would_have_said_at_once(lang):
    assert said(coded(WHY), lang) == cell(WHY, "reasons", lang)


@pytest.mark.parametrize("words", ["近4次课缺2次", "2 hours left", "", "3", '["x"]'])
def test_what_an_earlier_version_wrote_in_words_stays(words):
    assert said(words, "en") == words


def test_of_nothing_nothing_is_said_and_a_reason_that_is_no_more_is_named_by_its_key():
    assert said(np.nan, "zh") == ""
    assert said('[["feature.gone.reason_low", {}]]', "en") == "feature.gone.reason_low"
