"""Is there anybody to list?"""

import pytest

from churnlab import churn
from churnlab.errors import NotEnoughData
from tests.builders import institution
from tests.churn.stays import PLAIN, by_period


@pytest.mark.parametrize(
    ("campus", "en", "zh"),
    [
        (None, "No student is enrolled on this date, so there is no one to list.", "该时点没有在读学员，无名单可列。"),
        (
            "East",
            "No student of East is enrolled on this date, so there is no one to list.",
            "East在该时点没有在读学员，无名单可列。",
        ),
    ],
)
def test_where_nobody_is_enrolled_a_sentence_says_so_with_and_without_a_campus(campus, en, zh):
    contracts = [by_period("1", "2025-01-01", "2025-03-01")]
    data = institution("2026-03-15", settings=PLAIN, enrolments=contracts)
    with pytest.raises(NotEnoughData) as told:
        churn.Risk(data, campus=campus).at_risk()
    assert (told.value.message("en"), told.value.message("zh")) == (en, zh)
