"""Did the mix of complaints about the trained change, and more than that of those compared?"""

import numpy as np
import pytest
from scipy.stats import binom

from churnlab.errors import NotEnoughData
from churnlab.finding import Design
from churnlab.kirkpatrick import Evaluation, complaint_types
from churnlab.tables.door import fetch
from tests.kirkpatrick.results.shop import MONTHS, opened


def asked(*, requests=0, **choices):
    choices["requests"] = requests
    return complaint_types(Evaluation(opened(**choices), "PX1"))


def test_shares_are_those_of_the_complaints_before_and_after():
    data = opened(3, mix=0.3)
    rows = fetch(data.table("complaints"))
    rows = rows[(rows["about_id"] < "A08") & (rows["opened_at"] < "2024-10-01")]
    shares = complaint_types(Evaluation(data, "PX1")).table.set_index("complaint_type")["trained_before_share"]
    assert shares.sum() == pytest.approx(1)
    assert shares["service"] == pytest.approx((rows["category"] == "service").sum() / len(rows))


def test_a_mix_that_moved_is_told_and_which_types_moved():
    found = asked(seed=1, mix=0.3, sooner=0.3, worth=2_000.0, requests=4)
    assert found.sentences == ("shifted", "named")
    assert found.design is Design.RANDOMISED
    verdicts = found.table.set_index("complaint_type")["type_verdict"]
    assert (verdicts["service"], verdicts["teaching"]) == ("more", "fewer")
    assert found.sentence("en") == (
        "With Selling the mix of complaints of the trained moved, and otherwise than that of those compared (test of "
        "the whole mix: p = 0.001). Of 3 types 2 moved by themselves: teaching (fewer); service (more)."
    )
    assert found.sentence("zh") == (
        "Selling之后，参训者的投诉构成变了，且与对照者的变化不同（整体检验 p = 0.001）。3 类投诉中有 2 类单独也能看出："
        "teaching（下降）；service（上升）。"
    )


def test_alone_it_is_a_change():
    found = asked(seed=1, mix=0.3, compared=False)
    assert found.sentences == ("change",)
    assert set(found.table["type_verdict"]) == {"change"}
    assert found.design is Design.BEFORE_AFTER_ONLY


def test_too_few_are_refused():
    # Of October, the training's month, nothing counts; of November 24 complaints of eight people.
    with pytest.raises(NotEnoughData) as error:
        asked(seed=1, until=MONTHS - 9)
    assert error.value.message("en") == (
        "216 complaints before and 24 after the training name those trained; below 30 each, a mix says nothing."
    )


@pytest.mark.slow
def test_no_shift_is_told_where_none_was_planted_and_intervals_hold_what_was():
    # Estimand: the chance of telling a shift where none is, 5 %; and the coverage of the shift planted on a type, 95 %.
    seeds = range(25)
    told = [asked(seed=seed).sentences[0] == "shifted" for seed in seeds]
    assert sum(told) <= binom.ppf(0.995, len(seeds), 0.05), np.flatnonzero(told)
    rows = [asked(seed=seed, mix=0.2).table.set_index("complaint_type").loc["service"] for seed in seeds]
    held = sum(row["shift_points_low"] <= 0.2 <= row["shift_points_high"] for row in rows)
    low, high = binom.ppf([0.005, 0.995], len(seeds), 0.95)
    assert low <= held <= high, held
