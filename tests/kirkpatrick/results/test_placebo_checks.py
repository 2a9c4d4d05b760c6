"""Does the comparison find effects where there can be none?"""

import numpy as np
import pandas as pd
import pytest

from churnlab.errors import NotEnoughData
from churnlab.kirkpatrick import placebo_checks
from tests.kirkpatrick.results.test_kpi_effects import MONTHS, OTHERS, TRAINED, noisy, opened

# Held in January; six months before it, from July. Pretended four months earlier: held in September, two months before
# it, July and August, and October to December after.
ASKED = {"placebo_months": 2, "placebo_dates": 1}


def early(one, month):
    """Let the trained have three more from November on, though they are trained in January."""
    return noisy(one, month) + (3 if one in TRAINED and "2025-11" <= month < "2026-02" else 0)


def test_a_pretended_beginning_is_told_from_the_months_before_the_true_one():
    found = placebo_checks(opened(noisy, **ASKED))
    table = found.table.set_index("placebo_kind")
    assert list(table.index) == ["true_start", "earlier"]
    # Two months after it, one for holding it: held in October, November and December after, July to September before.
    assert list(table["month"]) == [pd.Timestamp("2026-02-01"), pd.Timestamp("2025-11-01")]
    assert list(table["months_after"]) == [2, 2]

    def mean(who, months):
        return np.mean([noisy(one, month) for one in who for month in months])

    before, after = MONTHS[:3], MONTHS[4:6]
    change = mean(TRAINED, after) - mean(TRAINED, before) - mean(OTHERS, after) + mean(OTHERS, before)
    assert table["relative_change_share"]["earlier"] == pytest.approx(change / mean(TRAINED, before))
    assert table["placebo_verdict"].to_dict() == {"true_start": None, "earlier": "nothing"}
    assert found.sentences == ("sentence", "none_found")


def test_what_began_before_the_training_is_found_there():
    found = placebo_checks(opened(early, **ASKED))
    assert list(found.table["placebo_verdict"]) == [None, "found"]
    assert (found.facts["found"], found.facts["placebos"]) == (1, 1)
    assert found.sentences == ("sentence", "more")
    assert found.sentence("en") == (
        "Where Selling can have had no effect, the same comparison finds an effect 1 of 1 times (100%, 95% interval "
        "21% to 100%; by chance 5% would be). Of these questions 1 asked about dates before the training, 0 about a "
        "KPI that no training moves. That is more than chance brings: the comparison finds effects that are none, and "
        "what it says of the training is not to be trusted."
    )
    assert found.sentence("zh") == (
        "在Selling不可能有效果之处，同一对照 1 次中有 1 次得出“有效”（100%，95% 区间 21% 至 100%；偶然也会有 5%）："
        "其中 1 次假定培训提前开始，0 次看培训不会影响的指标。"
        "已超出偶然的范围：这一对照会把没有效果说成有效果，它关于本次培训的结论不可信。"
    )


def test_a_kpi_that_no_training_moves_is_asked_at_the_true_beginning():
    found = placebo_checks(opened(noisy, unmoved=("sold",), **ASKED))
    kinds = found.table.set_index("placebo_kind")["placebo_verdict"].to_dict()
    assert kinds == {"unmoved": "found", "earlier": "nothing"}
    assert (found.facts["unmoved"], found.facts["earlier"], found.facts["found"]) == (1, 1, 1)
    assert "results.no_unmoved" not in found.caveats


def test_who_was_chosen_for_bad_months_is_not_read_in_these():
    # Three months before the training are not read: July to September are too few.
    with pytest.raises(NotEnoughData) as error:
        placebo_checks(opened(noisy, by_lot=False, **ASKED))
    assert error.value.message("en").startswith("No check on the comparison is possible")


def test_what_happens_from_the_training_on_moves_no_placebo():
    def later(one, month):
        return noisy(one, month) * (9 if month >= "2026-01" else 1)

    now, then = (placebo_checks(opened(values, **ASKED)).table for values in (noisy, later))
    kept = now["placebo_kind"] == "earlier"
    assert now[kept].equals(then[kept])
    assert not now[~kept].equals(then[~kept])


def test_without_people_to_compare_with_nothing_can_be_checked():
    with pytest.raises(NotEnoughData):
        placebo_checks(opened(noisy, people=TRAINED))
